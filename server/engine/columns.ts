/** Columns of `Engine.clock`: when periodic work is due, and what is counted over the whole engine. */
export const Clock = { nowNs: 0, tenthNs: 1, secondNs: 2, minuteNs: 3, epoch: 4, inputs: 5, unknownOrders: 6 } as const;

/** Columns of `Engine.venueNumbers`, per venue. */
export const VenueNumber = { ordersSent: 0, rejects: 1, fills: 2, roundTripNs: 3, count: 4 } as const;
