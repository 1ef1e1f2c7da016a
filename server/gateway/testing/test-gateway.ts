import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Desk } from "../../../domain/desk";
import { Gateway, type GatewayOptions } from "../gateway";
import { FakeEngine, type FakeEngineOptions } from "./fake-engine";
import { sampleDesk } from "./sample-desk";

export type TestGateway = {
  readonly gateway: Gateway;
  readonly engine: FakeEngine;
  readonly url: string;
  readonly server: Server;
  readonly close: () => Promise<void>;
};

/** A gateway with a fake engine behind it, on a port of its own, without pages. The market moves by `engine.step()`. */
export async function startTestGateway(
  options: Partial<GatewayOptions> = {},
  engineOptions: Partial<FakeEngineOptions> = {},
  desk: Desk = sampleDesk(),
): Promise<TestGateway> {
  const path = join(tmpdir(), `heliograph-gateway-${randomUUID().slice(0, 8)}.sock`);
  const engine = new FakeEngine({ desk, path, stepMs: 0, ...engineOptions });
  await engine.start();
  const server = createServer(async (request, response) => {
    if (await gateway.handleRequest(request, response)) return;
    response.writeHead(200).end("a page");
  });
  const gateway = new Gateway({
    server,
    desk,
    deskHash: "fake",
    version: "test",
    engineAddress: path,
    host: "127.0.0.1",
    accessToken: "",
    development: false,
    storeStatus: () => ({
      state: "connected",
      text: "",
      behindFacts: 0,
      committedFactNumber: engine.facts.lastNumber,
      lastAdvancedMs: Date.now(),
    }),
    history: null,
    layouts: null,
    ...options,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gateway.start();
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    gateway,
    engine,
    server,
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      await gateway.close();
      await engine.stop().catch(() => undefined);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
