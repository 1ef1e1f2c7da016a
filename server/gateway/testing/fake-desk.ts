import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import next from "next";
import { Gateway } from "../gateway";
import { FakeEngine } from "./fake-engine";
import { sampleDesk } from "./sample-desk";

type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/**
 * The whole screen without an engine: gateway and Next on one port, a fake engine behind them. For work on pages:
 * `node server/gateway/testing/start-fake-desk.mjs [port] [instruments] [pairs]`. With `NODE_ENV=production` it serves
 * the pages that `next build` made.
 */
async function startFakeDesk(port: number, instruments: number, pairs: number): Promise<void> {
  const desk = sampleDesk(instruments, pairs);
  const path = join(tmpdir(), `heliograph-fake-engine-${process.pid}.sock`);
  const engine = new FakeEngine({ desk, path, pairMoves: Math.max(2, Math.ceil(pairs / 3)) });
  await engine.start();
  let servePage: RequestHandler | null = null;
  const server = createServer(async (request, response) => {
    if (!(await gateway.handleRequest(request, response))) await servePage?.(request, response);
  });
  const gateway = new Gateway({
    server,
    desk,
    deskHash: "fake",
    version: "fake",
    engineAddress: path,
    host: "127.0.0.1",
    accessToken: "",
    development: true,
    storeStatus: () => ({
      state: "connected",
      text: "",
      behindFacts: 0,
      committedFactNumber: engine.facts.lastNumber,
      lastAdvancedMs: Date.now(),
    }),
    history: null,
    layouts: null,
  });
  const pages = next({
    dev: process.env.NODE_ENV !== "production",
    dir: process.cwd(),
    hostname: "127.0.0.1",
    port,
    httpServer: server,
  });
  await pages.prepare();
  servePage = pages.getRequestHandler();
  server.listen(port, "127.0.0.1", () => {
    gateway.start();
    process.stdout.write(`fake desk: http://127.0.0.1:${port}\n`);
  });
  process.on("SIGINT", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
}

const [port = 3_100, instruments = 24, pairs = 12] = process.argv.slice(2).map(Number);
await startFakeDesk(port, instruments, pairs);
