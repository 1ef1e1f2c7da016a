import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "../package.json";
import { ChildProcessRunner } from "./cli/child-process-runner";
import {
  engineSocketPath,
  lockDataDirectory,
  type RunningDesk,
  readRunningDesk,
  writeRunningDesk,
} from "./cli/data-directory";
import { freePorts, portProblem } from "./cli/free-ports";
import { buildInterface, hasInterface, isInterfaceBuilt } from "./cli/interface-build";
import { isOurProcess } from "./cli/process-liveness";
import {
  fromNsOf,
  isReplayDirectory,
  type ReplayOptions,
  renewReplayDirectory,
  replayDirectoryProblem,
  spanText,
} from "./cli/replay-options";
import { hasStoreCaughtUp } from "./cli/store-caught-up";
import { deskOfRecording, type RecordingCensus } from "./desk/desk-of-recording";
import { loadDesk } from "./desk/load-desk";
import type { FsyncMode } from "./journal/log-sync";
import {
  type ChildConfig,
  type ChildName,
  childNames,
  orphanStopMsMax,
  type VenuePorts,
} from "./runtime/child-contract";
import { RecordingError, takeCensus, writeCensus } from "./runtime/recording-census";
import { unfinishedDay } from "./runtime/unfinished-day";

/** What `heliograph start` was asked for. Paths are absolute. */
export type StartOptions = {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory: string;
  readonly deskFile: string;
  readonly names: number | null;
  readonly pairs: number | null;
  readonly seed: number | null;
  readonly development: boolean;
  readonly fsync: FsyncMode;
  /** A recording to play in place of the simulated exchange; null for a desk that is live. */
  readonly replay: ReplayOptions | null;
};

/** The desk cannot be started, for a reason that a person can do something about. */
export class StartError extends Error {
  override readonly name = "StartError";
}

/** Milliseconds a child may take to stop, by name; the engine cancels its orders and hears so from the venues. */
const stopMsMax: Readonly<Record<ChildName, number>> = {
  watchdog: 5_000,
  engine: 20_000,
  web: 10_000,
  database: 15_000,
  exchange: 15_000,
};

/** The same for the engine when it ends a trading day and its last facts are stored. */
const dayEndStopMsMax = 45_000;

/** How long the store may take to write what it lacks of a day that is ended. */
const storeMsMax = 120_000;

/** A replay has no venues: nobody to trade with, and nothing to withdraw from them. */
const notInReplay: ReadonlySet<ChildName> = new Set(["exchange", "watchdog"]);

/** A replay's census, in its data directory. */
const censusName = "recording.json";

/** Children stop in this order: nobody loses what it still talks to. */
const stopOrder: readonly ChildName[] = ["watchdog", "engine", "web", "database", "exchange"];

/**
 * Runs a desk until it is told to stop: checks everything that can be checked first, then starts database, exchange,
 * engine, watchdog and web, keeps each of them running, and stops them in order on SIGINT or SIGTERM (a second one forces).
 * Resolves with the exit code. Throws a DeskError, a DataInUseError or a StartError before anything was started.
 */
export async function runDesk(options: StartOptions): Promise<number> {
  return new Supervisor(options).run();
}

class Supervisor {
  private readonly startedAt = new Date();
  private readonly children = new Map<ChildName, ChildProcessRunner>();
  private readonly stopAsked = new AbortController();
  private stopRequests = 0;

  constructor(private readonly options: StartOptions) {}

  async run(): Promise<number> {
    const { options } = this;
    const loaded = loadDesk(options.deskFile, options);
    let { desk } = loaded;
    const census = options.replay === null ? null : this.readRecording(options.replay);
    if (census !== null) desk = deskOfRecording(census, loaded).desk;
    if (census === null && isReplayDirectory(options.dataDirectory))
      throw new StartError(
        `${options.dataDirectory} is a replay's and is emptied by the next one; take another --data`,
      );
    const notOurs = census === null ? null : replayDirectoryProblem(options.dataDirectory);
    if (notOurs !== null) throw new StartError(notOurs);
    const unlock = lockDataDirectory(options.dataDirectory);
    const onSignal = () => this.onSignal();
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
    process.on("SIGHUP", onSignal);
    // A closed terminal must not end the supervisor in the middle of an orderly stop.
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
    try {
      say(
        "desk",
        `${desk.name}: ${desk.instruments.length} names, ${desk.pairs.length} pairs, ${desk.strategies.length} strategies`,
      );
      await this.waitForOrphans();
      const problem = await portProblem(options.port, options.host);
      if (problem !== null) throw new StartError(problem);
      if (census !== null) {
        renewReplayDirectory(options.dataDirectory);
        writeCensus(path.join(options.dataDirectory, censusName), census);
      }
      await this.build();
      const config = await this.config(desk.venues.length, census);
      const names = {
        strategies: desk.strategies.map((strategy) => strategy.name),
        instruments: desk.instruments.map((instrument) => instrument.symbol),
        pairs: desk.pairs.map((pair) => pair.name),
        venues: desk.venues.map((venue) => venue.name),
      };
      const record = () => this.record(config, names);
      const unfinished =
        census === null ? unfinishedDay(path.join(options.dataDirectory, "engine"), config.today) : null;
      if (unfinished !== null) await this.endDay({ ...config, today: unfinished, endsDay: true }, config.today, record);
      for (const name of childNames) {
        if (this.children.has(name)) continue;
        if (name === "database" && config.databasePort === 0) continue;
        if (config.replay !== null && notInReplay.has(name)) continue;
        await this.startChild(name, config, record);
      }
      if (!this.stopAsked.signal.aborted) this.announce(config);
      await aborted(this.stopAsked.signal);
      await this.stop();
      try {
        record();
      } catch {
        // A disk that is full; each child has said so.
      }
      return this.stopRequests > 1 ? 130 : 0;
    } catch (error) {
      const wasAsked = this.stopAsked.signal.aborted;
      if (!wasAsked && error instanceof StartError) console.error(`heliograph: ${error.message}`);
      await this.stop();
      if (!wasAsked && !(error instanceof StartError)) throw error;
      return wasAsked ? 130 : 1;
    } finally {
      unlock();
      process.off("SIGINT", onSignal);
      process.off("SIGTERM", onSignal);
      process.off("SIGHUP", onSignal);
    }
  }

  /** Children of a supervisor that was killed stop by themselves; a new run must not meet them. */
  private async waitForOrphans(): Promise<void> {
    const before = readRunningDesk(this.options.dataDirectory);
    const orphans = () => (before?.children ?? []).filter(({ pid }) => pid > 0 && isOurProcess(pid));
    if (orphans().length === 0) return;
    say("start", `waiting for ${listOf(orphans())} of the previous run to stop`);
    const until = Date.now() + orphanStopMsMax + 5_000;
    while (orphans().length > 0 && Date.now() < until) {
      await pause(200);
      this.throwIfStopped();
    }
    for (const orphan of orphans()) {
      say("start", `${orphan.name} (process ${orphan.pid}) of the previous run did not stop: killed`);
      process.kill(orphan.pid, "SIGKILL");
    }
  }

  private async build(): Promise<void> {
    if (this.options.development || !hasInterface() || isInterfaceBuilt()) return;
    say("build", "the interface, once for these sources (about a minute)");
    const started = Date.now();
    try {
      await buildInterface(path.join(this.options.dataDirectory, "logs", "build.log"), this.stopAsked.signal);
    } catch (error) {
      this.throwIfStopped();
      throw new StartError(error instanceof Error ? error.message : String(error));
    }
    say("build", `done in ${seconds(Date.now() - started)}`);
  }

  /** Reads the recording once; throws a StartError when it cannot be replayed, or not from there. */
  private readRecording(options: ReplayOptions): RecordingCensus {
    const started = Date.now();
    try {
      const census = takeCensus(options.file, (share) =>
        say("replay", `reading the recording, ${Math.round(share * 100)} %`),
      );
      const { name, firstNs, lastNs, messages, symbols, symbolsLeftOut, truncatedAt, malformed } = census;
      if (fromNsOf(options, firstNs, lastNs) === null)
        throw new StartError(`--from is outside of ${name}, which goes from ${spanText(firstNs, lastNs)}`);
      say(
        "replay",
        `${name}: ${messages.toLocaleString("en")} messages, ${symbols.length} ${symbols.length === 1 ? "symbol" : "symbols"}${symbolsLeftOut > 0 ? ` (the busiest; ${symbolsLeftOut} left out)` : ""}, ${spanText(firstNs, lastNs)}, read in ${seconds(Date.now() - started)}`,
      );
      if (truncatedAt !== null)
        say("replay", `${name} ends inside the message at byte ${truncatedAt}; what is whole is played`);
      if (malformed > 0)
        say("replay", `${malformed.toLocaleString("en")} messages of it are no ITCH and are counted only`);
      return census;
    } catch (error) {
      if (error instanceof RecordingError) throw new StartError(error.message);
      throw error;
    }
  }

  private async config(venueCount: number, census: RecordingCensus | null): Promise<ChildConfig> {
    const { options } = this;
    // What was replayed does not belong into a database that lives on.
    const ownDatabase = options.replay === null ? (process.env.DATABASE_URL ?? "") : "";
    const exchangeCount = options.replay === null ? venueCount : 0;
    const kinds = Array.from(
      { length: exchangeCount },
      () => ["udp", "udp", "udp", "tcp", "tcp", "tcp"] as const,
    ).flat();
    const [databasePort, ...ports] = await freePorts(["tcp", ...kinds]);
    const venuePorts = Array.from({ length: exchangeCount }, (_, venue): VenuePorts => {
      const [feed, secondFeed, retransmission, snapshot, orders, dropCopy] = ports.slice(venue * 6, venue * 6 + 6);
      return { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
    });
    return {
      name: "database",
      version,
      dataDirectory: options.dataDirectory,
      deskFile: options.deskFile,
      names: options.names,
      pairs: options.pairs,
      seed: options.seed,
      host: options.host,
      port: options.port,
      accessToken: isLoopback(options.host) ? "" : randomBytes(32).toString("base64url"),
      databaseUrl: ownDatabase || `postgres://postgres:postgres@127.0.0.1:${databasePort}/postgres`,
      databasePort: ownDatabase ? 0 : databasePort,
      engineSocket: engineSocketPath(options.dataDirectory),
      venuePorts,
      development: options.development,
      fsync: options.fsync,
      today: census?.tradingDay ?? new Date().toISOString().slice(0, 10),
      endsDay: false,
      replay:
        options.replay === null || census === null
          ? null
          : {
              file: options.replay.file,
              censusFile: path.join(options.dataDirectory, censusName),
              fromNs: fromNsOf(options.replay, census.firstNs, census.lastNs) ?? census.firstNs,
              speed: options.replay.speed,
            },
    };
  }

  /**
   * Ends a trading day that was not ended in order, before the next one begins: exchange and engine come up on that day, the
   * engine takes in what its venues still have to say of it and leaves no order open, and the store takes its last facts.
   * The database stays up. Throws a StartError when the day is unfinished all the same.
   */
  private async endDay(config: ChildConfig, today: string, record: () => void): Promise<void> {
    say("day", `${config.today} was not ended in order: it is ended before ${today} begins`);
    for (const name of childNames)
      if (name !== "watchdog" && !(name === "database" && config.databasePort === 0))
        await this.startChild(name, config, record);
    const untilMs = Date.now() + storeMsMax;
    while (!(await hasStoreCaughtUp(addressOf(config), config.accessToken)) && Date.now() < untilMs) {
      this.throwIfStopped();
      await pause(200);
    }
    if (Date.now() >= untilMs)
      say("day", "the database does not keep up: the last facts of the day are in the log only");
    for (const name of stopOrder) {
      if (name === "database") continue;
      await this.children.get(name)?.stop(name === "engine" ? dayEndStopMsMax : stopMsMax[name]);
      this.children.delete(name);
    }
    this.throwIfStopped();
    if (unfinishedDay(path.join(config.dataDirectory, "engine"), today) !== null)
      throw new StartError(
        `trading day ${config.today} could not be ended, see ${config.dataDirectory}/logs/engine.log; nothing trades before`,
      );
    say("day", `${config.today} has ended`);
  }

  /** Starts a child and waits until it is ready. Throws a StartError when it does not get there. */
  private async startChild(name: ChildName, config: ChildConfig, record: () => void): Promise<void> {
    this.throwIfStopped();
    const file = fileURLToPath(new URL(`./${name}.mjs`, import.meta.url));
    if (!existsSync(file)) throw new StartError(`${name}: server/${name}.ts is not in the bundle (${file})`);
    const child = new ChildProcessRunner(
      { ...config, name },
      file,
      path.join(config.dataDirectory, "logs", `${name}.log`),
      (text) => say(name, text),
      record,
    );
    this.children.set(name, child);
    const problem = await Promise.race([child.start(), aborted(this.stopAsked.signal).then(() => "stopped")]);
    this.throwIfStopped();
    if (problem !== null) throw new StartError(`${name} could not be started: ${problem}`);
  }

  private announce(config: ChildConfig): void {
    say("start", `up after ${seconds(Date.now() - this.startedAt.getTime())}; logs in ${config.dataDirectory}/logs`);
    const mode = config.replay === null ? "" : ` (replay of ${path.basename(config.replay.file)}: nothing is sent)`;
    console.log(`\nHeliograph: ${addressOf(config)}${mode}`);
    if (config.accessToken !== "") console.log(`Access token: ${config.accessToken}`);
  }

  private record(
    config: ChildConfig,
    names: Pick<RunningDesk, "strategies" | "instruments" | "pairs" | "venues">,
  ): void {
    writeRunningDesk(config.dataDirectory, {
      supervisor: process.pid,
      startedAt: this.startedAt.toISOString(),
      address: addressOf(config),
      deskFile: config.deskFile,
      engineSocket: config.engineSocket,
      dropCopyPorts: config.venuePorts.map(({ dropCopy }) => dropCopy),
      buildFolder: path.dirname(fileURLToPath(import.meta.url)),
      children: [...this.children].map(([name, { pid, state, restarts }]) => ({ name, pid, state, restarts })),
      ...names,
    });
  }

  private onSignal(): void {
    this.stopRequests += 1;
    if (this.stopRequests === 1) {
      const order = stopOrder.filter((name) => this.children.has(name)).join(", ");
      say("stop", `stopping in order: ${order} (again to force)`);
      this.stopAsked.abort();
      return;
    }
    say("stop", "forced");
    for (const child of this.children.values()) child.kill();
  }

  private async stop(): Promise<void> {
    for (const name of stopOrder) await this.children.get(name)?.stop(stopMsMax[name]);
    if (this.children.size > 0) say("stop", "everything has stopped");
  }

  private throwIfStopped(): void {
    if (this.stopAsked.signal.aborted) throw new StartError("stopped while starting");
  }
}

function addressOf({ host, port }: ChildConfig): string {
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function listOf(entries: readonly { readonly name: string; readonly pid: number }[]): string {
  return entries.map(({ name, pid }) => `${name} (process ${pid})`).join(", ");
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** One line on the console: the time, who, what. */
function say(who: string, text: string): void {
  const time = new Date().toTimeString().slice(0, 8);
  console.log(`${time}  ${who.padEnd(9)} ${text}`);
}
