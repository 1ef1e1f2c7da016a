import { createServer, type Socket } from "node:net";
import { expect, it } from "vitest";
import { inputKinds } from "../machine/input-record";
import { TcpClient } from "./tcp-client";
import type { InputSink } from "./transport";

it("what waits for a peer that does not read is lost with the connection that takes its place", async () => {
  const peers: Socket[] = [];
  const server = createServer((socket) => {
    peers.push(socket.pause());
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const kinds: string[] = [];
  const sink: InputSink = { live: true, input: (kind) => kinds.push(inputKinds.name(kind)), endTurn: () => undefined };
  const client = new TcpClient(48, "127.0.0.1", typeof address === "object" && address ? address.port : 0, sink);
  const connected = async (count: number) => {
    while (kinds.filter((kind) => kind === "connected").length < count)
      await new Promise((done) => setTimeout(done, 5));
  };
  try {
    client.connect();
    await connected(1);
    // Below the limit at which the connection is given up: a venue that hangs, and many cancels for it.
    const bytes = Buffer.alloc(1 << 20);
    for (let i = 0; i < 16 && client.waiting === 0; i++) {
      for (let j = 0; j < 3; j++) client.send(48, bytes, 0, bytes.length);
      await new Promise((done) => setTimeout(done, 20));
    }
    expect(client.waiting).toBeGreaterThan(0);
    const before = client.losses;
    // Fifteen seconds of silence: the session lets the line go, and is back in less than the second that it may flush.
    client.disconnect();
    client.connect();
    await connected(2);
    expect(client.waiting).toBe(0);
    expect(client.losses).toBeGreaterThan(before);
  } finally {
    client.close();
    for (const peer of peers) peer.destroy();
    server.close();
  }
});
