import { createServer, type Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { hasStoreCaughtUp } from "./store-caught-up";

const upToDate = { engine: { state: "ok" }, store: { state: "ok" }, storeBehindFacts: 0 };
let server: Server | undefined;

async function answering(health: unknown, token = ""): Promise<string> {
  server = createServer((request, response) => {
    const isAllowed = token === "" || request.headers.authorization === `Bearer ${token}`;
    response.writeHead(isAllowed ? 200 : 401).end(JSON.stringify(isAllowed ? health : {}));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

describe("a store that has caught up", () => {
  afterEach(() => server?.close());

  it("is one of a desk that says so, asked with its token", async () => {
    expect(await hasStoreCaughtUp(await answering(upToDate), "")).toBe(true);
    server?.close();
    const address = await answering(upToDate, "secret");
    expect(await hasStoreCaughtUp(address, "secret")).toBe(true);
    expect(await hasStoreCaughtUp(address, "another")).toBe(false);
  });

  it.each([
    ["some facts behind", { ...upToDate, storeBehindFacts: 3 }],
    ["without its database", { ...upToDate, store: { state: "down" } }],
    ["without the engine", { ...upToDate, engine: { state: "down" } }],
    ["that says something else", "hello"],
  ])("is none %s", async (_, health) => {
    expect(await hasStoreCaughtUp(await answering(health), "")).toBe(false);
  });

  it("is none where nobody answers", async () => {
    expect(await hasStoreCaughtUp("http://127.0.0.1:1", "")).toBe(false);
  });
});
