import type { DeskSize } from "./synthetic-desk";

/** The desk of `bench wire`: one venue, and pairs without a common leg, so that each packet can cause two orders. */
export const wireDeskSize: DeskSize = { instruments: 500, pairs: 250, venues: 1, strategies: 8, pairing: "disjoint" };

/** What the engine sends for one packet: two OUCH Enter Order messages of 53 bytes in SoupBinTCP frames. */
export const answerLength = 2 * 56;
