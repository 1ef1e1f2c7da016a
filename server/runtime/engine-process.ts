import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { encodeCommand } from "../machine/command-record";
import type { Child, StopCause } from "./child-process";
import { ControlSocket } from "./control-socket";
import { identityOf } from "./desk-shape";
import type { EngineThreadOrder, EngineThreadReport, EngineThreadSetup } from "./engine-thread";
import { snapshotSecondsDefault, startFollower } from "./follower-thread";
import { realTimePriority, setRealTime } from "./process-priority";
import { Publisher } from "./publisher";
import { SharedCounters } from "./shared-counters";
import { SharedViewReader } from "./shared-views";
import { dayStartMsOf } from "./shell-clock";

export type EngineProcessOptions = {
  readonly child: Child;
  readonly desk: Desk;
  readonly deskHash: string;
  /** The bundled worker, an `.mjs`. */
  readonly workerUrl: URL;
  /** The bundled follower, an `.mjs`. */
  readonly followerUrl: URL;
  readonly timerMs?: number;
  readonly snapshotSeconds?: number;
  /** Bytes after which a new segment of the inputs log begins; 64 MB unless given. */
  readonly segmentLength?: number;
};

/** What the worker gets as its data. */
export type EngineWorkerData = { readonly setup: EngineThreadSetup; readonly desk: Desk };

/** How long clients may take to read the last facts after the engine has stopped, in milliseconds; and those of a day. */
const lastFactsMsMax = 1_000;
const lastFactsOfDayMsMax = 20_000;

/** How long the worker may stay silent after it was told to stop, in milliseconds. */
const workerStopMsMax = 12_000;
const workerDayEndMsMax = 20_000;

/**
 * The engine process's main thread: starts the worker with the engine, publishes its facts and views, serves the
 * control socket, starts the follower that writes snapshots, and ends the process in order. Everything that can fail at the start ends in
 * `child.fail` with words.
 */
export function runEngineProcess(options: EngineProcessOptions): void {
  const { child, desk, deskHash } = options;
  const { config } = child;
  const directory = join(config.dataDirectory, "engine");
  const setup: EngineThreadSetup = {
    directory,
    identity: identityOf("engine", config, desk, deskHash),
    venuePorts: config.venuePorts.slice(0, desk.venues.length),
    today: config.today,
    endsDay: config.endsDay,
    timerMs: options.timerMs ?? 10,
    fsync: config.fsync,
    ...(options.segmentLength === undefined ? {} : { segmentLength: options.segmentLength }),
  };
  if (setup.venuePorts.length < desk.venues.length) {
    child.fail(`the desk has ${desk.venues.length} venues, ports are given for ${setup.venuePorts.length}`);
    return;
  }
  const workerData: EngineWorkerData = { setup, desk };
  const worker = new Worker(options.workerUrl, { workerData, name: "engine" });
  const tell = (order: EngineThreadOrder): void => worker.postMessage(order);
  let publisher: Publisher | undefined;
  let control: ControlSocket | undefined;
  let ending = false;
  let live = false;
  let stopWanted = false;
  let stopTold = false;
  let failure: string | null = null;

  async function recoveredWith(report: Extract<EngineThreadReport, { type: "recovered" }>): Promise<void> {
    publisher = new Publisher({
      hello: {
        version: config.version,
        journal: report.journal,
        tradingDay: report.tradingDay,
        epoch: report.epoch,
        deskHash,
        deskFile: config.deskFile,
        pid: process.pid,
      },
      dayStartMs: dayStartMsOf(report.tradingDay),
      views: new SharedViewReader(report.views),
      counters: new SharedCounters(report.counters),
      factsFile: report.factsFile,
      report: (text) => child.progress(text),
      forward: (bytes) => tell({ type: "command", bytes }),
    });
    control = new ControlSocket(publisher, (text) => child.progress(text));
    await control.listen(config.engineSocket);
    publisher.start();
    child.progress(`recovered: day ${report.tradingDay}, run ${report.epoch} (${report.cause})`);
    startFollower(
      options.followerUrl,
      {
        directory: report.directory,
        identity: setup.identity,
        journal: report.journal,
        tradingDay: report.tradingDay,
        epoch: report.epoch,
        record: report.record,
        counters: report.counters,
        snapshotSeconds: options.snapshotSeconds ?? snapshotSecondsDefault,
        isForced: config.fsync !== "never",
      },
      desk,
      (text) => child.progress(text),
    );
    tell({ type: "go" });
  }

  /** Not before the engine is up: while it recovers nobody waits for it who has no time. */
  async function goFirst(workerThreadId: number): Promise<void> {
    const problem =
      (await setRealTime(workerThreadId, realTimePriority.engineWorker)) ??
      (await setRealTime(process.pid, realTimePriority.engineMain));
    if (problem !== null)
      child.progress(`orders and kills may wait for other work of this machine: no real-time priority: ${problem}`);
  }

  async function end(exitCode: number, reason: string | null): Promise<void> {
    if (ending) return;
    ending = true;
    const endMs = performance.now() + (config.endsDay ? lastFactsOfDayMsMax : lastFactsMsMax);
    try {
      while (publisher && performance.now() < endMs) {
        publisher.round();
        if (publisher.drained) break;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      publisher?.close();
      control?.close();
    } catch (error) {
      child.progress(`closing: ${wordsOf(error)}`);
    }
    const words = reason ?? failure;
    if (words !== null) child.fail(words, exitCode || 1);
    else child.exit(0);
  }

  function stop(cause: StopCause): void {
    if (stopTold) return;
    stopWanted = true;
    child.stopping(cause === "orphaned" ? "the supervisor is gone: cancelling all" : "cancelling all");
    if (!live) return;
    stopTold = true;
    const bytes = encodeCommand({
      command: commandKinds.code.shutdown,
      scope: scopes.code.all,
      role: roles.code.system,
      target: 0,
      id: randomUUID(),
      actor: "supervisor",
      reason: cause === "orphaned" ? "the supervisor is gone" : "ordered to stop",
    });
    tell({ type: "stop", bytes });
    const limitMs = config.endsDay ? workerDayEndMsMax : workerStopMsMax;
    setTimeout(() => void end(1, `the engine's worker did not stop within ${limitMs} ms`), limitMs);
  }

  worker.on("message", (report: EngineThreadReport) => {
    switch (report.type) {
      case "progress":
        return child.progress(report.text);
      case "recovered":
        recoveredWith(report).catch((error: unknown) => void end(1, wordsOf(error)));
        return;
      case "started":
        live = true;
        if (report.threadId !== null) void goFirst(report.threadId);
        if (stopWanted) stop("ordered");
        else if (config.endsDay) child.ready(`hearing what the venues still have to say of ${config.today}`);
        else child.ready(`engine is up, ${desk.instruments.length} instruments, ${desk.pairs.length} pairs`);
        return;
      case "failed":
        return void end(1, report.text);
      case "halted":
        return void end(report.halt.exitCode, `engine halted: ${report.halt.text}`);
      case "stopped":
        child.progress(report.text);
        return void end(0, null);
    }
  });
  worker.on("error", (error) => void end(1, `the engine's worker died: ${error.stack ?? error.message}`));
  worker.on("exit", (code) => void end(1, `the engine's worker ended by itself with code ${code}`));
  process.on("uncaughtException", (error) => {
    // The worker is another thread and trades on; it is stopped in order, since nobody can reach it any more.
    if (failure !== null) return;
    failure = `the engine's main thread failed: ${error.stack ?? error.message}`;
    child.progress(failure);
    if (live) stop("ordered");
    else void end(1, failure);
  });
  child.onStop(stop);
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
