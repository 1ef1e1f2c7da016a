import { randomUUID } from "node:crypto";
import { closeSync, mkdirSync, openSync, readSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { MessagePort } from "node:worker_threads";
import type { PlaybackRequest, PlaybackSpeed, PlaybackState } from "../../domain/playback";
import { ChannelTable } from "../adapters/transport";
import type { RecordingCensus } from "../desk/desk-of-recording";
import type { FileWriter } from "../journal/append-log";
import { FactsLog, factsFile } from "../journal/facts-log";
import { InputsLog } from "../journal/inputs-log";
import { type JournalIdentity, type LogHeader, readLogHeader } from "../journal/log-header";
import { snapshotChannel } from "../machine/channels";
import type { Machine } from "../machine/machine";
import { RunningHash } from "../machine/running-hash";
import { StepOutputs } from "../machine/step-outputs";
import type { ViewSource } from "../machine/view-sink";
import type { EngineAnswer } from "./engine-link";
import { PlaybackDriver, type PlaybackRun, type SavedRun } from "./playback-driver";
import type { Recovered } from "./recover";
import { SharedCounters } from "./shared-counters";
import { createSharedViews, SharedViewSink, type SharedViews } from "./shared-views";
import { type Halt, Shell } from "./shell";

/** What the worker of a replay is started with. */
export type ReplayThreadSetup = {
  /** Each run of the recording gets a folder in it. */
  readonly directory: string;
  readonly identity: JournalIdentity;
  readonly tradingDay: string;
  readonly file: string;
  readonly census: RecordingCensus;
  readonly fromNs: number;
  readonly speed: PlaybackSpeed;
};

export type ReplayThreadOrder =
  /** The run that was opened is watched. */
  | { readonly type: "go"; readonly run: number }
  | { readonly type: "command"; readonly bytes: Uint8Array }
  | { readonly type: "playback"; readonly id: string; readonly request: PlaybackRequest }
  | { readonly type: "stop" };

/** A run of the recording, from its start: a fresh engine and a journal of its own. */
export type OpenedRun = {
  readonly run: number;
  readonly journal: string;
  readonly factsFile: string;
  readonly views: SharedViews;
  readonly counters: SharedArrayBuffer;
};

export type ReplayThreadReport =
  | ({ readonly type: "opened" } & OpenedRun)
  | { readonly type: "playback"; readonly state: PlaybackState }
  | { readonly type: "answer"; readonly answer: EngineAnswer }
  | { readonly type: "failed"; readonly text: string }
  | { readonly type: "halted"; readonly halt: Halt }
  | { readonly type: "stopped" };

/** The recording is the inputs log: what is put into this one is only held until it is stepped. */
const writesNothing: FileWriter = (_descriptor, _bytes, _offset, length) => length;

/**
 * The engine's worker thread in a replay: the same shell and engine, driven by a recording. There are no sockets at
 * all: order and drop copy channels are served by nobody.
 */
export function runReplayThread(
  port: MessagePort,
  setup: ReplayThreadSetup,
  createMachine: () => Machine & ViewSource,
): void {
  const tell = (report: ReplayThreadReport): void => port.postMessage(report);
  const fail = (error: unknown): void =>
    tell({ type: "failed", text: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  try {
    let go = (_run: number): void => undefined;
    const driver: PlaybackDriver = new PlaybackDriver(
      setup.file,
      setup.census,
      {
        openRun: (run, timeNs, snapshot, from, begin) => {
          go = (told) => told === run && begin();
          const channels = new ChannelTable();
          channels.set(snapshotChannel, snapshot);
          const { opened, playbackRun } = openRun(setup, run, timeNs, channels, from, createMachine(), tell);
          tell({ type: "opened", ...opened });
          return playbackRun;
        },
        onState: (state) => tell({ type: "playback", state }),
        onFailure: fail,
      },
      setup.speed,
    );
    port.on("message", (order: ReplayThreadOrder) => {
      switch (order.type) {
        case "go":
          return go(order.run);
        case "command":
          return driver.command(order.bytes);
        case "playback": {
          const problem = driver.request(order.request);
          const answer = { id: order.id, answer: problem === null ? "done" : "invalid", text: problem ?? "" };
          return tell({ type: "answer", answer: { ...answer, factNumber: 0 } });
        }
        case "stop":
          driver.close();
          return tell({ type: "stopped" });
      }
    });
    driver.open(setup.fromNs);
  } catch (error) {
    fail(error);
  }
}

/** A shell over a fresh engine, with an empty journal in a folder of its own. Folders of runs before the last one go. */
function openRun(
  setup: ReplayThreadSetup,
  run: number,
  timeNs: () => number,
  channels: ChannelTable,
  from: SavedRun | null,
  machine: Machine & ViewSource,
  tell: (report: ReplayThreadReport) => void,
): { opened: OpenedRun; playbackRun: PlaybackRun } {
  const directory = runDirectory(setup.directory, run);
  const before = runDirectory(setup.directory, run - 1);
  mkdirSync(directory, { recursive: true });
  const journal = randomUUID();
  const header: LogHeader = {
    ...setup.identity,
    kind: "facts",
    journal,
    tradingDay: setup.tradingDay,
    epoch: run,
    nodeVersion: process.version,
  };
  FactsLog.create(directory, header);
  const headerLength = statSync(factsFile(directory)).size;
  if (from !== null) {
    copyFacts(before, directory, from.factsLength);
    machine.registry.restore(from.state, machine.registry.layout());
  }
  rmSync(runDirectory(setup.directory, run - 2), { recursive: true, force: true });
  const facts = FactsLog.open(directory, statSync(factsFile(directory)).size);
  const inputs = new InputsLog(directory, { ...header, kind: "inputs" }, 1, writesNothing, Number.POSITIVE_INFINITY);
  const recovered: Recovered<Machine & ViewSource> = {
    machine,
    outputs: new StepOutputs(),
    identity: setup.identity,
    directory,
    tradingDay: setup.tradingDay,
    journal,
    epoch: run,
    cause: "replay",
    replayedRecords: 0,
    poisonedRecord: 0,
    factNumber: from?.factNumber ?? 0,
    timeNs: timeNs(),
    runningHash: new RunningHash(),
    inputs,
    facts,
  };
  const views = createSharedViews(machine.viewRowCounts);
  const viewSink = new SharedViewSink(views);
  const counters = new SharedCounters();
  counters.commitFacts(facts.fileLength, recovered.factNumber);
  const shell = new Shell({
    recovered,
    clock: { read: timeNs },
    channels,
    views: { source: machine, sink: viewSink },
    timerMs: 0,
    viewsMs: Number.POSITIVE_INFINITY,
    onCommitted: (factsLength, factNumber) => counters.commitFacts(factsLength, factNumber),
    onHalt: (halt) => tell({ type: "halted", halt }),
  });
  let isClosed = false;
  return {
    opened: { run, journal, factsFile: factsFile(directory), views, counters: counters.memory },
    playbackRun: {
      sink: shell,
      start: () => (from === null ? shell.start() : shell.resume()),
      save: () => {
        const { registry } = machine;
        const state = new Uint8Array(registry.byteLength);
        registry.copyInto(state);
        return { state, factNumber: shell.factNumber, factsLength: facts.fileLength - headerLength };
      },
      publish: () => {
        machine.publishViews(viewSink, false);
        counters.setStatus(shell.timeNs, shell.inputCount, facts.fileLength);
      },
      close: () => {
        if (isClosed) return;
        isClosed = true;
        inputs.close();
        facts.close();
      },
    },
  };
}

/**
 * Copies the first facts of a run's log behind the header of the next one's: a run that goes on from a checkpoint has
 * the same history. The appends do not depend on the header, whose length may differ.
 */
function copyFacts(fromDirectory: string, toDirectory: string, length: number): void {
  const start = readLogHeader(factsFile(fromDirectory))?.length ?? 0;
  const source = openSync(factsFile(fromDirectory), "r");
  const target = openSync(factsFile(toDirectory), "a");
  const chunk = Buffer.alloc(1 << 20);
  for (let at = 0; at < length; ) {
    const got = readSync(source, chunk, 0, Math.min(chunk.length, length - at), start + at);
    if (got === 0)
      throw new Error(`${factsFile(fromDirectory)}: ends at ${start + at}, ${length - at} bytes too early`);
    writeSync(target, chunk, 0, got);
    at += got;
  }
  closeSync(source);
  closeSync(target);
}

function runDirectory(directory: string, run: number): string {
  return join(directory, `run-${String(run).padStart(4, "0")}`);
}
