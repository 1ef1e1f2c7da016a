import { setTimeout as sleep } from "node:timers/promises";
import type { Fact } from "../domain/facts";
import { cancelCauses } from "../domain/order";
import { refusalCodes } from "../domain/refusal";
import { nsPerSecond } from "../domain/time";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { createRandom } from "../tests/support/random";
import type { Bench } from "./bench";
import { answerMsMax, commandOf, EngineRig } from "./kill/engine-rig";
import type { RigName } from "./kill/rig-desks";
import { type CountedMessage, mostInSecond } from "./kill/sliding-second";
import { Latencies, type LatencyFigures } from "./latencies";

/** Nothing is measured before a desk has traded, or its limits have refused, for so long, in milliseconds. */
const warmUpMs = 3_000;
/** Longest between a cancel's answer and the next command, in milliseconds: a random part of it passes. */
const pauseMsMax = 10;
const upMsMax = 60_000;
const onWireMsMax = 5_000;
/** How long what was sent last may take to be seen on the wire and told, in milliseconds. */
const settleMs = 500;

export type CancelFigures = {
  readonly cancels: number;
  /** From the command's first byte, on a connection that stands, to that order's cancel on the wire, ns. */
  readonly cancelOnWire: LatencyFigures;
  /** The same on a desk that meets no limit: what is left is this machine's. */
  readonly unthrottled: LatencyFigures;
  /** Kills of an order whose end or whose cancel for another cause was under way already; not among the cancels. */
  readonly overtaken: number;
  /** Kills that were done and whose cancel was not on the wire within five seconds. */
  readonly missing: number;
  /** What the gate refused for rates: in a mean second, and in the second with the fewest, while it was measured. */
  readonly refusalsPerSecond: { readonly mean: number; readonly min: number };
  /** Orders and replaces asked for in a mean second, as a multiple of what the desk may send. */
  readonly askedOverLimit: number;
  /** Orders, replaces and cancels sent in a mean second. */
  readonly sentPerSecond: number;
  /** The busiest strategy and the desk: see `RateFigures`. */
  readonly strategy: RateFigures;
  readonly desk: RateFigures;
  /** Orders and replaces on the wire that the engine told nothing of, and those it told of that were not on the wire. */
  readonly untold: number;
  readonly unsent: number;
};

export type RateFigures = {
  readonly limit: number;
  /** Messages with the cancels before them in any second that ends with an order or a replace, by the engine's own time. */
  readonly most: number;
  /**
   * The same of orders and replaces alone, by the engine's time and, while it was measured, by the time on the wire: there
   * a moment in which this machine had no time for one of the processes pushes messages together.
   */
  readonly mostOrders: number;
  readonly mostOrdersOnWire: number;
};

type Order = {
  readonly strategy: number;
  readonly venue: number;
  /** User references it has had. */
  readonly references: number[];
  cancelCause: number;
};

/** What the engine told of its orders, and what was seen of them on the wire. */
class Ledger {
  readonly orders = new Map<number, Order>();
  /** Numbers of orders that a venue has accepted and nobody has asked to cancel. */
  readonly open = new Set<number>();
  /** Every message about an order, by the engine's time. */
  readonly sent: (CountedMessage & { readonly strategy: number })[] = [];
  /** Times of refusals for rates, ns. */
  readonly refusedNs: number[] = [];
  /** When each order, replace and cancel was on the wire, by venue and user reference. */
  readonly ordersOnWire = new Map<string, number>();
  readonly cancelsOnWire = new Map<string, number>();
  lastFactNumber = 0;
  lastTimeNs = 0;

  take(fact: Fact): void {
    this.lastFactNumber = fact.number;
    this.lastTimeNs = fact.timeNs;
    switch (fact.kind) {
      case "orderSubmitted": {
        const { strategy, venue } = fact;
        this.orders.set(fact.order, { strategy, venue, references: [fact.userReference], cancelCause: -1 });
        this.sent.push({ timeNs: fact.timeNs, givesWay: true, strategy });
        return;
      }
      case "orderReplaceSent": {
        const order = this.orders.get(fact.order);
        if (order === undefined) return;
        order.references.push(fact.userReference);
        this.sent.push({ timeNs: fact.timeNs, givesWay: true, strategy: order.strategy });
        return;
      }
      case "orderCancelSent": {
        const order = this.orders.get(fact.order);
        if (order === undefined) return;
        order.cancelCause = fact.cause;
        this.open.delete(fact.order);
        this.sent.push({ timeNs: fact.timeNs, givesWay: false, strategy: order.strategy });
        return;
      }
      case "orderAccepted":
        this.open.add(fact.order);
        return;
      case "orderRejected":
      case "orderCancelled":
        this.open.delete(fact.order);
        return;
      case "fill":
        if (fact.leavesQuantity === 0) this.open.delete(fact.order);
        return;
      case "refusal":
        if (rateCodes.has(fact.code)) this.refusedNs.push(fact.timeNs);
        return;
      default:
        return;
    }
  }

  /** When the first cancel of an order was on the wire, by any of its references; undefined for not yet. */
  cancelMsOf({ venue, references }: Order): number | undefined {
    const times = references.flatMap((reference) => this.cancelsOnWire.get(keyOf(venue, reference)) ?? []);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is known of one limit: `isOwn` says which strategies' messages count, `sinceMs` from when on the wire. */
  ratesOf(limit: number, sinceMs: number, isOwn: (strategy: number) => boolean): RateFigures {
    const own = this.sent.filter(({ strategy }) => isOwn(strategy));
    const onWire = [...this.orders.values()].flatMap(({ strategy, venue, references }) =>
      isOwn(strategy) ? references.flatMap((reference) => this.ordersOnWire.get(keyOf(venue, reference)) ?? []) : [],
    );
    onWire.sort((a, b) => a - b);
    return {
      limit,
      most: mostInSecond(own),
      mostOrders: mostInSecond(own.filter(({ givesWay }) => givesWay)),
      mostOrdersOnWire: mostInSecond(
        onWire.filter((ms) => ms >= sinceMs).map((ms) => ({ timeNs: ms * 1e6, givesWay: true })),
      ),
    };
  }
}

const rateCodes: ReadonlySet<number> = new Set([
  refusalCodes.code.strategyMessageRate,
  refusalCodes.code.venueMessageRate,
  refusalCodes.code.messageRate,
]);

const keyOf = (venue: number, reference: number): string => `${venue} ${reference}`;

/** What `killOrders` found. */
type Killed = { readonly latencies: Latencies; overtaken: number; missing: number };

/** Kills `cancels` open orders one by one, each at a random instant. */
async function killOrders(
  rig: EngineRig,
  ledger: Ledger,
  client: EngineLinkClient,
  cancels: number,
  random: () => number,
): Promise<Killed> {
  const killed: Killed = { latencies: new Latencies(cancels), overtaken: 0, missing: 0 };
  while (killed.latencies.length < cancels) {
    await rig.until("an order is open", () => ledger.open.size > 0, upMsMax);
    const numbers = [...ledger.open];
    const number = numbers[Math.floor(random() * numbers.length)];
    const order = ledger.orders.get(number);
    if (order === undefined) throw new Error(`order ${number} was accepted and never submitted`);
    const begunMs = performance.now();
    const { answer, factNumber } = await client.command(commandOf("kill", "order", number), answerMsMax);
    await rig.until(`fact ${factNumber}`, () => ledger.lastFactNumber >= factNumber, upMsMax);
    ledger.open.delete(number);
    if (answer !== "done" && answer !== "wrongState") throw new Error(`kill of order ${number}: ${answer}`);
    if (answer === "wrongState" || order.cancelCause !== cancelCauses.code.kill) killed.overtaken++;
    else {
      const endMs = performance.now() + onWireMsMax;
      while (ledger.cancelMsOf(order) === undefined && performance.now() < endMs) await sleep(1);
      const cancelMs = ledger.cancelMsOf(order);
      if (cancelMs === undefined) killed.missing++;
      else killed.latencies.addMs(begunMs, cancelMs);
      if (killed.missing > cancels) throw new Error(`${killed.missing} cancels were never on the wire`);
    }
    await sleep(random() * pauseMsMax);
  }
  return killed;
}

/** Runs `measure` on a desk whose strategies are approved, with what is told and seen of its orders in a ledger. */
async function withDesk<Found>(
  name: RigName,
  orders: number,
  measure: (rig: EngineRig, ledger: Ledger, client: EngineLinkClient) => Promise<Found>,
): Promise<Found> {
  const rig = new EngineRig(name, orders);
  const ledger = new Ledger();
  const client = new EngineLinkClient({
    address: rig.engineSocket,
    factsFrom: 1,
    views: false,
    onFacts: (facts) => {
      for (const fact of facts) ledger.take(fact);
    },
  });
  try {
    await rig.listen();
    rig.relays.forEach(({ wire }, venue) => {
      wire.onSent = (kind, reference, ms) => {
        const times = kind === "cancel" ? ledger.cancelsOnWire : ledger.ordersOnWire;
        const key = keyOf(venue, reference);
        if (!times.has(key)) times.set(key, ms);
      };
    });
    await rig.startExchange();
    await rig.startEngine();
    client.start();
    await rig.approve();
    return await measure(rig, ledger, client);
  } finally {
    client.close();
    await rig.close();
  }
}

/**
 * Kills `cancels` open orders one by one while every strategy asks for many times what its limit lets through, and as many
 * on the same desk where no limit is met. `orders`: how large the desk is, see `throttledDesk`.
 */
export async function benchCancel(options: {
  readonly orders: number;
  readonly cancels: number;
  readonly seed: number;
}): Promise<CancelFigures> {
  const { orders, cancels } = options;
  const random = createRandom(options.seed);
  const unthrottled = await withDesk("kill", orders, async (rig, ledger, client) => {
    await sleep(warmUpMs);
    return (await killOrders(rig, ledger, client, cancels, random)).latencies.figures();
  });
  return withDesk("cancel", orders, async (rig, ledger, client) => {
    await rig.until("the limits refuse", () => ledger.refusedNs.length > 0, upMsMax);
    await sleep(warmUpMs);
    const beganNs = ledger.lastTimeNs;
    const measuredMs = performance.now();
    const { latencies, overtaken, missing } = await killOrders(rig, ledger, client, cancels, random);
    const endedNs = ledger.lastTimeNs;
    const seconds = (endedNs - beganNs) / nsPerSecond;
    const isInside = (timeNs: number) => timeNs >= beganNs && timeNs < endedNs;
    const refusedNs = ledger.refusedNs.filter(isInside);
    const sent = ledger.sent.filter(({ timeNs }) => isInside(timeNs));
    await rig.command("kill", "all", -1);
    await sleep(settleMs);
    const told = [...ledger.orders.values()].flatMap(({ venue, references }) =>
      references.map((reference) => keyOf(venue, reference)),
    );
    const known = new Set(told);
    const asked = refusedNs.length + sent.filter(({ givesWay }) => givesWay).length;
    const limit = rig.desk.strategies[0].limits.messagesPerSecondMax;
    const strategies = rig.desk.strategies.map((_, strategy) =>
      ledger.ratesOf(limit, measuredMs, (of) => of === strategy),
    );
    const busiest = (of: keyof RateFigures) => Math.max(...strategies.map((figures) => figures[of]));
    const deskLimit = rig.desk.limits.messagesPerSecondMax;
    return {
      cancels,
      cancelOnWire: latencies.figures(),
      unthrottled,
      overtaken,
      missing,
      refusalsPerSecond: {
        mean: Math.round(refusedNs.length / seconds),
        min: fewestInSecond(
          refusedNs.map((timeNs) => timeNs - beganNs),
          seconds,
        ),
      },
      askedOverLimit: Math.round((asked / seconds / deskLimit) * 10) / 10,
      sentPerSecond: Math.round(sent.length / seconds),
      strategy: {
        limit,
        most: busiest("most"),
        mostOrders: busiest("mostOrders"),
        mostOrdersOnWire: busiest("mostOrdersOnWire"),
      },
      desk: ledger.ratesOf(deskLimit, measuredMs, () => true),
      untold: [...ledger.ordersOnWire.keys()].filter((key) => !known.has(key)).length,
      unsent: told.filter((key) => !ledger.ordersOnWire.has(key)).length,
    };
  });
}

/** The fewest times in any whole second of so many; all of them when there is none. */
function fewestInSecond(timesNs: readonly number[], seconds: number): number {
  const whole = Math.floor(seconds);
  if (whole === 0) return timesNs.length;
  const counts = new Array<number>(whole).fill(0);
  for (const timeNs of timesNs) {
    const second = Math.floor(timeNs / nsPerSecond);
    if (second < whole) counts[second]++;
  }
  return Math.min(...counts);
}

/** Prints and returns the figures of `bench cancel`. */
export const cancelBench: Bench = {
  summary: "kill of single orders while the message limits refuse all along: until each cancel is on the wire",
  usage: "",
  options: [
    { name: "orders", kind: "whole", value: "N", summary: "cancel: size of the desk, as of kill; default 1,000" },
    { name: "cancels", kind: "whole", value: "N", summary: "cancel: orders killed one by one; default 1,000" },
    { name: "seed", kind: "whole", value: "K", summary: "cancel: of orders and instants; default 1" },
  ],
  run: async (input) => {
    const figures = await benchCancel({
      orders: input.whole("orders") ?? 1_000,
      cancels: input.whole("cancels") ?? 1_000,
      seed: input.whole("seed") ?? 1,
    });
    const { cancelOnWire, refusalsPerSecond, unthrottled } = figures;
    const ms = (ns: number) => (ns / 1e6).toFixed(2);
    const latencies = (of: LatencyFigures) => `p50 ${ms(of.p50)}, p99 ${ms(of.p99)}, max ${ms(of.max)}`;
    console.log(
      `${figures.cancels} orders killed one by one; milliseconds from the command to the cancel on the wire:\n` +
        `  while the limits refuse: ${latencies(cancelOnWire)}; wanted: p99 at most 5\n` +
        `  where no limit is met:   ${latencies(unthrottled)}`,
    );
    console.log(
      `  ${figures.overtaken} more had ended, or were being cancelled, before the kill; ${figures.missing} without a cancel`,
    );
    console.log(
      `  asked for ${figures.askedOverLimit} times the desk's limit; refused for rates ${refusalsPerSecond.mean} a second, ` +
        `never fewer than ${refusalsPerSecond.min}; ${figures.sentPerSecond} messages a second sent`,
    );
    for (const [name, rates] of [
      ["a strategy", figures.strategy],
      ["the desk", figures.desk],
    ] as const)
      console.log(
        `  ${name}: limit ${rates.limit} a second; at most ${rates.most} with the cancels before an order, ` +
          `${rates.mostOrders} orders and replaces (${rates.mostOrdersOnWire} by their times on the wire)`,
      );
    console.log(
      `  ${figures.untold} orders on the wire that the engine did not tell, ${figures.unsent} told and not sent`,
    );
    return figures;
  },
};
