import type { Brand } from "./brand";

/** Index of an instrument in the desk file, from 0. */
export type InstrumentId = Brand<number, "InstrumentId">;
/** Index of a venue in the desk file, from 0. */
export type VenueId = Brand<number, "VenueId">;
/** A listing is an instrument at a venue: instrument × venueCount + venue. */
export type ListingId = Brand<number, "ListingId">;
/** Index of a strategy in the desk file, from 0. */
export type StrategyId = Brand<number, "StrategyId">;
/** Index of a pair in the desk file, from 0. `noPair` where an order belongs to none. */
export type PairId = Brand<number, "PairId">;
/** A parent order (a strategy's wish), counted from 1 within a trading day. */
export type ParentId = Brand<number, "ParentId">;
/** An order at a venue (a child), counted from 1 within a trading day. */
export type OrderId = Brand<number, "OrderId">;
/** A fact's place in the day's facts log, from 1, without holes. */
export type FactNumber = Brand<number, "FactNumber">;

export const noPair = -1 as PairId;

/** The listing of an instrument at a venue. */
export function listingOf(instrument: number, venue: number, venueCount: number): ListingId {
  return (instrument * venueCount + venue) as ListingId;
}
