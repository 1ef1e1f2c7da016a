import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { closedSet, type NameOf } from "../../domain/closed-set";
import { type CommandKind, type Scope, scopes } from "../../domain/command";
import type { Fact, FactOf } from "../../domain/facts";
import { freePorts } from "../../server/cli/free-ports";
import { rootFolder } from "../../server/cli/root-folder";
import type { ChildName, ChildReport, VenuePorts } from "../../server/runtime/child-contract";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { setPriorityOf } from "../../server/runtime/process-priority";
import { bareChildConfig } from "../../server/runtime/testing/bare-child-config";
import { startBenchChild } from "../start-bench-child";
import { killDesk } from "./kill-desk";
import { VenueRelay } from "./venue-relay";

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
const killMsMax = 15_000;
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
  /** From block to the hand-over of the last cancel, on the engine's clock. */
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
 * The engine's own process with its logs, the exchange's, the database's and a client that stores every fact, as the
 * supervisor would start them, with the priorities it gives; between engine and exchange a relay for each venue, which sees what is on the wire. One
 * kill after another, each in a state that is broken for it and mended after it.
 */
export class KillRig {
  private readonly folder = mkdtempSync(path.join(tmpdir(), "heliograph-kill-"));
  private readonly flag = path.join(this.folder, "slow");
  private readonly engineSocket = path.join(this.folder, "engine.sock");
  private readonly children = new Map<string, ChildProcess>();
  private relays: VenueRelay[] = [];
  private databasePort = 0;
  private exchangePorts: VenuePorts[] = [];
  private enginePorts: VenuePorts[] = [];

  /** `orders` working at the time of a kill, at least. `random` gives 0 ≤ x < 1. */
  constructor(
    private readonly orders: number,
    private readonly random: () => number,
  ) {}

  async start(): Promise<void> {
    const { desk } = this;
    const [databasePort, ...ports] = await freePorts([
      "tcp",
      ...desk.venues.flatMap(() => [...venueKinds, ...venueKinds]),
    ]);
    this.databasePort = databasePort;
    desk.venues.forEach((_, venue) => {
      const own = ports.slice(venue * 12, venue * 12 + 12);
      this.exchangePorts.push(venuePorts(own.slice(0, 6)));
      this.enginePorts.push(venuePorts(own.slice(6)));
    });
    this.relays = desk.venues.map((_, venue) => new VenueRelay(this.enginePorts[venue], this.exchangePorts[venue]));
    for (const relay of this.relays) await relay.listen();
    await this.startDatabase();
    await this.startChild("exchange", "kill-exchange", this.exchangePorts);
    await this.startChild("engine", "kill-engine", this.enginePorts, {
      NODE_OPTIONS: `--require=${path.join(rootFolder, "bench/kill/slow-disk.cjs")}`,
      HELIOGRAPH_SLOW_DISK_FLAG: this.flag,
      HELIOGRAPH_SLOW_DISK_MS: `${slowWriteMs}`,
    });
    await this.startWeb();
    for (let strategy = 0; strategy < desk.strategies.length; strategy++)
      await this.command("approve", "strategy", strategy);
  }

  /** Breaks what the state says, kills everything at a random instant, and puts all back in order. */
  async kill(state: DegradedState): Promise<KillResult> {
    await this.until(`${this.orders} orders work`, () => this.working >= this.orders, upMsMax);
    await this.break(state);
    await sleep(this.random() * brokenMsMax[state]);
    const { relays } = this;
    for (const { wire } of relays) wire.watch(true);
    const { working } = this;
    const begunMs = performance.now();
    const kill = this.watchKill();
    try {
      const { answer } = await kill.client.command(commandOf("kill", "all", -1), killMsMax);
      const answeredMs = performance.now() - begunMs;
      if (answer !== "done") throw new Error(`kill, ${state}: ${answer}`);
      await this.until(`every order of the kill is accounted for, ${state}`, () => kill.isAccounted, killMsMax);
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
      await this.until(`no order is unknown any more, ${state}`, () => kill.last.unknown === 0, mendMsMax);
      await this.until(`nothing is open any more, ${state}`, () => open(relays) === 0, mendMsMax);
      const ordersAfter = relays.reduce((sum, { wire }) => sum + wire.ordersAfter, 0);
      return {
        state,
        working,
        orders,
        cancelled,
        unknown,
        named,
        lastCancelMs: (lastCancelNs - blockedNs) / 1e6,
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
    await this.command("release", "all", -1);
    for (let strategy = 0; strategy < this.desk.strategies.length; strategy++)
      await this.command("resume", "strategy", strategy);
  }

  async close(): Promise<void> {
    for (const relay of this.relays) relay.close();
    for (const name of [...this.children.keys()]) await this.stop(name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get desk() {
    return killDesk(this.orders);
  }

  private get working(): number {
    return this.relays.reduce((sum, { wire }) => sum + wire.open.size, 0);
  }

  private async break(state: DegradedState): Promise<void> {
    switch (state) {
      case "none":
        return;
      case "database":
      case "web":
        return this.stop(state);
      case "feed":
        for (const relay of this.relays) relay.isFeedDown = true;
        return;
      case "venue":
        return this.relays[downVenue].cut(true);
      case "slowDisk":
        return writeFileSync(this.flag, "");
      case "floodedSocket":
        return this.startFlood();
    }
  }

  private async mend(state: DegradedState): Promise<void> {
    switch (state) {
      case "none":
        return;
      case "database":
        return this.startDatabase();
      case "web":
        return this.startWeb();
      case "feed":
        for (const relay of this.relays) relay.isFeedDown = false;
        return;
      case "venue":
        return this.relays[downVenue].cut(false);
      case "slowDisk":
        return rmSync(this.flag);
      case "floodedSocket":
        return this.stop("flood");
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
      address: this.engineSocket,
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
        const { factNumber } = await client.command(commandOf("listOpen", "all", -1), killMsMax);
        await this.until("the list of what is open", () => lastFact >= factNumber, killMsMax);
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

  private async command(command: CommandKind, scope: Scope, target: number): Promise<void> {
    const client = new EngineLinkClient({ address: this.engineSocket, factsFrom: null, views: false });
    client.start();
    try {
      // What a flood left waiting may still stand before a command that is not urgent: it is asked again, as a person would.
      for (let tries = 0; ; tries++) {
        const { answer, text } = await client.command(commandOf(command, scope, target), killMsMax);
        if (answer === "done") return;
        if (tries >= 50 || !text.includes("commands wait for the engine"))
          throw new Error(`${command} ${scope} ${target}: ${answer} ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      client.close();
    }
  }

  private startDatabase(): Promise<void> {
    return this.startChild("database", "kill-database", []);
  }

  private startWeb(): Promise<void> {
    return this.startChild("web", "kill-web", []);
  }

  private async startChild(
    name: ChildName,
    role: string,
    ports: readonly VenuePorts[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const config = bareChildConfig({
      name,
      dataDirectory: this.folder,
      databaseUrl: `postgres://postgres:postgres@127.0.0.1:${this.databasePort}/postgres`,
      databasePort: this.databasePort,
      engineSocket: this.engineSocket,
      venuePorts: ports,
    });
    const child = startBenchChild([role, `${this.orders}`], [], {
      ...environment,
      HELIOGRAPH_CHILD: JSON.stringify(config),
    });
    this.children.set(name, child);
    if (child.pid !== undefined) await setPriorityOf(name, child.pid);
    await new Promise<void>((resolve, reject) => {
      child.on("message", (report: ChildReport) => {
        if (report.type === "ready") resolve();
        else if (report.type === "failed") reject(new Error(`${name} did not start: ${report.text}`));
      });
      child.on("exit", (code) => reject(new Error(`${name} ended with code ${code}`)));
    });
  }

  private startFlood(): Promise<void> {
    const child = startBenchChild(["kill-flood", this.engineSocket, `${floodClients}`]);
    this.children.set("flood", child);
    return new Promise((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`the flood ended with code ${code}`)));
    });
  }

  /** Ends a child at once, as a crash would. */
  private async stop(name: string): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  private async until(what: string, isSo: () => boolean, msMax: number): Promise<void> {
    const endMs = Date.now() + msMax;
    while (!isSo()) {
      if (Date.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}; ${this.working} orders work`);
      await sleep(5);
    }
  }
}

const venueKinds = ["udp", "udp", "udp", "tcp", "tcp", "tcp"] as const;

function venuePorts([feed, secondFeed, retransmission, snapshot, orders, dropCopy]: readonly number[]): VenuePorts {
  return { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
}

function commandOf(command: CommandKind, scope: Scope, target: number) {
  return { id: randomUUID(), command, scope, target, actor: "bench", role: "admin", reason: "bench kill" } as const;
}
