import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { killDesk } from "../../bench/kill/kill-desk";
import { VenueRelay } from "../../bench/kill/venue-relay";
import { type CommandKind, commandKinds, scopes } from "../../domain/command";
import type { Fact, FactOf } from "../../domain/facts";
import { freePorts } from "../../server/cli/free-ports";
import type { ChildName, ChildReport, VenuePorts } from "../../server/runtime/child-contract";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { bareChildConfig } from "../../server/runtime/testing/bare-child-config";
import { bundleForTest } from "../../server/runtime/testing/bundle-for-test";

const kinds = ["udp", "udp", "udp", "tcp", "tcp", "tcp"] as const;

export type RelayedDeskOptions = {
  /** How many orders its makers keep working. */
  readonly orders: number;
  /** Bytes of a segment of the inputs log. */
  readonly segmentLength: number;
  /** The user that the engine runs as; null for that of the test. */
  readonly engineUser: number | null;
};

/**
 * A real engine and a real exchange, each a process, and between them relays that read every byte of the order lines. A
 * made desk of makers; no supervisor, no web, no database.
 */
export class RelayedDesk {
  /** What the engine has said to its supervisor, in words, over all its lives. */
  readonly reports: string[] = [];
  /** The day's facts as the engine tells them; from the first again after each start. */
  readonly facts: Fact[] = [];
  /** The engine's data directory. */
  readonly home: string;
  relays: VenueRelay[] = [];
  /** Where the exchange listens, by venue. */
  venuePorts: VenuePorts[] = [];
  private readonly folder = mkdtempSync(path.join(tmpdir(), "heliograph-relayed-"));
  private readonly desk: ReturnType<typeof killDesk>;
  private readonly children: ChildProcess[] = [];
  private enginePorts: VenuePorts[] = [];
  private bundle: Awaited<ReturnType<typeof bundleForTest>> | null = null;
  private client: EngineLinkClient | null = null;
  private running: ChildProcess | null = null;

  constructor(private readonly options: RelayedDeskOptions) {
    this.desk = killDesk(options.orders);
    this.home = path.join(this.folder, "engine");
    mkdirSync(this.home);
  }

  /** Starts everything and waits until its orders work. */
  async begin(): Promise<void> {
    this.bundle = await bundleForTest(["bench/bench-child.ts", "server/engine-worker.ts", "server/follower-worker.ts"]);
    for (const own of [this.bundle.path, this.folder]) chmodSync(own, 0o755);
    const ports = await freePorts(this.desk.venues.flatMap(() => [...kinds, ...kinds]));
    const portsAt = (first: number): VenuePorts => {
      const [feed, secondFeed, retransmission, snapshot, orders, dropCopy] = ports.slice(first, first + 6);
      return { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
    };
    this.enginePorts = this.desk.venues.map((_, venue) => portsAt(venue * 12));
    this.venuePorts = this.desk.venues.map((_, venue) => portsAt(venue * 12 + 6));
    this.relays = this.desk.venues.map((_, venue) => new VenueRelay(this.enginePorts[venue], this.venuePorts[venue]));
    for (const relay of this.relays) await relay.listen();
    await this.start("exchange", this.venuePorts, null);
    await this.startEngine();
    await this.commandStrategies("approve");
    await this.untilTrading();
  }

  /** Starts the engine, for the first time or again where it was. */
  async startEngine(): Promise<void> {
    this.running = await this.start("engine", this.enginePorts, this.options.engineUser);
    this.client?.close();
    this.facts.length = 0;
    this.client = new EngineLinkClient({
      address: path.join(this.home, "engine.sock"),
      factsFrom: 1,
      views: false,
      onFacts: (some) => {
        this.facts.push(...some);
      },
    });
    this.client.start();
  }

  /** The engine's process; throws before it was started. */
  get engine(): ChildProcess {
    if (this.running === null) throw new Error("no engine was started");
    return this.running;
  }

  /** The folder of the day's logs. */
  get directory(): string {
    return path.join(this.home, "engine", readdirSync(path.join(this.home, "engine")).sort()[0]);
  }

  /** Orders that the venues have open, by what passed on their lines. */
  get open(): number {
    return this.relays.reduce((sum, { wire }) => sum + wire.open.size, 0);
  }

  /** Orders and replaces that the engine has sent. */
  get sent(): number {
    return this.relays.reduce((sum, { wire }) => sum + wire.orders, 0);
  }

  /** The desk's halts in the facts, oldest first. */
  get halts(): FactOf<"command">[] {
    return this.facts.filter(
      (fact): fact is FactOf<"command"> =>
        fact.kind === "command" && fact.command === commandKinds.code.kill && fact.scope === scopes.code.all,
    );
  }

  /** Sends the engine a command for a strategy, or with -1 for all; resolves with the answer. */
  async command(kind: CommandKind, target: number): Promise<string> {
    if (this.client === null) throw new Error("no engine was started");
    const scope = target < 0 ? "all" : "strategy";
    const id = randomUUID();
    const { answer } = await this.client.command({
      id,
      command: kind,
      scope,
      target,
      actor: "ann",
      role: "admin",
      reason: "test",
    });
    return answer;
  }

  /** The same for each strategy; throws where one is answered with anything but `done`. */
  async commandStrategies(kind: CommandKind): Promise<void> {
    for (let strategy = 0; strategy < this.desk.strategies.length; strategy++) {
      const answer = await this.command(kind, strategy);
      if (answer !== "done") throw new Error(`${kind} of strategy ${strategy}: ${answer}`);
    }
  }

  untilTrading(): Promise<void> {
    return this.until(`${this.options.orders} orders work`, () => this.open >= this.options.orders);
  }

  /** Waits until something is so; throws after a minute. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    for (const end = Date.now() + 60_000; !isSo(); ) {
      if (Date.now() > end)
        throw new Error(`not within a minute: ${what}; ${this.open} open, ${this.reports.join("; ")}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  /** Ends every process, and leaves the files. */
  async stop(): Promise<void> {
    this.client?.close();
    for (const relay of this.relays) relay.close();
    for (const child of this.children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await ended;
    }
  }

  /** Removes all files, after `stop`. */
  remove(): void {
    this.bundle?.remove();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async start(name: ChildName, venuePorts: readonly VenuePorts[], user: number | null): Promise<ChildProcess> {
    const dataDirectory = path.join(this.folder, name);
    mkdirSync(dataDirectory, { recursive: true });
    if (user !== null) chownSync(dataDirectory, user, user);
    const config = bareChildConfig({ name, dataDirectory, venuePorts });
    const { orders, segmentLength } = this.options;
    const words = [`kill-${name}`, `${orders}`, ...(name === "engine" ? [`${segmentLength}`] : [])];
    const child = spawn(process.execPath, [path.join(this.bundle?.path ?? "", "bench-child.mjs"), ...words], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, HELIOGRAPH_CHILD: JSON.stringify(config) },
      ...(user === null ? {} : { uid: user, gid: user }),
    });
    this.children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on("message", ({ type, text }: ChildReport) => {
        if (name === "engine") this.reports.push(text);
        if (type === "ready") resolve();
        else if (type === "failed") reject(new Error(`${name}: ${text}`));
      });
      child.on("exit", (code, signal) => reject(new Error(`${name} ended with ${code ?? signal}`)));
    });
    return child;
  }
}
