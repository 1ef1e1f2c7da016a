import { parentPort, workerData } from "node:worker_threads";
import { bookSizesOf } from "./desk/desk-of-recording";
import { createEngine } from "./engine/engine";
import type { EngineWorkerData } from "./runtime/engine-process";
import { runEngineThread } from "./runtime/engine-thread";
import type { ReplayWorkerData } from "./runtime/replay-process";
import { runReplayThread } from "./runtime/replay-thread";

const data = workerData as EngineWorkerData | ReplayWorkerData;
if (!parentPort) throw new Error("engine-worker runs as a worker of the engine process");
if ("replay" in data) {
  const { replay, desk } = data;
  runReplayThread(parentPort, replay, () => createEngine(desk, bookSizesOf(replay.census)));
} else runEngineThread(parentPort, data.setup, () => createEngine(data.desk));
