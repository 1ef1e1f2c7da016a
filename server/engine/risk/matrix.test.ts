import { describe, expect, it } from "vitest";
import { type SessionPhase, sessionPhases, tradingStatuses } from "../../../domain/health";
import { tradingModes } from "../../../domain/limit";
import { nsPerSecond } from "../../../domain/time";
import { QuoteColumn } from "../book/quotes";
import { checkTable, type GateCheckMethod } from "./check-table";
import { type Ask, askOf, beginNs, fillQuotes, GateBench, middle, otherOrder } from "./testing/gate-bench";

/** Types of message: what the gate is asked for. */
const types = {
  parent: { kind: "parent" },
  dayOrder: { kind: "child", timeInForce: 0, postOnly: 1 },
  immediateOrder: { kind: "child", timeInForce: 1, postOnly: 0 },
  replace: { kind: "replace" },
} as const;
type Type = keyof typeof types;
const sides = ["buy", "sell", "sellShort"] as const;

/** Puts the bench into a phase, as ITCH tells it. */
function enter(bench: GateBench, phase: SessionPhase): void {
  const status = tradingStatuses.code;
  switch (phase) {
    case "unknown":
      bench.status.fill(status.unknown);
      break;
    case "preOpen":
      bench.rules.onSystemEvent(0, 0x53);
      break;
    case "quotationOnly":
      bench.status.fill(status.quotationOnly);
      break;
    case "trading":
      break;
    case "paused":
      bench.status.fill(status.paused);
      break;
    case "halted":
      bench.status.fill(status.halted);
      break;
    case "closed":
      bench.rules.onSystemEvent(0, 0x4d);
      break;
  }
}

/** What makes each check refuse, and nothing before it. */
const violations: Readonly<Record<GateCheckMethod, (bench: GateBench, ask: Ask) => void>> = {
  isNoReplay: (b) => {
    b.standing.replay = true;
  },
  isEngineOpen: (b) => {
    b.standing.closed = true;
  },
  isNotKilled: (b) => void b.kills.set(0, -1, true),
  isReconciled: (b) => {
    b.standing.broken = 2;
  },
  isStrategyRunning: (b) => {
    b.standing.state = 0;
  },
  isNotRepeating: (b) => {
    for (let i = 0; i < 5; i++) b.repeated.onFill(1, 2, 0, beginNs, 5, 10);
  },
  isWithinMode: (b) => void b.modes.set("all", -1, tradingModes.code.halted, 0, 0, 0),
  isPermitted: (_, ask) => {
    ask.pair = 0;
  },
  isNotRestricted: (b) => void b.limit("restricted", "instrument", 1),
  isOnTick: (_, ask) => {
    ask.price += 1;
  },
  isQuantitySound: (b, ask) => {
    if (ask.kind === "parent") ask.quantity = 99.5;
    b.limit("orderQuantity", "all", 99);
  },
  isNotionalSound: (b) => void b.limit("orderNotional", "all", 100 * middle - 1),
  isParentSound: (b) => void b.limit("parentQuantity", "all", 99),
  isBasketSound: (b) => void b.limit("basketNotional", "all", 100 * middle - 1),
  isWithinParent: (_, ask) => {
    ask.quantity = 101;
    ask.parentLeft = 0;
  },
  isWithinOrdersOfTheDay: (b) => {
    b.working.room = false;
  },
  isVenueReady: (b) => {
    b.standing.ready = false;
  },
  isPhaseOpen: () => undefined,
  isDataFresh: (b) => {
    b.quotes.venueLive[0] = 0;
  },
  isNotCrossed: (b) => void fillQuotes(b.quotes, QuoteColumn.bidPrice, middle + 200),
  isDataRecovered: (b) => {
    b.soundness.onNotLive(0);
    fillQuotes(b.quotes, QuoteColumn.askPrice, middle - 200);
    b.soundness.onTouched(2);
    fillQuotes(b.quotes, QuoteColumn.askPrice, middle + 100);
  },
  isNotDeviant: (b) => void b.bars.lastPrice.fill(middle * 2),
  isWithinCollar: (_, ask) => {
    ask.price += ask.sell ? -10_000 : 10_000;
  },
  isWithinBand: (b, ask) => {
    b.limit("priceCollarBps", "all", 10_000);
    b.rules.setCollar(4, middle - 100, middle + 100);
    ask.price += ask.sell ? -200 : 200;
  },
  isShortSaleAllowed: (b, ask) => {
    b.rules.setShortSale(4, true);
    ask.price = middle - 100;
  },
  isPositionWithin: (b) => {
    b.limit("positionQuantity", "instrument", 0);
    if (b.positions.quantity > 0) b.positions.quantity = 100;
    b.working.buy = 1;
    b.working.sell = 101;
  },
  isStrategyPositionWithin: (b) => {
    b.limit("positionQuantity", "strategy", 0);
    b.working.strategyBuy = b.working.strategySell = 101;
  },
  isPairExposureWithin: (b, ask) => {
    Object.assign(ask, { strategy: 0, pair: 0, instrument: 1 });
    b.positions.pairGrossExposure = 500_000_000;
    ask.price += 100;
  },
  isStrategyExposureWithin: (b, ask) => {
    b.positions.strategyGrossExposure = 900_000_000;
    ask.price += 100;
  },
  isDeskExposureWithin: (b, ask) => {
    b.positions.grossExposure = 2_000_000_000;
    ask.price += 100;
  },
  isCapitalWithin: (b, ask) => {
    b.limit("capital", "strategy", 1_000);
    ask.price += 100;
  },
  isLossWithin: (b, ask) => {
    b.positions.strategyResult = -15_000_001;
    ask.price += 100;
  },
  isNoSelfMatch: (b, ask) => {
    b.working.touching[otherOrder] = ask.price;
    b.working.chains.set(ask.sell ? 8 : 9, [otherOrder]);
  },
  isNoDuplicate: (b, ask) => {
    // Where the market is closed this one is not sent, and the next is refused for the phase.
    if (ask.kind === "child") b.ask({ ...ask, parent: 99 });
  },
  isWithinRates: (b) => {
    for (let i = 0; i < 20; i++) b.gate.countCancel(1, 0);
  },
};

/** The checks that a message of this type and side has to fear. */
function applies({ method, asks }: (typeof checkTable)[number], type: Type, side: (typeof sides)[number]): boolean {
  if (method === "isShortSaleAllowed" && side !== "sellShort") return false;
  // A long sale is one that only closes what the desk holds: it adds nothing to the desk's exposure.
  if (method === "isDeskExposureWithin" && side === "sell") return false;
  const letter = { parent: "p", child: "c", replace: "r" }[types[type].kind];
  return asks.includes(letter);
}

describe("session phase × order type × side × check, one case each", () => {
  const open: readonly string[] = new GateBench().desk.limits.sessionPhases;
  let cells = 0;

  it.each(sessionPhases.names)("%s", (phase) => {
    const wrong: string[] = [];
    for (const type of Object.keys(types) as Type[])
      for (const side of sides)
        for (const check of checkTable) {
          const bench = new GateBench().at(beginNs + nsPerSecond);
          bench.standing.feedTimeNs.fill(beginNs + nsPerSecond);
          const sell = side !== "buy";
          if (side === "sell") bench.positions.quantity = 1_000;
          if (type === "replace") bench.openOwn(sell, side === "sellShort");
          enter(bench, phase);
          const ask = askOf(types[type].kind, { sell, ...types[type] });
          violations[check.method](bench, ask);
          // A parent has no listing yet; orders and replaces go out in the phases that the desk names, after earlier checks.
          const place = checkTable.findIndex(({ method }) => method === "isPhaseOpen");
          const isShut = type !== "parent" && !open.includes(phase);
          const refused = applies(check, type, side) && (check.method !== "isPhaseOpen" || isShut);
          const expected =
            refused && (!isShut || checkTable.indexOf(check) <= place)
              ? check.refuses
              : isShut
                ? ["notTrading"]
                : ["approved"];
          const answer = bench.ask(ask);
          if (!expected.some((code) => code === answer))
            wrong.push(`${type}, ${side}, ${check.method}: ${answer}, not ${expected.join(" or ")}`);
          cells++;
        }
    expect(wrong).toEqual([]);
  });

  it("has every cell", () => {
    expect(cells).toBe(sessionPhases.names.length * Object.keys(types).length * sides.length * checkTable.length);
  });
});
