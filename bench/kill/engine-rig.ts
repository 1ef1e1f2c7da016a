import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CommandKind, Scope } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { freePorts } from "../../server/cli/free-ports";
import type { ChildName, ChildReport, VenuePorts } from "../../server/runtime/child-contract";
import type { EngineCommand } from "../../server/runtime/engine-link";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { setPriorityOf } from "../../server/runtime/process-priority";
import { bareChildConfig } from "../../server/runtime/testing/bare-child-config";
import { startBenchChild } from "../start-bench-child";
import { type RigName, rigDesks } from "./rig-desks";
import { VenueRelay } from "./venue-relay";

/** How long an answer of the engine may take, in milliseconds. */
export const answerMsMax = 15_000;

/**
 * The engine's own process with its logs and the exchange's, and whichever of a desk's other processes are wanted, as
 * the supervisor would start them, with the priorities it gives; between engine and exchange a relay for each venue, which
 * sees what is on the wire.
 */
export class EngineRig {
  readonly folder = mkdtempSync(path.join(tmpdir(), "heliograph-rig-"));
  readonly engineSocket = path.join(this.folder, "engine.sock");
  readonly desk: Desk;
  /** One for each venue. */
  relays: VenueRelay[] = [];
  private readonly children = new Map<string, ChildProcess>();
  private databasePort = 0;
  private readonly exchangePorts: VenuePorts[] = [];
  private readonly enginePorts: VenuePorts[] = [];

  /** `orders`: how large the desk is, in orders that work on two venues. */
  constructor(
    private readonly name: RigName,
    private readonly orders: number,
  ) {
    this.desk = rigDesks[name](orders);
  }

  /** Orders of ours that the venues have open, by the wire. */
  get working(): number {
    return this.relays.reduce((sum, { wire }) => sum + wire.open.size, 0);
  }

  /** Puts the relays between the ports that engine and exchange are told. */
  async listen(): Promise<void> {
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
  }

  startExchange(): Promise<void> {
    return this.startChild("exchange", this.exchangePorts);
  }

  /** `environment`: what it has beside this process's own. */
  startEngine(environment: Readonly<Record<string, string>> = {}): Promise<void> {
    return this.startChild("engine", this.enginePorts, environment);
  }

  startDatabase(): Promise<void> {
    return this.startChild("database", []);
  }

  /** What stores every fact and takes all views, as the web process does. */
  startWeb(): Promise<void> {
    return this.startChild("web", []);
  }

  /** The web process without its pages and its store; resolves with its port. */
  async startGateway(): Promise<number> {
    const port = await this.startOther("gateway", [`${this.name}-gateway`, `${this.orders}`, this.engineSocket]);
    const pid = this.children.get("gateway")?.pid;
    if (pid !== undefined) await setPriorityOf("web", pid);
    return Number(port);
  }

  /** Approves every strategy. */
  async approve(): Promise<void> {
    for (let strategy = 0; strategy < this.desk.strategies.length; strategy++)
      await this.command("approve", "strategy", strategy);
  }

  /** Gives a command on a connection of its own and throws unless it is done. */
  async command(command: CommandKind, scope: Scope, target: number): Promise<void> {
    const client = new EngineLinkClient({ address: this.engineSocket, factsFrom: null, views: false });
    client.start();
    try {
      // What a flood left waiting may still stand before a command that is not urgent: it is asked again, as a person would.
      for (let tries = 0; ; tries++) {
        const { answer, text } = await client.command(commandOf(command, scope, target), answerMsMax);
        if (answer === "done") return;
        if (tries >= 50 || !text.includes("commands wait for the engine"))
          throw new Error(`${command} ${scope} ${target}: ${answer} ${text}`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    } finally {
      client.close();
    }
  }

  /** Starts a process of `bench-child.ts` that no desk has; resolves with its first message. */
  startOther(name: string, words: readonly string[]): Promise<unknown> {
    const child = startBenchChild(words);
    this.children.set(name, child);
    return new Promise((resolve, reject) => {
      child.once("message", resolve);
      child.once("exit", (code) => reject(new Error(`${name} ended with code ${code}`)));
    });
  }

  /** Ends a process at once, as a crash would. */
  async stop(name: string): Promise<void> {
    const child = this.children.get(name);
    this.children.delete(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  /** Waits for at most `msMax` until something is so; throws with `what`, in words, otherwise. */
  async until(what: string, isSo: () => boolean, msMax: number): Promise<void> {
    const endMs = Date.now() + msMax;
    while (!isSo()) {
      if (Date.now() > endMs) throw new Error(`not within ${msMax} ms: ${what}; ${this.working} orders work`);
      await sleep(5);
    }
  }

  async close(): Promise<void> {
    for (const relay of this.relays) relay.close();
    for (const name of [...this.children.keys()]) await this.stop(name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async startChild(
    name: ChildName,
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
    const child = startBenchChild([`${this.name}-${name}`, `${this.orders}`], [], {
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
}

const venueKinds = ["udp", "udp", "udp", "tcp", "tcp", "tcp"] as const;

function venuePorts([feed, secondFeed, retransmission, snapshot, orders, dropCopy]: readonly number[]): VenuePorts {
  return { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
}

/** A command as an admin gives it, with an id of its own. */
export function commandOf(command: CommandKind, scope: Scope, target: number): EngineCommand {
  return { id: randomUUID(), command, scope, target, actor: "bench", role: "admin", reason: "bench" };
}
