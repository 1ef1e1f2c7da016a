import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "./engine/engine";
import type { EngineWorkerData } from "./runtime/engine-process";
import { runEngineThread } from "./runtime/engine-thread";

const { setup, desk } = workerData as EngineWorkerData;
if (!parentPort) throw new Error("engine-worker runs as a worker of the engine process");
runEngineThread(parentPort, setup, () => createEngine(desk));
