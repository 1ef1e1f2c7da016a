import { customType } from "drizzle-orm/pg-core";

/** Thrown for a number that is not exactly one integer: beyond 2^53 neighbours fall together. */
export class InexactInteger extends RangeError {
  constructor(what: string, value: unknown) {
    super(`${what}: ${String(value)} is not a whole number within ±2^53`);
    this.name = "InexactInteger";
  }
}

/** Checks that `value` is exactly one integer; throws an InexactInteger that names `what` otherwise. */
export function exactly(value: unknown, what: string): number {
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw new InexactInteger(what, value);
  return number;
}

/** A `bigint` column that is a JavaScript number, checked in both directions. */
export const exactInteger = customType<{ data: number; driverData: string | number }>({
  dataType: () => "bigint",
  fromDriver: (value) => exactly(value, "an integer column"),
  toDriver: (value) => exactly(value, "an integer column"),
});
