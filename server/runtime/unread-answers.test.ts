import { connect } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { frameTypes } from "./engine-link";
import { encodeJsonFrame } from "./engine-link-frames";
import { openBareControl } from "./testing/bare-control";
import { temporaryDirectory } from "./testing/run-fixture";

let directory: string;
let cleanups: (() => void)[] = [];

beforeEach(() => {
  const temporary = temporaryDirectory();
  directory = temporary.path;
  cleanups = [temporary.remove];
});
afterEach(() => {
  for (const cleanup of cleanups.reverse()) cleanup();
});

it("a client that never subscribes, asks on and reads no answer is cut", async () => {
  const { address, publisher, control, reports, close } = await openBareControl(directory);
  publisher.start();
  // Every key that a playback request may not have comes back in the answer's words.
  const frame = encodeJsonFrame(frameTypes.playbackRequest, {
    id: "x",
    request: { action: "play", ["k".repeat(15_000)]: 1 },
  });
  const socket = connect(address);
  socket.on("error", () => undefined);
  socket.pause();
  const timer = setInterval(() => {
    for (let i = 0; i < 4; i++) if (socket.writableLength < 1 << 20) socket.write(frame);
  }, 10);
  cleanups.push(() => {
    clearInterval(timer);
    socket.destroy();
    close();
  });
  const clients = (control as unknown as { clients: Map<{ waiting: number }, unknown> }).clients;
  let most = 0;
  for (let i = 0; i < 60; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    for (const { waiting } of clients.keys()) most = Math.max(most, waiting);
    if (reports.length > 0) break;
  }
  expect(most).toBeLessThan(2 << 20);
  expect(reports).toEqual([expect.stringMatching(/client cut: .* bytes wait for it/)]);
}, 15_000);
