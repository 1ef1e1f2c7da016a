import { tradingModes } from "../../../../domain/limit";
import { sides } from "../../../../domain/order";
import { askOf, type GateBench, middle, ownOrder } from "./gate-bench";
import type { GateCase } from "./gate-cases";

/*
 * Edges of what is asked of an order that works already: does it stand beyond a limit that was tightened, does it stand
 * against a mode. Nothing of it is new, so the limits are held against what stands.
 */

const cases: GateCase[] = [];
const size = 100;
const money = size * middle;

type Place = { strategy: number; pair: number; instrument: number; venue: number };
const makers: Place = { strategy: 1, pair: -1, instrument: 2, venue: 0 };
const leg: Place = { strategy: 0, pair: 0, instrument: 1, venue: 0 };

/** An order that works: a hundred at the middle, the only one there is. */
function orderAtWork(b: GateBench, sell: boolean, place = makers): GateBench {
  b.openOwn(sell, false);
  b.working.strategy[ownOrder] = place.strategy;
  b.working.pair[ownOrder] = place.pair;
  b.working.instrument[ownOrder] = place.instrument;
  b.working.venue[ownOrder] = place.venue;
  return b;
}

/** As much is held as the order brings back to zero, by the strategy and the desk, or by one of them alone. */
function closing(b: GateBench, sell: boolean, strategy = true, desk = true): GateBench {
  const held = sell ? size : -size;
  if (strategy) b.positions.strategyQuantity = held;
  if (desk) b.positions.quantity = held;
  return b;
}

function holds(check: GateCase["check"], title: string, isSo: (bench: GateBench) => boolean): void {
  const ask: GateCase["ask"] = (b) => (isSo(b) ? "approved" : "noLimit");
  cases.push({ check, title: `an order at work: ${title}`, answer: "approved", numbers: null, ask });
}

const isBeyond = (b: GateBench, collar = true) => b.gate.standsBeyond(ownOrder, collar);

for (const sell of [false, true]) {
  const word = sell ? "a sale" : "a buy";
  holds("isQuantitySound", `${word} within all limits`, (b) => !isBeyond(orderAtWork(b, sell)));
  holds("isNotRestricted", `${word} of a restricted name, even if it closes`, (b) =>
    isBeyond(closing(orderAtWork(b, sell), sell).limit("restricted", "instrument", 1)),
  );
  holds("isNotRestricted", `${word}, and its strategy may sell what it asks next for`, (b) => {
    // What is asked of it leaves nothing behind that the next question is answered by.
    isBeyond(orderAtWork(b, sell));
    return b.ask(askOf("child", { sell: !sell, price: middle })) === "approved";
  });

  const sized = [
    ["orderQuantity", size],
    ["orderNotional", money],
  ] as const;
  for (const [code, at] of sized) {
    holds("isQuantitySound", `${word} at ${code}`, (b) => !isBeyond(orderAtWork(b, sell).limit(code, "all", at)));
    holds("isQuantitySound", `${word} beyond ${code}`, (b) =>
      isBeyond(orderAtWork(b, sell).limit(code, "all", at - 1)),
    );
    holds(
      "isQuantitySound",
      `${word} beyond ${code} that closes`,
      (b) => !isBeyond(closing(orderAtWork(b, sell), sell).limit(code, "all", at - 1)),
    );
  }

  for (const sign of [-1, 1]) {
    const at = (b: GateBench, price: number) => {
      orderAtWork(b, sell).working.countedPrice[ownOrder] = price;
      return b;
    };
    const [end, beyond] = [middle + sign * 6_000, middle + sign * 6_100];
    holds("isWithinCollar", `${word} at the collar's end`, (b) => !isBeyond(at(b, end)));
    holds("isWithinCollar", `${word} a tick beyond the collar`, (b) => isBeyond(at(b, beyond)));
    holds(
      "isWithinCollar",
      `${word} beyond the collar, which is not looked at`,
      (b) => !isBeyond(at(b, beyond), false),
    );
    holds("isWithinCollar", `${word} beyond the collar that closes`, (b) => !isBeyond(closing(at(b, beyond), sell)));
  }

  // All of one scope; the pair's are a leg's.
  const standing = [
    ["isPositionWithin", "positionQuantity", "instrument", size],
    ["isStrategyPositionWithin", "positionQuantity", "strategy", size],
    ["isPairExposureWithin", "grossExposure", "pair", money],
    ["isPairExposureWithin", "netExposure", "pair", money],
    ["isStrategyExposureWithin", "grossExposure", "strategy", money],
    ["isStrategyExposureWithin", "netExposure", "strategy", money],
    ["isDeskExposureWithin", "grossExposure", "all", money],
    ["isDeskExposureWithin", "netExposure", "all", money],
    ["isCapitalWithin", "capital", "strategy", money],
    ["isCapitalWithin", "capital", "all", money],
  ] as const;
  for (const [check, code, scope, at] of standing) {
    const order = (b: GateBench) => orderAtWork(b, sell, scope === "pair" ? leg : makers);
    holds(check, `${word} at ${code} of ${scope}`, (b) => !isBeyond(order(b).limit(code, scope, at)));
    holds(check, `${word} beyond ${code} of ${scope}`, (b) => isBeyond(order(b).limit(code, scope, at - 1)));
    holds(check, `${word} beyond ${code} of ${scope} that closes`, (b) => {
      const bench = closing(order(b), sell);
      bench.positions.pairQuantity = sell ? size : -size;
      return !isBeyond(bench.limit(code, scope, 0));
    });
  }

  holds("isWithinMode", `${word} against no mode`, (b) => !orderAtWork(b, sell).gate.standsAgainstMode(ownOrder));
  const scopes = [
    ["all", -1],
    ["strategy", 0],
    ["instrument", 1],
    ["venue", 1],
    ["pair", 0],
  ] as const;
  for (const [scope, target] of scopes) {
    const against = (b: GateBench, to: "reducing" | "halted", place: Place) => {
      orderAtWork(b, sell, place).modes.set(scope, target, tradingModes.code[to], 0, 0, 0);
      return b;
    };
    const own = { ...leg, venue: 1 };
    const isAgainst = (b: GateBench) => b.gate.standsAgainstMode(ownOrder);
    holds("isWithinMode", `${word} against ${scope} halted`, (b) =>
      isAgainst(closing(against(b, "halted", own), sell)),
    );
    holds("isWithinMode", `${word} against ${scope} reducing`, (b) => isAgainst(against(b, "reducing", own)));
    holds("isWithinMode", `${word} that closes, and ${scope} is reducing`, (b) => {
      closing(against(b, "reducing", own), sell).positions.pairQuantity = sell ? size : -size;
      return !isAgainst(b);
    });
    if (scope !== "all")
      holds("isWithinMode", `${word} of another scope than ${scope}, which is halted`, (b) => {
        return !isAgainst(against(b, "halted", makers));
      });
  }
}
for (const question of ["standsBeyond", "standsAgainstMode"] as const)
  holds("isWithinMode", `${question} can't be told: it does`, (b) => {
    orderAtWork(b, false);
    b.working.strategyWorkingOf = () => {
      throw new Error("no figures");
    };
    return b.gate[question](ownOrder, true) && b.gate.code >= 0;
  });
holds("isPositionWithin", "a short sale counts as a sale", (b) => {
  orderAtWork(b, true).working.side[ownOrder] = sides.code.sellShort;
  return isBeyond(b.limit("positionQuantity", "instrument", size - 1));
});

/** See `gate-cases.ts`. */
export const workingCases: readonly GateCase[] = cases;
