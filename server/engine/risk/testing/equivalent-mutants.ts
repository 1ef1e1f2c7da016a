/** Mutants that change nothing anybody could see, and why. */
export const equivalentMutants: Readonly<Record<string, string>> = {};
