import { setTimeout as sleep } from "node:timers/promises";
import type { Fact } from "../domain/facts";
import { alertCodes, feedStates, sessionStates } from "../domain/health";
import type { Envelope } from "../protocol/envelope";
import type { NoticesPayload } from "../protocol/topics";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { giveOrder, operatorSocketOf } from "../server/runtime/exchange-operator";
import { createRandom } from "../tests/support/random";
import type { Bench } from "./bench";
import { connectTo, topics } from "./browser-load";
import { EngineRig } from "./kill/engine-rig";
import { Latencies, type LatencyFigures } from "./latencies";
import { medianOf } from "./machine-line";

/** What is done to the desk: each is a kind of alert. */
export const alertKinds = ["feedGap", "sessionLost", "fillBroken", "break"] as const;
export type AlertKind = (typeof alertKinds)[number];

const packetsLost = 3;
/** A break takes four seconds to be one: of so many of the others there is one. */
const othersPerBreak = 4;
/** Longest between what is mended and the next cause, in milliseconds: a random part of it passes. */
const pauseMsMax = 100;
const upMsMax = 60_000;
/** How long what was told last may take to come, in milliseconds. */
const settleMs = 1_000;
/** What is wanted of an alert, in milliseconds. */
const wantedMsMax = 1_000;
/** An alert that has not come after so long is lost, in milliseconds: twice what RTS 6 Art. 16(5) gives it. */
const arrivedMsMax = 10_000;

export type AlertFigures = {
  /** Times that the fault was caused, facts the engine told of it, and those of them that came to the browser. */
  readonly caused: number;
  readonly facts: number;
  readonly delivered: number;
  /** From what a fault did to the alert at the browser, ns; of a break, from the fill that the drop copy leaves out. */
  readonly fromCause: LatencyFigures;
  /** The same from the engine's own time of the alert, ns: without what the engine waits before it calls it a fault. */
  readonly fromFact: LatencyFigures;
};

export type AlertsFigures = {
  readonly kinds: Readonly<Record<AlertKind, AlertFigures>>;
  readonly all: AlertFigures;
  /** Alerts, breaks and broken fills of the whole run, whatever caused them, and those that never came to the browser. */
  readonly told: number;
  readonly lost: number;
  /** What the simulated market sends, and the inputs the engine took: messages a second. */
  readonly marketMessagesPerSecond: number;
  readonly inputsPerSecond: number;
  /** Refusals in a mean second, each of which is a notice too. */
  readonly refusalsPerSecond: number;
};

type Sample = { readonly kind: AlertKind; readonly causedMs: number; readonly fact: Fact };

/** What the engine tells, by a link of the bench's own; times are readings of `performance.now`. */
class Told {
  /** All that calls for people: alerts, breaks and broken fills. */
  readonly calls: Fact[] = [];
  /** Of each venue: the feed's state, the order session's, and the first fill of each instrument there since it was cleared. */
  readonly feeds: number[] = [];
  readonly sessions: number[] = [];
  readonly fills = new Map<string, Fact>();
  readonly inputsPerSecond: number[] = [];
  /** Breaks that are open, by venue and instrument. */
  readonly breaks = new Map<string, number>();
  lastNumber = 0;
  refusals = 0;
  private dayStartMs = 0;
  readonly client: EngineLinkClient;

  constructor(address: string) {
    this.client = new EngineLinkClient({
      address,
      factsFrom: 1,
      views: false,
      onFacts: (facts) => {
        for (const fact of facts) this.take(fact);
      },
      onStatus: ({ dayStartMs, inputsPerSecond }) => {
        this.dayStartMs = dayStartMs;
        this.inputsPerSecond.push(inputsPerSecond);
      },
    });
  }

  msOf({ timeNs }: Fact): number {
    return this.dayStartMs + timeNs / 1e6 - performance.timeOrigin;
  }

  private take(fact: Fact): void {
    this.lastNumber = fact.number;
    switch (fact.kind) {
      case "feedState":
        this.feeds[fact.venue] = fact.state;
        return;
      case "sessionState":
        if (fact.session === 0) this.sessions[fact.venue] = fact.state;
        return;
      case "fill": {
        const key = `${fact.venue} ${fact.instrument}`;
        if (!this.fills.has(key)) this.fills.set(key, fact);
        return;
      }
      case "reconciliationBreak": {
        const key = `${fact.venue} ${fact.instrument}`;
        if (fact.open === 0) this.breaks.delete(key);
        else {
          this.breaks.set(key, fact.instrument);
          this.calls.push(fact);
        }
        return;
      }
      case "refusal":
        this.refusals++;
        return;
      case "alert":
      case "fillBroken":
        this.calls.push(fact);
        return;
      default:
        return;
    }
  }
}

/**
 * Causes `alerts` of each kind and a quarter as many breaks, one after another, in a market of twice the usual messages and with limits that refuse
 * all along (`orders`: how large the desk is, see `throttledDesk`), and takes the time until a browser at the gateway has each.
 */
export async function benchAlerts(options: {
  readonly orders: number;
  readonly alerts: number;
  readonly seed: number;
  /** Seconds that everything runs before the first fault. */
  readonly warmUpSeconds: number;
}): Promise<AlertsFigures> {
  const { alerts } = options;
  const random = createRandom(options.seed);
  const rig = new EngineRig("alerts", options.orders);
  const { desk } = rig;
  const told = new Told(rig.engineSocket);
  const arrivedMs = new Map<number, number>();
  const samples: Sample[] = [];
  const caused: Record<AlertKind, number> = { feedGap: 0, sessionLost: 0, fillBroken: 0, break: 0 };
  let close: () => void = () => undefined;
  try {
    await rig.listen();
    await rig.startExchange();
    await rig.startEngine();
    told.client.start();
    const browser = connectTo(`http://127.0.0.1:${await rig.startGateway()}`);
    close = () => browser.disconnect();
    browser.on("connect", () => browser.emit("subscribe", { topics }));
    browser.on("frames", (batch: readonly Envelope[]) => {
      const ms = performance.now();
      for (const { topic, payload } of batch)
        if (topic === "notices")
          for (const { id } of (payload as NoticesPayload).rows) if (!arrivedMs.has(id)) arrivedMs.set(id, ms);
    });
    const isWhole = () =>
      desk.venues.every(
        (_, venue) => told.feeds[venue] === feedStates.code.live && told.sessions[venue] === sessionStates.code.ready,
      ) && told.breaks.size === 0;
    await rig.approve();
    await rig.until("the desk trades", () => rig.working > 0 && told.refusals > 0 && isWhole(), upMsMax);
    // A gateway that has just started is behind for some seconds under such a load: its code has never run before.
    await sleep(options.warmUpSeconds * 1_000);
    const beganMs = performance.now();
    const refusalsBefore = told.refusals;
    /** Waits for the first call since fact `from` that `isIt`, and for it at the browser; undefined when it does not come. */
    const callSince = async (from: number, isIt: (fact: Fact) => boolean): Promise<Fact | undefined> => {
      const endMs = performance.now() + arrivedMsMax;
      const found = () => told.calls.find((fact) => fact.number > from && isIt(fact));
      const isThere = () => {
        const fact = found();
        return fact !== undefined && arrivedMs.has(fact.number);
      };
      while (!isThere() && performance.now() < endMs) await sleep(2);
      return found();
    };
    const cause = async (
      kind: AlertKind,
      act: () => number | Promise<number>,
      isIt: (fact: Fact) => boolean,
    ): Promise<void> => {
      await rig.until("everything is whole", isWhole, upMsMax);
      await sleep(random() * pauseMsMax);
      const from = told.lastNumber;
      const causedMs = await act();
      caused[kind]++;
      const fact = await callSince(from, isIt);
      if (fact === undefined) return;
      samples.push({ kind, causedMs, fact });
      const ms = (arrivedMs.get(fact.number) ?? Number.NaN) - causedMs;
      if (!(ms <= wantedMsMax)) console.error(`${words[kind]}, number ${caused[kind]}: ${ms.toFixed(0)} ms`);
    };
    /** Leaves the next fill of each venue out of its drop copy, and settles what comes of it as a person would. */
    const causeBreaks = async (): Promise<void> => {
      await rig.until("everything is whole", isWhole, upMsMax);
      const from = told.lastNumber;
      told.fills.clear();
      for (let venue = 0; venue < desk.venues.length; venue++) {
        await giveOrder(operatorSocketOf(rig.engineSocket), { order: "withhold", venue, count: 1 });
        caused.break++;
      }
      for (let venue = 0; venue < desk.venues.length; venue++) {
        const isIt = (fact: Fact) => fact.kind === "reconciliationBreak" && fact.venue === venue;
        await rig.until("a break", () => told.calls.some((fact) => fact.number > from && isIt(fact)), upMsMax);
        const fact = await callSince(from, isIt);
        if (fact?.kind !== "reconciliationBreak") throw new Error("a break was told and is none");
        const fill = told.fills.get(`${venue} ${fact.instrument}`);
        if (fill === undefined) throw new Error(`a break over instrument ${fact.instrument}, which had no fill`);
        samples.push({ kind: "break", causedMs: told.msOf(fill), fact });
      }
      for (const instrument of new Set(told.breaks.values())) await rig.command("adopt", "instrument", instrument);
    };
    for (let i = 0; i < alerts; i++) {
      const venue = i % desk.venues.length;
      const relay = rig.relays[venue];
      await cause(
        "feedGap",
        () => relay.loseNext(packetsLost),
        (fact) => fact.kind === "alert" && fact.code === alertCodes.code.feedGap && fact.target === venue,
      );
      await cause(
        "sessionLost",
        () => {
          const ms = performance.now();
          relay.cutOrders();
          return ms;
        },
        (fact) => fact.kind === "alert" && fact.code === alertCodes.code.sessionLost && fact.target === venue,
      );
      told.fills.clear();
      const isFilled = () => [...told.fills.values()].some((fact) => fact.kind === "fill" && fact.venue === venue);
      await rig.until("a fill", isFilled, upMsMax);
      await cause(
        "fillBroken",
        async () => {
          const ms = performance.now();
          await giveOrder(operatorSocketOf(rig.engineSocket), { order: "bust", venue, back: 0 });
          return ms;
        },
        (fact) => fact.kind === "fillBroken" && fact.venue === venue,
      );
      if ((i + 1) % 20 === 0) console.error(`${i + 1} of ${alerts} of each kind but breaks`);
    }
    while (caused.break < alerts / othersPerBreak) await causeBreaks();
    const refusalsPerSecond = Math.round((told.refusals - refusalsBefore) / ((performance.now() - beganMs) / 1_000));
    await sleep(settleMs);
    const figuresOf = (kinds: readonly AlertKind[]): AlertFigures => {
      const own = samples.filter(({ kind }) => kinds.includes(kind));
      const fromCause = new Latencies(own.length);
      const fromFact = new Latencies(own.length);
      for (const { causedMs, fact } of own) {
        const ms = arrivedMs.get(fact.number);
        if (ms === undefined) continue;
        fromCause.addMs(causedMs, ms);
        fromFact.addMs(told.msOf(fact), ms);
      }
      return {
        caused: kinds.reduce((sum, kind) => sum + caused[kind], 0),
        facts: own.length,
        delivered: fromCause.length,
        fromCause: fromCause.figures(),
        fromFact: fromFact.figures(),
      };
    };
    return {
      kinds: {
        feedGap: figuresOf(["feedGap"]),
        sessionLost: figuresOf(["sessionLost"]),
        fillBroken: figuresOf(["fillBroken"]),
        break: figuresOf(["break"]),
      },
      all: figuresOf(alertKinds),
      told: told.calls.length,
      lost: told.calls.filter(({ number }) => !arrivedMs.has(number)).length,
      marketMessagesPerSecond: desk.market.messagesPerSecond,
      inputsPerSecond: Math.round(medianOf(told.inputsPerSecond)),
      refusalsPerSecond,
    };
  } finally {
    close();
    told.client.close();
    await rig.close();
  }
}

const words: Readonly<Record<AlertKind, string>> = {
  feedGap: "packets lost on both lines",
  sessionLost: "order session cut",
  fillBroken: "fill broken by the venue",
  break: "fill left out of the drop copy",
};

/** Prints and returns the figures of `bench alerts`. */
export const alertsBench: Bench = {
  summary: "from a fault to its alert at a browser, in a market of twice the usual messages, while limits refuse",
  usage: "",
  options: [
    { name: "orders", kind: "whole", value: "N", summary: "alerts: size of the desk, as of kill; default 1,000" },
    {
      name: "alerts",
      kind: "whole",
      value: "N",
      summary: "alerts: of each kind, a quarter as many breaks; default 100",
    },
    { name: "seed", kind: "whole", value: "K", summary: "alerts: of the instants; default 1" },
    { name: "warm-up", kind: "whole", value: "N", summary: "alerts: seconds before the first; default 15" },
  ],
  run: async (input) => {
    const figures = await benchAlerts({
      orders: input.whole("orders") ?? 1_000,
      alerts: input.whole("alerts") ?? 100,
      seed: input.whole("seed") ?? 1,
      warmUpSeconds: input.whole("warm-up") ?? 15,
    });
    const { marketMessagesPerSecond, inputsPerSecond, refusalsPerSecond, told, lost } = figures;
    console.log(
      `milliseconds until an alert is at a browser; the market sends ${marketMessagesPerSecond} messages a second, the engine takes ${inputsPerSecond} inputs and refuses ${refusalsPerSecond} orders`,
    );
    const heads = ["p50", "p99", "p99.9", "max"].map((name) => name.padStart(8)).join("");
    console.log(`  ${"".padEnd(32)}${"from the cause".padStart(32)}${"from the engine's fact".padStart(32)}`);
    console.log(`  ${"".padEnd(32)}${heads}${heads}`);
    const ms = (of: LatencyFigures) =>
      [of.p50, of.p99, of["p99.9"], of.max].map((ns) => (ns / 1e6).toFixed(1).padStart(8)).join("");
    const line = (title: string, of: AlertFigures) =>
      console.log(
        `  ${title.padEnd(32)}${ms(of.fromCause)}${ms(of.fromFact)}  ${of.caused} caused, ${of.facts} told, ${of.delivered} delivered`,
      );
    for (const kind of alertKinds) line(words[kind], figures.kinds[kind]);
    line(`all (wanted: at most ${wantedMsMax})`, figures.all);
    console.log(`  ${told} alerts, breaks and broken fills in all, ${lost} of them lost`);
    return figures;
  },
};
