import { tradingStatuses } from "../../../../domain/health";
import { tradingModes } from "../../../../domain/limit";
import type { RefusalCode } from "../../../../domain/refusal";
import { strategyStates } from "../../../../domain/strategy";
import { nsPerMillisecond, nsPerSecond } from "../../../../domain/time";
import { QuoteColumn } from "../../book/quotes";
import type { GateCheckMethod } from "../check-table";
import { type Ask, askOf, beginNs, fillQuotes, type GateBench, middle, otherOrder, ownOrder } from "./gate-bench";
import { memoryCases } from "./memory-cases";
import { standingCases } from "./standing-cases";
import { workingCases } from "./working-cases";

type Answer = RefusalCode | "approved";

/** One question at the edge of one check, and what must be answered. */
export type GateCase = {
  readonly check: GateCheckMethod;
  readonly title: string;
  readonly answer: Answer;
  /** Limit and value of the refusal, where they matter. */
  readonly numbers: readonly [number, number] | null;
  readonly ask: (bench: GateBench) => Answer;
};

const cases: GateCase[] = [];

function at(
  check: GateCheckMethod,
  title: string,
  answer: Answer,
  ask: (bench: GateBench) => Answer,
  numbers: readonly [number, number] | null = null,
): void {
  cases.push({ check, title, answer, numbers, ask });
}

const child = (bench: GateBench, over: Partial<Ask> = {}) => bench.ask(askOf("child", over));
const parent = (bench: GateBench, over: Partial<Ask> = {}) => bench.ask(askOf("parent", over));
const replace = (bench: GateBench, over: Partial<Ask> = {}) => bench.ask(askOf("replace", over));
/** A leg of the pair, by the pairs strategy. */
const leg = { strategy: 0, pair: 0, instrument: 1 };

// In order.
at("isEngineOpen", "a parent in order", "approved", (b) => parent(b));
at("isEngineOpen", "a child in order", "approved", (b) => child(b));
at("isEngineOpen", "a replace in order", "approved", (b) => replace(b.openOwn(false, false)));
at("isEngineOpen", "a pair's leg in order", "approved", (b) => child(b, leg));
at("isEngineOpen", "a sale in order", "approved", (b) => child(b, { sell: true }));

at("isNoReplay", "a replay", "replayOnly", (b) => {
  b.standing.replay = true;
  return parent(b);
});
at("isEngineOpen", "recovery or shutdown", "venueNotReady", (b) => {
  b.standing.closed = true;
  return parent(b);
});

const kill = (scope: number, target: number) => (b: GateBench) => {
  b.kills.set(scope, target, true);
  return b;
};
at("isNotKilled", "everything killed", "killed", (b) => parent(kill(0, -1)(b)));
at("isNotKilled", "the strategy killed", "killed", (b) => parent(kill(1, 1)(b)));
at("isNotKilled", "another strategy killed", "approved", (b) => parent(kill(1, 0)(b)));
at("isNotKilled", "the instrument killed", "killed", (b) => parent(kill(2, 2)(b)));
at("isNotKilled", "another instrument killed", "approved", (b) => parent(kill(2, 3)(b)));
at("isNotKilled", "the venue killed, and a parent has none", "approved", (b) => parent(kill(3, 0)(b)));
at("isNotKilled", "the venue killed", "killed", (b) => child(kill(3, 0)(b)));
at("isNotKilled", "another venue killed", "approved", (b) => child(kill(3, 1)(b)));
at("isNotKilled", "the pair killed", "killed", (b) => child(kill(5, 0)(b), leg));
at("isNotKilled", "a pair killed, and the order is of none", "approved", (b) => child(kill(5, 0)(b)));
at("isNotKilled", "killed by the risk desk", "killed", (b) => {
  b.kills.set(1, 1, true, true);
  return child(b);
});
at("isNotKilled", "a strategy that does not exist", "killed", (b) => parent(b, { strategy: 99 }));

at("isReconciled", "the venue's two tellers differ over it", "reconciliationBreak", (b) => {
  b.standing.broken = 2;
  return parent(b);
});
at("isReconciled", "they differ over another name", "approved", (b) => {
  b.standing.broken = 3;
  return parent(b);
});
at("isReconciled", "they differ, and it closes", "approved", (b) => {
  b.standing.broken = 2;
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return parent(b, { sell: true });
});

at(
  "isReconciled",
  "they differ, and it closes the strategy's position but opens the desk's",
  "reconciliationBreak",
  (b) => {
    b.standing.broken = 2;
    return parent(held(b, 0, 100), { sell: true });
  },
);
at(
  "isReconciled",
  "they differ, and it closes the desk's position but opens the strategy's",
  "reconciliationBreak",
  (b) => {
    b.standing.broken = 2;
    return parent(held(b, 100, 0), { sell: true });
  },
);

const inState = (b: GateBench, state: keyof typeof strategyStates.code, held = 0) => {
  b.standing.state = strategyStates.code[state];
  b.positions.strategyQuantity = held;
  b.positions.quantity = held;
  return b;
};
for (const state of ["stopped", "starting", "paused", "stopping", "killed", "failed"] as const)
  at("isStrategyRunning", `a ${state} strategy`, "strategyNotRunning", (b) => parent(inState(b, state)));
at("isStrategyRunning", "a paused strategy that sells what it holds", "approved", (b) =>
  parent(inState(b, "paused", 100), { sell: true }),
);
at("isStrategyRunning", "a paused strategy that buys back what it is short", "approved", (b) =>
  parent(inState(b, "paused", -100)),
);
at("isStrategyRunning", "a paused strategy that sells one more than it holds", "strategyNotRunning", (b) =>
  parent(inState(b, "paused", 99), { sell: true }),
);
at("isStrategyRunning", "a paused strategy that adds to what it holds", "strategyNotRunning", (b) =>
  parent(inState(b, "paused", 100)),
);
at("isStrategyRunning", "a paused strategy that sells what it offers already", "strategyNotRunning", (b) => {
  b.working.strategySell = 1;
  return parent(inState(b, "paused", 100), { sell: true });
});
at("isStrategyRunning", "a stopped strategy that sells what it holds", "strategyNotRunning", (b) =>
  parent(inState(b, "stopped", 100), { sell: true }),
);

const filled = (b: GateBench, fills: number, apartNs = 1, sell = 0) => {
  let off = 0;
  for (let i = 0; i < fills; i++) if (b.repeated.onFill(1, 2, sell, beginNs + i * apartNs, 5, 10)) off = i + 1;
  return off;
};
at("isNotRepeating", "one fill less than the limit", "approved", (b) => {
  filled(b, 4);
  return child(b);
});
at(
  "isNotRepeating",
  "as many fills as the limit",
  "repeatedExecutions",
  (b) => {
    if (filled(b, 5) !== 5) return "approved";
    return child(b);
  },
  [5, 5],
);
at("isNotRepeating", "no limit of fills", "noLimit", (b) => parent(b.limit("repeatedExecutions", "strategy", -1)));
at("isNotRepeating", "no limit of the window", "noLimit", (b) => child(b.limit("repeatedSeconds", "strategy", -1)));
at("isNotRepeating", "limits of nothing, and no fill", "approved", (b) =>
  child(b.limit("repeatedExecutions", "strategy", 0).limit("repeatedSeconds", "strategy", 0)),
);
at("isNotRepeating", "another strategy has no limits", "approved", (b) =>
  child(b.limit("repeatedExecutions", "strategy", -1).limit("repeatedSeconds", "strategy", -1), {
    strategy: 2,
    instrument: 3,
    venue: 1,
  }),
);
at("isNotRepeating", "put back by a person", "approved", (b) => {
  filled(b, 5);
  b.repeated.putBack(1);
  filled(b, 4);
  return child(b);
});
at("isNotRepeating", "the window has passed between first and last", "approved", (b) => {
  filled(b, 5, (10 * nsPerSecond) / 4);
  return child(b);
});
at("isNotRepeating", "just within the window", "repeatedExecutions", (b) => {
  filled(b, 5, (10 * nsPerSecond) / 4 - 1);
  return child(b);
});
at("isNotRepeating", "half on each side", "approved", (b) => {
  filled(b, 4);
  filled(b, 4, 1, 1);
  return child(b);
});
at("isNotRepeating", "another strategy is off", "approved", (b) => {
  filled(b, 5);
  return child(b, { strategy: 2, instrument: 3, venue: 1 });
});

const mode =
  (scope: "all" | "strategy" | "instrument" | "venue" | "pair", target: number, to: "reducing" | "halted") =>
  (b: GateBench) => {
    b.modes.set(scope, target, tradingModes.code[to], 0, 0, 0);
    return b;
  };
at("isWithinMode", "the desk halted", "modeHalted", (b) => parent(mode("all", -1, "halted")(b)));
at("isWithinMode", "the strategy halted", "modeHalted", (b) => parent(mode("strategy", 1, "halted")(b)));
at("isWithinMode", "another strategy halted", "approved", (b) => parent(mode("strategy", 0, "halted")(b)));
at("isWithinMode", "the instrument halted", "modeHalted", (b) => parent(mode("instrument", 2, "halted")(b)));
at("isWithinMode", "the venue halted", "modeHalted", (b) => child(mode("venue", 0, "halted")(b)));
at("isWithinMode", "the pair halted", "modeHalted", (b) => child(mode("pair", 0, "halted")(b), leg));
at("isWithinMode", "reducing, and it adds", "modeReducing", (b) => parent(mode("all", -1, "reducing")(b)));
at("isWithinMode", "reducing, and it closes", "approved", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return parent(mode("strategy", 1, "reducing")(b), { sell: true });
});
at("isWithinMode", "reducing, and it goes through zero", "modeReducing", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 99;
  return parent(mode("strategy", 1, "reducing")(b), { sell: true });
});
at("isWithinMode", "halted, and it closes", "modeHalted", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return parent(mode("venue", 0, "halted")(mode("strategy", 1, "halted")(b)), { sell: true });
});
at("isWithinMode", "reducing over halted: the strictest holds", "modeHalted", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return child(mode("venue", 0, "halted")(mode("all", -1, "reducing")(b)), { sell: true });
});
for (const [scope, target] of [
  ["strategy", 0],
  ["instrument", 1],
  ["venue", 0],
  ["pair", 0],
] as const)
  at("isWithinMode", `reducing desk, halted ${scope}`, "modeHalted", (b) => {
    b.positions.strategyQuantity = b.positions.quantity = 100;
    return child(mode(scope, target, "halted")(mode("all", -1, "reducing")(b)), { ...leg, sell: true });
  });

for (const [scope, target] of [
  ["all", -1],
  ["instrument", 2],
  ["venue", 0],
] as const) {
  at("isWithinMode", `reducing ${scope}, and it closes what the desk holds`, "approved", (b) =>
    child(mode(scope, target, "reducing")(held(b, 100, 0)), { sell: true }),
  );
  at("isWithinMode", `reducing ${scope}, and it goes through the desk's zero`, "modeReducing", (b) =>
    child(mode(scope, target, "reducing")(held(b, 99, 100)), { sell: true }),
  );
  at("isWithinMode", `reducing ${scope}, and a buy closes what the desk is short`, "approved", (b) =>
    child(mode(scope, target, "reducing")(held(b, -100, 0))),
  );
  at("isWithinMode", `reducing ${scope}, another sale works already`, "modeReducing", (b) =>
    child(mode(scope, target, "reducing")(workingHere(held(b, 100, 100), 0, 1)), { sell: true }),
  );
}
at("isWithinMode", "a parent is of no venue, whose mode is reducing", "approved", (b) =>
  parent(mode("venue", 0, "reducing")(b)),
);
at("isWithinMode", "reducing strategy, and it closes the desk's position only", "modeReducing", (b) =>
  child(mode("strategy", 1, "reducing")(held(b, 100, 0)), { sell: true }),
);
at("isWithinMode", "reducing strategy, and it closes what the strategy holds", "approved", (b) =>
  child(mode("strategy", 1, "reducing")(held(b, 0, 100)), { sell: true }),
);
const pairLeg = (b: GateBench, inLegA: number, working = 0) => {
  b.positions.pairQuantity = inLegA;
  b.working.pairSell = working;
  return b;
};
at("isWithinMode", "reducing pair, and it closes what the pair holds", "approved", (b) =>
  child(mode("pair", 0, "reducing")(pairLeg(b, 100)), { ...leg, sell: true }),
);
at("isWithinMode", "reducing pair, another sale of the leg works already", "modeReducing", (b) =>
  child(mode("pair", 0, "reducing")(pairLeg(b, 100, 1)), { ...leg, sell: true }),
);
at("isWithinMode", "reducing pair, and it closes what strategy and desk hold but not the pair", "modeReducing", (b) =>
  child(mode("pair", 0, "reducing")(pairLeg(held(b, 100, 100), -100)), { ...leg, sell: true }),
);
at("isWithinMode", "reducing pair, and it closes the other leg", "approved", (b) =>
  child(mode("pair", 0, "reducing")(pairLeg(b, 100)), { ...leg, instrument: 0 }),
);
at("isWithinMode", "reducing pair, and it adds to the other leg", "modeReducing", (b) =>
  child(mode("pair", 0, "reducing")(pairLeg(b, 100)), { ...leg, instrument: 0, sell: true }),
);
at("isWithinMode", "the pair reducing, an order of no pair", "approved", (b) => child(mode("pair", 0, "reducing")(b)));
at("isWithinMode", "reducing desk and pair, and it closes the desk's position only", "modeReducing", (b) =>
  child(mode("all", -1, "reducing")(mode("pair", 0, "reducing")(held(b, 100, 100))), { ...leg, sell: true }),
);

at("isPermitted", "an instrument of another strategy", "notPermitted", (b) => parent(b, { instrument: 4 }));
at("isPermitted", "an instrument that does not exist", "killed", (b) => parent(b, { instrument: 9 }));
at("isPermitted", "a venue that it may not trade at", "notPermitted", (b) =>
  child(b, { strategy: 2, instrument: 3, venue: 0 }),
);
at("isPermitted", "the venue that it may trade at", "approved", (b) =>
  child(b, { strategy: 2, instrument: 3, venue: 1 }),
);
at("isPermitted", "a pair of a strategy that trades none", "notPermitted", (b) => parent(b, { pair: 0 }));
at("isPermitted", "a pairs strategy without a pair", "notPermitted", (b) => parent(b, { ...leg, pair: -1 }));
at("isPermitted", "an instrument that is no leg of the pair", "notPermitted", (b) =>
  parent(b, { ...leg, instrument: 2 }),
);
at("isPermitted", "the other leg of the pair", "approved", (b) => parent(b, { ...leg, instrument: 0 }));

at("isNotRestricted", "on the restricted list", "restricted", (b) => parent(b.limit("restricted", "instrument", 1)));
at("isNotRestricted", "no entry", "restricted", (b) => parent(b.limit("restricted", "instrument", -1)));
at("isNotRestricted", "another name restricted", "approved", (b) =>
  parent(b.limit("restricted", "instrument", 1), { instrument: 3 }),
);

at("isOnTick", "between two ticks", "notATick", (b) => parent(b, { price: middle + 1 }), [100, middle + 1]);
at("isOnTick", "no price", "notATick", (b) => parent(b, { price: 0 }));
at("isOnTick", "a price below zero", "notATick", (b) => parent(b, { price: -middle }));
at("isOnTick", "not a number", "notATick", (b) => parent(b, { price: Number.NaN }));
at("isOnTick", "no end", "notATick", (b) => parent(b, { price: Number.POSITIVE_INFINITY }));

at("isQuantitySound", "the very limit", "approved", (b) => child(b, { quantity: 1_000 }));
at("isQuantitySound", "one more", "orderQuantity", (b) => child(b, { quantity: 1_001 }), [1_000, 1_001]);
at("isQuantitySound", "one lot", "approved", (b) => child(b, { quantity: 1 }));
at("isQuantitySound", "nothing", "orderQuantity", (b) => child(b, { quantity: 0 }));
at("isQuantitySound", "less than nothing", "orderQuantity", (b) => parent(b, { quantity: -5 }));
at("isQuantitySound", "half a lot", "orderQuantity", (b) => child(b, { quantity: 1.5 }));
at("isQuantitySound", "not a number", "orderQuantity", (b) => parent(b, { quantity: Number.NaN }));
at("isQuantitySound", "no limit", "noLimit", (b) => child(b.limit("orderQuantity", "all", -1)));
at("isQuantitySound", "a replace of the very limit", "approved", (b) =>
  replace(b.openOwn(false, false), { quantity: 1_000 }),
);
at("isQuantitySound", "a replace of one more", "orderQuantity", (b) =>
  replace(b.openOwn(false, false), { quantity: 1_001 }),
);
at("isQuantitySound", "a replace of one more, of which one is filled", "approved", (b) => {
  b.openOwn(false, false).working.filledQuantity[ownOrder] = 1;
  return replace(b, { quantity: 1_001 });
});

at("isNotionalSound", "the very limit", "approved", (b) =>
  child(b.limit("orderNotional", "all", 100 * middle), { quantity: 100 }),
);
at("isNotionalSound", "one more", "orderNotional", (b) => child(b.limit("orderNotional", "all", 100 * middle - 1)), [
  100 * middle - 1,
  100 * middle,
]);
at("isNotionalSound", "no limit", "noLimit", (b) => child(b.limit("orderNotional", "all", -1)));
at("isNotionalSound", "a replace of one more", "orderNotional", (b) =>
  replace(b.openOwn(false, false).limit("orderNotional", "all", 100 * middle - 1)),
);
at("isNotionalSound", "a parent is not an order", "approved", (b) => parent(b.limit("orderNotional", "all", 1)));

at("isParentSound", "the very quantity", "approved", (b) => parent(b.limit("parentQuantity", "all", 100)));
at("isParentSound", "one more", "parentQuantity", (b) => parent(b.limit("parentQuantity", "all", 99)), [99, 100]);
at("isParentSound", "no limit of quantity", "noLimit", (b) => parent(b.limit("parentQuantity", "all", -1)));
at("isParentSound", "the very notional", "approved", (b) => parent(b.limit("parentNotional", "all", 100 * middle)));
at(
  "isParentSound",
  "more notional",
  "parentNotional",
  (b) => parent(b.limit("parentNotional", "all", 100 * middle - 1)),
  [100 * middle - 1, 100 * middle],
);
at("isParentSound", "no limit of notional", "noLimit", (b) => parent(b.limit("parentNotional", "all", -1)));
at("isParentSound", "a child is not a parent", "approved", (b) =>
  child(b.limit("parentQuantity", "all", 1).limit("parentNotional", "all", 1)),
);
at("isParentSound", "58,000,000 in the quantity field", "parentQuantity", (b) => parent(b, { quantity: 58_000_000 }));

at("isBasketSound", "the very limit with what stands before it", "approved", (b) =>
  parent(b, { basket: 400_000_000 - 100 * middle }),
);
at(
  "isBasketSound",
  "one more",
  "basketNotional",
  (b) => parent(b, { basket: 400_000_001 - 100 * middle }),
  [400_000_000, 400_000_001],
);
at("isBasketSound", "no limit", "noLimit", (b) => parent(b.limit("basketNotional", "all", -1)));
at("isBasketSound", "a child is no basket", "approved", (b) => child(b.limit("basketNotional", "all", 1)));

at("isWithinParent", "all that the parent has left", "approved", (b) => child(b, { parentLeft: 100 }));
at("isWithinParent", "one more", "parentExceeded", (b) => child(b, { parentLeft: 99 }), [99, 100]);
at("isWithinParent", "a replace that grows by what is left", "approved", (b) =>
  replace(b.openOwn(false, false), { quantity: 150, parentLeft: 50 }),
);
at("isWithinParent", "a replace that grows by one more", "parentExceeded", (b) =>
  replace(b.openOwn(false, false), { quantity: 151, parentLeft: 50 }),
);
at("isWithinParent", "a replace that shrinks when nothing is left", "approved", (b) =>
  replace(b.openOwn(false, false), { quantity: 50, parentLeft: 0 }),
);
/** A child of a parent whose quantity the gate was told before; further ones ask with what that left. */
const childOf = (b: GateBench, quantity: number, parentLeft: number | null = null, row = 7) =>
  child(b, { quantity, parentLeft, parent: row });
at("isWithinParent", "a second child that wants the rest", "approved", (b) => {
  if (childOf(b, 60, 100) !== "approved") return "noLimit";
  return childOf(b, 40);
});
at(
  "isWithinParent",
  "a second child that wants one more than the rest",
  "parentExceeded",
  (b) => {
    childOf(b, 60, 100);
    return childOf(b, 41);
  },
  [40, 41],
);
at("isWithinParent", "a child that was refused has taken nothing", "approved", (b) => {
  childOf(b, 101, 100);
  return childOf(b, 100);
});
at("isWithinParent", "a child's rest that was given back, and one more", "parentExceeded", (b) => {
  childOf(b, 100, 100);
  b.gate.giveBack(7, 30);
  if (childOf(b, 30) !== "approved") return "noLimit";
  return childOf(b, 1);
});
at("isWithinParent", "more was filled than was asked for", "parentExceeded", (b) => {
  childOf(b, 60, 100);
  b.gate.giveBack(7, -5);
  if (childOf(b, 35) !== "approved") return "noLimit";
  return childOf(b, 1);
});
at("isWithinParent", "another parent's children take nothing of it", "approved", (b) => {
  childOf(b, 100, 100, 6);
  childOf(b, 101, 101, 8);
  return childOf(b, 102, 102);
});
at("isWithinParent", "a parent that another one's row is used for again begins anew", "approved", (b) => {
  childOf(b, 100, 100);
  return childOf(b, 101, 101);
});
at(
  "isWithinParent",
  "a replace takes what it grows by",
  "parentExceeded",
  (b) => {
    b.openOwn(false, false).working.parent[ownOrder] = 7;
    if (replace(b, { quantity: 130, parentLeft: 50 }) !== "approved") return "noLimit";
    return childOf(b, 21);
  },
  [20, 21],
);
at("isWithinParent", "a replace that shrinks gives nothing back before it is done", "parentExceeded", (b) => {
  b.openOwn(false, false).working.parent[ownOrder] = 7;
  if (replace(b, { quantity: 60, parentLeft: 0 }) !== "approved") return "noLimit";
  return childOf(b, 1);
});
at("isWithinParent", "a parent that nobody told the gate of", "parentExceeded", (b) => childOf(b, 1, null, 9));
at("isWithinParent", "a parent has no parent", "approved", (b) => parent(b, { parentLeft: 0 }));

const sentToday = (b: GateBench, count: number) => {
  b.working.count = count;
  return b;
};
at("isWithinOrdersOfTheDay", "the last order of the day", "approved", (b) => child(sentToday(b, 4_999)));
at("isWithinOrdersOfTheDay", "one more", "ordersOfTheDay", (b) => child(sentToday(b, 5_000)), [5_000, 5_001]);
at("isWithinOrdersOfTheDay", "a replace is no further order", "approved", (b) =>
  replace(sentToday(b, 5_000).openOwn(false, false)),
);
at("isWithinOrdersOfTheDay", "one more that closes", "approved", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return child(sentToday(b, 14_999), { sell: true });
});
at("isWithinOrdersOfTheDay", "the reserve is used up", "ordersOfTheDay", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return child(sentToday(b, 15_000), { sell: true });
});
at("isWithinOrdersOfTheDay", "no limit", "noLimit", (b) => child(b.limit("ordersPerDay", "all", -1)));
at("isWithinOrdersOfTheDay", "no limit, and it closes", "noLimit", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return child(b.limit("ordersPerDay", "all", -1), { sell: true });
});
at("isWithinOrdersOfTheDay", "no row left", "ordersOfTheDay", (b) => {
  b.working.room = false;
  return child(b);
});

at(
  "isVenueReady",
  "the session is down",
  "venueNotReady",
  (b) => {
    b.standing.ready = false;
    return child(b);
  },
  [1, 0],
);
at("isVenueReady", "a parent needs no session yet", "approved", (b) => {
  b.standing.ready = false;
  return parent(b);
});

const inStatus = (b: GateBench, status: keyof typeof tradingStatuses.code) => {
  b.status.fill(tradingStatuses.code[status]);
  return b;
};
const onEvent = (b: GateBench, event: string) => {
  b.rules.onSystemEvent(0, event.charCodeAt(0));
  return b;
};
at("isPhaseOpen", "halted", "notTrading", (b) => child(inStatus(b, "halted")));
at("isPhaseOpen", "paused", "notTrading", (b) => child(inStatus(b, "paused")));
at("isPhaseOpen", "unknown", "notTrading", (b) => child(inStatus(b, "unknown")));
at("isPhaseOpen", "quotation only, which this desk allows", "approved", (b) => child(inStatus(b, "quotationOnly")));
for (const event of ["O", "S"])
  at("isPhaseOpen", `before the open (${event}), which this desk allows`, "approved", (b) => child(onEvent(b, event)));
for (const event of ["M", "E", "C"])
  at("isPhaseOpen", `after the close (${event})`, "notTrading", (b) => child(onEvent(b, event)));
at("isPhaseOpen", "open again", "approved", (b) => child(onEvent(onEvent(b, "M"), "Q")));
at("isPhaseOpen", "another venue has closed", "approved", (b) => {
  b.rules.onSystemEvent(1, "M".charCodeAt(0));
  return child(b);
});
at("isPhaseOpen", "a parent has no listing yet", "approved", (b) => parent(inStatus(b, "halted")));

const dataAge = 5 * nsPerSecond;
at("isDataFresh", "as old as it may be", "approved", (b) => child(b.at(beginNs + dataAge)));
at(
  "isDataFresh",
  "a nanosecond older",
  "staleData",
  (b) => {
    b.standing.feedTimeNs[1] = beginNs + 1;
    return child(b.at(beginNs + dataAge + 1));
  },
  [dataAge, dataAge + 1],
);
at("isDataFresh", "the feed is not live", "staleData", (b) => {
  b.quotes.venueLive[0] = 0;
  return child(b);
});
at("isDataFresh", "another venue's feed is not live", "approved", (b) => {
  b.quotes.venueLive[1] = 0;
  return child(b);
});
at("isDataFresh", "no limit", "noLimit", (b) => child(b.limit("dataAgeMilliseconds", "all", -1)));
at("isDataFresh", "a parent is of no venue", "approved", (b) => {
  b.quotes.venueLive[0] = 0;
  return parent(b);
});

const market = (b: GateBench, bid: number, ask: number) => {
  fillQuotes(b.quotes, QuoteColumn.bidPrice, bid);
  fillQuotes(b.quotes, QuoteColumn.askPrice, ask);
  return b;
};
at("isNotCrossed", "locked", "approved", (b) => child(market(b, middle, middle)));
at("isNotCrossed", "crossed", "crossedMarket", (b) => parent(market(b, middle + 100, middle)), [middle + 100, middle]);
at("isNotCrossed", "no bid, and a trade to go by", "approved", (b) => child(market(b, 0, middle)));
at("isNotCrossed", "no ask, and a trade to go by", "approved", (b) => child(market(b, middle, 0)));

const last = (b: GateBench, price: number, ageNs = 0) => {
  b.bars.lastPrice.fill(price);
  b.bars.lastTimeNs.fill(beginNs - ageNs);
  return b;
};
at("isNotDeviant", "as far from the last trade as it may be, above", "approved", (b) =>
  child(market(b, 203_900, 204_100), { price: 204_000 }),
);
at("isNotDeviant", "further, above", "deviantMarket", (b) => parent(market(b, 203_900, 204_101)), [200, 200.025]);
at("isNotDeviant", "as far as it may be, below", "approved", (b) =>
  child(market(b, 195_900, 196_100), { price: 196_000 }),
);
at("isNotDeviant", "further, below", "deviantMarket", (b) => parent(market(b, 195_899, 196_100)));
at("isNotDeviant", "further from a trade of a moment ago", "deviantMarket", (b) =>
  parent(last(market(b, 204_900, 205_100), middle, 1), { price: 205_000 }),
);
at("isNotDeviant", "further from a trade that is too old for a reference", "deviantMarket", (b) =>
  parent(last(market(b, 204_900, 205_100), middle, 10 * nsPerSecond + 1), { price: 205_000 }),
);
at("isNotDeviant", "further from the last trade, and a trade may be of no age", "deviantMarket", (b) =>
  parent(last(market(b, 204_900, 205_100), middle, 1).limit("tradeAgeMilliseconds", "all", 0), { price: 205_000 }),
);
at("isNotDeviant", "no trade yet", "approved", (b) => child(last(market(b, 209_900, 210_100), 0), { price: 210_000 }));
at("isNotDeviant", "one side missing", "approved", (b) => child(market(b, 210_000, 0)));
at("isNotDeviant", "no limit", "noLimit", (b) => parent(b.limit("deviationBps", "all", -1)));

const wanted = 3;
/** Names were crossed, and have had so many updates since. */
const uncrossed = (b: GateBench, updates: number) => {
  market(b, middle + 200, middle - 200);
  b.soundness.onTouched(2);
  market(b, middle - 100, middle + 100);
  for (let i = 0; i < updates; i++) b.soundness.onTouched(2);
  return b;
};
/** A venue's feed was not live, and has had so many packets since. */
const liveAgain = (b: GateBench, packets: number, venue = 0) => {
  b.soundness.onNotLive(venue);
  for (let i = 0; i < packets; i++) b.soundness.onPacket(venue, dataAge);
  return b;
};
at(
  "isDataRecovered",
  "crossed, and one update short",
  "dataRecovering",
  (b) => parent(uncrossed(b, wanted - 1)),
  [3, 2],
);
at("isDataRecovered", "crossed, and as many updates as it takes", "approved", (b) => parent(uncrossed(b, wanted)));
at("isDataRecovered", "another name was crossed", "approved", (b) => parent(uncrossed(b, 0), { instrument: 3 }));
at("isDataRecovered", "locked is not crossed", "approved", (b) => {
  market(b, middle, middle);
  b.soundness.onTouched(2);
  return parent(b);
});
at("isDataRecovered", "far from the last trade, and one update short", "dataRecovering", (b) => {
  market(b, 209_900, 210_100);
  b.soundness.onTouched(2);
  market(b, middle - 100, middle + 100);
  for (let i = 1; i < wanted; i++) b.soundness.onTouched(2);
  return parent(b);
});
at("isDataRecovered", "as far from the last trade as it may be", "approved", (b) => {
  market(b, 203_900, 204_100);
  b.soundness.onTouched(2);
  return parent(b, { price: 204_000 });
});
at(
  "isDataRecovered",
  "the feed is back, and one packet short",
  "dataRecovering",
  (b) => child(liveAgain(b, 2)),
  [3, 2],
);
at("isDataRecovered", "the feed is back for as many packets as it takes", "approved", (b) => child(liveAgain(b, 3)));
at("isDataRecovered", "another venue's feed is just back", "approved", (b) => child(liveAgain(b, 0, 1)));
at("isDataRecovered", "a parent is of no venue", "approved", (b) => parent(liveAgain(b, 0, 1)));
at("isDataRecovered", "the feed was silent for longer than data may be old", "dataRecovering", (b) => {
  b.soundness.onPacket(0, dataAge + 1);
  return child(b);
});
at("isDataRecovered", "no limit", "noLimit", (b) => parent(b.limit("recoveryUpdates", "all", -1)));
at("isDataRecovered", "a limit of nothing", "approved", (b) =>
  child(uncrossed(liveAgain(b, 0), 0).limit("recoveryUpdates", "all", 0)),
);
at("isWithinCollar", "the bid is of a venue that is just back, and the trade is fresh", "priceCollar", (b) => {
  fillQuotes(b.quotes, QuoteColumn.bidVenue, 1);
  last(market(liveAgain(b, 2, 1), 203_900, 204_100), middle);
  return parent(b, { price: 206_100 });
});
at("isWithinCollar", "the bid is of a venue that is back for long enough", "approved", (b) => {
  fillQuotes(b.quotes, QuoteColumn.bidVenue, 1);
  last(market(liveAgain(b, 3, 1), 203_900, 204_100), middle);
  return parent(b, { price: 206_100 });
});

at("isWithinCollar", "a buy at the collar's end", "approved", (b) => child(b, { price: 206_000 }));
at("isWithinCollar", "a buy a tick beyond", "priceCollar", (b) => child(b, { price: 206_100 }), [206_000, 206_100]);
at("isWithinCollar", "a buy at its low end", "approved", (b) => child(b, { price: 194_000 }));
at("isWithinCollar", "a buy a tick below", "priceCollar", (b) => child(b, { price: 193_900 }), [194_000, 193_900]);
at("isWithinCollar", "a sale at the low end", "approved", (b) => child(b, { sell: true, price: 194_000 }));
at("isWithinCollar", "a sale a tick below", "priceCollar", (b) => child(b, { sell: true, price: 193_900 }));
at("isWithinCollar", "a parent a tick beyond", "priceCollar", (b) => parent(b, { price: 206_100 }));
at("isWithinCollar", "a replace a tick beyond", "priceCollar", (b) =>
  replace(b.openOwn(false, false), { price: 206_100 }),
);
at("isWithinCollar", "no limit", "noLimit", (b) => parent(b.limit("priceCollarBps", "all", -1)));
at("isWithinCollar", "no market, and a fresh trade: the collar is around it", "priceCollar", (b) =>
  parent(last(market(b, 0, 0), 190_000), { price: 196_000 }),
);
at("isWithinCollar", "no market, and a fresh trade, within", "approved", (b) =>
  parent(last(market(b, 0, 0), 190_000), { price: 195_700 }),
);
at("isWithinCollar", "no market, and a trade as old as it may be", "approved", (b) =>
  parent(last(market(b, 0, 0), middle, 10 * nsPerSecond)),
);
at("isWithinCollar", "no market, and an older trade", "noReferencePrice", (b) =>
  parent(last(market(b, 0, 0), middle, 10 * nsPerSecond + 1)),
);
at("isWithinCollar", "no market, no trade", "noReferencePrice", (b) => parent(last(market(b, 0, 0), 0)));
at("isWithinCollar", "no limit for the trade's age", "noLimit", (b) =>
  parent(b.limit("tradeAgeMilliseconds", "all", -1)),
);
at("isWithinCollar", "a trade may be of no age, and it is of this moment", "approved", (b) =>
  parent(last(market(b, 0, 0), middle).limit("tradeAgeMilliseconds", "all", 0)),
);
at("isWithinCollar", "a trade may be of no age, and there is a market", "approved", (b) =>
  parent(last(b, middle, 1).limit("tradeAgeMilliseconds", "all", 0)),
);
at("isWithinCollar", "one-sided: the trade counts, not the side", "priceCollar", (b) =>
  parent(last(market(b, 210_000, 0), middle), { price: 210_000 }),
);
at("isWithinCollar", "the bid is of a venue whose feed is old, and the trade is fresh", "priceCollar", (b) => {
  fillQuotes(b.quotes, QuoteColumn.bidVenue, 1);
  b.at(beginNs + dataAge + 1);
  b.standing.feedTimeNs[0] = beginNs + dataAge + 1;
  last(market(b, 203_900, 204_100), middle);
  return parent(b, { price: 206_100 });
});
at("isWithinCollar", "the ask is of a venue whose feed is old, and the trade is fresh", "priceCollar", (b) => {
  fillQuotes(b.quotes, QuoteColumn.askVenue, 1);
  b.at(beginNs + dataAge + 1);
  b.standing.feedTimeNs[0] = beginNs + dataAge + 1;
  last(market(b, 203_900, 204_100), middle);
  return parent(b, { price: 206_100 });
});
at("isWithinCollar", "both venues' feeds are as old as they may be: the market counts", "approved", (b) => {
  fillQuotes(b.quotes, QuoteColumn.askVenue, 1);
  b.at(beginNs + dataAge);
  last(market(b, 203_900, 204_100), middle);
  return parent(b, { price: 206_100 });
});

const tier = (b: GateBench, which: number, trade = middle) => {
  b.rules.setTier(4, which);
  b.rules.onTrade(2, trade, beginNs);
  return b;
};
const wide = (b: GateBench) => b.limit("priceCollarBps", "all", 10_000).limit("deviationBps", "all", 10_000);
at("isWithinBand", "a buy at the upper band (tier 1, 5 %)", "approved", (b) =>
  child(wide(tier(b, 1)), { price: 210_000 }),
);
at(
  "isWithinBand",
  "a buy above it",
  "priceBand",
  (b) => child(wide(tier(b, 1)), { price: 210_100 }),
  [210_000, 210_100],
);
at("isWithinBand", "a sale at the lower band", "approved", (b) =>
  child(wide(tier(b, 1)), { sell: true, price: 190_000 }),
);
at(
  "isWithinBand",
  "a sale below it",
  "priceBand",
  (b) => child(wide(tier(b, 1)), { sell: true, price: 189_900 }),
  [190_000, 189_900],
);
at("isWithinBand", "tier 2 has 10 %", "approved", (b) => child(wide(tier(b, 2)), { price: 220_000 }));
at("isWithinBand", "tier 2, above it", "priceBand", (b) => child(wide(tier(b, 2)), { price: 220_100 }));
at("isWithinBand", "no tier, no band", "approved", (b) => child(wide(tier(b, 0)), { price: 220_100 }));
at("isWithinBand", "a buy below the lower band harms nobody", "approved", (b) =>
  child(wide(tier(b, 1)), { price: 189_900 }),
);
at("isWithinBand", "a sale above the upper band harms nobody", "approved", (b) =>
  child(wide(tier(b, 1)), { sell: true, price: 210_100 }),
);
const low = (price: number, trade: number, answer: Answer, title: string) =>
  at("isWithinBand", title, answer, (b) => child(market(wide(tier(b, 1, trade)), trade, trade), { price }));
low(31_500, 30_000, "approved", "at $3.00 the band is 20 %");
low(36_000, 30_000, "approved", "at $3.00 the band's end is $3.60");
low(36_100, 30_000, "priceBand", "at $3.00 it is $3.60 and no more");
low(31_600, 30_100, "approved", "just above $3.00 the band is 5 %");
low(31_700, 30_100, "priceBand", "just above $3.00 no more than 5 %");
low(9_000, 7_500, "approved", "at $0.75 the band is 20 %, so is 15 cents");
low(9_100, 7_500, "priceBand", "at $0.75 no more than that");
low(8_900, 7_400, "approved", "below $0.75 it is 15 cents");
low(9_000, 7_400, "priceBand", "below $0.75 no more than 15 cents");
low(1_700, 1_000, "approved", "at 10 cents it is 75 %");
low(1_800, 1_000, "priceBand", "at 10 cents no more than 75 %");
at("isWithinBand", "the reference follows when the mean has moved by 1 %", "approved", (b) => {
  wide(tier(b, 1));
  for (let i = 0; i < 99; i++) b.rules.onTrade(2, 202_021, beginNs + 1);
  b.rules.onTrade(2, 202_000, beginNs + 30 * nsPerSecond);
  return child(b, { price: 212_100 });
});
at("isWithinBand", "it does not follow a smaller move", "priceBand", (b) => {
  wide(tier(b, 1));
  for (let i = 0; i < 99; i++) b.rules.onTrade(2, 202_000, beginNs + 1);
  b.rules.onTrade(2, 202_000, beginNs + 30 * nsPerSecond);
  return child(b, { price: 210_100 });
});
at("isWithinBand", "trades of more than five minutes ago do not count", "approved", (b) => {
  wide(tier(b, 1));
  for (let i = 0; i < 99; i++) b.rules.onTrade(2, 150_000, beginNs + 1);
  b.rules.onTrade(2, 210_000, beginNs + 331 * nsPerSecond);
  b.rules.onTrade(2, 210_000, beginNs + 361 * nsPerSecond);
  return child(b, { price: 220_500 });
});
const collar = (b: GateBench) => {
  wide(tier(b, 1)).rules.setCollar(4, 180_000, 230_000);
  return b;
};
at("isWithinBand", "the reopening auction's collar stands in place of the band", "approved", (b) =>
  child(collar(b), { price: 230_000 }),
);
at("isWithinBand", "above the auction's collar", "priceBand", (b) => child(collar(b), { price: 230_100 }));
at("isWithinBand", "a sale below the auction's collar", "priceBand", (b) =>
  child(collar(b), { sell: true, price: 179_900 }),
);
at("isWithinBand", "the auction is over", "priceBand", (b) => {
  collar(b).rules.onTrading(4);
  return child(b, { price: 210_100 });
});

const shortSale = (b: GateBench, venue = 0) => {
  b.rules.setShortSale(4 + venue, true);
  return b;
};
at(
  "isShortSaleAllowed",
  "a short sale at the best bid",
  "shortSaleRestricted",
  (b) => child(shortSale(b), { sell: true, price: middle - 100 }),
  [middle - 100, middle - 100],
);
at("isShortSaleAllowed", "a replace of a long sale grows to all that is held", "approved", (b) =>
  replace(held(b.openOwn(true, false), 300), { sell: true, quantity: 300 }),
);
at(
  "isShortSaleAllowed",
  "a replace of a long sale grows to one more than is held",
  "longSaleExceeded",
  (b) => replace(held(b.openOwn(true, false), 300), { sell: true, quantity: 301 }),
  [300, 301],
);
at("isShortSaleAllowed", "a replace of a long sale, where another sale works", "longSaleExceeded", (b) =>
  replace(workingHere(held(b.openOwn(true, false), 300), 0, 101), { sell: true, quantity: 300 }),
);
at("isShortSaleAllowed", "a replace of a long sale of what is not held any more gets no larger", "approved", (b) =>
  replace(held(b.openOwn(true, false), 50), { sell: true, quantity: 100 }),
);
at("isShortSaleAllowed", "a replace of a short sale may grow", "approved", (b) =>
  replace(b.openOwn(true, true), { sell: true, quantity: 300 }),
);
at("isShortSaleAllowed", "a short sale a tick above it", "approved", (b) =>
  child(shortSale(b), { sell: true, price: middle }),
);
at("isShortSaleAllowed", "restricted by the other venue", "shortSaleRestricted", (b) =>
  child(shortSale(b, 1), { sell: true, price: middle - 100 }),
);
at("isShortSaleAllowed", "a sale of what is held, at the bid", "approved", (b) => {
  b.positions.quantity = 100;
  return child(shortSale(b), { sell: true, price: middle - 100 });
});
at("isShortSaleAllowed", "one share more than is held, at the bid", "shortSaleRestricted", (b) => {
  b.positions.quantity = 99;
  return child(shortSale(b), { sell: true, price: middle - 100 });
});
at("isShortSaleAllowed", "what is held is offered already", "shortSaleRestricted", (b) => {
  b.positions.quantity = 100;
  b.working.sell = 1;
  return child(shortSale(b), { sell: true, price: middle - 100 });
});
at("isShortSaleAllowed", "a buy at the bid", "approved", (b) => child(shortSale(b), { price: middle - 100 }));
at("isShortSaleAllowed", "not in force", "approved", (b) => child(b, { sell: true, price: middle - 100 }));
at("isShortSaleAllowed", "no best bid", "shortSaleRestricted", (b) =>
  child(market(shortSale(b), 0, middle), { sell: true }),
);
at("isShortSaleAllowed", "a short sale's replace to the bid", "shortSaleRestricted", (b) =>
  replace(shortSale(b.openOwn(true, true)), { price: middle - 100 }),
);
at("isShortSaleAllowed", "a long sale's replace to the bid", "approved", (b) =>
  replace(shortSale(b.openOwn(true, false)), { price: middle - 100 }),
);
at("isShortSaleAllowed", "another name is restricted", "approved", (b) => {
  b.rules.setShortSale(6, true);
  return child(b, { sell: true, price: middle - 100 });
});

const held = (b: GateBench, quantity: number, own = 0) => {
  b.positions.quantity = quantity;
  b.positions.strategyQuantity = own;
  return b;
};
const workingHere = (b: GateBench, buy: number, sell: number) => {
  b.working.buy = buy;
  b.working.sell = sell;
  return b;
};
const ownWorking = (b: GateBench, buy: number, sell: number) => {
  b.working.strategyBuy = buy;
  b.working.strategySell = sell;
  return b;
};
at("isPositionWithin", "the very limit, working orders counted", "approved", (b) =>
  child(workingHere(held(b, 1_000), 900, 0)),
);
at("isPositionWithin", "one more", "positionLimit", (b) => child(workingHere(held(b, 1_000), 901, 0)), [2_000, 2_001]);
at("isPositionWithin", "sales on their way do not make room for a buy", "positionLimit", (b) =>
  child(workingHere(held(b, 1_000), 901, 500)),
);
at("isPositionWithin", "short, the very limit", "approved", (b) =>
  child(workingHere(held(b, -1_000), 0, 900), { sell: true }),
);
at("isPositionWithin", "short, one more", "positionLimit", (b) =>
  child(workingHere(held(b, -1_000), 0, 901), { sell: true }),
);
at("isPositionWithin", "beyond the limit, it may come back", "approved", (b) => child(held(b, 2_500), { sell: true }));
at("isPositionWithin", "beyond the limit, but not through zero and beyond on the other side", "positionLimit", (b) =>
  child(workingHere(held(b, 2_500), 0, 4_401), { sell: true }),
);
at("isPositionWithin", "beyond the limit, through zero and within on the other side", "approved", (b) =>
  child(workingHere(held(b, 2_500), 0, 4_400), { sell: true }),
);
at("isPositionWithin", "beyond the limit on the short side, it may come back", "approved", (b) =>
  child(held(b, -2_500)),
);
at("isPositionWithin", "beyond the limit, it may not go on", "positionLimit", (b) => child(held(b, 2_500)));
at("isPositionWithin", "beyond the limit on the short side, it may not go on", "positionLimit", (b) =>
  child(held(b, -2_500), { sell: true }),
);
at("isPositionWithin", "no limit", "noLimit", (b) => child(b.limit("positionQuantity", "instrument", -1)));
at("isPositionWithin", "no limit, and it comes back", "noLimit", (b) =>
  child(held(b, 500).limit("positionQuantity", "instrument", -1), { sell: true }),
);
at("isPositionWithin", "a replace adds only what it grows by", "approved", (b) =>
  replace(workingHere(held(b.openOwn(false, false), 1_000), 950, 0), { quantity: 150 }),
);
at("isPositionWithin", "a replace that grows by one more", "positionLimit", (b) =>
  replace(workingHere(held(b.openOwn(false, false), 1_000), 950, 0), { quantity: 151 }),
);

at("isStrategyPositionWithin", "the very limit, working orders counted", "approved", (b) =>
  child(ownWorking(held(b, 0, 1_000), 400, 0)),
);
at(
  "isStrategyPositionWithin",
  "one more",
  "strategyPositionLimit",
  (b) => child(ownWorking(held(b, 0, 1_000), 401, 0)),
  [1_500, 1_501],
);
at("isStrategyPositionWithin", "short, one more", "strategyPositionLimit", (b) =>
  child(ownWorking(held(b, 0, -1_000), 0, 401), { sell: true }),
);
at("isStrategyPositionWithin", "beyond the limit, it may come back", "approved", (b) =>
  child(held(b, 0, 1_600), { sell: true }),
);
at("isStrategyPositionWithin", "no limit", "noLimit", (b) => child(b.limit("positionQuantity", "strategy", -1)));

const more = 100 * middle;
/** Gives the pair this gross and net exposure, beside what is working. */
const pairHolds = (b: GateBench, gross: number, net: number, buy = 0, sell = 0) => {
  b.positions.pairGrossExposure = gross;
  b.positions.pairNetExposure = net;
  b.working.pairWorkingNotional[0] = buy;
  b.working.pairWorkingNotional[1] = sell;
  return b;
};
at("isPairExposureWithin", "the very gross limit", "approved", (b) =>
  child(pairHolds(b, 500_000_000 - more - 7, 0, 3, 4), leg),
);
at(
  "isPairExposureWithin",
  "one more",
  "pairGrossExposure",
  (b) => child(pairHolds(b, 500_000_001 - more - 7, 0, 3, 4), leg),
  [500_000_000, 500_000_001],
);
at("isPairExposureWithin", "the very net limit", "approved", (b) =>
  child(pairHolds(b, 0, 300_000_000 - more - 3, 3, 9), leg),
);
at(
  "isPairExposureWithin",
  "one more net",
  "pairNetExposure",
  (b) => child(pairHolds(b, 0, 300_000_001 - more - 3, 3, 9), leg),
  [300_000_000, 300_000_001],
);
at("isPairExposureWithin", "one more net, short", "pairNetExposure", (b) =>
  child(pairHolds(b, 0, more + 3 - 300_000_001, 9, 3), { ...leg, sell: true }),
);
at("isPairExposureWithin", "the very net limit, short", "approved", (b) =>
  child(pairHolds(b, 0, more + 3 - 300_000_000, 9, 3), { ...leg, sell: true }),
);
at("isPairExposureWithin", "the orders are of no pair", "approved", (b) => child(pairHolds(b, 1e9, 1e9)));
at("isPairExposureWithin", "beyond the limit, and it closes", "approved", (b) =>
  child(pairLeg(pairHolds(b, 1e9, 1e9), 100), { ...leg, sell: true }),
);
at("isPairExposureWithin", "beyond the limit, and it closes what others hold", "pairGrossExposure", (b) =>
  child(held(pairHolds(b, 1e9, 1e9), 100, 100), { ...leg, sell: true }),
);
at("isPairExposureWithin", "no limit of gross", "noLimit", (b) => child(b.limit("grossExposure", "pair", -1), leg));
at("isPairExposureWithin", "no limit of net", "noLimit", (b) => child(b.limit("netExposure", "pair", -1), leg));

const strategyHolds = (b: GateBench, gross: number, net: number, buy = 0, sell = 0) => {
  b.positions.strategyGrossExposure = gross;
  b.positions.strategyNetExposure = net;
  b.working.strategyWorkingNotional[2] = buy;
  b.working.strategyWorkingNotional[3] = sell;
  return b;
};
at("isStrategyExposureWithin", "the very gross limit", "approved", (b) =>
  child(strategyHolds(b, 900_000_000 - more - 7, 0, 3, 4)),
);
at(
  "isStrategyExposureWithin",
  "one more",
  "strategyGrossExposure",
  (b) => child(strategyHolds(b, 900_000_001 - more - 7, 0, 3, 4)),
  [900_000_000, 900_000_001],
);
at("isStrategyExposureWithin", "the very net limit", "approved", (b) =>
  child(strategyHolds(b, 0, 600_000_000 - more - 3, 3, 9)),
);
at(
  "isStrategyExposureWithin",
  "one more net",
  "strategyNetExposure",
  (b) => child(strategyHolds(b, 0, 600_000_001 - more - 3, 3, 9)),
  [600_000_000, 600_000_001],
);
at("isStrategyExposureWithin", "one more net, short", "strategyNetExposure", (b) =>
  child(strategyHolds(b, 0, more + 3 - 600_000_001, 9, 3), { sell: true }),
);
at("isStrategyExposureWithin", "beyond the limit, and it closes", "approved", (b) =>
  child(held(strategyHolds(b.limit("capital", "strategy", 1e12), 5e9, 5e9), 0, 100), { sell: true }),
);
at("isStrategyExposureWithin", "beyond the limit, and it closes the desk's position", "strategyGrossExposure", (b) =>
  child(held(strategyHolds(b, 5e9, 5e9), 100, 0), { sell: true }),
);
at("isStrategyExposureWithin", "no limit of gross", "noLimit", (b) => child(b.limit("grossExposure", "strategy", -1)));
at("isStrategyExposureWithin", "no limit of net", "noLimit", (b) => child(b.limit("netExposure", "strategy", -1)));
at("isStrategyExposureWithin", "beyond the limit, a replace to a lower price adds nothing", "approved", (b) =>
  replace(strategyHolds(b.openOwn(false, false), 5e9, 5e9), { price: middle - 100 }),
);
at("isStrategyExposureWithin", "beyond the limit, a replace to a higher price adds", "strategyGrossExposure", (b) =>
  replace(strategyHolds(b.openOwn(false, false), 5e9, 0), { price: middle + 100 }),
);
at("isStrategyExposureWithin", "a replace adds the difference in price at its larger size", "approved", (b) =>
  replace(strategyHolds(b.openOwn(false, false), 900_000_000 - 110 * (middle + 100), 0, 100 * middle), {
    price: middle + 100,
    quantity: 110,
  }),
);
at("isStrategyExposureWithin", "one more than the difference", "strategyGrossExposure", (b) =>
  replace(strategyHolds(b.openOwn(false, false), 900_000_001 - 110 * (middle + 100), 0, 100 * middle), {
    price: middle + 100,
    quantity: 110,
  }),
);
at(
  "isStrategyExposureWithin",
  "a smaller replace at a higher price counts at the old size",
  "strategyGrossExposure",
  (b) =>
    replace(strategyHolds(b.openOwn(false, false), 900_000_001 - 100 * (middle + 100), 0, 100 * middle), {
      price: middle + 100,
      quantity: 90,
    }),
);

const deskHolds = (b: GateBench, gross: number, net: number, buy = 0, sell = 0) => {
  b.positions.grossExposure = gross;
  b.positions.netExposure = net;
  b.working.workingNotional[0] = buy;
  b.working.workingNotional[1] = sell;
  return b;
};
at("isDeskExposureWithin", "the very gross limit", "approved", (b) =>
  child(deskHolds(b, 2_000_000_000 - more - 7, 0, 3, 4)),
);
at(
  "isDeskExposureWithin",
  "one more",
  "grossExposure",
  (b) => child(deskHolds(b, 2_000_000_001 - more - 7, 0, 3, 4)),
  [2_000_000_000, 2_000_000_001],
);
at("isDeskExposureWithin", "the very net limit", "approved", (b) =>
  child(deskHolds(b, 0, 1_200_000_000 - more - 3, 3, 9)),
);
at(
  "isDeskExposureWithin",
  "one more net",
  "netExposure",
  (b) => child(deskHolds(b, 0, 1_200_000_001 - more - 3, 3, 9)),
  [1_200_000_000, 1_200_000_001],
);
at("isDeskExposureWithin", "one more net, short", "netExposure", (b) =>
  child(deskHolds(b, 0, more + 3 - 1_200_000_001, 9, 3), { sell: true }),
);
at("isDeskExposureWithin", "beyond the limit, and it closes", "approved", (b) =>
  child(held(deskHolds(b, 5e9, 5e9), 100, 0), { sell: true }),
);
at("isDeskExposureWithin", "beyond the limit, and it closes the strategy's position only", "grossExposure", (b) =>
  child(held(deskHolds(b, 5e9, 5e9), 0, 100), { sell: true }),
);
at("isDeskExposureWithin", "no limit of gross", "noLimit", (b) => child(b.limit("grossExposure", "all", -1)));
at("isDeskExposureWithin", "no limit of net", "noLimit", (b) => child(b.limit("netExposure", "all", -1)));

const lost = (b: GateBench, own: number, all: number) => {
  b.positions.strategyResult = -own;
  b.positions.result = -all;
  return b;
};
const noLossLimit = (b: GateBench) => b.limit("dailyLossHard", "strategy", 1e12).limit("dailyLossHard", "all", 1e12);
at("isCapitalWithin", "exposure and loss at the very limit", "approved", (b) =>
  child(lost(strategyHolds(noLossLimit(b), 900_000_000 - more, 0), 20_000_000, 0)),
);
at(
  "isCapitalWithin",
  "one more",
  "strategyCapital",
  (b) => child(lost(strategyHolds(noLossLimit(b), 900_000_000 - more, 0), 20_000_001, 0)),
  [920_000_000, 920_000_001],
);
at("isCapitalWithin", "a gain makes no room", "strategyCapital", (b) =>
  child(lost(strategyHolds(noLossLimit(b).limit("grossExposure", "strategy", 2e9), 920_000_001 - more, 0), -5_000, 0)),
);
at("isCapitalWithin", "the desk's at the very limit", "approved", (b) =>
  child(lost(deskHolds(noLossLimit(b), 2_000_000_000 - more, 0), 0, 50_000_000)),
);
at(
  "isCapitalWithin",
  "the desk's, one more",
  "capital",
  (b) => child(lost(deskHolds(noLossLimit(b), 2_000_000_000 - more, 0), 0, 50_000_001)),
  [2_050_000_000, 2_050_000_001],
);
at("isCapitalWithin", "beyond it, and it closes", "approved", (b) =>
  child(held(lost(noLossLimit(b), 5e9, 5e9), 100, 100), { sell: true }),
);
at("isCapitalWithin", "beyond it, and it closes the desk's position only", "strategyCapital", (b) =>
  child(held(lost(noLossLimit(b), 5e9, 5e9), 100, 0), { sell: true }),
);
at("isCapitalWithin", "beyond it, and it closes the strategy's position only", "capital", (b) =>
  child(held(lost(noLossLimit(b), 5e9, 5e9), 0, 100), { sell: true }),
);
at("isCapitalWithin", "no limit", "noLimit", (b) => child(b.limit("capital", "strategy", -1)));
at("isCapitalWithin", "no limit of the desk", "noLimit", (b) => child(b.limit("capital", "all", -1)));

at("isLossWithin", "the very loss", "approved", (b) => child(lost(b, 15_000_000, 40_000_000)));
at("isLossWithin", "one more", "strategyDailyLoss", (b) => child(lost(b, 15_000_001, 0)), [15_000_000, 15_000_001]);
at("isLossWithin", "the desk's, one more", "dailyLoss", (b) => child(lost(b, 0, 40_000_001)), [40_000_000, 40_000_001]);
at("isLossWithin", "beyond it, and it closes", "approved", (b) =>
  child(held(lost(b, 16_000_000, 41_000_000), 100, 100), { sell: true }),
);
at("isLossWithin", "beyond it, and it closes the desk's position only", "strategyDailyLoss", (b) =>
  child(held(lost(b, 16_000_000, 41_000_000), 100, 0), { sell: true }),
);
at("isLossWithin", "beyond it, and it closes the strategy's position only", "dailyLoss", (b) =>
  child(held(lost(b, 16_000_000, 41_000_000), 0, 100), { sell: true }),
);
at("isLossWithin", "no limit", "noLimit", (b) => child(b.limit("dailyLossHard", "strategy", -1)));
at("isLossWithin", "no limit of the desk", "noLimit", (b) => child(b.limit("dailyLossHard", "all", -1)));

const standsAt = (b: GateBench, sell: boolean, price: number, venue = 0, instrument = 2) => {
  b.working.touching[otherOrder] = price;
  b.working.chains.set((instrument * 2 + venue) * 2 + (sell ? 1 : 0), [otherOrder]);
  return b;
};
at("isNoSelfMatch", "a buy at our own offer", "selfMatch", (b) => child(standsAt(b, true, middle)), [middle, middle]);
at("isNoSelfMatch", "a buy a tick below our own offer", "approved", (b) => child(standsAt(b, true, middle + 100)));
at("isNoSelfMatch", "a sale at our own bid", "selfMatch", (b) => child(standsAt(b, false, middle), { sell: true }));
at("isNoSelfMatch", "a sale a tick above our own bid", "approved", (b) =>
  child(standsAt(b, false, middle - 100), { sell: true }),
);
at("isNoSelfMatch", "a buy at our own bid", "approved", (b) => child(standsAt(b, false, middle)));
at("isNoSelfMatch", "our offer stands at the other venue", "approved", (b) => child(standsAt(b, true, middle, 1)));
at("isNoSelfMatch", "our offer is in another name", "approved", (b) => child(standsAt(b, true, middle, 0, 3)));
at("isNoSelfMatch", "the second of our offers", "selfMatch", (b) => {
  standsAt(b, true, middle + 500);
  b.working.touching[3] = middle;
  b.working.chains.set(9, [otherOrder, 3]);
  return child(b);
});
at("isNoSelfMatch", "a replace that comes to our own offer", "selfMatch", (b) =>
  replace(standsAt(b.openOwn(false, false), true, middle + 100), { price: middle + 100 }),
);
at("isNoSelfMatch", "a parent is of no venue", "approved", (b) => parent(standsAt(b, true, middle)));

const twice =
  (over: Partial<Ask>, afterNs = 0, first: Partial<Ask> = {}) =>
  (b: GateBench) => {
    if (child(b, first) !== "approved") throw new Error("the first order was refused");
    return child(b.at(beginNs + afterNs), { parent: 8, ...over });
  };
at("isNoDuplicate", "the same again", "duplicateOrder", twice({}), [100 * nsPerMillisecond, 0]);
at("isNoDuplicate", "the same a nanosecond before the window ends", "duplicateOrder", twice({}, 1e8 - 1));
at("isNoDuplicate", "the same when the window has passed", "approved", twice({}, 1e8));
at("isNoDuplicate", "another quantity", "approved", twice({ quantity: 101 }));
at("isNoDuplicate", "another price", "approved", twice({ price: middle + 100 }));
at("isNoDuplicate", "the other side", "approved", twice({ sell: true }));
at("isNoDuplicate", "another name", "approved", twice({ instrument: 3 }));
at("isNoDuplicate", "another venue", "duplicateOrder", twice({ venue: 1 }));
at(
  "isNoDuplicate",
  "another strategy",
  "approved",
  twice({ strategy: 2, instrument: 3, venue: 1 }, 0, { instrument: 3 }),
);
at("isNoDuplicate", "another child of the same parent", "approved", twice({ parent: 7 }));
at("isNoDuplicate", "the same leg of the same pair", "duplicateOrder", twice(leg, 0, leg));
at("isNoDuplicate", "the third, like the first", "duplicateOrder", (b) => {
  twice({ quantity: 101 })(b);
  return child(b, { parent: 9 });
});
at("isNoDuplicate", "no limit", "noLimit", (b) => child(b.limit("duplicateMilliseconds", "all", -1)));
at("isNoDuplicate", "a window of nothing", "approved", (b) => twice({})(b.limit("duplicateMilliseconds", "all", 0)));
at("isNoDuplicate", "a replace is no order", "approved", (b) => {
  if (child(b) !== "approved") throw new Error("the first order was refused");
  return replace(b.openOwn(false, false));
});
at("isNoDuplicate", "a refused order is none", "approved", (b) => {
  if (child(b, { parentLeft: 1 }) !== "parentExceeded") throw new Error("the first order was approved");
  return child(b);
});

const sent = (b: GateBench, count: number, over: Partial<Ask> = {}) => {
  for (let i = 0; i < count; i++)
    if (child(b, { quantity: i + 1, ...over }) !== "approved") throw new Error(`message ${i + 1} was refused`);
  return b;
};
at("isWithinRates", "the strategy's last of the second", "approved", (b) => child(sent(b, 19)));
at("isWithinRates", "one more", "strategyMessageRate", (b) => child(sent(b, 20)), [20, 21]);
at("isWithinRates", "a nanosecond before the second is over", "strategyMessageRate", (b) =>
  child(sent(b, 20).at(beginNs + nsPerSecond - 1)),
);
at("isWithinRates", "when the second is over", "approved", (b) => child(sent(b, 20).at(beginNs + nsPerSecond)));
at("isWithinRates", "the window slides: only the first of them has left it", "strategyMessageRate", (b) => {
  sent(b, 1);
  for (let i = 0; i < 19; i++) child(b.at(beginNs + 1_000), { quantity: i + 2 });
  if (child(b.at(beginNs + nsPerSecond), { quantity: 300 }) !== "approved") return "approved";
  return child(b, { quantity: 301 });
});
at("isWithinRates", "refused messages do not count", "approved", (b) => {
  for (let i = 0; i < 30; i++) child(b, { parentLeft: 0 });
  return child(sent(b, 19));
});
at("isWithinRates", "cancels count", "strategyMessageRate", (b) => {
  for (let i = 0; i < 20; i++) b.gate.countCancel(1, 0);
  return child(b);
});
at("isWithinRates", "replaces count", "strategyMessageRate", (b) => {
  b.openOwn(false, false);
  for (let i = 0; i < 20; i++) if (replace(b) !== "approved") return "approved";
  return replace(b);
});
at("isWithinRates", "a replace is refused like an order", "strategyMessageRate", (b) =>
  replace(sent(b, 20).openOwn(false, false)),
);
at("isWithinRates", "the venue's last of the second", "approved", (b) => {
  for (let i = 0; i < 29; i++) b.gate.countCancel(0, 0);
  return child(b);
});
at(
  "isWithinRates",
  "one more at the venue",
  "venueMessageRate",
  (b) => {
    for (let i = 0; i < 30; i++) b.gate.countCancel(0, 0);
    return child(b);
  },
  [30, 31],
);
at("isWithinRates", "at the other venue there is room", "approved", (b) => {
  for (let i = 0; i < 30; i++) b.gate.countCancel(0, 0);
  return child(b, { venue: 1 });
});
at("isWithinRates", "the desk's last of the second", "approved", (b) => {
  for (let i = 0; i < 49; i++) b.gate.countCancel(0, i % 2);
  return child(b);
});
at(
  "isWithinRates",
  "one more on the desk",
  "messageRate",
  (b) => {
    for (let i = 0; i < 50; i++) b.gate.countCancel(0, i % 2);
    return child(b);
  },
  [50, 51],
);
at("isWithinRates", "a raised limit has room", "approved", (b) =>
  child(sent(b, 20).limit("messagesPerSecond", "strategy", 21)),
);
at("isWithinRates", "a lowered limit acts at once", "strategyMessageRate", (b) =>
  child(sent(b, 10).limit("messagesPerSecond", "strategy", 10)),
);
at("isWithinRates", "a limit of nothing", "strategyMessageRate", (b) =>
  child(b.limit("messagesPerSecond", "strategy", 0)),
);
at("isWithinRates", "more than can be counted", "strategyMessageRate", (b) =>
  child(b.limit("messagesPerSecond", "strategy", 1e6)),
);
at("isWithinRates", "no limit of the strategy", "noLimit", (b) => child(b.limit("messagesPerSecond", "strategy", -1)));
at("isWithinRates", "no limit of the venue", "noLimit", (b) => child(b.limit("messagesPerSecond", "venue", -1)));
at("isWithinRates", "no limit of the desk", "noLimit", (b) => child(b.limit("messagesPerSecond", "all", -1)));
at("isWithinRates", "a parent sends nothing", "approved", (b) => parent(sent(b, 20)));

// Limits of nothing, and rows that are not the first.
at("isPhaseOpen", "only that listing is halted", "notTrading", (b) => {
  b.status[7] = tradingStatuses.code.halted;
  return child(b, { strategy: 2, instrument: 3, venue: 1 });
});
at("isPhaseOpen", "the listings beside it are halted", "approved", (b) => {
  for (const listing of [4, 5, 6, 8]) b.status[listing] = tradingStatuses.code.halted;
  return child(b, { strategy: 2, instrument: 3, venue: 1 });
});
at("isWithinOrdersOfTheDay", "a limit of nothing, and it closes", "approved", (b) => {
  b.positions.strategyQuantity = b.positions.quantity = 100;
  return child(b.limit("ordersPerDay", "all", 0), { sell: true });
});
at("isNotDeviant", "a limit of nothing, and the middle is the last trade", "approved", (b) =>
  child(b.limit("deviationBps", "all", 0)),
);
at("isWithinCollar", "a limit of nothing, at the reference", "approved", (b) =>
  child(b.limit("priceCollarBps", "all", 0)),
);
at("isDataFresh", "a limit of nothing, and data of this moment", "approved", (b) =>
  child(b.limit("dataAgeMilliseconds", "all", 0)),
);
at("isWithinCollar", "locked: the market counts, not the trade", "approved", (b) =>
  child(market(b, 203_900, 203_900), { price: 206_100 }),
);
at("isPositionWithin", "a limit of nothing, and it comes back", "approved", (b) =>
  child(held(b, 500).limit("positionQuantity", "instrument", 0), { sell: true }),
);
at("isWithinRates", "the second venue's own limit", "venueMessageRate", (b) => {
  b.limits.value[b.limits.rowOf("messagesPerSecond", "venue", 1)] = 1;
  b.gate.countCancel(0, 1);
  return child(b, { venue: 1 });
});
at("isWithinRates", "a limit of one, and the first", "approved", (b) =>
  child(b.limit("messagesPerSecond", "strategy", 1)),
);
at("isWithinRates", "the highest limit that can be kept", "approved", (b) =>
  child(b.limit("messagesPerSecond", "strategy", 128)),
);

/** What the gate's answer is to be at the edges of every check. */
export const gateCases: readonly GateCase[] = [...cases, ...memoryCases, ...standingCases, ...workingCases];

/**
 * Runs the cases on benches made by `create`, those of the checks in `first` before the others, in that order; what came out
 * otherwise, one line each that begins with the check, or only the first.
 */
export function failedGateCases(create: () => GateBench, first: readonly string[] = [], onlyFirst = false): string[] {
  const failed: string[] = [];
  const ordered = [
    ...first.flatMap((name) => gateCases.filter(({ check }) => check === name)),
    ...gateCases.filter(({ check }) => !first.includes(check)),
  ];
  for (const gateCase of ordered) {
    if (onlyFirst && failed.length > 0) return failed;
    const bench = create();
    let answer: string;
    try {
      answer = gateCase.ask(bench);
    } catch (error) {
      answer = `threw ${error instanceof Error ? error.message : String(error)}`;
    }
    const numbers = [bench.gate.limit, bench.gate.value];
    if (answer !== gateCase.answer) failed.push(`${gateCase.check}: ${gateCase.title}: ${answer}`);
    else if (gateCase.numbers?.some((number, i) => number !== numbers[i]))
      failed.push(`${gateCase.check}: ${gateCase.title}: numbers ${numbers.join(", ")}`);
  }
  return failed;
}
