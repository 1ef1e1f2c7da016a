import { sessionPhases } from "../../../../domain/health";
import { nsPerSecond } from "../../../../domain/time";
import { StateRegistry } from "../../../machine/state-registry";
import { DuplicateOrders, duplicateRows } from "../duplicate-orders";
import { RepeatedExecutions, repeatedRows } from "../repeated-executions";
import { askOf, beginNs, type GateBench } from "./gate-bench";
import type { GateCase } from "./gate-cases";

/*
 * Edges of what the gate remembers: orders of a moment ago, fills of the window, trades that price bands come from. Those
 * of the ring's end and of the neighbour's rows are put to the memories themselves.
 */

const cases: GateCase[] = [];

/** A case that holds when `isSo` says so; the check's refusal stands for its failure. */
function holds(
  check: "isNoDuplicate" | "isNotRepeating" | "isWithinBand" | "isPhaseOpen" | "isShortSaleAllowed",
  title: string,
  isSo: (bench: GateBench) => boolean,
): void {
  cases.push({ check, title, answer: "approved", numbers: null, ask: (b) => (isSo(b) ? "approved" : "noLimit") });
}

// Orders of a moment ago.

const windowNs = 100;
/** An order as the memory has it; price, quantity and pair are all alike unless said otherwise. */
type Remembered = {
  strategy?: number;
  instrument?: number;
  sell?: number;
  parent?: number;
  price?: number;
  quantity?: number;
};

function memory() {
  const orders = new DuplicateOrders(new StateRegistry(), 3, 6);
  const fields = ({ strategy = 1, instrument = 2, sell = 0, parent = 1, price = 50, quantity = 10 }: Remembered) =>
    [strategy, 0, instrument, sell, quantity, price, parent] as const;
  return {
    add: (order: Remembered, nowNs: number) => orders.add(...fields(order), nowNs),
    /** Age of the same order, by another parent unless said otherwise. */
    age: (order: Remembered, nowNs: number) => orders.ageOfSame(...fields({ parent: 2, ...order }), nowNs, windowNs),
    isFull: (nowNs: number) => orders.isFull(nowNs, windowNs),
  };
}

/** A memory that holds `count` orders of other names, the first at `firstNs`, one a nanosecond or all at once. */
function filledMemory(count: number, firstNs: number, apartNs = 0) {
  const made = memory();
  for (let i = 0; i < count; i++) made.add({ instrument: 5 }, firstNs + i * apartNs);
  return made;
}

holds("isNoDuplicate", "an empty memory knows of nothing, not even of what is all zeros", () => {
  const zeros = { price: 0, quantity: 0 };
  return memory().age(zeros, 5) === -1;
});
holds("isNoDuplicate", "an empty memory is not full at the very begin of the day", () => !memory().isFull(0));
holds("isNoDuplicate", "one order less than it holds, all of this moment: not full", () => {
  return !filledMemory(duplicateRows - 1, 1_000).isFull(1_000);
});
holds("isNoDuplicate", "as many as it holds within the window: full", () => {
  return filledMemory(duplicateRows, 1_000).isFull(1_000 + windowNs - 1);
});
holds("isNoDuplicate", "as many as it holds, and the window has passed: not full", () => {
  return !filledMemory(duplicateRows, 1_000).isFull(1_000 + windowNs);
});
holds("isNoDuplicate", "only the oldest has left the window: not full", () => {
  return !filledMemory(duplicateRows, 1_000, 1).isFull(1_000 + windowNs);
});
holds("isNoDuplicate", "more than it holds, the oldest it has left within the window: full", () => {
  return filledMemory(duplicateRows + 1, 1_000, 1).isFull(1_001 + windowNs - 1);
});
holds("isNoDuplicate", "an order whose place another name's has taken is forgotten", () => {
  const made = memory();
  made.add({}, 1_000);
  for (let i = 0; i < duplicateRows; i++) made.add({ instrument: 5 }, 1_000);
  return made.age({}, 1_000) === -1;
});
holds("isNoDuplicate", "the last order before its place is taken is remembered", () => {
  const made = memory();
  made.add({}, 1_000);
  for (let i = 0; i < duplicateRows - 1; i++) made.add({ instrument: 5 }, 1_000);
  return made.age({}, 1_000) === 0;
});
for (const strategy of [0, 1, 2])
  for (const instrument of [0, 1, 5])
    for (const sell of [0, 1])
      holds(
        "isNoDuplicate",
        `strategy ${strategy}, name ${instrument}, side ${sell}: its own and nobody else's`,
        () => {
          const made = memory();
          made.add({ strategy, instrument, sell }, 1_000);
          for (let s = 0; s < 3; s++)
            for (let i = 0; i < 6; i++)
              for (const side of [0, 1]) {
                const isOwn = s === strategy && i === instrument && side === sell;
                const age = made.age({ strategy: s, instrument: i, sell: side }, 1_001);
                if (age !== (isOwn ? 1 : -1)) return false;
              }
          return true;
        },
      );

// Fills of the window.

const fillsMax = 4;
const seconds = 10;
const noFills = () => new RepeatedExecutions(new StateRegistry(), 3, 6);

for (const strategy of [0, 1, 2])
  for (const instrument of [0, 1, 5])
    for (const sell of [0, 1])
      holds(
        "isNotRepeating",
        `strategy ${strategy}, name ${instrument}, side ${sell}: off at exactly its own limit`,
        () => {
          const repeated = noFills();
          const fill = (s: number, i: number, side: number) => repeated.onFill(s, i, side, beginNs, fillsMax, seconds);
          // One less than the limit in every name and side of everybody is too many of none.
          for (let s = 0; s < 3; s++)
            for (let i = 0; i < 6; i++)
              for (const side of [0, 1]) for (let n = 1; n < fillsMax; n++) if (fill(s, i, side)) return false;
          return fill(strategy, instrument, sell) && repeated.countWhenOff(strategy) === fillsMax;
        },
      );
holds("isNotRepeating", "it goes off once: the fills that follow say nothing new", () => {
  const repeated = noFills();
  const told = [1, 2, 3, 4, 5, 6].map(() => repeated.onFill(1, 2, 0, beginNs, fillsMax, seconds));
  return told.join() === "false,false,false,true,false,false";
});
holds("isNotRepeating", "what has left the window takes nothing younger with it", () => {
  const repeated = noFills();
  const at = (afterSeconds: number) =>
    repeated.onFill(1, 2, 0, beginNs + afterSeconds * nsPerSecond, fillsMax, seconds);
  return !at(0) && !at(6) && !at(7) && at(10) === false && at(11);
});
holds("isNotRepeating", "put back it counts anew, and its next fill leaves the window in its time", () => {
  const repeated = noFills();
  const at = (afterSeconds: number) =>
    repeated.onFill(1, 2, 0, beginNs + afterSeconds * nsPerSecond, fillsMax, seconds);
  at(0);
  at(0);
  repeated.putBack(1);
  if (repeated.highest(1) !== 0 || repeated.highest(0) !== 0) return false;
  return !at(1) && !at(11) && !at(11) && !at(11) && at(11);
});
holds("isNotRepeating", "more fills within the window than can be remembered are too many, whatever the limit", () => {
  const repeated = noFills();
  for (let i = 0; i < repeatedRows; i++) if (repeated.onFill(1, i % 6, 0, beginNs, 1e9, seconds)) return false;
  return repeated.onFill(1, 2, 0, beginNs, 1e9, seconds);
});
holds("isNotRepeating", "as many as can be remembered, window after window, are not", () => {
  const repeated = noFills();
  for (let i = 0; i < 3 * repeatedRows; i++) {
    const nowNs = beginNs + Math.floor(i / repeatedRows) * seconds * nsPerSecond;
    if (repeated.onFill(1, i % 6, 0, nowNs, 1e9, seconds)) return false;
  }
  return true;
});

// Trades that price bands come from. `beginNs` lies in the fourth of the ten half minutes of a round.

const partNs = 30 * nsPerSecond;
const banded = (b: GateBench) => {
  b.limit("priceCollarBps", "all", 10_000).limit("deviationBps", "all", 10_000);
  b.rules.setTier(4, 1);
  return b;
};
const tradeIn = (b: GateBench, count: number, price: number, part: number, instrument = 2) => {
  for (let i = 0; i < count; i++) b.rules.onTrade(instrument, price, beginNs + part * partNs);
};
/** The highest price of a buy is this, to the price unit. */
const endsAt = (b: GateBench, highest: number) =>
  b.ask(askOf("child", { price: Math.floor(highest / 100) * 100 })) === "approved" &&
  b.ask(askOf("child", { price: Math.floor(highest / 100) * 100 + 100, parent: 8 })) === "priceBand";

holds("isWithinBand", "trades of exactly ten half minutes ago still count", (b) => {
  banded(b);
  tradeIn(b, 1, 200_000, 0);
  tradeIn(b, 99, 210_000, 0);
  tradeIn(b, 1, 210_000, 10);
  return endsAt(b, ((200_000 + 99 * 210_000) / 100) * 1.05);
});
holds("isWithinBand", "a half minute that comes round is counted anew", (b) => {
  banded(b);
  tradeIn(b, 1, 200_000, 0);
  tradeIn(b, 99, 150_000, 0);
  tradeIn(b, 100, 200_000, 10);
  tradeIn(b, 1, 200_000, 11);
  return endsAt(b, 210_000);
});
holds("isWithinBand", "a mean that moved by exactly 1 % is the new reference", (b) => {
  banded(b);
  tradeIn(b, 1, 200_000, 0);
  tradeIn(b, 1, 204_000, 0);
  tradeIn(b, 1, 202_000, 1);
  return endsAt(b, 212_100);
});
holds("isWithinBand", "another name's trades are not counted, in any half minute", (b) => {
  banded(b);
  for (let part = -9; part <= 0; part++) for (const other of [1, 3]) tradeIn(b, 100, 100_000, part, other);
  tradeIn(b, 10, 200_000, 0);
  tradeIn(b, 1, 200_000, 1);
  return endsAt(b, 210_000);
});
holds("isPhaseOpen", "a venue that says nothing of its day is open, one that has not opened is before it", (b) => {
  const open = b.rules.phaseOf(4) === sessionPhases.code.trading;
  b.rules.onSystemEvent(0, "S".charCodeAt(0));
  return open && b.rules.phaseOf(4) === sessionPhases.code.preOpen && b.rules.phaseOf(5) === sessionPhases.code.trading;
});
holds("isShortSaleAllowed", "the restriction holds for its own name, whichever venue tells it", (b) => {
  b.rules.setShortSale(7, true);
  return [0, 1, 2, 3, 4, 5].every((instrument) => b.rules.isShortSaleRestricted(instrument) === (instrument === 3));
});

/** See `gate-cases.ts`. */
export const memoryCases: readonly GateCase[] = cases;
