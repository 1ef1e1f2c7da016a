import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { Desk } from "../../domain/desk";
import type { PlaybackState } from "../../domain/playback";
import type { RecordingCensus } from "../desk/desk-of-recording";
import type { ReplayConfig } from "./child-contract";
import type { Child } from "./child-process";
import { ControlSocket } from "./control-socket";
import { identityOf } from "./desk-shape";
import { type EngineAnswer, frameTypes } from "./engine-link";
import { encodeJsonFrame } from "./engine-link-frames";
import { Publisher } from "./publisher";
import type { OpenedRun, ReplayThreadOrder, ReplayThreadReport, ReplayThreadSetup } from "./replay-thread";
import { SharedCounters } from "./shared-counters";
import { SharedViewReader } from "./shared-views";
import { dayStartMsOf } from "./shell-clock";

export type ReplayProcessOptions = {
  readonly child: Child;
  readonly desk: Desk;
  readonly deskHash: string;
  readonly replay: ReplayConfig;
  readonly census: RecordingCensus;
  /** The bundled worker, an `.mjs`. */
  readonly workerUrl: URL;
};

/** What the worker of a replay gets as its data. */
export type ReplayWorkerData = { readonly replay: ReplayThreadSetup; readonly desk: Desk };

/** How often the playback's state is told again, in milliseconds. */
const tellMs = 250;
const workerStopMsMax = 5_000;

/**
 * The engine process's main thread in a replay: publishes the facts and views of the run that is played, takes wishes
 * about the playback on the control socket, and goes over to the next run's journal when the recording begins anew.
 */
export function runReplayProcess(options: ReplayProcessOptions): void {
  const { child, census, desk, deskHash, replay } = options;
  const { config } = child;
  const directory = join(config.dataDirectory, "engine");
  mkdirSync(directory, { recursive: true });
  const setup: ReplayThreadSetup = {
    directory,
    identity: identityOf("engine", config, desk, deskHash),
    tradingDay: config.today,
    file: replay.file,
    census,
    fromNs: replay.fromNs,
    speed: replay.speed,
  };
  const workerData: ReplayWorkerData = { replay: setup, desk };
  const worker = new Worker(options.workerUrl, { workerData, name: "engine" });
  const tell = (order: ReplayThreadOrder): void => worker.postMessage(order);
  const asked = new Map<string, (answer: EngineAnswer) => void>();
  let publisher: Publisher | undefined;
  let control: ControlSocket | undefined;
  let state: PlaybackState | undefined;
  let ending = false;

  function broadcast(): void {
    if (state && publisher) publisher.broadcast(encodeJsonFrame(frameTypes.playback, state));
  }
  const timer = setInterval(broadcast, tellMs);

  async function opened(run: OpenedRun): Promise<void> {
    const next = new Publisher({
      hello: {
        version: config.version,
        journal: run.journal,
        tradingDay: config.today,
        epoch: run.run,
        deskHash,
        deskFile: config.deskFile,
        pid: process.pid,
      },
      dayStartMs: dayStartMsOf(config.today),
      views: new SharedViewReader(run.views),
      counters: new SharedCounters(run.counters),
      factsFile: run.factsFile,
      report: (text) => child.progress(text),
      forward: (bytes) => tell({ type: "command", bytes }),
    });
    const before = publisher;
    publisher = next;
    if (control) control.serve(next);
    else {
      control = new ControlSocket(
        next,
        (text) => child.progress(text),
        (wish, answer) => {
          asked.set(wish.id, answer);
          tell({ type: "playback", ...wish });
        },
      );
      await control.listen(config.engineSocket);
    }
    before?.close();
    next.start();
    tell({ type: "go", run: run.run });
    if (run.run === 1) child.ready(`replay of ${census.name} is up, ${desk.instruments.length} instruments`);
  }

  function end(exitCode: number, reason: string | null): void {
    if (ending) return;
    ending = true;
    clearInterval(timer);
    publisher?.close();
    control?.close();
    if (reason !== null) child.fail(reason, exitCode || 1);
    else child.exit(0);
  }

  worker.on("message", (report: ReplayThreadReport) => {
    switch (report.type) {
      case "opened":
        opened(report).catch((error: unknown) => end(1, error instanceof Error ? error.message : String(error)));
        return;
      case "playback":
        state = report.state;
        return broadcast();
      case "answer": {
        const answer = asked.get(report.answer.id);
        asked.delete(report.answer.id);
        return answer?.(report.answer);
      }
      case "failed":
        return end(1, report.text);
      case "halted":
        return end(report.halt.exitCode, `engine halted: ${report.halt.text}`);
      case "stopped":
        return end(0, null);
    }
  });
  worker.on("error", (error) => end(1, `the engine's worker died: ${error.stack ?? error.message}`));
  worker.on("exit", (code) => end(1, `the engine's worker ended by itself with code ${code}`));
  child.onStop(() => {
    child.stopping("closing the recording");
    tell({ type: "stop" });
    setTimeout(() => end(1, `the engine's worker did not stop within ${workerStopMsMax} ms`), workerStopMsMax);
  });
}
