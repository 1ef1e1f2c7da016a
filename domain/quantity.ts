import type { Brand } from "./brand";

/** An unsigned quantity in lots of the listing (shares for US equities). */
export type Quantity = Brand<number, "Quantity">;

/** A signed quantity: long above zero, short below. */
export type SignedQuantity = Brand<number, "SignedQuantity">;

/** Checks that `value` is a non-negative safe integer; throws a RangeError that carries it otherwise. */
export function toQuantity(value: number): Quantity {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new RangeError(`quantity must be a whole number of lots, got ${value}`);
  return value as Quantity;
}
