import { sides } from "../domain/order";
import type { Engine } from "../server/engine/engine";
import type { ApprovedMessage } from "../server/engine/risk/approved-message";
import type { Gate } from "../server/engine/risk/gate";
import { feedChannel } from "../server/machine/channels";
import { inputKinds } from "../server/machine/input-record";
import type { Bench } from "./bench";
import { type CollectionFigures, countCollections } from "./collections";
import {
  type InterruptionFigures,
  interruptionFigures,
  Latencies,
  type LatencyFigures,
  latencyHeading,
  latencyLine,
  medianFigures,
  timerFigures,
} from "./latencies";
import { medianOf } from "./machine-line";
import { ScriptedDesk } from "./scripted-desk";
import { ShellLine } from "./shell-line";
import { runBenchChild } from "./start-bench-child";
import { bringUpSteps, type StepLine } from "./step-line";
import { type DeskSize, syntheticDesk, usualDeskSize } from "./synthetic-desk";

const seed = 20_260_105;
const quietMax = 1 << 20;
/** How often the runs with and without the gate take turns. */
const gateTurns = 3;
/** With the journal on, a run takes this share of the orders: it writes a kilobyte for each. */
const journalShare = 5;

/** Latencies of the packets that caused an order, how many those were, and those of all other packets. */
export type TickToOrderRun = LatencyFigures & { readonly orders: number; readonly otherPackets: LatencyFigures };

export type TickToOrderFigures = {
  readonly rounds: number;
  readonly desk: DeskSize;
  /** What the timer itself adds to every latency below. */
  readonly clock: LatencyFigures;
  /** What the machine takes from whatever runs on it: of a thousand packets as many are hit as it strikes in their time. */
  readonly interruptions: InterruptionFigures;
  /** The same packets: every byte read, an order's bytes written, no engine. */
  readonly baseline: LatencyFigures;
  readonly withoutJournal: TickToOrderRun;
  readonly withJournal: TickToOrderRun;
  /**
   * What the gate adds: p50 of the same packets to orders with it and with one that says yes to everything, the median of
   * as many runs in turn; nanoseconds a packet with orders, and how many orders such a packet has.
   */
  readonly gateAdds: { readonly withGate: number; readonly withoutGate: number; readonly ordersAPacket: number };
  /** Nanoseconds one question to the gate takes, asked a hundred times on end. */
  readonly gate: { readonly approveParent: number; readonly approveOrder: number };
  readonly collections: CollectionFigures | null;
};

/** What a run does, with the journal or without. */
export type TickToOrderRunOptions = {
  readonly size: DeskSize;
  readonly rounds: number;
  /** Packets a round that cause an order. */
  readonly orders: number;
  readonly warmUpPackets: number;
  /** Messages over which collections are counted; 0 leaves that out. Not asked of the shell. */
  readonly collectionMessages: number;
};

/** What is measured without the journal. */
export type StepFigures = Omit<TickToOrderFigures, "rounds" | "desk" | "withJournal" | "gateAdds">;

/** p50 of packets that cause orders, nanoseconds, and orders a packet of those. */
export type GateFigures = { readonly p50: number; readonly ordersAPacket: number };

/** Where the two parts run: a process each for the figures, since an engine's process has one engine. */
export type TickToOrderParts = {
  readonly steps: (options: TickToOrderRunOptions) => Promise<StepFigures>;
  readonly journal: (options: TickToOrderRunOptions) => Promise<TickToOrderRun>;
  readonly gate: (options: TickToOrderRunOptions & { readonly isOpen: boolean }) => Promise<GateFigures>;
};

/**
 * Packet bytes in, order bytes out, the whole engine in one process. Timed without the journal is `step`, from the
 * packet's bytes to the order's bytes in the outbox; with the journal it is the shell, from the datagram's callback to
 * the moment the transport is handed the order. `orders` is how many packets of a run must cause one.
 */
export async function benchTickToOrder(
  options: TickToOrderRunOptions,
  parts: TickToOrderParts,
): Promise<TickToOrderFigures> {
  const { rounds, size } = options;
  const steps = await parts.steps(options);
  const withJournal = await parts.journal({ ...options, orders: Math.ceil(options.orders / journalShare) });
  const withGate: GateFigures[] = [];
  const withoutGate: GateFigures[] = [];
  for (let turn = 0; turn < gateTurns; turn++)
    for (const isOpen of [false, true])
      (isOpen ? withoutGate : withGate).push(await parts.gate({ ...options, isOpen }));
  const middle = (figures: readonly GateFigures[]) => Math.round(medianOf(figures.map(({ p50 }) => p50)));
  const gateAdds = {
    withGate: middle(withGate),
    withoutGate: middle(withoutGate),
    ordersAPacket: withGate[0].ordersAPacket,
  };
  return { rounds, desk: size, ...steps, withJournal, gateAdds };
}

/** The packets that cause orders through an engine, whose gate is the real one, or asks nothing. */
export function timeGateIn(options: TickToOrderRunOptions & { readonly isOpen: boolean }): GateFigures {
  const { size, rounds, isOpen } = options;
  const { scripted, line } = bringUpSteps(size, seed, isOpen ? openGate : undefined);
  const orders = new Latencies(options.orders);
  const others = new Latencies(quietMax);
  runSteps(scripted, line, options.warmUpPackets, orders, others);
  const before = scripted.orders;
  const run = overRounds(rounds, orders, others, () => {
    while (orders.length < options.orders) runSteps(scripted, line, 1_000, orders, others);
  });
  return { p50: run.p50, ordersAPacket: Math.round(((scripted.orders - before) / run.orders) * 100) / 100 };
}

/** Puts a gate into an engine that lets everything through: it signs orders as the real one does, and looks at nothing. */
function openGate(engine: Engine): void {
  const { gate, orders, positions } = engine;
  const message: ApprovedMessage = Reflect.get(gate, "message");
  const approveOrder: Gate["approveOrder"] = (
    _,
    __,
    instrument,
    venue,
    sell,
    quantity,
    price,
    timeInForce,
    postOnly,
  ) => {
    const free = positions.quantityOf(instrument) - orders.workingOf(instrument, 1);
    const { code } = sides;
    message.venue = venue;
    message.instrument = instrument;
    message.side = sell ? (quantity <= free ? code.sell : code.sellShort) : code.buy;
    message.quantity = quantity;
    message.price = price;
    message.timeInForce = timeInForce;
    message.postOnly = postOnly;
    return message;
  };
  Reflect.set(gate, "approvesParent", () => true);
  Reflect.set(gate, "approveOrder", approveOrder);
}

/** Packets to orders through `step` alone, and what is measured beside it. */
export async function timeSteps(options: TickToOrderRunOptions): Promise<StepFigures> {
  const { rounds, size } = options;
  const clock = timerFigures();
  const interruptions = interruptionFigures();
  const { engine, scripted, line } = bringUpSteps(size, seed);
  const orders = new Latencies(options.orders);
  const others = new Latencies(quietMax);
  runSteps(scripted, line, options.warmUpPackets, orders, others);
  const withoutJournal = overRounds(rounds, orders, others, () => {
    while (orders.length < options.orders) runSteps(scripted, line, 1_000, orders, others);
  });
  const gate = timeGate(engine, line);
  const baseline = timeBaseline(scripted, rounds);
  // What the start and the rounds before left is not to be counted.
  globalThis.gc?.();
  const collections =
    options.collectionMessages > 0 ? await countCollections(scripted, options.collectionMessages) : null;
  return { clock, interruptions, baseline, withoutJournal, gate, collections };
}

/** Times `step` over some packets. */
function runSteps(scripted: ScriptedDesk, line: StepLine, packets: number, orders: Latencies, others: Latencies): void {
  for (let i = 0; i < packets; i++) {
    scripted.prepare();
    line.begin(inputKinds.code.data, feedChannel + scripted.market.venue, 0, scripted.market.length);
    const began = performance.now();
    line.step();
    const ended = performance.now();
    line.end();
    (scripted.hasOrder ? orders : others).addMs(began, ended);
    scripted.answer();
  }
}

/** Packets to orders through the shell and its logs. */
export function timeWithJournal(options: TickToOrderRunOptions): TickToOrderRun {
  const { size, rounds, orders: ordersPerRound, warmUpPackets } = options;
  const scripted = new ScriptedDesk(syntheticDesk(size), seed);
  const line = new ShellLine(size, scripted);
  try {
    scripted.bringUp(line, line.engine, () => line.start(), sleepNs);
    const orders = new Latencies(ordersPerRound);
    const others = new Latencies(quietMax);
    runTurns(scripted, line, warmUpPackets, orders, others);
    return overRounds(rounds, orders, others, () => {
      while (orders.length < ordersPerRound) runTurns(scripted, line, 1_000, orders, others);
      line.deleteOldSegments();
    });
  } finally {
    line.close();
  }
}

/** Times whole turns of the shell; a packet without an order ends with its turn. */
function runTurns(
  scripted: ScriptedDesk,
  line: ShellLine,
  packets: number,
  orders: Latencies,
  others: Latencies,
): void {
  for (let i = 0; i < packets; i++) {
    scripted.prepare();
    const began = performance.now();
    scripted.send();
    const ended = performance.now();
    if (scripted.hasOrder) orders.addMs(began, line.sentMs[0]);
    else others.addMs(began, ended);
    scripted.answer();
  }
}

function overRounds(rounds: number, orders: Latencies, others: Latencies, run: () => void): TickToOrderRun {
  const ordersRuns: LatencyFigures[] = [];
  const othersRuns: LatencyFigures[] = [];
  let count = 0;
  for (let round = 0; round < rounds; round++) {
    orders.clear();
    others.clear();
    run();
    count += orders.length;
    ordersRuns.push(orders.figures());
    othersRuns.push(others.figures());
  }
  return { ...medianFigures(ordersRuns), orders: count, otherPackets: medianFigures(othersRuns) };
}

/** What the gate's two questions take, for orders of every pair at their touch. */
function timeGate(engine: Engine, line: StepLine): TickToOrderFigures["gate"] {
  const { gate, pairSignals: signals, quotes, turn } = engine;
  const { pairs, strategies } = engine.desk;
  const strategyOf = new Int32Array(pairs.length);
  strategies.forEach(({ parameters }, strategy) => {
    if (parameters.kind === "pairs") for (const pair of parameters.pairs) strategyOf[pair] = strategy;
  });
  let refused = 0;
  const time = (ask: (pair: number, instrument: number) => boolean): number => {
    const figures: number[] = [];
    for (let batch = 0; batch < 400; batch++) {
      // Time goes on, so that the rate limit has room.
      line.wait(1e7);
      line.begin(inputKinds.code.timer, 0, 0, 0);
      line.step();
      for (const feed of engine.feeds) feed.numbers[1] = turn.timeNs;
      const began = performance.now();
      for (let i = 0; i < 100; i++) {
        const pair = (batch * 100 + i) % pairs.length;
        if (!ask(pair, signals.instrumentA(pair))) refused++;
      }
      figures.push(((performance.now() - began) * 1e6) / 100);
    }
    return Math.round(medianOf(figures.slice(100)));
  };
  const approveParent = time((pair, instrument) =>
    gate.approvesParent(strategyOf[pair], pair, instrument, false, 100, quotes.askPrice(instrument)),
  );
  gate.openParent(1, 1e9);
  const approveOrder = time(
    (pair, instrument) =>
      gate.approveOrder(strategyOf[pair], pair, instrument, 0, false, 100, quotes.askPrice(instrument), 1, 0, 1) !==
      null,
  );
  if (refused > 0) throw new Error(`the gate refused ${refused} questions of the bench, code ${gate.code}`);
  return { approveParent, approveOrder };
}

/** The floor of any program in this language: the packet's bytes summed, an order's bytes written. */
function timeBaseline(scripted: ScriptedDesk, rounds: number): LatencyFigures {
  const latencies = new Latencies(100_000);
  const out = new Uint8Array(64);
  const runs: LatencyFigures[] = [];
  for (let round = -1; round < rounds; round++) {
    latencies.clear();
    for (let i = 0; i < 100_000; i++) {
      const { bytes } = scripted;
      bytes[(i & 31) + 20] = i;
      const began = performance.now();
      let sum = 0;
      for (let at = 0; at < 96; at++) sum = (sum + bytes[at]) | 0;
      for (let at = 0; at < 56; at++) out[at] = sum + at;
      latencies.addMs(began, performance.now());
    }
    if (round >= 0) runs.push(latencies.figures());
  }
  return medianFigures(runs);
}

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function sleepNs(ns: number): void {
  Atomics.wait(sleeper, 0, 0, ns / 1e6);
}

/** Prints and returns the figures of `bench tick-to-order`. */
export const tickToOrderBench: Bench = {
  summary: "packet bytes to order bytes through the whole engine, in one process",
  usage: "",
  options: [
    {
      name: "orders",
      kind: "whole",
      value: "N",
      summary: "tick-to-order: packets a run that cause an order; default 100,000",
    },
    { name: "rounds", kind: "whole", value: "N", summary: "tick-to-order: timed runs, the median counts; default 5" },
    {
      name: "messages",
      kind: "whole",
      value: "N",
      summary: "tick-to-order: messages over which collections are counted; default 10,000,000",
    },
  ],
  run: async (input) => {
    const figures = await benchTickToOrder(
      {
        size: usualDeskSize,
        orders: input.whole("orders") ?? 100_000,
        rounds: input.whole("rounds") ?? 5,
        warmUpPackets: 1_000_000,
        collectionMessages: input.whole("messages") ?? 10_000_000,
      },
      {
        steps: (options) => runBenchChild(["steps", JSON.stringify(options)], ["--expose-gc"]),
        journal: (options) => runBenchChild(["journal", JSON.stringify(options)]),
        gate: (options) => runBenchChild(["gate", JSON.stringify(options)]),
      },
    );
    console.log(
      `${figures.desk.instruments} symbols, ${figures.desk.pairs} pairs, ${figures.desk.venues} venues; ` +
        `median of ${figures.rounds} runs, ${figures.withoutJournal.orders.toLocaleString("en")} packets with an order`,
    );
    console.log(latencyHeading);
    console.log(latencyLine("the timer alone, in all below", figures.clock));
    console.log(latencyLine("reading 96 bytes, writing 56", figures.baseline));
    console.log(latencyLine("packet to order, journal off", figures.withoutJournal));
    console.log(latencyLine("other packets", figures.withoutJournal.otherPackets));
    console.log(latencyLine("packet to order, journal on", figures.withJournal));
    console.log(latencyLine("other packets, whole turn", figures.withJournal.otherPackets));
    const { perSecond, p50 } = figures.interruptions;
    const met = (perSecond * figures.withoutJournal.p50) / 1e9;
    console.log(
      `  the machine interrupts whatever runs ${perSecond} times a second for ${(p50 / 1_000).toFixed(0)} µs (median): ` +
        `${(met * 1_000).toFixed(2)} of a thousand packets with an order meet it`,
    );
    const { withGate, withoutGate, ordersAPacket } = figures.gateAdds;
    console.log(
      `  the gate adds ${withGate - withoutGate} ns to the p50 of a packet with ${ordersAPacket} orders ` +
        `(${withGate} with it, ${withoutGate} without), ${Math.round((withGate - withoutGate) / ordersAPacket)} ns an order`,
    );
    console.log(`  gate: parent ${figures.gate.approveParent} ns, order ${figures.gate.approveOrder} ns`);
    const { collections } = figures;
    if (collections)
      console.log(
        `  collections in ${collections.messages.toLocaleString("en")} messages (` +
          `${collections.orders.toLocaleString("en")} orders): ${collections.major} major, ${collections.minor} minor`,
      );
    return figures;
  },
};
