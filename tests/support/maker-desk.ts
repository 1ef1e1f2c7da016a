import { riskDesk, withoutQuotes } from "../../server/engine/risk/testing/risk-desk";

/** The risk desk whose maker states no quotes: a test submits its orders, the same ones again if it likes. */
export const makerDesk = withoutQuotes(riskDesk({ duplicateMilliseconds: 0 }));
export const maker = 1;
const own = makerDesk.strategies[maker]?.parameters;
if (own?.kind !== "maker") throw new Error("the risk desk has a maker");
/** The first name that the maker may trade. */
export const instrument = own.instruments[0] ?? 0;
export const { symbol } = makerDesk.instruments[instrument]!;
/** The middle of the market that tests make in it. */
export const price = 200_000;
