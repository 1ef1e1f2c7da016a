import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, statSync } from "node:fs";
import type { ChildConfig, ChildOrder, ChildReport } from "../runtime/child-contract";
import { setPriorityOf } from "../runtime/process-priority";
import { rootFolder } from "./root-folder";

/** What a child is doing, as `heliograph status` shows it. `failed`: it crashed too often and is left alone. */
export type ChildState = "starting" | "running" | "waiting" | "stopping" | "stopped" | "failed";

const readyMsMax = 120_000;
const crashesMax = 5;
const crashWindowMs = 60_000;
const backoffMsMin = 250;
const backoffMsMax = 5_000;
const logBytesMax = 20 << 20;
const tailLines = 12;

/**
 * One child process of the supervisor: started detached, with its output in a log file (a file, not a pipe: it must
 * be able to write when the supervisor is dead), restarted when it crashes, stopped on order.
 */
export class ChildProcessRunner {
  state: ChildState = "stopped";
  restarts = 0;
  private child: ChildProcess | null = null;
  private restartTimer: NodeJS.Timeout | undefined;
  private readonly crashTimes: number[] = [];
  private failure: string | null = null;
  private hasBeenReady = false;
  private hasToldPriority = false;
  private settleStart: ((problem: string | null) => void) | null = null;

  constructor(
    private readonly config: ChildConfig,
    private readonly file: string,
    private readonly logFile: string,
    private readonly say: (text: string) => void,
    private readonly changed: () => void,
  ) {}

  /** The process number; 0 while none runs. */
  get pid(): number {
    return this.child?.pid ?? 0;
  }

  /** Starts the process; resolves with null when it is ready for the first time, or with why it never will be. */
  start(): Promise<string | null> {
    return new Promise((resolve) => {
      const timer = setTimeout(
        () => this.settle(`not ready after ${readyMsMax / 1000} s; see ${this.logFile}`),
        readyMsMax,
      );
      this.settleStart = (problem) => {
        clearTimeout(timer);
        resolve(problem);
      };
      this.spawn();
    });
  }

  /** Orders the process to stop, and kills it when it has not within the time. */
  async stop(limitMs: number): Promise<void> {
    clearTimeout(this.restartTimer);
    const child = this.child;
    if (child === null) {
      this.setState(this.state === "failed" ? "failed" : "stopped");
      return;
    }
    this.setState("stopping");
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const order: ChildOrder = { type: "stop" };
    if (child.connected) child.send(order, () => undefined);
    else this.signal("SIGTERM");
    const timer = setTimeout(() => {
      this.say(`did not stop within ${limitMs / 1000} s: killed`);
      this.kill();
    }, limitMs);
    await gone;
    clearTimeout(timer);
  }

  /** Ends the process and its group at once. */
  kill(): void {
    clearTimeout(this.restartTimer);
    if (this.child !== null) this.setState("stopping");
    this.signal("SIGKILL");
  }

  private spawn(): void {
    this.failure = null;
    const log = this.openLog();
    const child = spawn(process.execPath, [this.file], {
      cwd: rootFolder,
      detached: true,
      stdio: ["ignore", log, log, "ipc"],
      env: {
        ...process.env,
        NODE_ENV: this.config.development ? "development" : "production",
        NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --enable-source-maps`.trim(),
        HELIOGRAPH_ROOT: rootFolder,
        HELIOGRAPH_CHILD: JSON.stringify(this.config),
      },
    });
    if (log !== "ignore") closeSync(log);
    this.child = child;
    // The first start waits for nobody; what starts anew beside trading gives way from its first instant.
    if (this.hasBeenReady) void this.setPriority(child);
    this.setState("starting");
    child.on("message", (report: ChildReport) => this.onReport(report));
    child.once("error", (error) => {
      this.failure = error.message;
      if (child.pid === undefined) this.onExit(child, null, null);
    });
    child.once("exit", (code, signal) => this.onExit(child, code, signal));
  }

  private async setPriority({ pid }: ChildProcess): Promise<void> {
    if (pid === undefined) return;
    const problem = await setPriorityOf(this.config.name, pid);
    if (problem === null || this.hasToldPriority) return;
    this.hasToldPriority = true;
    this.say(`has no priority of its own on this machine: ${problem}`);
  }

  private onReport(report: ChildReport): void {
    if (report.type === "failed") this.failure = report.text;
    if (report.type === "ready") {
      if (!this.hasBeenReady && this.child !== null) void this.setPriority(this.child);
      this.hasBeenReady = true;
      if (this.state === "starting") this.setState("running");
      this.settle(null);
    }
    this.say(report.type === "failed" ? `failed: ${report.text}` : report.text);
  }

  private onExit(child: ChildProcess, code: number | null, signal: NodeJS.Signals | null): void {
    if (this.child !== child) return;
    this.child = null;
    if (this.state === "stopping") {
      this.setState("stopped");
      this.settle("stopped while starting");
      this.say("stopped");
      return;
    }
    const how = this.failure ?? (signal === null ? `ended with ${code}` : `was ended by ${signal}`);
    if (!this.hasBeenReady) {
      this.setState("failed");
      this.settle(this.failure ?? `${how}\n${this.tailOfLog()}`);
      return;
    }
    const now = performance.now();
    this.crashTimes.push(now);
    while (this.crashTimes[0] < now - crashWindowMs) this.crashTimes.shift();
    if (this.crashTimes.length >= crashesMax) {
      this.setState("failed");
      this.say(
        `${how}; that was crash ${this.crashTimes.length} within ${crashWindowMs / 1000} s: it is left alone, the rest goes on`,
      );
      return;
    }
    const backoffMs = Math.min(backoffMsMax, backoffMsMin * 2 ** (this.crashTimes.length - 1));
    this.setState("waiting");
    this.say(`${how}; restarting it in ${backoffMs} ms`);
    this.restartTimer = setTimeout(() => {
      this.restarts += 1;
      this.spawn();
    }, backoffMs);
  }

  private settle(problem: string | null): void {
    this.settleStart?.(problem);
    this.settleStart = null;
  }

  private setState(state: ChildState): void {
    this.state = state;
    try {
      this.changed();
    } catch (error) {
      // A disk that is full must not end the supervisor, and with it the desk.
      this.say(`its state could not be written down: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  private signal(signal: NodeJS.Signals): void {
    const pid = this.child?.pid;
    if (pid === undefined) return;
    try {
      // The whole group: the child was started detached and may have helpers of its own.
      process.kill(-pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }

  /** The log, appended to; one that has grown too long is kept once under another name. */
  private openLog(): number | "ignore" {
    try {
      return this.openLogFile();
    } catch (error) {
      this.say(`has no log: ${error instanceof Error ? error.message : String(error)}`);
      return "ignore";
    }
  }

  private openLogFile(): number {
    try {
      if (statSync(this.logFile).size > logBytesMax) renameSync(this.logFile, `${this.logFile}.1`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
    return openSync(this.logFile, "a", 0o600);
  }

  private tailOfLog(): string {
    const lines = readFileSync(this.logFile, "utf8").trimEnd().split("\n").slice(-tailLines);
    return lines.map((line) => `    ${line}`).join("\n");
  }
}
