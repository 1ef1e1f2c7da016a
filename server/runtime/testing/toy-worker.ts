import { parentPort, workerData } from "node:worker_threads";
import type { EngineWorkerData } from "../engine-process";
import { runEngineThread } from "../engine-thread";
import { ToyMachine } from "./toy-machine";

if (parentPort) runEngineThread(parentPort, (workerData as EngineWorkerData).setup, () => new ToyMachine());
