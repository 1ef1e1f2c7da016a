import type { Desk } from "../../domain/desk";

/** Sizes of the engine's arrays, all derived from the desk: the engine allocates nothing later. */
export type Dimensions = {
  readonly venueCount: number;
  readonly instrumentCount: number;
  readonly listingCount: number;
  readonly pairCount: number;
  readonly strategyCount: number;
  /** Orders that rest in a venue's book at one time. */
  readonly restingOrdersMax: number;
  /** Price levels over all ladders. */
  readonly levelsMax: number;
  /** Rows for our own orders and parents: open ones, and the last that ended, for late messages about them. */
  readonly orderRows: number;
  /** Fills remembered, so that none is booked twice. A power of two. */
  readonly fillRows: number;
};

/** What a desk of this size needs, with room to spare; the limits are met with counted refusals, never with growth. */
export function dimensionsOf(desk: Desk): Dimensions {
  const listingCount = desk.instruments.length * desk.venues.length;
  return {
    venueCount: desk.venues.length,
    instrumentCount: desk.instruments.length,
    listingCount,
    pairCount: desk.pairs.length,
    strategyCount: desk.strategies.length,
    restingOrdersMax: powerOfTwoAtLeast(Math.max(32_768, desk.instruments.length * 400)),
    levelsMax: Math.max(65_536, listingCount * 2 * 128),
    orderRows: 1 << 15,
    fillRows: 1 << 16,
  };
}

/** The least power of two that is not below `value`. */
export function powerOfTwoAtLeast(value: number): number {
  let power = 1;
  while (power < value) power *= 2;
  return power;
}
