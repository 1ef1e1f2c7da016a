import { nearestWord } from "../desk/nearest-word";

/** An option of a command: `--name VALUE`, or `--name` alone for a flag. */
export type OptionSpec = {
  readonly name: string;
  readonly kind: "text" | "whole" | "flag";
  /** What stands for the value in the help, e.g. `FILE`. */
  readonly value?: string;
  readonly summary: string;
};

/** A command of the command line; one file each under `commands/`. */
export type Command = {
  readonly name: string;
  readonly summary: string;
  /** What follows the name, without options, e.g. `FILE`. */
  readonly usage: string;
  readonly options: readonly OptionSpec[];
  /** At most so many words that are no options. */
  readonly wordsMax: number;
  /** Does the work; resolves with the exit code. */
  readonly run: (input: CommandInput) => Promise<number>;
};

/** The command line after its name, checked against the command's options. */
export class CommandInput {
  constructor(
    readonly words: readonly string[],
    private readonly values: ReadonlyMap<string, string | number | true>,
  ) {}

  text(name: string): string | null {
    const value = this.values.get(name);
    return typeof value === "string" ? value : null;
  }

  whole(name: string): number | null {
    const value = this.values.get(name);
    return typeof value === "number" ? value : null;
  }

  flag(name: string): boolean {
    return this.values.get(name) === true;
  }
}

/** A mistake on the command line, to be shown as it is. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Reads `--name value`, `--name=value`, flags and words. Throws a UsageError that names what is wrong. */
export function readInput(command: Command, parts: readonly string[]): CommandInput {
  const words: string[] = [];
  const values = new Map<string, string | number | true>();
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i];
    if (!part.startsWith("-") || part === "-") {
      words.push(part);
      continue;
    }
    const [given, ...rest] = part.split("=");
    const option = command.options.find(({ name }) => `--${name}` === given);
    if (option === undefined) throw new UsageError(unknownOption(command, given));
    if (option.kind === "flag") {
      if (rest.length > 0) throw new UsageError(`${given} takes no value, got "${rest.join("=")}"`);
      values.set(option.name, true);
      continue;
    }
    const value = rest.length > 0 ? rest.join("=") : parts[++i];
    if (value === undefined || value === "") throw new UsageError(`${given} needs a value: ${given} ${option.value}`);
    values.set(option.name, option.kind === "text" ? value : wholeNumber(given, value));
  }
  if (words.length > command.wordsMax)
    throw new UsageError(
      `unexpected "${words[command.wordsMax]}" after heliograph ${command.name} ${command.usage}`.trim(),
    );
  return new CommandInput(words, values);
}

function unknownOption(command: Command, given: string): string {
  const known = command.options.map(({ name }) => `--${name}`);
  const nearest = nearestWord(given, known);
  if (nearest !== null) return `unknown option ${given}; did you mean ${nearest}?`;
  return `unknown option ${given}; heliograph ${command.name} knows ${known.join(", ") || "no options"}`;
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number))
    throw new UsageError(`${name} needs a whole number, got "${value}"`);
  return number;
}
