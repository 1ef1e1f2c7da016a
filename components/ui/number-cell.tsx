/** A number with its direction: colour, and always a sign or an arrow in the text itself. */
export function NumberCell({
  text,
  direction = "flat",
  arrow = false,
  className = "",
}: {
  text: string;
  direction?: "up" | "down" | "flat";
  arrow?: boolean;
  className?: string;
}) {
  const colour = direction === "up" ? "up" : direction === "down" ? "down" : "";
  const mark = !arrow ? "" : direction === "up" ? "▲" : direction === "down" ? "▼" : " ";
  return (
    <span className={`numeric block truncate text-right ${colour} ${className}`}>
      {arrow && <span className="mr-0.5 text-[8px]">{mark}</span>}
      {text}
    </span>
  );
}
