import type { InputHTMLAttributes } from "react";

/** A line of text with its label above. */
export function TextField({
  label,
  className = "",
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: string }) {
  return (
    <label className={`block ${className}`}>
      <span className="mb-1 block text-muted">{label}</span>
      <input
        {...rest}
        className="h-9 w-full rounded border border-line bg-sunken px-2.5 text-[13px] text-text placeholder:text-faint"
      />
    </label>
  );
}
