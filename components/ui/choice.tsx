import { Button } from "./button";

/** One of a few, as buttons side by side: how a list is sorted, which list is shown. Its strip scrolls where it is narrow. */
export function Choice<Name extends string>({
  label,
  names,
  texts,
  chosen,
  onChoose,
  testId,
}: {
  label: string;
  names: readonly Name[];
  texts: Readonly<Record<Name, string>>;
  chosen: Name;
  onChoose: (name: Name) => void;
  /** Each button is named after it and its own name. */
  testId: string;
}) {
  return (
    <fieldset className="fading flex min-w-0 gap-0.5 overflow-x-auto max-sm:pr-5" aria-label={label}>
      {names.map((name) => (
        <Button
          key={name}
          tone={chosen === name ? "plain" : "quiet"}
          aria-pressed={chosen === name}
          data-testid={`${testId}-${name}`}
          onClick={() => onChoose(name)}
          className="h-[21px] shrink-0 px-1.5 text-[11px]"
        >
          {texts[name]}
        </Button>
      ))}
    </fieldset>
  );
}
