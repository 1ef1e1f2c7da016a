import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../server/cli/free-ports";
import { rootFolder } from "../server/cli/root-folder";
import { dropChannel, orderChannel, snapshotChannel } from "../server/machine/channels";
import { outputKinds } from "../server/machine/outbox";
import type { ChildConfig, ChildReport, VenuePorts } from "../server/runtime/child-contract";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { realTimePriority, setPriorityOf, setRealTime } from "../server/runtime/process-priority";
import { bareChildConfig } from "../server/runtime/testing/bare-child-config";
import { readU16 } from "../server/wire/bytes";
import { ouchInboundType } from "../server/wire/ouch-codes";
import { encodeServerHeartbeat, soupHeaderLength, soupType } from "../server/wire/soup-bin-tcp";
import type { Bench } from "./bench";
import { Latencies, type LatencyFigures, latencyHeading, latencyLine, medianFigures } from "./latencies";
import { type EngineLine, ScriptedDesk } from "./scripted-desk";
import { startBenchChild } from "./start-bench-child";
import { syntheticDesk } from "./synthetic-desk";
import { answerLength, wireDeskSize } from "./wire-desk";

const seed = 11;
/** How far a price jumps: beyond the entry band of its pair, whose deviation is 14 basis points. */
const jump = 0.0035;
const upMsMax = 60_000;
/** Silence after the last packet of a run, after which answers count as lost. */
const answerMsMax = 5_000;
const heartbeatMs = 500;

/** One kind of load: everything idle but the program under test, or with a busy client of the engine beside it, which has the web process's priority. */
export type WireSetting = {
  readonly engine: LatencyFigures;
  readonly nodeEcho: LatencyFigures;
  /** Null where there is no C compiler. */
  readonly cEcho: LatencyFigures | null;
  /** Engine over the bare Node echo. */
  readonly ratio: { readonly p50: number; readonly p99: number };
};

export type WireFigures = {
  readonly rounds: number;
  readonly samples: number;
  readonly packetsPerSecond: number;
  readonly quiet: WireSetting;
  readonly busyWeb: WireSetting;
};

/**
 * UDP packet in, TCP order out over loopback. This process is the load: it sends packets at an even pace, each of which
 * causes two orders, and takes the time until the first byte of them is back, by its own clock. In turns with the
 * engine's process (worker, journal in a temporary folder, publisher, control socket) it does the same to a bare
 * Node program and to one in C, which answer each packet with as many bytes.
 */
export async function benchWire(options: {
  readonly rounds: number;
  readonly samples: number;
  readonly packetsPerSecond: number;
}): Promise<WireFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-wire-"));
  const children: ChildProcess[] = [];
  const load = new WireLoad();
  try {
    const engine = await load.startEngine(folder, children);
    const nodeEcho = await load.startEcho(children, (udp, tcp) =>
      nodeChild(["echo", `${udp}`, `${tcp}`, `${answerLength}`]),
    );
    const floor = buildFloor(folder);
    const cEcho =
      floor === null
        ? null
        : await load.startEcho(children, (udp, tcp) =>
            spawn(floor, [`${udp}`, `${tcp}`, `${answerLength}`], { stdio: "inherit" }),
          );
    const quiet = await measureSetting(load, options, engine, nodeEcho, cEcho);
    const web = nodeChild(["web", engine.socket]);
    children.push(web);
    if (web.pid !== undefined) await setPriorityOf("web", web.pid);
    await sleep(500);
    const busyWeb = await measureSetting(load, options, engine, nodeEcho, cEcho);
    return { ...options, quiet, busyWeb };
  } finally {
    load.close();
    await Promise.all(children.map(stopChild));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureSetting(
  load: WireLoad,
  options: { readonly rounds: number; readonly samples: number; readonly packetsPerSecond: number },
  engine: Target,
  nodeEcho: Target,
  cEcho: Target | null,
): Promise<WireSetting> {
  const runs = { engine: [] as LatencyFigures[], nodeEcho: [] as LatencyFigures[], cEcho: [] as LatencyFigures[] };
  // The first round warms up.
  for (let round = -1; round < options.rounds; round++) {
    for (const [name, target] of [
      ["engine", engine],
      ["nodeEcho", nodeEcho],
      ["cEcho", cEcho],
    ] as const) {
      if (target === null) continue;
      const figures = await load.measure(target, options.samples, options.packetsPerSecond);
      if (round >= 0) runs[name].push(figures);
    }
  }
  const figures = {
    engine: medianFigures(runs.engine),
    nodeEcho: medianFigures(runs.nodeEcho),
    cEcho: cEcho === null ? null : medianFigures(runs.cEcho),
  };
  const ratio = (name: "p50" | "p99") => Math.round((figures.engine[name] / figures.nodeEcho[name]) * 100) / 100;
  return { ...figures, ratio: { p50: ratio("p50"), p99: ratio("p99") } };
}

/** A program under test: where its packets go, and how many answers it has given. */
export type Target = {
  readonly socket: string;
  readonly udp: DatagramSocket;
  /** Writes the next packet; how long it is. */
  readonly next: () => Uint8Array;
  /** Packets answered so far, by the program's bytes on TCP. */
  answered: number;
  onAnswer: (packets: number) => void;
};

/** The load program: sends packets, plays the engine's venue, and times answers. */
export class WireLoad implements EngineLine {
  private readonly scripted = new ScriptedDesk(syntheticDesk(wireDeskSize), seed);
  private readonly servers: Server[] = [];
  private readonly sockets = new Map<number, Socket>();
  private readonly datagramSockets: DatagramSocket[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private packets = 0;
  private ready = false;

  /** What the scripted venue answers leaves on its channel's connection. */
  turn(_kind: number, channel: number, offset: number, length: number): void {
    if (length > 0)
      this.sockets.get(channel)?.write(Buffer.from(this.scripted.bytes.subarray(offset, offset + length)));
  }

  async startEngine(folder: string, children: ChildProcess[]): Promise<Target> {
    // Before there is an engine: one that is refused its first login tries again after fifteen seconds.
    this.scripted.bind(this);
    const [feed, secondFeed, retransmission] = await freePorts(["udp", "udp", "udp"]);
    const snapshot = await this.listenVenue(snapshotChannel);
    const orders = await this.listenVenue(orderChannel);
    const dropCopy = await this.listenVenue(dropChannel);
    const ports: VenuePorts = { feed, secondFeed, retransmission, snapshot, orders, dropCopy };
    const engineSocket = path.join(folder, "engine.sock");
    const child = nodeChild(
      ["engine"],
      bareChildConfig({ name: "engine", dataDirectory: folder, engineSocket, venuePorts: [ports] }),
    );
    children.push(child);
    await new Promise<void>((resolve, reject) => {
      child.on("message", (report: ChildReport) => {
        if (report.type === "ready") resolve();
        else if (report.type === "failed") reject(new Error(`the engine did not start: ${report.text}`));
      });
      child.on("exit", (code) => reject(new Error(`the engine ended with code ${code}`)));
    });
    const udp = await this.datagramTo(feed);
    const { market } = this.scripted;
    const target: Target = {
      socket: engineSocket,
      udp,
      answered: 0,
      onAnswer: () => undefined,
      next: () => {
        // Every pair in turn: on one lap its first leg jumps, on the next it comes home.
        const pair = this.packets % wireDeskSize.pairs;
        const isUp = Math.floor(this.packets / wireDeskSize.pairs) % 2 === 0;
        this.packets++;
        market.quote(pair * 2, 0, isUp ? jump : 0);
        return market.bytes.slice(0, market.length);
      },
    };
    this.onOrders = (count) => {
      target.answered += count / 2;
      target.onAnswer(target.answered);
    };
    const beat = new Uint8Array(soupHeaderLength);
    encodeServerHeartbeat(beat, 0);
    const heartbeat = setInterval(() => {
      market.heartbeat(0);
      udp.send(Buffer.from(market.bytes.subarray(0, market.length)));
      this.sockets.get(dropChannel)?.write(beat);
    }, heartbeatMs);
    this.timers.push(heartbeat);
    const until = Date.now() + upMsMax;
    while (!this.ready && Date.now() < until) await sleep(20);
    if (!this.ready) throw new Error("the engine did not log in at its venue");
    await approveAll(engineSocket);
    // The signals learn for their first seconds before they let anything be traded.
    await sleep(3_500);
    return target;
  }

  async startEcho(children: ChildProcess[], start: (udp: number, tcp: number) => ChildProcess): Promise<Target> {
    const [port] = await freePorts(["udp"]);
    const udp = await this.datagramTo(port);
    const packet = new Uint8Array(96);
    let bytes = 0;
    const target: Target = { socket: "", udp, answered: 0, onAnswer: () => undefined, next: () => packet };
    let connected = false;
    const tcp = await this.listen((socket) => {
      connected = true;
      socket.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        target.answered = Math.ceil(bytes / answerLength);
        target.onAnswer(target.answered);
      });
    });
    const child = start(port, tcp);
    children.push(child);
    const until = Date.now() + upMsMax;
    while (!connected && Date.now() < until) await sleep(20);
    // The engine's worker has it too: what is compared is the programs.
    if (child.pid !== undefined) await setRealTime(child.pid, realTimePriority.engineWorker);
    await sleep(200);
    return target;
  }

  /** Sends `samples` packets at an even pace and times each until its answer begins. */
  async measure(target: Target, samples: number, packetsPerSecond: number): Promise<LatencyFigures> {
    const latencies = new Latencies(samples);
    const sentMs = new Float64Array(samples);
    const first = target.answered;
    let answered = 0;
    let sent = 0;
    target.onAnswer = (total) => {
      const now = performance.now();
      for (const upTo = Math.min(sent, Math.ceil(total - first)); answered < upTo; answered++)
        latencies.addMs(sentMs[answered], now);
    };
    const everyMs = 1_000 / packetsPerSecond;
    let nextMs = performance.now() + everyMs;
    let lastMs = nextMs;
    await new Promise<void>((resolve, reject) => {
      // The loop never sleeps: the time a sleeping process takes to wake is not the program's under test.
      const round = () => {
        const now = performance.now();
        if (sent < samples && now >= nextMs) {
          nextMs = Math.max(nextMs + everyMs, now + everyMs / 2);
          lastMs = now;
          const packet = target.next();
          sentMs[sent++] = performance.now();
          target.udp.send(packet);
        }
        if (answered >= samples) return resolve();
        if (now - lastMs > answerMsMax)
          return reject(new Error(`${answered} of ${sent} packets were answered within ${answerMsMax} ms`));
        setImmediate(round);
      };
      round();
    });
    target.onAnswer = () => undefined;
    return latencies.figures();
  }

  close(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const socket of this.sockets.values()) socket.destroy();
    for (const server of this.servers) server.close();
    for (const socket of this.datagramSockets) socket.close();
  }

  private onOrders: (count: number) => void = () => undefined;

  /** A venue's TCP port: what arrives is answered as the scripted venue does. */
  private listenVenue(channel: number): Promise<number> {
    return this.listen((socket) => {
      this.sockets.set(channel, socket);
      let waiting: Uint8Array = new Uint8Array(0);
      socket.on("data", (chunk: Buffer) => {
        const bytes = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
        let end = 0;
        let orders = 0;
        while (end + soupHeaderLength <= bytes.length && end + 2 + readU16(bytes, end) <= bytes.length) {
          const type = bytes[end + soupHeaderLength];
          if (bytes[end + 2] === soupType.unsequencedData) {
            if (type === ouchInboundType.enterOrder) orders++;
            else if (type === ouchInboundType.accountQuery) this.ready = true;
          }
          end += 2 + readU16(bytes, end);
        }
        if (orders > 0) this.onOrders(orders);
        this.scripted.take(outputKinds.code.send, channel, bytes, 0, end);
        this.scripted.answer();
        waiting = bytes.slice(end);
      });
    });
  }

  private listen(onSocket: (socket: Socket) => void): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => undefined);
      onSocket(socket);
    });
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : 0);
      });
    });
  }

  private datagramTo(port: number): Promise<DatagramSocket> {
    const socket = createSocket("udp4");
    socket.on("error", () => undefined);
    this.datagramSockets.push(socket);
    return new Promise((resolve) => {
      socket.connect(port, "127.0.0.1", () => resolve(socket));
    });
  }
}

async function approveAll(address: string): Promise<void> {
  const client = new EngineLinkClient({ address, factsFrom: null, views: false });
  client.start();
  for (let target = 0; target < wireDeskSize.strategies; target++) {
    const answer = await client.command({
      id: randomUUID(),
      command: "approve",
      scope: "strategy",
      target,
      actor: "bench",
      role: "admin",
      reason: "bench wire",
    });
    if (answer.answer !== "done") throw new Error(`approve ${target}: ${answer.answer} ${answer.text}`);
  }
  client.close();
}

export function nodeChild(words: readonly string[], config?: ChildConfig): ChildProcess {
  return startBenchChild(words, [], config ? { HELIOGRAPH_CHILD: JSON.stringify(config) } : {});
}

/** Ends a child for good; nothing of a bench is kept. */
export async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** Compiles the floor in C; null without a compiler. */
function buildFloor(folder: string): string | null {
  const source = path.join(rootFolder, "bench", "floor", "echo-floor.c");
  if (!existsSync(source)) return null;
  const program = path.join(folder, "echo-floor");
  for (const compiler of ["cc", "gcc", "clang"])
    try {
      execFileSync(compiler, ["-O2", "-o", program, source], { stdio: ["ignore", "ignore", "pipe"] });
      return program;
    } catch {
      // The next compiler, or none.
    }
  return null;
}

/** Prints and returns the figures of `bench wire`. */
export const wireBench: Bench = {
  summary: "UDP packet in, TCP order out over loopback, against a bare echo",
  usage: "",
  options: [
    { name: "samples", kind: "whole", value: "N", summary: "wire: packets a run; default 4,000" },
    { name: "rounds", kind: "whole", value: "N", summary: "wire: timed runs, the median counts; default 5" },
    { name: "rate", kind: "whole", value: "N", summary: "wire: packets a second; default 2,000" },
  ],
  run: async (input) => {
    const figures = await benchWire({
      rounds: input.whole("rounds") ?? 5,
      samples: input.whole("samples") ?? 4_000,
      packetsPerSecond: input.whole("rate") ?? 2_000,
    });
    console.log(
      `${figures.samples} packets a run at ${figures.packetsPerSecond} a second, median of ${figures.rounds} runs`,
    );
    console.log(latencyHeading);
    for (const [title, setting] of [
      ["", figures.quiet],
      [", web busy", figures.busyWeb],
    ] as const) {
      console.log(latencyLine(`engine, journal on${title}`, setting.engine));
      console.log(latencyLine(`bare Node echo${title}`, setting.nodeEcho));
      if (setting.cEcho) console.log(latencyLine(`C epoll echo${title}`, setting.cEcho));
      console.log(`  engine over Node echo: p50 × ${setting.ratio.p50}, p99 × ${setting.ratio.p99}`);
    }
    return figures;
  },
};
