import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { cpSync, linkSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { feedStates } from "../domain/health";
import { viewColumns } from "../domain/views";
import { version } from "../package.json";
import { freePorts } from "../server/cli/free-ports";
import { rootFolder } from "../server/cli/root-folder";
import { loadDesk } from "../server/desk/load-desk";
import { listSegments } from "../server/journal/segments";
import { listSnapshots } from "../server/journal/snapshot-file";
import { dropChannel, orderChannel, snapshotChannel, venueCountMax } from "../server/machine/channels";
import { outputKinds } from "../server/machine/outbox";
import type { ChildConfig, ChildReport, VenuePorts } from "../server/runtime/child-contract";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { bareChildConfig } from "../server/runtime/testing/bare-child-config";
import { readU16 } from "../server/wire/bytes";
import { ouchInboundType } from "../server/wire/ouch-codes";
import { encodeServerHeartbeat, soupHeaderLength, soupType } from "../server/wire/soup-bin-tcp";
import type { Bench } from "./bench";
import { usageOf } from "./desk-cpu";
import { medianOf } from "./machine-line";
import { type EngineLine, ScriptedDesk } from "./scripted-desk";
import { recordKilledDay } from "./start-day";

const upMsMax = 120_000;
/** Packets a second that the market goes on with while the engine starts. */
const packetsPerSecond = 2_000;

export type StartFigures = {
  readonly records: number;
  readonly rounds: number;
  /** Inputs after the newest snapshot, which the start steps again. */
  readonly recordsAfterSnapshot: number;
  readonly snapshotBytes: number;
  readonly inputBytes: number;
  /** Milliseconds from the start of the process: median and longest. */
  readonly mayCancelMs: Spread;
  readonly mayTradeMs: Spread;
  /** The parts of a start, by what the process tells: the worker has recovered, all is up. */
  readonly recoveredMs: Spread;
  readonly upMs: Spread;
  /** Processor time of the process up to "may cancel", ms: what the wait is made of where nobody else takes the cores. */
  readonly processorMs: Spread;
};

type Spread = { readonly median: number; readonly longest: number };
type Start = {
  readonly recovered: number;
  readonly up: number;
  readonly mayCancel: number;
  readonly mayTrade: number;
  readonly processor: number;
};

const deskColumn = (name: (typeof viewColumns)["desk"][number]) => viewColumns.desk.indexOf(name);

/**
 * A day of `records` inputs of the demonstration desk, journaled by the real shell at the desk's own rate, with snapshots
 * by the follower, ends without a last word just before the next snapshot is due. The real engine process is started on
 * copies of it, `rounds` times, against venues over sockets that have gone on meanwhile.
 */
export async function benchStart(
  records: number,
  rounds: number,
  report: (text: string) => void = () => undefined,
): Promise<StartFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-start-"));
  const deskFile = path.join(rootFolder, "desks", "demo.yaml");
  const source = { file: deskFile, names: null, pairs: null, seed: null };
  const { desk, hash } = loadDesk(deskFile, source);
  const scripted = new ScriptedDesk(desk, 17);
  const venue = new VenueSockets(scripted, desk.venues.length);
  try {
    const day = recordKilledDay({ folder: path.join(folder, "day"), desk, hash, source, scripted, records, report });
    report(
      `${day.records.toLocaleString("en")} inputs, ${day.recordsAfterSnapshot.toLocaleString("en")} after the last snapshot`,
    );
    const [snapshot] = listSnapshots(day.directory);
    const inputBytes = listSegments(day.directory).reduce((sum, { byteLength }) => sum + byteLength, 0);
    const ports = await venue.listen();
    const starts: Start[] = [];
    for (let round = 0; round < rounds; round++) {
      const data = path.join(folder, `round${round}`);
      copyDay(day.directory, path.join(data, "engine", path.basename(day.directory)));
      const start = await startOnce(
        venue,
        bareChildConfig({
          name: "engine",
          version,
          dataDirectory: data,
          deskFile,
          today: path.basename(day.directory),
          venuePorts: ports,
        }),
      );
      report(`  start ${round + 1}: may cancel after ${start.mayCancel} ms, may trade after ${start.mayTrade} ms`);
      starts.push(start);
      rmSync(data, { recursive: true, force: true });
    }
    const spread = (of: (start: Start) => number): Spread => {
      const all = starts.map(of);
      return { median: Math.round(medianOf(all)), longest: Math.max(...all) };
    };
    return {
      records: day.records,
      rounds,
      recordsAfterSnapshot: day.recordsAfterSnapshot,
      snapshotBytes: snapshot === undefined ? 0 : statSync(snapshot.file).size,
      inputBytes,
      mayCancelMs: spread(({ mayCancel }) => mayCancel),
      mayTradeMs: spread(({ mayTrade }) => mayTrade),
      recoveredMs: spread(({ recovered }) => recovered),
      upMs: spread(({ up }) => up),
      processorMs: spread(({ processor }) => processor),
    };
  } finally {
    venue.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Segments of inputs are linked, since a start only reads them; what it writes to is copied. */
function copyDay(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const linked = new Set(listSegments(from).map(({ file }) => path.basename(file)));
  for (const name of readdirSync(from)) {
    if (linked.has(name)) linkSync(path.join(from, name), path.join(to, name));
    else cpSync(path.join(from, name), path.join(to, name));
  }
}

/**
 * One start of the engine's process, killed at the end. `mayCancel`: each venue has its login and, by the account query
 * that follows, knows that the engine has the answer: a cancel would leave from now on. `mayTrade`: the engine's view says
 * that it is not recovering any more (all sessions and both tellers agree), and every feed is live.
 */
async function startOnce(venue: VenueSockets, config: ChildConfig): Promise<Start> {
  const file = fileURLToPath(new URL("./engine.mjs", import.meta.url));
  venue.forget();
  const beganMs = performance.now();
  const since = () => Math.round(performance.now() - beganMs);
  const child = spawn(process.execPath, [file], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    env: { ...process.env, HELIOGRAPH_CHILD: JSON.stringify(config) },
  });
  const client = new EngineLinkClient({
    address: config.engineSocket,
    factsFrom: null,
    views: true,
    onViews: (table, row, columns) => {
      if (table === "desk" && columns[deskColumn("epoch")] > 1) isRecovering = columns[deskColumn("recovering")] === 1;
      if (table === "venue") live[row] = columns[viewColumns.venue.indexOf("feedState")] === feedStates.code.live;
    },
  });
  let isRecovering: boolean | null = null;
  const live: boolean[] = new Array(config.venuePorts.length).fill(false);
  const at = { recovered: 0, up: 0, mayCancel: 0, mayTrade: 0, processor: 0 };
  let problem: string | null = null;
  child.on("message", (told: ChildReport) => {
    if (told.type === "failed") problem = told.text;
    if (told.type === "ready") at.up = since();
    if (told.type === "progress" && told.text.startsWith("recovered:")) {
      at.recovered = since();
      client.start();
    }
  });
  child.on("exit", (code) => {
    problem ??= `the engine ended with code ${code}`;
  });
  venue.send(true);
  try {
    while (at.mayTrade === 0 || at.mayCancel === 0) {
      if (problem !== null) throw new Error(`the engine did not start: ${problem}`);
      if (since() > upMsMax)
        throw new Error(`the engine did not get there within ${upMsMax} ms: ${JSON.stringify(at)}`);
      if (at.mayCancel === 0 && venue.isAsked) {
        at.mayCancel = since();
        at.processor = Math.round(usageOf(child.pid ?? 0).cpuSeconds * 1_000);
      }
      if (at.mayTrade === 0 && isRecovering === false && live.every(Boolean)) at.mayTrade = since();
      await sleep(2);
    }
    return at;
  } finally {
    venue.send(false);
    client.close();
    await killed(child);
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/** The scripted venues over sockets: what the engine sends is answered, and the market goes on. */
class VenueSockets implements EngineLine {
  private readonly servers: Server[] = [];
  private readonly sockets = new Map<number, Socket>();
  private readonly feeds: DatagramSocket[] = [];
  private readonly asked = new Set<number>();
  private timer: NodeJS.Timeout | undefined;
  private readonly heartbeats: NodeJS.Timeout;
  private feedPorts: number[] = [];

  constructor(
    private readonly scripted: ScriptedDesk,
    private readonly venueCount: number,
  ) {
    const heartbeat = new Uint8Array(soupHeaderLength);
    encodeServerHeartbeat(heartbeat, 0);
    // As a venue's: its sessions have nothing else to say, and a drop copy that logged in late is known to be up to date.
    this.heartbeats = setInterval(() => {
      for (const [channel, socket] of this.sockets) if (channel >= dropChannel) socket.write(heartbeat);
    }, 1_000);
  }

  /** True once every venue was asked for the account since `forget`. */
  get isAsked(): boolean {
    return this.asked.size === this.venueCount;
  }

  forget(): void {
    this.asked.clear();
    for (const socket of this.sockets.values()) socket.destroy();
    this.sockets.clear();
  }

  turn(_kind: number, channel: number, offset: number, length: number): void {
    if (length === 0) return;
    const bytes = Buffer.from(this.scripted.bytes.subarray(offset, offset + length));
    this.sockets.get(channel)?.write(bytes);
  }

  async listen(): Promise<VenuePorts[]> {
    this.scripted.bind(this);
    const ports: VenuePorts[] = [];
    for (let venue = 0; venue < this.venueCount; venue++) {
      const [feed, secondFeed, retransmission] = await freePorts(["udp", "udp", "udp"]);
      this.feedPorts.push(feed);
      this.feeds.push(createSocket("udp4").on("error", () => undefined));
      ports.push({
        feed,
        secondFeed,
        retransmission,
        snapshot: await this.listenOn(snapshotChannel + venue),
        orders: await this.listenOn(orderChannel + venue),
        dropCopy: await this.listenOn(dropChannel + venue),
      });
    }
    return ports;
  }

  /** Lets the market go on over UDP, or stand still. */
  send(isOn: boolean): void {
    clearInterval(this.timer);
    if (!isOn) return;
    const { market } = this.scripted;
    let sent = 0;
    const beganMs = performance.now();
    this.timer = setInterval(() => {
      for (const due = ((performance.now() - beganMs) / 1_000) * packetsPerSecond; sent < due; sent++) {
        market.next();
        const packet = Buffer.from(market.bytes.subarray(0, market.length));
        this.feeds[market.venue]?.send(packet, this.feedPorts[market.venue], "127.0.0.1");
      }
    }, 5);
  }

  close(): void {
    this.send(false);
    clearInterval(this.heartbeats);
    for (const socket of this.sockets.values()) socket.destroy();
    for (const server of this.servers) server.close();
    for (const feed of this.feeds) feed.close();
  }

  private listenOn(channel: number): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => {
      socket.on("error", () => undefined);
      this.sockets.set(channel, socket);
      let waiting: Uint8Array = new Uint8Array(0);
      socket.on("data", (chunk: Buffer) => {
        const bytes = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk]);
        let end = 0;
        while (end + soupHeaderLength <= bytes.length && end + 2 + readU16(bytes, end) <= bytes.length) {
          if (
            bytes[end + 2] === soupType.unsequencedData &&
            bytes[end + soupHeaderLength] === ouchInboundType.accountQuery
          )
            this.asked.add(channel & (venueCountMax - 1));
          end += 2 + readU16(bytes, end);
        }
        this.scripted.take(outputKinds.code.send, channel, bytes, 0, end);
        this.scripted.answer();
        waiting = bytes.slice(end);
      });
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
}

/** Prints and returns the figures of `bench start`. */
export const startBench: Bench = {
  summary: "a killed engine's start on a long day: how long until it may cancel, and may trade",
  usage: "",
  options: [
    { name: "records", kind: "whole", value: "N", summary: "start: inputs of the day; default 10000000" },
    { name: "rounds", kind: "whole", value: "N", summary: "start: the same" },
  ],
  run: async (input) => {
    const figures = await benchStart(input.whole("records") ?? 10_000_000, input.whole("rounds") ?? 5, console.log);
    const { mayCancelMs, mayTradeMs, recoveredMs, upMs, processorMs } = figures;
    console.log(`median of ${figures.rounds} starts, milliseconds from the start of the process:`);
    console.log(`  recovered  ${recoveredMs.median}, at most ${recoveredMs.longest}`);
    console.log(`  up         ${upMs.median}, at most ${upMs.longest}`);
    console.log(`  may cancel ${mayCancelMs.median}, at most ${mayCancelMs.longest} (wanted: 2,000)`);
    console.log(`  may trade  ${mayTradeMs.median}, at most ${mayTradeMs.longest} (wanted: 10,000)`);
    console.log(`processor time up to "may cancel": ${processorMs.median} ms, at most ${processorMs.longest}`);
    return figures;
  },
};
