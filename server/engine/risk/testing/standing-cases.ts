import { type Scope, scopes } from "../../../../domain/command";
import { decodeFact, type Fact, type FactOf } from "../../../../domain/facts";
import { alertCodes } from "../../../../domain/health";
import {
  type LimitCode,
  limitCodes,
  limitScopes,
  limitsOfScope,
  modeCauses,
  tradingModes,
} from "../../../../domain/limit";
import { StateRegistry } from "../../../machine/state-registry";
import { Turn } from "../../turn";
import { KillSwitch } from "../kill-switch";
import { Limits } from "../limits";
import { LossGuard } from "../loss-guard";
import { Modes } from "../modes";
import { RepeatedExecutions } from "../repeated-executions";
import { beginNs, type GateBench } from "./gate-bench";
import type { GateCase } from "./gate-cases";
import { riskDesk } from "./risk-desk";

/*
 * Edges of what stands over all messages: limits, modes, losses that move modes by themselves, and what of them goes on
 * into a new day.
 */

const cases: GateCase[] = [];
const { active, reducing, halted } = tradingModes.code;
const strategies = [0, 1, 2];
const counts = { strategies: 3, instruments: 6, venues: 2, pairs: 1 };
const targets = { all: [-1], strategy: strategies, instrument: [0, 1, 2, 3, 4, 5], venue: [0, 1], pair: [0] } as const;

/** A case that holds when `isSo` says so; the check's refusal stands for its failure. */
function holds(title: string, isSo: (bench: GateBench) => boolean): void {
  const ask: GateCase["ask"] = (b) => (isSo(b) ? "approved" : "noLimit");
  cases.push({ check: "isWithinMode", title, answer: "approved", numbers: null, ask });
}

function factsOf(b: GateBench): Fact[] {
  const facts: Fact[] = [];
  for (let at = 0; at < b.facts.used; ) {
    const { fact, length } = decodeFact(b.facts.bytes, at);
    facts.push(fact);
    at += length;
  }
  return facts;
}

const movesOf = (b: GateBench) =>
  factsOf(b).filter((fact): fact is Fact & FactOf<"modeChanged"> => fact.kind === "modeChanged");
const alertsOf = (b: GateBench) =>
  factsOf(b).filter((fact) => fact.kind === "alert" && fact.code === alertCodes.code.modeChanged).length;

// Losses and drawdowns.

const lossCodes = ["dailyLossSoft", "dailyLossHard", "drawdownSoft", "drawdownHard"] as const;
const bound = 5_000;
const wide = 1_000_000_000;
const desk = -1;

/** A loss guard whose day began with each one's result at its own figure; all limits are wide. */
class Losses {
  /** Results of the strategies, then the desk's. */
  readonly results = [1_000, 20_000, -3_000, 70_000];
  readonly tightened: number[] = [];
  readonly guard: LossGuard;

  constructor(
    readonly b: GateBench,
    begins = true,
  ) {
    b.positions.resultOf = (strategy) => {
      if (!(strategy >= -1 && strategy < 3)) throw new RangeError(`there is no strategy ${strategy}`);
      return this.results[strategy < 0 ? 3 : strategy];
    };
    this.guard = new LossGuard(new StateRegistry(), b.limits, b.modes, b.positions, 3);
    for (const of of [desk, ...strategies]) for (const code of lossCodes) this.limit(code, of, wide);
    if (begins) this.guard.onStart();
  }

  limit(code: LimitCode, of: number, value: number): void {
    const row = this.b.limits.rowOf(code, of < 0 ? "all" : "strategy", of);
    if (row < 0) throw new Error(`no limit ${code}`);
    this.b.limits.value[row] = value;
  }

  /** A result moves, and it is looked at after a fill of the strategy (the desk: of any), or when all is marked. */
  move(of: number, by: number, atFill: boolean): void {
    this.results[of < 0 ? 3 : of] += by;
    const hear = (strategy: number) => void this.tightened.push(strategy);
    if (atFill) this.guard.onFill(of < 0 ? 1 : of, hear);
    else this.guard.lookAtAll(hear);
  }

  modeOf(of: number): number {
    return this.b.modes.of(of < 0 ? "all" : "strategy", of);
  }

  /** Whether nobody's mode has moved but perhaps this one's. */
  isOnly(of: number): boolean {
    return [desk, ...strategies].every((each) => each === of || this.modeOf(each) === active);
  }
}

for (const of of [desk, ...strategies])
  for (const code of lossCodes)
    for (const atFill of [true, false])
      holds(`${code} of ${of < 0 ? "the desk" : `strategy ${of}`}: at it nothing moves, one beyond it does`, (b) => {
        const losses = new Losses(b);
        const isDrawdown = code.startsWith("drawdown");
        const to = code.endsWith("Hard") ? halted : reducing;
        losses.limit(code, of, bound);
        // First it wins more than it loses then: a drawdown without a loss. A loss comes with a greater drawdown.
        const won = isDrawdown ? bound + 10 : 700;
        losses.move(of, won, atFill);
        losses.move(of, isDrawdown ? -bound : -bound - won, atFill);
        const { guard } = losses;
        const lost = isDrawdown ? guard.drawdownOf(of) : guard.lossOf(of);
        const other = isDrawdown ? guard.lossOf(of) : guard.drawdownOf(of);
        if (lost !== bound || other !== (isDrawdown ? 0 : bound + won)) return false;
        if (losses.modeOf(of) !== active || guard.modeFor(of) !== active || losses.tightened.length > 0) return false;
        losses.move(of, -1, atFill);
        // Seen again it is nothing new.
        losses.move(of, 0, atFill);
        const [moved] = movesOf(b);
        return (
          losses.modeOf(of) === to &&
          losses.guard.modeFor(of) === to &&
          losses.isOnly(of) &&
          losses.tightened.join() === `${of}` &&
          movesOf(b).length === 1 &&
          alertsOf(b) === 1 &&
          moved.scope === scopes.code[of < 0 ? "all" : "strategy"] &&
          moved.target === of &&
          moved.from === active &&
          moved.to === to &&
          moved.cause === modeCauses.code[code] &&
          moved.limit === bound &&
          moved.value === bound + 1
        );
      });

for (const of of [desk, ...strategies])
  holds(`everybody else's limits are not ${of < 0 ? "the desk's" : `those of strategy ${of}`}`, (b) => {
    const losses = new Losses(b);
    for (const each of [desk, ...strategies])
      if (each !== of) for (const code of lossCodes) losses.limit(code, each, 0);
    losses.move(of, -bound, true);
    losses.move(of, -1, false);
    return losses.modeOf(of) === active && losses.guard.modeFor(of) === active && losses.isOnly(of);
  });
holds("past both limits it is halted at once, and says only that", (b) => {
  const losses = new Losses(b);
  for (const code of lossCodes) losses.limit(code, 1, bound);
  losses.move(1, -bound - 1, true);
  return losses.modeOf(1) === halted && movesOf(b).length === 1 && losses.tightened.join() === "1";
});
holds("a halted strategy is not brought back to reducing by a soft limit", (b) => {
  const losses = new Losses(b);
  b.modes.set("strategy", 1, halted, 0, 0, 0);
  losses.limit("dailyLossSoft", 1, bound);
  losses.move(1, -bound - 1, true);
  return losses.modeOf(1) === halted && losses.tightened.length === 0;
});
holds("before the day has begun nothing is lost, and nothing moves", (b) => {
  const losses = new Losses(b, false);
  for (const code of lossCodes) losses.limit(code, 1, 0);
  losses.move(1, 500, true);
  losses.move(1, -1_000_000, true);
  const { guard } = losses;
  if (guard.lossOf(1) !== 0 || guard.drawdownOf(1) !== 0 || losses.modeOf(1) !== active) return false;
  return guard.modeFor(1) === active;
});
holds("a second run of the day goes on from where the first began", (b) => {
  const losses = new Losses(b);
  for (const of of [desk, ...strategies]) losses.move(of, -100, false);
  losses.guard.onStart();
  return [desk, ...strategies].every((of) => losses.guard.lossOf(of) === 100 && losses.guard.drawdownOf(of) === 100);
});
holds("without a limit the first money lost halts, and no money lost does not", (b) => {
  const losses = new Losses(b);
  losses.limit("dailyLossHard", 1, -1);
  losses.move(1, 0, true);
  if (losses.modeOf(1) !== active) return false;
  losses.move(1, -1, true);
  return losses.modeOf(1) === halted;
});
holds("a person can't go below what each of the four limits asks for", (b) => {
  const losses = new Losses(b);
  losses.move(2, 10, true);
  losses.move(2, -20, true);
  const asked = lossCodes.map((code) => {
    losses.limit(code, 2, 0);
    const mode = losses.guard.modeFor(2);
    losses.limit(code, 2, wide);
    return mode;
  });
  return asked.join() === [reducing, halted, reducing, halted].join() && losses.guard.modeFor(2) === active;
});

// Modes.

for (const scope of limitScopes)
  for (const target of targets[scope])
    holds(`the mode of ${scope} ${target} is over its own orders, and over nobody else's`, ({ modes }) => {
      if (!modes.set(scope, target, reducing, 0, 0, 0) || modes.set(scope, target, reducing, 0, 0, 0)) return false;
      const is = (itself: boolean) => (itself ? reducing : active);
      for (const instrument of targets.instrument)
        for (const venue of [-1, ...targets.venue]) {
          const isOver =
            scope === "all" ||
            (scope === "instrument" && target === instrument) ||
            (scope === "venue" && target === venue);
          if (modes.overDesk(instrument, venue) !== is(isOver)) return false;
        }
      for (const strategy of strategies)
        if (modes.overStrategy(strategy) !== is(scope === "strategy" && target === strategy)) return false;
      if (modes.overPair(-1) !== active || modes.overPair(0) !== is(scope === "pair")) return false;
      for (const other of limitScopes)
        for (const each of targets[other])
          if (modes.of(other, each) !== is(other === scope && each === target)) return false;
      return modes.of("order", 1) === active;
    });

const pairsOfScopes = [
  ["all", "instrument"],
  ["all", "venue"],
  ["instrument", "venue"],
] as const;
for (const [one, other] of pairsOfScopes)
  for (const [first, then] of [
    [halted, reducing],
    [reducing, halted],
  ])
    holds(`the stricter of ${one} ${tradingModes.name(first)} and ${other} ${tradingModes.name(then)} holds`, (b) => {
      b.modes.set(one, one === "all" ? -1 : 1, first, 0, 0, 0);
      b.modes.set(other, 1, then, 0, 0, 0);
      return b.modes.overDesk(1, 1) === halted;
    });
holds("what does not exist has no mode to move", ({ modes }) => {
  const none: [Scope, number][] = [
    ["strategy", 3],
    ["strategy", -1],
    ["instrument", 6],
    ["venue", 2],
    ["pair", 1],
    ["order", 1],
  ];
  return none.every(
    ([scope, target]) => !modes.set(scope, target, halted, 0, 0, 0) && modes.of(scope, target) === active,
  );
});
holds("what the engine tightens is told as a fact and an alert, a person's command as a fact alone", (b) => {
  const { command, dailyLossSoft } = modeCauses.code;
  b.modes.set("venue", 1, reducing, command, 0, 0);
  if (alertsOf(b) !== 0 || movesOf(b).length !== 1) return false;
  return (
    b.modes.tighten("venue", 1, halted, dailyLossSoft, 3, 4) && alertsOf(b) === 1 && movesOf(b)[1].from === reducing
  );
});
holds("tightening only ever tightens", ({ modes }) => {
  if (!modes.tighten("strategy", 1, halted, 1, 0, 0) || modes.of("strategy", 1) !== halted) return false;
  return !modes.tighten("strategy", 1, reducing, 1, 0, 0) && modes.of("strategy", 1) === halted;
});

// Limits.

/** What the test desk's limits are, each with a figure of its own: by scope, the rows of one target after the other. */
function limitsAsTheyAre() {
  let figure = 1_000;
  const next = () => ++figure;
  const spec = riskDesk();
  const own = Object.fromEntries(Object.keys(spec.strategies[0].limits).map((name) => [name, 0]));
  const deskFigures = Object.fromEntries(
    Object.entries(spec.limits).map(([name, value]) => [name, typeof value === "number" ? next() : value]),
  );
  return {
    ...spec,
    limits: { ...spec.limits, ...deskFigures, restricted: [3] },
    strategies: spec.strategies.map((strategy) => ({
      ...strategy,
      limits: { ...strategy.limits, ...Object.fromEntries(Object.keys(own).map((name) => [name, next()])) },
    })),
  };
}

/** Where a limit stands in the desk file: the name of its field, and how many of the limit's units one of the field's is. */
const fields: Readonly<Record<Exclude<LimitCode, "restricted">, readonly [string, number]>> = {
  orderQuantity: ["orderQuantityMax", 1],
  orderNotional: ["orderNotionalMax", 1],
  parentQuantity: ["parentQuantityMax", 1],
  parentNotional: ["parentNotionalMax", 1],
  basketNotional: ["basketNotionalMax", 1],
  positionQuantity: ["positionQuantityMax", 1],
  grossExposure: ["grossExposureMax", 1],
  netExposure: ["netExposureMax", 1],
  capital: ["capitalMax", 1],
  dailyLossSoft: ["dailyLossSoft", 1],
  dailyLossHard: ["dailyLossHard", 1],
  drawdownSoft: ["drawdownSoft", 1],
  drawdownHard: ["drawdownHard", 1],
  priceCollarBps: ["priceCollarBps", 1],
  deviationBps: ["deviationBps", 1],
  dataAgeMilliseconds: ["dataAgeSecondsMax", 1_000],
  tradeAgeMilliseconds: ["tradeAgeSecondsMax", 1_000],
  messagesPerSecond: ["messagesPerSecondMax", 1],
  duplicateMilliseconds: ["duplicateMilliseconds", 1],
  ordersPerDay: ["ordersPerDayMax", 1],
  repeatedExecutions: ["repeatedExecutionsMax", 1],
  repeatedSeconds: ["repeatedSeconds", 1],
  recoveryUpdates: ["recoveryUpdatesMin", 1],
};
const pairFields: Partial<Record<LimitCode, string>> = {
  grossExposure: "pairGrossExposureMax",
  netExposure: "pairNetExposureMax",
};

holds("every limit of every scope and target stands in its own row, as the desk file says", () => {
  const spec = limitsAsTheyAre();
  const limits = new Limits(new StateRegistry(), spec);
  const seen = new Set<number>();
  for (const scope of limitScopes)
    for (const target of targets[scope])
      for (const code of limitsOfScope[scope]) {
        const row = limits.rowOf(code, scope, target);
        seen.add(row);
        const isRow =
          limitCodes.name(limits.code[row]) === code &&
          scopes.name(limits.scope[row]) === scope &&
          limits.target[row] === target &&
          row === limits.baseOf(code, scope) + Math.max(0, target) * limits.strideOf(scope);
        const read = (of: object, name: string) => Object.entries(of).find(([key]) => key === name)?.[1];
        const said = (code: Exclude<LimitCode, "restricted">): number => {
          const [name, units] = fields[code];
          if (scope === "strategy") return read(spec.strategies[target].limits, name) * units;
          if (scope === "venue") return spec.limits.venueMessagesPerSecondMax;
          return read(spec.limits, scope === "pair" ? (pairFields[code] ?? "") : name) * units;
        };
        const value = code === "restricted" ? Number(target === 3) : said(code);
        if (!isRow || limits.value[row] !== value) return false;
      }
  return seen.size === limits.rowCount && !seen.has(-1);
});
holds("there is no row for a scope without that limit, nor for what does not exist", () => {
  const limits = new Limits(new StateRegistry(), riskDesk());
  const none: [LimitCode, Scope, number][] = [
    ["capital", "order", 1],
    ["capital", "venue", 0],
    ["orderQuantity", "strategy", 0],
    ["orderQuantity", "strategy", 1],
    ["capital", "instrument", 2],
    ["messagesPerSecond", "venue", -1],
    ["capital", "strategy", 3],
    ["messagesPerSecond", "venue", 2],
    ["positionQuantity", "instrument", 6],
    ["grossExposure", "pair", 1],
    ["netExposure", "pair", 1],
  ];
  if (!none.every(([code, scope, target]) => limits.rowOf(code, scope, target) === -1)) return false;
  try {
    limits.baseOf("capital", "venue");
    return false;
  } catch {
    return limits.rowOf("orderQuantity", "all", -1) === 0;
  }
});
holds("what is no limit in the desk file is one that nothing passes; nothing is a limit", () => {
  for (const [figure, value] of [
    [0, 0],
    [-1, -1],
    [-2, -1],
    [Number.NaN, -1],
    [Number.POSITIVE_INFINITY, -1],
  ]) {
    const limits = new Limits(new StateRegistry(), riskDesk({ capitalMax: figure }));
    if (limits.value[limits.baseOf("capital", "all")] !== value) return false;
  }
  return true;
});
holds("a limit set by a person says since when, and a run under the same desk file leaves it", () => {
  const limits = new Limits(new StateRegistry(), riskDesk());
  const row = limits.baseOf("capital", "all");
  limits.set(row, 77, 5);
  const changed: number[] = [];
  limits.onStart((at) => void changed.push(at));
  return (
    limits.value[row] === 77 && limits.changedNs[row] === 5 && limits.changedNs[row - 1] === 0 && changed.length === 0
  );
});

// Into a new day.

/** What goes on of a registry's state into a new day, put into another one. */
function carry(from: StateRegistry, to: StateRegistry): void {
  const bytes = new Uint8Array(from.byteLength);
  from.copyInto(bytes);
  to.restore(bytes, from.layout(), true);
}

for (const scope of limitScopes)
  for (const target of targets[scope]) {
    holds(`the mode of ${scope} ${target} is the same on a new day`, (b) => {
      const [old, next] = [new StateRegistry(), new StateRegistry()];
      new Modes(old, b.turn, counts).set(scope, target, halted, 0, 0, 0);
      const modes = new Modes(next, new Turn(next), counts);
      carry(old, next);
      return modes.of(scope, target) === halted;
    });
    holds(`the kill of ${scope} ${target} stands on a new day`, () => {
      const [old, next] = [new StateRegistry(), new StateRegistry()];
      new KillSwitch(old, counts).set(scopes.code[scope], target, true);
      const kills = new KillSwitch(next, counts);
      carry(old, next);
      return kills.isKilled(scopes.code[scope], target);
    });
  }
holds("a strategy that was off is off on a new day, and says at how many fills it was", () => {
  const [old, next] = [new StateRegistry(), new StateRegistry()];
  const repeated = new RepeatedExecutions(old, 3, 6);
  for (let fill = 0; fill < 4; fill++) repeated.onFill(1, 2, 0, beginNs, 4, 10);
  const after = new RepeatedExecutions(next, 3, 6);
  carry(old, next);
  return after.isOff(1) && after.countWhenOff(1) === 4 && after.highest(1) === 0;
});
holds(
  "a limit that a person changed is the same on a new day, until the desk file says something else than it did",
  () => {
    const [old, next, last] = [new StateRegistry(), new StateRegistry(), new StateRegistry()];
    const before = new Limits(old, riskDesk({ capitalMax: 900 }));
    const row = before.baseOf("capital", "all");
    before.set(row, 77, 5);
    const same = new Limits(next, riskDesk({ capitalMax: 900 }));
    carry(old, next);
    same.onStart(() => undefined);
    if (same.value[row] !== 77 || same.changedNs[row] !== 5) return false;
    const other = new Limits(last, riskDesk({ capitalMax: 901 }));
    carry(next, last);
    const seen: number[] = [];
    other.onStart((at, was) => void seen.push(at, was, other.value[at]));
    // The same file once more says nothing new.
    other.set(row, 33, 6);
    other.onStart((at) => void seen.push(at));
    return seen.join() === `${row},77,901` && other.value[row] === 33;
  },
);

/** See `gate-cases.ts`. */
export const standingCases: readonly GateCase[] = cases;
