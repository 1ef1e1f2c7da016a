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
 * `node server/gateway/testing/start-fake-desk.mjs [port]`.
 */
async function startFakeDesk(port: number): Promise<void> {
  const desk = sampleDesk();
  const path = join(tmpdir(), `heliograph-fake-engine-${process.pid}.sock`);
  const engine = new FakeEngine({ desk, path });
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
  });
  const pages = next({ dev: true, dir: process.cwd(), hostname: "127.0.0.1", port, httpServer: server });
  await pages.prepare();
  servePage = pages.getRequestHandler();
  server.listen(port, "127.0.0.1", () => {
    gateway.start();
    process.stdout.write(`fake desk: http://127.0.0.1:${port}\n`);
  });
  process.on("SIGINT", () => process.exit(0));
  process.on("SIGTERM", () => process.exit(0));
}

await startFakeDesk(Number(process.argv[2] ?? 3100));
