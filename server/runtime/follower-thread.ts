import { setPriority } from "node:os";
import type { MessagePort } from "node:worker_threads";
import { Worker } from "node:worker_threads";
import type { Desk } from "../../domain/desk";
import type { Machine } from "../machine/machine";
import { Follower, type FollowerSetup } from "./follower";

/** What the follower's worker gets as its data. */
export type FollowerWorkerData = { readonly setup: FollowerSetup; readonly desk: Desk };

/** Seconds between snapshots unless a process says otherwise. */
export const snapshotSecondsDefault = 60;

/** Milliseconds between two looks at the logs. */
const followMs = 100;

/** Niceness of the follower's thread, where threads have one of their own (Linux). */
const followerNiceness = 10;

/** The follower's worker: follows for ever, below everybody else's priority, and posts in words what goes wrong. */
export function runFollowerThread(port: MessagePort, setup: FollowerSetup, createMachine: () => Machine): void {
  if (process.platform === "linux") setPriority(followerNiceness);
  const follower = new Follower(setup, createMachine(), (text) => port.postMessage(text));
  const look = (): void => {
    setTimeout(look, follower.round() ? 0 : followMs);
  };
  look();
}

/**
 * Starts the follower of a run from the process's main thread. Whatever becomes of it is reported in words and ends
 * nothing: without a follower there are no snapshots until the next start.
 */
export function startFollower(workerUrl: URL, setup: FollowerSetup, desk: Desk, report: (text: string) => void): void {
  const workerData: FollowerWorkerData = { setup, desk };
  const worker = new Worker(workerUrl, { workerData, name: "follower" });
  const sayDead = (words: string): void =>
    report(
      `the follower died: ${words}; trading goes on, but no snapshots are taken any more and the inputs log grows ` +
        "until the next start",
    );
  worker.on("message", (text: string) => report(text));
  worker.on("error", (error) => sayDead(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  worker.unref();
}
