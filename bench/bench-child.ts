import { createSocket } from "node:dgram";
import { connect } from "node:net";
import { startChild } from "../server/runtime/child-process";
import { compileWholePath } from "../server/runtime/compile-whole-path";
import { EngineLinkClient } from "../server/runtime/engine-link-client";
import { runEngineProcess } from "../server/runtime/engine-process";
import { measureAllocation } from "./allocation";
import { runBrowsers, runGateway } from "./browser-load";
import { syntheticDesk } from "./synthetic-desk";
import { type TickToOrderRunOptions, timeSteps, timeWithJournal } from "./tick-to-order";
import { wireDeskSize } from "./wire-desk";

/*
 * The processes that benches start, one role a process. For `bench wire`: `engine`, the engine's own process on a made
 * desk; `echo`, the bare program it is held against; `web`, a client of the engine that takes all its frames and burns
 * what is left of a core. For `bench allocation`: `allocation`, an engine that only steps. For `bench tick-to-order`:
 * `steps`, an engine alone, and `journal`, one in its shell with its logs. For `bench browsers`: `gateway`, the web process
 * without its pages, and `browsers`, of one kind.
 */

const receiveBufferLength = 4 << 20;
const [role = "", ...words] = process.argv.slice(2);

compileWholePath();
switch (role) {
  case "engine":
    runEngine();
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
  case "gateway":
    await runGateway(words[0] ?? "");
    break;
  case "browsers":
    runBrowsers(words[0] ?? "", words[1] ?? "");
    break;
  default:
    throw new Error(`benches have no role "${role}"`);
}

/** What the parent asks of a run; both ends are this bench. */
function runOptions(): TickToOrderRunOptions {
  return JSON.parse(words[0] ?? "");
}

function runEngine(): void {
  const child = startChild("engine");
  const workerUrl = new URL("./engine-worker.mjs", import.meta.url);
  const followerUrl = new URL("./follower-worker.mjs", import.meta.url);
  runEngineProcess({ child, desk: syntheticDesk(wireDeskSize), deskHash: "bench", workerUrl, followerUrl });
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
