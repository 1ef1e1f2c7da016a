/** A key as it is printed on a keyboard. */
export function KeyCap({ children }: { children: string }) {
  return (
    <kbd className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-[3px] border border-line bg-raised px-1 font-mono text-[10px] text-muted">
      {children}
    </kbd>
  );
}
