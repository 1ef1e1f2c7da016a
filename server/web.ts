import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join } from "node:path";
import { connectDatabase } from "../db/connect";
import { layoutsMax } from "../protocol/layouts";
import { Gateway } from "./gateway/gateway";
import { deskOf } from "./runtime/child-desk";
import type { Child } from "./runtime/child-process";
import { startChild } from "./runtime/child-process";
import { FactStore } from "./store/fact-store";
import { databaseHistory } from "./store/history";
import { databaseLayouts } from "./store/layouts";

/*
 * The web process: pages (Next), gateway and store on one port. It may die and come back at any time; the engine does
 * not notice.
 */

/** How long an orphaned web process waits for the engine to stop, so that its last facts are stored. */
const orphanWaitMsMax = 10_000;
const stopMsMax = 5_000;

const child = startChild("web");
try {
  await startWeb(child);
} catch (error) {
  child.fail(`web: ${error instanceof Error ? error.message : String(error)}`);
}

async function startWeb({ config, progress, ready, stopping, onStop, exit }: Child): Promise<void> {
  const { desk, hash } = deskOf(config);
  const mode = config.replay === null ? "simulated" : "replay";
  // The pages know it before anything is painted.
  process.env.HELIOGRAPH_MODE = mode;
  const pool = connectDatabase({ url: config.databaseUrl, embedded: config.databasePort !== 0 });
  const store = new FactStore({
    pool,
    migrationsFolder: join(process.cwd(), "db/migrations"),
    engineAddress: config.engineSocket,
  });
  // Set before the gateway is made: Socket.IO takes its own path and passes the rest on to this listener.
  let answer = (_request: IncomingMessage, response: ServerResponse) => {
    response.writeHead(503, { "retry-after": "1" }).end("starting\n");
  };
  const server = createServer((request, response) => answer(request, response));
  const gateway = new Gateway({
    server,
    desk,
    deskHash: hash,
    version: config.version,
    engineAddress: config.engineSocket,
    host: config.host,
    accessToken: config.accessToken,
    development: config.development,
    storeStatus: () => store.status(),
    history: databaseHistory(pool),
    layouts: databaseLayouts(pool, layoutsMax),
    mode,
  });

  progress("preparing the pages");
  Reflect.set(process.env, "NODE_ENV", config.development ? "development" : "production");
  const { default: next } = await import("next");
  const pages = next({
    dev: config.development,
    dir: process.cwd(),
    hostname: config.host,
    port: config.port,
    httpServer: server,
  });
  await pages.prepare();
  const servePage = pages.getRequestHandler();
  answer = (request, response) => {
    gateway
      .handleRequest(request, response)
      .then((answered) => (answered ? undefined : servePage(request, response)))
      .catch((error: unknown) => {
        process.stderr.write(`web: ${request.method} ${request.url}: ${String(error)}\n`);
        if (!response.headersSent) response.writeHead(500);
        response.end();
      });
  };

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(config.port, config.host, resolve);
  });
  gateway.start();
  store.start();

  onStop(async (cause) => {
    stopping("closing browsers, store and pages");
    setTimeout(() => exit(0), stopMsMax + (cause === "orphaned" ? orphanWaitMsMax : 0)).unref();
    const endMs = Date.now() + orphanWaitMsMax;
    while (cause === "orphaned" && gateway.engineUp && Date.now() < endMs)
      await new Promise((resolve) => setTimeout(resolve, 100));
    server.close();
    await gateway.close();
    await store.stop();
    await pool.end();
    await pages.close();
    exit(0);
  });
  ready(`http://${config.host}:${config.port}`);
}
