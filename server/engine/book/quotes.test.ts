import { expect, it } from "vitest";
import { StateRegistry } from "../../machine/state-registry";
import { Quotes } from "./quotes";

it("a name that nobody has quoted yet has no price, and no venue with the best one", () => {
  const quotes = new Quotes(new StateRegistry(), 2, 3);
  for (const instrument of [0, 1])
    expect([
      quotes.bidPrice(instrument),
      quotes.bidVenue(instrument),
      quotes.askPrice(instrument),
      quotes.askVenue(instrument),
      quotes.isTwoSided(instrument),
    ]).toEqual([0, -1, 0, -1, false]);
});
