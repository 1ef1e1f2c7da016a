import { parentPort, workerData } from "node:worker_threads";
import { type FollowerWorkerData, runFollowerThread } from "../follower-thread";
import { ToyMachine } from "./toy-machine";

if (parentPort) runFollowerThread(parentPort, (workerData as FollowerWorkerData).setup, () => new ToyMachine());
