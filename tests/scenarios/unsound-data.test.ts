import { beforeEach, describe, expect, it } from "vitest";
import { commandAnswers } from "../../domain/command";
import { alertCodes } from "../../domain/health";
import { limitCodes } from "../../domain/limit";
import { parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { createWish } from "../../server/engine/strategy/strategy";
import { symbolBytes } from "../../server/wire/bytes";
import { encodeTrade } from "../../server/wire/itch-encode";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { ScriptedVenue } from "../support/scripted-venue";

const wanted = desk.limits.recoveryUpdatesMin;

let venue: ScriptedVenue;
let sent = 0;

/** What the gate says to an order of the maker at venue 0; "sent" when it went out. */
function answer(): string {
  // Another price each time: the same order again would be a duplicate.
  const limitPrice = price - 1_000 - 100 * sent++;
  const wish = { instrument, quantity: 10, limitPrice, venue: 0, reason: parentReasons.code.quote };
  venue.facts.length = 0;
  venue.during(({ execution }) => execution.submit({ ...createWish(maker), ...wish, style: "post" }));
  const refusal = venue.factsOf("refusal").at(-1);
  return refusal === undefined ? "sent" : refusalCodes.name(refusal.code);
}

const alerts = () => venue.factsOf("alert").filter(({ code }) => code === alertCodes.code.marketUnsound);

/** One update of the name: an order far from the market comes to rest. */
function update(): void {
  venue.rest(0, symbol, "buy", 100, price - 5_000);
}

/** A trade, which is the reference for ten seconds where the market cannot be. */
function trade(at: number): void {
  const name = symbolBytes(symbol);
  venue.feed(0, (bytes, offset) =>
    encodeTrade(bytes, offset, instrument + 1, 0, venue.timeNs, 0, 0, 0x42, 10, name, 0, at, 0, 1),
  );
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  for (const each of [0, 1]) venue.quote(each, symbol, price - 100, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
  trade(price);
  expect(answer()).toBe("sent");
});

describe("market data that was unsound", () => {
  it("prices no order while its feed is frozen, nor before it has brought as many packets as the desk asks for", () => {
    venue.timeNs += 6e9;
    expect(answer()).toBe("staleData");
    for (let packet = 1; packet < wanted; packet++) {
      update();
      expect(answer()).toBe("dataRecovering");
    }
    update();
    expect(answer()).toBe("sent");
  });

  it("crossed: people are told once, and orders wait until it has been sound for as many updates", () => {
    const crossing = venue.rest(1, symbol, "buy", 100, price + 300);
    expect(answer()).toBe("crossedMarket");
    expect(alerts()).toHaveLength(1);
    expect(answer()).toBe("crossedMarket");
    expect(alerts()).toHaveLength(0);
    venue.remove(1, symbol, crossing);
    for (let seen = 1; seen < wanted; seen++) {
      expect(answer()).toBe("dataRecovering");
      update();
    }
    expect(answer()).toBe("sent");
    venue.rest(1, symbol, "buy", 100, price + 300);
    expect(answer()).toBe("crossedMarket");
    expect(alerts()).toHaveLength(1);
  });

  it("jumped away from the last trade: the same, also when it is a trade that jumped, and another brings it back", () => {
    trade(price + 20_000);
    expect(answer()).toBe("deviantMarket");
    trade(price);
    for (let seen = 1; seen < wanted; seen++) {
      expect(answer()).toBe("dataRecovering");
      update();
    }
    expect(answer()).toBe("sent");
  });

  it("jumped away from the last trade: refused also once that trade is old, and when no trade may be of any age", () => {
    trade(price);
    for (const at of [0, 1]) venue.quote(at, symbol, price + 8_900, 500, price + 9_100, 500);
    const near = { instrument, quantity: 10, limitPrice: price + 8_900, venue: 0, reason: parentReasons.code.quote };
    const buy = () => {
      venue.facts.length = 0;
      venue.during(({ execution }) => execution.submit({ ...createWish(maker), ...near, style: "post" }));
      const refusal = venue.factsOf("refusal").at(-1);
      return refusal === undefined ? "sent" : refusalCodes.name(refusal.code);
    };
    expect(buy()).toBe("deviantMarket");
    const detail = limitCodes.code.tradeAgeMilliseconds;
    const { answer: given } = venue.command("setLimit", "all", -1, { role: "risk", detail, value: 0 });
    expect(commandAnswers.name(given)).toBe("done");
    venue.wait(500);
    for (let seen = 0; seen < wanted; seen++) update();
    expect(buy()).toBe("deviantMarket");
    trade(price + 9_000);
    for (let seen = 0; seen < wanted; seen++) update();
    expect(buy()).toBe("sent");
  });

  it("of a venue whose packets were lost: from the gap on, until it is closed and more has come", () => {
    const lost = venue.losingPackets(update);
    update();
    expect(answer()).toBe("staleData");
    venue.bring(lost);
    expect(answer()).toBe("dataRecovering");
    for (let packet = 1; packet < wanted; packet++) update();
    expect(answer()).toBe("sent");
  });
});

describe("an order that takes", () => {
  it("and finds no price within its limit is refused with the best one there is, and is no parent", () => {
    const wish = { instrument, quantity: 10, limitPrice: price, venue: -1, reason: parentReasons.code.quote };
    venue.facts.length = 0;
    expect(venue.submit({ ...createWish(maker), ...wish, style: "take" })).toBe(0);
    const refusal = venue.factsOf("refusal").at(-1)!;
    expect(refusalCodes.name(refusal.code)).toBe("noPrice");
    expect(refusal).toMatchObject({ limit: price, value: price + 100 });
    expect(venue.factsOf("parentCreated")).toHaveLength(0);
  });
});
