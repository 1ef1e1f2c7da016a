/** One mistake in a desk file: where, what was found there, and what was expected. */
export type DeskProblem = {
  readonly file: string;
  /** From 1; 0 when the mistake has no place in the file (an override, a missing file). */
  readonly line: number;
  readonly column: number;
  /** Which setting, e.g. `limits.orderQuantityMax`; empty for the whole file. */
  readonly setting: string;
  readonly found: string;
  readonly expected: string;
};

/** A desk file that cannot be used. The message has one line a problem, each beginning with `file:line:column`. */
export class DeskError extends Error {
  override readonly name = "DeskError";

  constructor(readonly problems: readonly DeskProblem[]) {
    super(problems.map(describeProblem).join("\n"));
  }
}

function describeProblem({ file, line, column, setting, found, expected }: DeskProblem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return `${place}: ${setting === "" ? "" : `${setting}: `}found ${found}, expected ${expected}`;
}
