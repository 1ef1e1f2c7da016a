/** The words that narrow a list, in the head of its panel. */
export function FilterField({
  label,
  hint,
  value,
  onChange,
  testId,
  className,
}: {
  label: string;
  /** What the words are looked for in. */
  hint: string;
  value: string;
  onChange: (words: string) => void;
  testId: string;
  /** Gives the width. */
  className: string;
}) {
  return (
    <input
      type="search"
      aria-label={label}
      placeholder="Filter"
      title={hint}
      value={value}
      data-testid={testId}
      onChange={(event) => onChange(event.target.value)}
      className={`h-[22px] min-w-0 shrink rounded border border-line bg-sunken px-2 text-[11.5px] placeholder:text-faint ${className}`}
    />
  );
}
