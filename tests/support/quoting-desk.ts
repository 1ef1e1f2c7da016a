import type { Dimensions } from "../../server/engine/dimensions";
import { demoDesk } from "./demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "./scripted-venue";

/** A demonstration desk, small, whose maker quotes as it likes; beside `maker-desk.ts`, whose maker a test drives. */
export const desk = demoDesk({ names: 30, pairs: 15 });
export const maker = desk.strategies.findIndex((strategy) => strategy.kind === "maker");
const own = desk.strategies[maker]?.parameters;
if (own?.kind !== "maker") throw new Error("the demo desk has a maker");
export const parameters = own;
/** The first name that the maker quotes. */
export const instrument = parameters.instruments[0] ?? 0;
export const spec = desk.instruments[instrument]!;
/** A market in it that is wide enough for the maker to quote in. */
export const bid = Math.round(spec.referencePrice / 100) * 100;
export const ask = bid + Math.max(400, Math.ceil((bid * parameters.spreadBpsMin * 2) / 10_000 / 100) * 100);

/** That market at the first venue, the maker approved and two seconds on: its quotes in the name, `order` the one that buys. */
export function openQuoting(sizes: Partial<Dimensions> = {}): {
  venue: ScriptedVenue;
  order: ArrivedOrder;
  quotes: ArrivedOrder[];
} {
  const venue = new ScriptedVenue(desk, undefined, null, sizes);
  venue.quote(0, spec.symbol, bid, 500, ask, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(2_000);
  const quotes = venue.takeArrived().filter(({ symbol }) => symbol === spec.symbol);
  const order = quotes.find(({ side }) => side === "buy");
  if (!order) throw new Error("the maker quotes");
  return { venue, order, quotes };
}
