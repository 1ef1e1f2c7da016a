import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closedSet, type NameOf } from "../../domain/closed-set";
import { scopes } from "../../domain/command";
import type { Fact, FactOf } from "../../domain/facts";
import { rootFolder } from "../../server/cli/root-folder";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { answerMsMax, commandOf, EngineRig } from "./engine-rig";
import type { VenueRelay } from "./venue-relay";

/** What is broken when the kill comes; `none` is what the others are held against. */
export const degradedStates = closedSet(
  "degraded state",
  "none",
  "database",
  "web",
  "feed",
  "venue",
  "slowDisk",
  "floodedSocket",
);
export type DegradedState = NameOf<typeof degradedStates>;

/** Each write of the engine to a log takes so much longer on the slow disk. */
const slowWriteMs = 10;
/** Connections that write commands as fast as they are taken: more than the engine has room for. */
const floodClients = 80;
/** Longest between what breaks and the kill, in milliseconds: a random part of it passes. */
const brokenMsMax: Readonly<Record<DegradedState, number>> = {
  none: 500,
  database: 1_000,
  web: 1_000,
  // Quotes are taken back after three seconds without a market.
  feed: 1_500,
  venue: 1_000,
  slowDisk: 1_500,
  floodedSocket: 1_500,
};
const upMsMax = 150_000;
const mendMsMax = 60_000;
/** How long it is watched that nothing follows a kill, in milliseconds. */
const quietMs = 300;
const downVenue = 1;

/** One kill. Times are milliseconds since the command was given, before the connection for it was made. */
export type KillResult = {
  readonly state: DegradedState;
  /** Open at the venues when the kill was given, by the wire, both venues together. */
  readonly working: number;
  /** What the engine says: orders it found open; cancelled and unknown when it had accounted for all of them. */
  readonly orders: number;
  readonly cancelled: number;
  readonly unknown: number;
  /** Orders that the engine then lists by their numbers as of unknown fate. */
  readonly named: number;
  /** From block to the hand-over of the last cancel to the sockets, on the engine's clock; NaN where it was never told. */
  readonly lastCancelMs: number;
  /** When the answer was back. */
  readonly answeredMs: number;
  /** When each order's own cancel was on the wire. */
  readonly cancelMs: readonly number[];
  /** When each reachable venue's mass cancel was on the wire. */
  readonly massCancelMs: readonly number[];
  /** Orders and replaces behind a venue's mass cancel, on its line. */
  readonly ordersAfter: number;
  /** Open at the reachable venues when all was accounted for. */
  readonly openAfter: number;
  /** Open at a venue that is down, when all was accounted for: each of them must be among the unknown. */
  readonly openUnreachable: number;
  /** Open anywhere, and still unknown, once everything was mended; nothing may be. */
  readonly openMended: number;
};

/**
 * An engine with its exchange, its database and a client that stores every fact. One kill after another, each in a state
 * that is broken for it and mended after it.
 */
export class KillRig {
  private readonly rig: EngineRig;
  private readonly flag: string;

  /** `orders` working at the time of a kill, at least. `random` gives 0 ≤ x < 1. */
  constructor(
    private readonly orders: number,
    private readonly random: () => number,
  ) {
    this.rig = new EngineRig("kill", orders);
    this.flag = path.join(this.rig.folder, "slow");
  }

  async start(): Promise<void> {
    const { rig } = this;
    await rig.listen();
    await rig.startDatabase();
    await rig.startExchange();
    await rig.startEngine({
      NODE_OPTIONS: `--require=${path.join(rootFolder, "bench/kill/slow-disk.cjs")}`,
      HELIOGRAPH_SLOW_DISK_FLAG: this.flag,
      HELIOGRAPH_SLOW_DISK_MS: `${slowWriteMs}`,
    });
    await rig.startWeb();
    await rig.approve();
  }

  /** Breaks what the state says, kills everything at a random instant, and puts all back in order. */
  async kill(state: DegradedState): Promise<KillResult> {
    const { rig } = this;
    await rig.until(`${this.orders} orders work`, () => rig.working >= this.orders, upMsMax);
    await this.break(state);
    await sleep(this.random() * brokenMsMax[state]);
    const { relays, working } = rig;
    for (const { wire } of relays) wire.watch(true);
    const begunMs = performance.now();
    const kill = this.watchKill();
    try {
      const { answer } = await kill.client.command(commandOf("kill", "all", -1), answerMsMax);
      const answeredMs = performance.now() - begunMs;
      if (answer !== "done") throw new Error(`kill, ${state}: ${answer}`);
      await rig.until(`every order of the kill is accounted for, ${state}`, () => kill.isAccounted, answerMsMax);
      const reachable = relays.filter((_, venue) => state !== "venue" || venue !== downVenue);
      const open = (some: readonly VenueRelay[]) => some.reduce((sum, { wire }) => sum + wire.open.size, 0);
      // The venue's last word may be on its way to us while the engine has it already.
      await sleep(quietMs);
      const { orders, cancelled, unknown, blockedNs, lastCancelNs } = kill.last;
      const named = await kill.unknownOrders();
      const openAfter = open(reachable);
      const openUnreachable = open(relays) - openAfter;
      const cancelMs = reachable.flatMap(({ wire }) => [...wire.cancelMs.values()].map((ms) => ms - begunMs));
      const massCancelMs = reachable.map(({ wire }) => wire.massCancelMs - begunMs);
      await this.mend(state);
      await rig.until(`no order is unknown any more, ${state}`, () => kill.last.unknown === 0, mendMsMax);
      await rig.until(`nothing is open any more, ${state}`, () => open(relays) === 0, mendMsMax);
      const ordersAfter = relays.reduce((sum, { wire }) => sum + wire.ordersAfter, 0);
      return {
        state,
        working,
        orders,
        cancelled,
        unknown,
        named,
        lastCancelMs: lastCancelNs > 0 ? (lastCancelNs - blockedNs) / 1e6 : Number.NaN,
        answeredMs,
        cancelMs,
        massCancelMs,
        ordersAfter,
        openAfter,
        openUnreachable,
        openMended: open(relays),
      };
    } finally {
      kill.client.close();
      for (const { wire } of relays) wire.watch(false);
    }
  }

  /** Takes the kill back and lets everybody trade again. */
  async release(): Promise<void> {
    const { rig } = this;
    await rig.command("release", "all", -1);
    for (let strategy = 0; strategy < rig.desk.strategies.length; strategy++)
      await rig.command("resume", "strategy", strategy);
  }

  close(): Promise<void> {
    return this.rig.close();
  }

  private async break(state: DegradedState): Promise<void> {
    switch (state) {
      case "none":
        return;
      case "database":
      case "web":
        return this.rig.stop(state);
      case "feed":
        for (const relay of this.rig.relays) relay.isFeedDown = true;
        return;
      case "venue":
        return this.rig.relays[downVenue].cut(true);
      case "slowDisk":
        return writeFileSync(this.flag, "");
      case "floodedSocket":
        await this.rig.startOther("flood", ["kill-flood", this.rig.engineSocket, `${floodClients}`]);
        return;
    }
  }

  private async mend(state: DegradedState): Promise<void> {
    switch (state) {
      case "none":
        return;
      case "database":
        return this.rig.startDatabase();
      case "web":
        return this.rig.startWeb();
      case "feed":
        for (const relay of this.rig.relays) relay.isFeedDown = false;
        return;
      case "venue":
        return this.rig.relays[downVenue].cut(false);
      case "slowDisk":
        return rmSync(this.flag);
      case "floodedSocket":
        return this.rig.stop("flood");
    }
  }

  /** A link of its own, as the command line makes one, that follows the kill of everything. */
  private watchKill() {
    const none: Pick<FactOf<"kill">, "orders" | "cancelled" | "unknown" | "blockedNs" | "lastCancelNs"> = {
      orders: -1,
      cancelled: 0,
      unknown: 0,
      blockedNs: 0,
      lastCancelNs: 0,
    };
    let last = none;
    let lastFact = 0;
    const unknown = new Set<number>();
    const client = new EngineLinkClient({
      address: this.rig.engineSocket,
      factsFrom: (hello) => hello.lastFactNumber + 1,
      views: false,
      onFacts: (facts: Fact[]) => {
        for (const fact of facts) {
          if (fact.kind === "kill" && fact.engaged === 1 && fact.scope === scopes.code.all) last = fact;
          if (fact.kind === "standing" && fact.order > 0 && fact.unknown === 1) unknown.add(fact.order);
          lastFact = fact.number;
        }
      },
    });
    client.start();
    return {
      client,
      /** How many orders the engine names as of unknown fate. */
      unknownOrders: async () => {
        const { factNumber } = await client.command(commandOf("listOpen", "all", -1), answerMsMax);
        await this.rig.until("the list of what is open", () => lastFact >= factNumber, answerMsMax);
        return unknown.size;
      },
      get last() {
        return last;
      },
      get isAccounted() {
        return last.orders >= 0 && last.cancelled + last.unknown >= last.orders;
      },
    };
  }
}
