import { randomUUID } from "node:crypto";
import { createSocket } from "node:dgram";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { connectDatabase } from "../db/connect";
import type { Desk } from "../domain/desk";
import { rootFolder } from "../server/cli/root-folder";
import { startChild } from "../server/runtime/child-process";
import { compileWholePath } from "../server/runtime/compile-whole-path";
import { frameTypes } from "../server/runtime/engine-link";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { encodeJsonFrame } from "../server/runtime/engine-link-frames";
import { runEngineProcess } from "../server/runtime/engine-process";
import { runExchangeProcess } from "../server/runtime/exchange-process";
import { createExchange } from "../server/simulator/exchange-machine";
import { FactStore } from "../server/store/fact-store";
import { measureAllocation } from "./allocation";
import { runBrowsers, runGateway } from "./browser-load";
import { itchPassOf, runItchPass } from "./itch-pass";
import { rigDesks, rigNameOf } from "./kill/rig-desks";
import { type ReplayPassesOptions, runReplayPasses } from "./replay-bench";
import { measurePoint, type ScalePointOptions } from "./scale";
import { syntheticDesk } from "./synthetic-desk";
import { type TickToOrderRunOptions, timeGateIn, timeSteps, timeWithJournal } from "./tick-to-order";
import { wireDeskSize } from "./wire-desk";

/*
 * The processes that benches start, one role a process. For `bench wire`: `engine`, the engine's own process on a made
 * desk; `echo`, the bare program it is held against; `web`, a client of the engine that takes all its frames and burns
 * what is left of a core. For `bench allocation`: `allocation`, an engine that only steps. For `bench tick-to-order`:
 * `steps`, an engine alone, `journal`, one in its shell with its logs, and `gate`, one with its gate or without. For `bench itch`: `itch`, one pass over a
 * file. For `bench scale`: `scale`, one desk of a size. For
 * `bench replay`: `replay`, a machine that goes over a journal again and again. For `bench browsers`: `gateway`, the web process
 * without its pages, and `browsers`, of one kind. For rigs (`kill/rig-desks.ts`), with the rig's name before it: `engine` and
 * `exchange` on its desk, the `database`, `web`, which stores every fact and takes all views as the web process does, and `gateway`.
 * `kill-flood`: connections that write commands to the engine as fast as it takes them.
 */

const receiveBufferLength = 4 << 20;
const [role = "", ...words] = process.argv.slice(2);

compileWholePath();
switch (role) {
  case "engine":
    runEngine(syntheticDesk(wireDeskSize));
    break;
  case "kill-flood":
    runFlood(words[0] ?? "", Number(words[1]));
    break;
  case "echo":
    runEcho(Number(words[0]), Number(words[1]), Number(words[2]));
    break;
  case "web":
    runBusyWeb(words[0] ?? "");
    break;
  case "allocation":
    process.send?.(await measureAllocation(Number(words[0]), Number(words[1])));
    process.disconnect?.();
    break;
  case "steps":
    process.send?.(await timeSteps(runOptions()));
    process.disconnect?.();
    break;
  case "journal":
    process.send?.(timeWithJournal(runOptions()));
    process.disconnect?.();
    break;
  case "gate":
    process.send?.(timeGateIn(JSON.parse(words[0] ?? "") as TickToOrderRunOptions & { readonly isOpen: boolean }));
    process.disconnect?.();
    break;
  case "itch":
    process.send?.(runItchPass(new Uint8Array(readFileSync(words[0] ?? "")), itchPassOf(words[1])));
    process.disconnect?.();
    break;
  case "scale":
    process.send?.(measurePoint(JSON.parse(words[0] ?? "") as ScalePointOptions));
    process.disconnect?.();
    break;
  case "replay":
    process.send?.(runReplayPasses(JSON.parse(words[0] ?? "") as ReplayPassesOptions));
    process.disconnect?.();
    break;
  case "gateway":
    await runGateway(words[0] ?? "", syntheticDesk(wireDeskSize));
    break;
  case "browsers":
    runBrowsers(words[0] ?? "", words[1] ?? "");
    break;
  default:
    await runOfRig();
}

/** A process of a rig: the rig's name and the process's, then how large its desk is. */
async function runOfRig(): Promise<void> {
  const [name = "", child] = role.split("-");
  const desk = rigDesks[rigNameOf(name)](Number(words[0]));
  switch (child) {
    case "engine":
      return runEngine(desk, words[1] === undefined ? undefined : Number(words[1]));
    case "exchange":
      return runExchange(desk);
    case "database":
      // The bundle's own, in a file of its own.
      await import(new URL("./database.mjs", import.meta.url).href);
      return;
    case "web":
      return runStoringWeb();
    case "gateway":
      return runGateway(words[1] ?? "", desk);
    default:
      throw new Error(`benches have no role "${role}"`);
  }
}

/** What the parent asks of a run; both ends are this bench. */
function runOptions(): TickToOrderRunOptions {
  return JSON.parse(words[0] ?? "");
}

/** `segmentLength`: bytes of a segment of the inputs log, if not the usual ones. */
function runEngine(desk: Desk, segmentLength?: number): void {
  const child = startChild("engine");
  const workerUrl = new URL("./engine-worker.mjs", import.meta.url);
  const followerUrl = new URL("./follower-worker.mjs", import.meta.url);
  const segments = segmentLength === undefined ? {} : { segmentLength };
  runEngineProcess({ child, desk, deskHash: "bench", workerUrl, followerUrl, ...segments });
}

async function runExchange(desk: Desk): Promise<void> {
  const child = startChild("exchange");
  const followerUrl = new URL("./follower-worker.mjs", import.meta.url);
  const createMachine = () => createExchange(desk);
  await runExchangeProcess({ child, desk, deskHash: "bench", createMachine, followerUrl });
}

/** What the web process is to the engine: a store that takes every fact, and a gateway that takes facts and views. */
function runStoringWeb(): void {
  const { config, ready } = startChild("web");
  const { databaseUrl, engineSocket: address } = config;
  const pool = connectDatabase({ url: databaseUrl, embedded: true });
  const migrationsFolder = path.join(rootFolder, "db/migrations");
  new FactStore({ pool, migrationsFolder, engineAddress: address }).start();
  new EngineLinkClient({ address, factsFrom: 1, views: true }).start();
  process.on("disconnect", () => process.exit(0));
  ready("storing");
}

/**
 * Writes commands that nobody may give, each with an id of its own, on many connections at once; who is cut comes back.
 * Tells the parent when each was connected and has written for a while.
 */
function runFlood(address: string, clients: number): void {
  const frame = () =>
    encodeJsonFrame(frameTypes.command, {
      id: randomUUID(),
      command: "resume",
      scope: "strategy",
      target: 0,
      actor: "flood",
      role: "viewer",
      reason: "",
    });
  const writingMs = 500;
  let connected = 0;
  const open = () => {
    const socket = connect(address);
    const write = () => {
      while (!socket.destroyed && socket.write(frame()));
    };
    socket.on("connect", () => {
      write();
      if (++connected === clients) setTimeout(() => process.send?.("there"), writingMs);
    });
    socket.on("drain", write);
    socket.on("error", () => undefined);
    socket.on("close", () => setTimeout(open, 20));
    socket.resume();
  };
  for (let i = 0; i < clients; i++) open();
  process.on("disconnect", () => process.exit(0));
}

/** UDP in, TCP out, and nothing between. */
function runEcho(udpPort: number, tcpPort: number, length: number): void {
  const answer = Buffer.alloc(length, "x");
  const socket = connect({ host: "127.0.0.1", port: tcpPort, noDelay: true }, () => {
    const udp = createSocket("udp4");
    udp.on("message", () => {
      socket.write(answer);
    });
    udp.bind(udpPort, "127.0.0.1", () => udp.setRecvBufferSize(receiveBufferLength));
  });
  socket.on("error", () => process.exit(0));
  socket.on("close", () => process.exit(0));
}

/** Takes every frame and fact of the engine, and computes in between for as long as its parent lives. */
function runBusyWeb(address: string): void {
  let rows = 0;
  const client = new EngineLinkClient({
    address,
    factsFrom: 1,
    views: true,
    onViews: () => {
      rows++;
    },
  });
  client.start();
  process.on("disconnect", () => process.exit(0));
  const burn = () => {
    const end = performance.now() + 4;
    while (performance.now() < end) rows = (rows * 31 + 7) | 0;
    setImmediate(burn);
  };
  burn();
}
