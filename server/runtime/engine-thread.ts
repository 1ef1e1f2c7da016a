import { randomUUID } from "node:crypto";
import { join, sep } from "node:path";
import type { MessagePort } from "node:worker_threads";
import { commandKinds, roles, scopes } from "../../domain/command";
import { factCode } from "../../domain/facts";
import { TcpClient } from "../adapters/tcp-client";
import { ChannelTable } from "../adapters/transport";
import { UdpFeed } from "../adapters/udp";
import { factsFile } from "../journal/facts-log";
import { JournalError } from "../journal/journal-error";
import type { JournalIdentity } from "../journal/log-header";
import type { FsyncMode } from "../journal/log-sync";
import { ReserveFile } from "../journal/reserve";
import {
  dropChannel,
  feedChannel,
  isMarketData,
  orderChannel,
  secondFeedChannel,
  snapshotChannel,
} from "../machine/channels";
import { encodeCommand } from "../machine/command-record";
import { inputKinds } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import type { ViewSource } from "../machine/view-sink";
import type { VenuePorts } from "./child-contract";
import { ownThreadId } from "./process-priority";
import { recover } from "./recover";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewSink, type SharedViews } from "./shared-views";
import { type Halt, Shell } from "./shell";
import { dayStartMsOf, ShellClock } from "./shell-clock";
import { unfinishedDay } from "./unfinished-day";

/** What the engine's worker is started with. */
export type EngineThreadSetup = {
  readonly directory: string;
  readonly identity: JournalIdentity;
  readonly venuePorts: readonly VenuePorts[];
  /** YYYY-MM-DD: see `ChildConfig`. */
  readonly today: string;
  /** See `ChildConfig`. */
  readonly endsDay: boolean;
  readonly timerMs: number;
  readonly fsync: FsyncMode;
  readonly segmentLength?: number;
};

/** What the worker is told. Commands are encoded as in `server/machine/command-record.ts`. */
export type EngineThreadOrder =
  /** Open the sockets and begin. */
  | { readonly type: "go" }
  | { readonly type: "command"; readonly bytes: Uint8Array }
  /** The encoded `shutdown` command; the worker stops when the engine says that it has. */
  | { readonly type: "stop"; readonly bytes: Uint8Array };

/** What the worker tells. */
export type EngineThreadReport =
  | { readonly type: "progress"; readonly text: string }
  | {
      readonly type: "recovered";
      readonly journal: string;
      readonly tradingDay: string;
      readonly epoch: number;
      readonly cause: string;
      /** The last record before the run. */
      readonly record: number;
      readonly replayedRecords: number;
      readonly directory: string;
      readonly factsFile: string;
      readonly views: SharedViews;
      readonly counters: SharedArrayBuffer;
    }
  /** `threadId`: the kernel's number of the worker's thread, where it has one. */
  | { readonly type: "started"; readonly threadId: number | null }
  | { readonly type: "failed"; readonly text: string }
  | { readonly type: "halted"; readonly halt: Halt }
  | { readonly type: "stopped"; readonly text: string };

/** How long the engine may take to cancel and confirm everything before it is stopped anyway, in milliseconds. */
export const engineStopMsMax = 5_000;
/** The same for a run that ends its trading day. */
export const dayEndMsMax = 14_000;

/** A turn that takes longer waits for the disk: the next ones are written together. */
const slowTurnNs = 1e6;

/** How long last words may wait in sockets, in milliseconds. */
export const drainMsMax = 1_000;

/**
 * The engine's worker thread: recovery, then the shell with the venues' sockets. Sends `recovered`, waits for `go`,
 * sends `started`; ends with `failed`, `halted` or `stopped`, after which its owner ends the process.
 */
export function runEngineThread(
  port: MessagePort,
  setup: EngineThreadSetup,
  createMachine: () => Machine & ViewSource,
): void {
  const tell = (report: EngineThreadReport): void => port.postMessage(report);
  try {
    begin(port, setup, createMachine, tell);
  } catch (error) {
    tell({ type: "failed", text: error instanceof Error ? error.message : String(error) });
  }
}

function begin(
  port: MessagePort,
  setup: EngineThreadSetup,
  createMachine: () => Machine & ViewSource,
  tell: (report: EngineThreadReport) => void,
): void {
  const unfinished = unfinishedDay(setup.directory, setup.today);
  if (unfinished !== null)
    throw new JournalError(
      `${setup.directory}: trading day ${unfinished} has not been ended, ${setup.today} may not begin: ` +
        "fills of it may be known to the venues only; `heliograph start` ends it first",
    );
  const recovered = recover<Machine & ViewSource>({
    directory: setup.directory,
    identity: setup.identity,
    today: setup.today,
    isForced: setup.fsync !== "never",
    ...(setup.segmentLength === undefined ? {} : { segmentLength: setup.segmentLength }),
    createMachine,
    report: (text) => tell({ type: "progress", text }),
  });
  const { machine } = recovered;
  machine.registry.makeResident();
  const views = createSharedViews(machine.viewRowCounts);
  const counters = new SharedCounters();
  counters.commitFacts(recovered.facts.fileLength, recovered.factNumber);
  counters.setStatus(recovered.timeNs, 0, 0);
  const channels = new ChannelTable();
  const clock = new ShellClock(dayStartMsOf(recovered.tradingDay), recovered.timeNs);
  let stopping = false;
  /** The engine has told everybody that it has stopped. */
  let hasStopped = false;
  let stopTimer: NodeJS.Timeout | undefined;
  let ended = false;
  const stopMsMax = setup.endsDay ? dayEndMsMax : engineStopMsMax;

  const shell = new Shell({
    recovered,
    clock,
    channels,
    views: { source: machine, sink: new SharedViewSink(views) },
    timerMs: setup.timerMs,
    fsync: setup.fsync,
    joined: { slowNs: slowTurnNs, defer: (end) => setImmediate(end) },
    onWritten: (segment, segmentLength, factsLength) => counters.commitInputs(segment, segmentLength, factsLength),
    onCommitted: (factsLength, factNumber) => counters.commitFacts(factsLength, factNumber),
    reserve: {
      room: new ReserveFile(join(setup.directory, "reserve")),
      haltCommand: (reason) =>
        encodeCommand({
          command: commandKinds.code.kill,
          scope: scopes.code.all,
          role: roles.code.system,
          target: -1,
          id: randomUUID(),
          actor: "engine",
          // Without the folder, of any length: a reason is cut at two hundred characters, and the error stands last.
          reason: `a log cannot be written: ${reason.replaceAll(`${setup.directory}${sep}`, "")}`,
        }),
      isDispensable: isMarketData,
      report: (text) => tell({ type: "progress", text }),
    },
    onFacts: (facts) => {
      if (!(stopping || setup.endsDay) || !facts.holds(factCode.engineStopped)) return;
      hasStopped = true;
      if (stopping) setImmediate(stop, "the engine has stopped");
    },
    onHalt: (halt) => {
      ended = true;
      clearTimeout(stopTimer);
      void channels.drain(drainMsMax).then(() => {
        tell({ type: "halted", halt });
        channels.close();
      });
    },
  });
  const statusTimer = setInterval(() => counters.setStatus(shell.timeNs, shell.inputCount, shell.journalBytes), 100);

  function stop(text: string): void {
    if (ended) return;
    ended = true;
    clearTimeout(stopTimer);
    clearInterval(statusTimer);
    shell.sendHeld();
    void channels.drain(drainMsMax).then(() => {
      let words = text;
      try {
        shell.stop();
      } catch (error) {
        words += `; the final snapshot failed: ${error instanceof Error ? error.message : String(error)}`;
      }
      channels.close();
      counters.setStatus(shell.timeNs, shell.inputCount, shell.journalBytes);
      tell({ type: "stopped", text: words });
    });
  }

  function command(bytes: Uint8Array): void {
    shell.input(inputKinds.code.command, 0, bytes, 0, bytes.length);
    shell.endTurn();
  }

  async function go(): Promise<void> {
    for (let venue = 0; venue < setup.venuePorts.length; venue++) {
      const ports = setup.venuePorts[venue];
      const feed = new UdpFeed(feedChannel + venue, ports.retransmission, shell);
      channels.set(feedChannel + venue, feed);
      await feed.listen(ports.feed);
      const second = new UdpFeed(secondFeedChannel + venue, ports.retransmission, shell);
      channels.set(secondFeedChannel + venue, second);
      await second.listen(ports.secondFeed);
      for (const [base, tcpPort] of [
        [snapshotChannel, ports.snapshot],
        [orderChannel, ports.orders],
        [dropChannel, ports.dropCopy],
      ])
        channels.set(base + venue, new TcpClient(base + venue, "127.0.0.1", tcpPort, shell));
    }
    shell.start();
    // In the run's first turns, before a venue can have answered: nothing is traded.
    if (setup.endsDay) command(dayEndCommand());
    tell({ type: "started", threadId: ownThreadId() });
  }

  port.on("message", (order: EngineThreadOrder) => {
    switch (order.type) {
      case "go":
        go().catch((error: unknown) => {
          tell({ type: "failed", text: error instanceof Error ? error.message : String(error) });
        });
        return;
      case "command":
        return command(order.bytes);
      case "stop":
        stopping = true;
        if (hasStopped) return stop("the trading day has ended");
        stopTimer = setTimeout(stop, stopMsMax, `the engine did not stop within ${stopMsMax} ms`);
        return command(order.bytes);
    }
  });
  process.on("uncaughtException", (error) => shell.halt(error));

  tell({
    type: "recovered",
    journal: recovered.journal,
    tradingDay: recovered.tradingDay,
    epoch: recovered.epoch,
    cause: recovered.cause,
    record: recovered.inputs.nextRecord - 1,
    replayedRecords: recovered.replayedRecords,
    directory: recovered.directory,
    factsFile: factsFile(recovered.directory),
    views,
    counters: counters.memory,
  });
}

/** Detail 1: the trading day ends with the run. */
function dayEndCommand(): Uint8Array {
  return encodeCommand({
    command: commandKinds.code.shutdown,
    scope: scopes.code.all,
    role: roles.code.system,
    target: 0,
    detail: 1,
    id: randomUUID(),
    actor: "supervisor",
    reason: "the trading day ends",
  });
}
