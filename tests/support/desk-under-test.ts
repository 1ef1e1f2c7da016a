import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { rootFolder } from "../../server/cli/root-folder";
import { loadDesk } from "../../server/desk/load-desk";
import { deskShapeOf } from "../../server/runtime/desk-shape";
import { recover } from "../../server/runtime/recover";
import { createExchange, type Exchange } from "../../server/simulator/exchange-machine";
import { type MemberLogLine, memberLog } from "../../server/simulator/member-log";
import { askEngine, type EngineTruth } from "./engine-truth";

const root = rootFolder;
const deskFile = join(root, "desks/demo.yaml");
const startMsMax = 180_000;
const stopMsMax = 40_000;

const processesSchema = z.object({
  supervisor: z.int(),
  engineSocket: z.string(),
  children: z.array(z.object({ name: z.string(), pid: z.int().nullable(), state: z.string(), restarts: z.int() })),
});

export type ProcessName = "supervisor" | "database" | "exchange" | "engine" | "watchdog" | "web";

export type DeskUnderTestOptions = {
  /** A folder of an earlier desk to go on with; a new one otherwise. */
  readonly dataDirectory?: string;
  readonly port?: number;
  readonly environment?: Readonly<Record<string, string>>;
  readonly extraArguments?: readonly string[];
};

/** A real desk: the supervisor and its processes, as `npm start` brings them up. */
export type DeskUnderTest = {
  readonly url: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Everything the supervisor printed. */
  output(): string;
  processes(): z.infer<typeof processesSchema>;
  pidOf(name: ProcessName): number;
  /** Kills a process at once, as a crash would. */
  kill9(name: ProcessName): void;
  /** Stops a process in its tracks, as a hang would, until `wake`. */
  freeze(name: ProcessName): void;
  wake(name: ProcessName): void;
  /** Ctrl-C: an orderly stop; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** What the exchange knows, recovered from a copy of its journal: its books, our orders there, our account. */
  exchange(): Exchange;
  /** Every message between us and the exchange, as the exchange has them, oldest first. */
  exchangeLog(): MemberLogLine[];
  /** What the engine says of itself over its socket. */
  engine(): Promise<EngineTruth>;
  /** The same without the day's facts, of which a long day has very many. */
  engineViews(): Promise<EngineTruth>;
  /** All rows of the day's history in the database, newest first. */
  history(what: "fills" | "orders"): Promise<readonly HistoryRow[]>;
  health(): Promise<z.infer<typeof healthSchema> | null>;
  /** Sends a command over HTTP, as the screen does; resolves with the answer. */
  command(command: string, scope: string, target: number, reason?: string): Promise<string>;
  /** Removes the data directory; the desk has stopped. */
  remove(): void;
};

const historyRow = z.looseObject({ id: z.int() });
export type HistoryRow = z.infer<typeof historyRow>;

const light = z.object({ state: z.string(), text: z.string() });
const healthSchema = z.object({
  live: z.boolean(),
  feed: light,
  execution: light,
  engine: light,
  store: light,
  storeBehindFacts: z.number(),
});

/** Starts a desk on a free port and waits until its books are live. */
export async function startDesk(options: DeskUnderTestOptions = {}): Promise<DeskUnderTest> {
  const dataDirectory = options.dataDirectory ?? mkdtempSync(join(tmpdir(), "heliograph-test-"));
  const port = options.port ?? (await freePort());
  const url = `http://127.0.0.1:${port}`;
  const child: ChildProcess = spawn(
    process.execPath,
    [
      join(root, "bin/heliograph"),
      "start",
      "--port",
      `${port}`,
      "--data",
      dataDirectory,
      ...(options.extraArguments ?? []),
    ],
    { cwd: root, env: { ...process.env, ...options.environment }, stdio: ["ignore", "pipe", "pipe"] },
  );
  let printed = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    printed += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => resolve(code));
  });
  let hasExited = false;
  void exited.then(() => {
    hasExited = true;
  });

  const health = async () => {
    try {
      const response = await fetch(`${url}/api/health`);
      return healthSchema.parse(await response.json());
    } catch {
      return null;
    }
  };
  const processes = () =>
    processesSchema.parse(JSON.parse(readFileSync(join(dataDirectory, "processes.json"), "utf8")));
  const pidOf = (name: ProcessName) => {
    if (name === "supervisor") return processes().supervisor;
    const pid = processes().children.find((candidate) => candidate.name === name)?.pid;
    if (pid === undefined || pid === null) throw new Error(`${name} is not running`);
    return pid;
  };
  const exchange = () => recoverExchange(dataDirectory);

  const desk: DeskUnderTest = {
    url,
    port,
    dataDirectory,
    output: () => printed,
    processes,
    pidOf,
    kill9: (name) => {
      process.kill(pidOf(name), "SIGKILL");
    },
    freeze: (name) => {
      process.kill(pidOf(name), "SIGSTOP");
    },
    wake: (name) => {
      process.kill(pidOf(name), "SIGCONT");
    },
    stop: async () => {
      if (!hasExited) child.kill("SIGINT");
      const code = await Promise.race([exited, sleep(stopMsMax, "late" as const)]);
      if (code === "late") {
        child.kill("SIGKILL");
        throw new Error(`the desk did not stop within ${stopMsMax} ms:\n${printed}`);
      }
      return code;
    },
    exchange,
    exchangeLog: () => memberLog(exchange()),
    engine: () => askEngine(processes().engineSocket),
    engineViews: () => askEngine(processes().engineSocket, 15_000, false),
    history: async (what) => {
      const rows: HistoryRow[] = [];
      for (;;) {
        const before = rows.at(-1)?.id;
        const response = await patientFetch(
          `${url}/api/${what}?limit=500${before === undefined ? "" : `&before=${before}`}`,
        );
        const page = z.object({ rows: z.array(historyRow) }).parse(await response.json()).rows;
        if (page.length === 0) return rows;
        rows.push(...page);
      }
    },
    health,
    command: async (command, scope, target, reason = "test") => {
      // The same id each time: a command that arrived is not done twice.
      const response = await patientFetch(`${url}/api/commands`, {
        method: "POST",
        headers: { "content-type": "application/json", origin: url, "x-heliograph": "1" },
        body: JSON.stringify({ id: crypto.randomUUID(), command, scope, target, reason }),
      });
      const body: unknown = await response.json();
      return z.object({ answer: z.string() }).parse(body).answer;
    },
    remove: () => rmSync(dataDirectory, { recursive: true, force: true }),
  };

  const deadline = Date.now() + startMsMax;
  while ((await health())?.live !== true) {
    if (hasExited || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`the desk did not come up:\n${printed}`);
    }
    await sleep(100);
  }
  return desk;
}

/** As `fetch`, but a web process that does not take connections just now is asked again, for some seconds. */
async function patientFetch(address: string, request?: RequestInit): Promise<Response> {
  for (let left = 20; ; left--)
    try {
      return await fetch(address, request);
    } catch (error) {
      if (left === 0) throw error;
      await sleep(250);
    }
}

/** Waits until a condition holds; throws with `what` after `msMax`. */
export async function eventually(
  what: string,
  condition: () => boolean | Promise<boolean>,
  msMax = 20_000,
): Promise<void> {
  const deadline = Date.now() + msMax;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`not within ${msMax} ms: ${what}`);
    await sleep(50);
  }
}

function recoverExchange(dataDirectory: string): Exchange {
  const copy = mkdtempSync(join(tmpdir(), "heliograph-exchange-"));
  try {
    cpSync(join(dataDirectory, "exchange"), copy, { recursive: true });
    const { desk, hash } = loadDesk(deskFile, { names: null, pairs: null, seed: null });
    const recovered = recover({
      directory: copy,
      identity: {
        machine: "exchange",
        codeVersion: "test",
        deskHash: hash,
        deskShape: deskShapeOf(desk),
        desk: { file: deskFile, names: null, pairs: null, seed: null },
      },
      // Never a later date: the day is looked at, not rolled.
      today: "0000-00-00",
      createMachine: () => createExchange(desk),
      report: () => undefined,
    });
    recovered.inputs.close();
    recovered.facts.close();
    return recovered.machine;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address === null || typeof address === "string") reject(new Error("no port"));
        else resolve(address.port);
      });
    });
  });
}
