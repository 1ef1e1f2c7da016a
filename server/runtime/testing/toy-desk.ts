import type { Desk } from "../../../domain/desk";

/** A desk of one venue, for processes that run the toy machine. */
export const toyDesk: Desk = {
  name: "toy",
  currency: "USD",
  seed: 1,
  venues: [{ name: "TOY", makerFeePerShare: 0, takerFeePerShare: 0, latencyMicroseconds: 0, liquidityShare: 1 }],
  instruments: [],
  pairs: [],
  strategies: [],
  limits: {
    orderQuantityMax: 0,
    orderNotionalMax: 0,
    positionQuantityMax: 0,
    grossExposureMax: 0,
    priceCollarBps: 0,
    messagesPerSecondMax: 0,
    dataAgeSecondsMax: 0,
    ordersPerDayMax: 0,
  },
  market: { messagesPerSecond: 0, timeCompression: 1, breakSecondsMean: 0 },
};
