import type { CommandInput, OptionSpec } from "../server/cli/command";

/** What a bench found: one JSON object, times in nanoseconds, rates in millions a second. */
export type BenchFigures = Readonly<Record<string, unknown>>;

/**
 * A bench of `bin/heliograph bench NAME`. It prints its own lines for people; the command prints the machine line before
 * them and, with `--json`, the figures as one object on the last line.
 */
export type Bench = {
  readonly summary: string;
  /** What may follow the name, e.g. `[FILE]`; empty for nothing. */
  readonly usage: string;
  /** Options beside `--json`. One name means the same kind of value in all benches. */
  readonly options: readonly OptionSpec[];
  /** `words` are those after the bench's name. Throws a UsageError when they make no sense. */
  readonly run: (input: CommandInput, words: readonly string[]) => Promise<BenchFigures>;
};
