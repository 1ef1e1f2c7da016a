import { isAbsolute } from "node:path";
import type { ChildConfig, ChildName, ChildOrder, ChildReport } from "./child-contract";

/** Why a child is to stop: told by the supervisor (or SIGTERM), or the supervisor is gone. */
export type StopCause = "ordered" | "orphaned";

/** The child's end of the contract with the supervisor. */
export type Child = {
  readonly config: ChildConfig;
  /** What is being done, while starting or stopping. */
  progress(text: string): void;
  /** Everything is up. */
  ready(text: string): void;
  stopping(text: string): void;
  /**
   * Reports a failure in words (what was found, what was expected), to the supervisor and to standard error, and exits
   * with `exitCode` once the report is out.
   */
  fail(text: string, exitCode?: number): void;
  /** Sets what happens when the child is to stop; called at once when it was told before, and only once in all. */
  onStop(handler: (cause: StopCause) => void): void;
  /** Ends the process once the reports are out. */
  exit(exitCode: number): void;
};

/** Longest wait for the last report to leave, in milliseconds. */
const lastReportMsMax = 500;

/**
 * Takes up the contract: reads HELIOGRAPH_CHILD, ignores SIGINT (the supervisor's to handle), takes SIGTERM as an
 * order to stop and the end of the channel as being orphaned. Throws an Error when the configuration is missing or
 * is another child's. Without an IPC channel (started by hand) reports go to standard error.
 */
export function startChild(name: ChildName): Child {
  const config = readConfig(name);
  let cause: StopCause | undefined;
  let handler: ((cause: StopCause) => void) | undefined;
  let exiting = false;

  function stop(why: StopCause): void {
    if (cause) return;
    cause = why;
    handler?.(why);
  }

  function send(report: ChildReport, done?: () => void): void {
    if (!process.connected || !process.send) {
      process.stderr.write(`${name}: ${report.type}: ${report.text}\n`, () => done?.());
      return;
    }
    process.send(report, undefined, undefined, () => done?.());
  }

  function exit(exitCode: number): void {
    process.exit(exitCode);
  }

  // A dead supervisor leaves broken pipes behind: writing to them must not end the child before it has cleaned up.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  process.on("SIGINT", () => undefined);
  process.on("SIGTERM", () => stop("ordered"));
  process.on("message", (order: ChildOrder) => {
    if (order?.type === "stop") stop("ordered");
  });
  process.on("disconnect", () => stop("orphaned"));

  return {
    config,
    progress: (text) => send({ type: "progress", text }),
    ready: (text) => send({ type: "ready", text }),
    stopping: (text) => send({ type: "stopping", text }),
    fail(text, exitCode = 1) {
      if (exiting) return;
      exiting = true;
      if (process.connected) process.stderr.write(`${name}: failed: ${text}\n`);
      send({ type: "failed", text }, () => exit(exitCode));
      setTimeout(() => exit(exitCode), lastReportMsMax);
    },
    onStop(wanted) {
      handler = wanted;
      if (cause) wanted(cause);
    },
    exit,
  };
}

function readConfig(name: ChildName): ChildConfig {
  const text = process.env.HELIOGRAPH_CHILD;
  if (!text)
    throw new Error("HELIOGRAPH_CHILD is not set: this process is started by the supervisor (bin/heliograph start)");
  const config = JSON.parse(text) as ChildConfig;
  if (config.name !== name) throw new Error(`HELIOGRAPH_CHILD is for "${config.name}", this is "${name}"`);
  if (!isAbsolute(config.dataDirectory))
    throw new Error(`data directory must be absolute, got ${config.dataDirectory}`);
  return config;
}
