/**
 * A closed set of names with the small integers that stand for them in typed arrays and on the wire.
 * Codes are fixed for ever once written to a journal: append new names, never reorder.
 */
export type ClosedSet<Name extends string> = {
  readonly code: Readonly<Record<Name, number>>;
  readonly names: readonly Name[];
  /** The name of a code; throws a RangeError on a code outside the set. */
  name(code: number): Name;
};

/** Makes a closed set whose codes count from 0 in the order given. */
export function closedSet<const Names extends readonly string[]>(
  what: string,
  ...names: Names
): ClosedSet<Names[number]> {
  const code = Object.fromEntries(names.map((name, index) => [name, index])) as Record<Names[number], number>;
  return {
    code,
    names,
    name(value: number): Names[number] {
      const found = names[value];
      if (found === undefined) throw new RangeError(`${what} has no code ${value} (0..${names.length - 1})`);
      return found;
    },
  };
}

/** The union of names of a closed set. */
export type NameOf<Set> = Set extends ClosedSet<infer Name> ? Name : never;

/** "sellShort" → "sell short": the words of a code name. */
export function wordsOf(name: string): string {
  return name.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}
