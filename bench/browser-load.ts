import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { io, type Socket } from "socket.io-client";
import type { Desk } from "../domain/desk";
import { Gateway } from "../server/gateway/gateway";

/** What browsers of a bench do. */
export const browserKinds = ["none", "slow", "dead", "hostile"] as const;
export type BrowserKind = (typeof browserKinds)[number];

/** Browsers of each kind. */
const slowCount = 10;
const deadCount = 20;
const hostileCount = 4;
/** A hostile browser's messages: so many at a time, so often. */
const floodMs = 10;
const floodCount = 20;
const hugeLength = 1 << 20;
/** What a page that shows everything subscribes to. */
export const topics = [
  "reference",
  "watch",
  "desk",
  "pnl",
  "positions",
  "strategies",
  "pairs",
  "orders",
  "fills",
  "notices",
];

/** The web process without its pages: the real gateway of a desk on a real port, which it tells its parent. */
export async function runGateway(engineAddress: string, desk: Desk): Promise<void> {
  const server = createServer((request, response) => {
    gateway
      .handleRequest(request, response)
      .then((answered) => (answered ? undefined : response.writeHead(404).end()))
      .catch(() => response.destroy());
  });
  const gateway = new Gateway({
    server,
    desk,
    deskHash: "bench",
    version: "bench",
    engineAddress,
    host: "127.0.0.1",
    accessToken: "",
    development: false,
    storeStatus: () => ({
      state: "connected",
      text: "",
      behindFacts: 0,
      committedFactNumber: 0,
      lastAdvancedMs: Date.now(),
    }),
    history: null,
    layouts: null,
  });
  process.on("disconnect", () => process.exit(0));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gateway.start();
  const address = server.address();
  process.send?.(typeof address === "object" && address ? address.port : 0);
}

/**
 * Browsers of a kind. `none`: a process that starts, waits as the others do, and opens nothing. `slow`: subscribe to everything, then read nothing. `dead`: the same, and their process is stopped,
 * so that pings stay unanswered and the connections half open. `hostile`: commands without end, right and wrong, broken
 * JSON, frames of a megabyte; cut, they come back. Tells the parent when all are there.
 */
export function runBrowsers(kind: string, url: string): void {
  process.on("disconnect", () => process.exit(0));
  if (kind === "none") {
    setTimeout(() => process.send?.("there"), 1_000);
    return;
  }
  if (kind === "hostile") {
    for (let i = 0; i < hostileCount; i++) attack(url);
    setTimeout(() => process.send?.("there"), 1_000);
    return;
  }
  let there = 0;
  const count = kind === "slow" ? slowCount : deadCount;
  for (let i = 0; i < count; i++) {
    const socket = connectTo(url);
    socket.on("connect", () => {
      socket.emit("subscribe", { topics });
      setTimeout(() => {
        webSocketOf(socket)?.pause();
        if (++there < count) return;
        process.send?.("there", () => {
          if (kind === "dead") process.kill(process.pid, "SIGSTOP");
        });
      }, 1_000);
    });
  }
}

function attack(url: string): void {
  const socket = connectTo(url);
  socket.on("connect", () => socket.emit("subscribe", { topics }));
  const huge = "x".repeat(hugeLength);
  let round = 0;
  const timer = setInterval(() => {
    round++;
    const webSocket = webSocketOf(socket);
    if (!socket.connected || webSocket === null) return;
    for (let i = 0; i < floodCount; i++) {
      socket.emit("command", {
        id: randomUUID(),
        command: "resume",
        scope: "strategy",
        target: i % 2 === 0 ? 9_999 : -5,
        reason: "flood",
      });
      socket.emit("subscribe", { topics: [`book:${"Z".repeat(i)}`] });
      webSocket.send('42["command",{"id":');
    }
    if (round % 20 === 0) webSocket.send(`42["command",${JSON.stringify(huge)}]`);
  }, floodMs);
  socket.on("disconnect", () => {
    clearInterval(timer);
    setTimeout(() => attack(url), 100);
  });
  socket.on("connect_error", () => {
    clearInterval(timer);
    socket.close();
    setTimeout(() => attack(url), 100);
  });
}

/** A browser's connection, which is not made again when it is lost. */
export function connectTo(url: string): Socket {
  return io(url, {
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    extraHeaders: { origin: url },
  });
}

type RawWebSocket = { pause(): void; send(text: string): void };

/** The WebSocket below a connection, to do what the client's own interface would not. */
function webSocketOf(socket: Socket): RawWebSocket | null {
  const transport: unknown = socket.io.engine?.transport;
  const webSocket: unknown = typeof transport === "object" && transport ? Reflect.get(transport, "ws") : null;
  return typeof webSocket === "object" && webSocket !== null && "pause" in webSocket
    ? (webSocket as RawWebSocket)
    : null;
}
