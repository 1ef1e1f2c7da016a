import { parentPort, workerData } from "node:worker_threads";
import { createEngine } from "./engine/engine";
import { type FollowerWorkerData, runFollowerThread } from "./runtime/follower-thread";
import { createExchange } from "./simulator/exchange-machine";

const { setup, desk } = workerData as FollowerWorkerData;
if (!parentPort) throw new Error("follower-worker runs as a worker of the engine's or the exchange's process");
const { machine } = setup.identity;
runFollowerThread(parentPort, setup, () => (machine === "engine" ? createEngine(desk) : createExchange(desk)));
