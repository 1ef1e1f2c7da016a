import { createSocket } from "node:dgram";
import { connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { orderChannel, peerChannelFirst, retransmissionChannel } from "../machine/channels";
import { inputKinds } from "../machine/input-record";
import { Outbox } from "../machine/outbox";
import { PeerChannels } from "./peer-channels";
import { TcpClient } from "./tcp-client";
import { TcpListener } from "./tcp-listener";
import { ChannelTable, type InputSink, type Transport } from "./transport";
import { UdpFeed, UdpListener, UdpPublisher } from "./udp";

type Seen = { kind: string; channel: number; bytes: Buffer };

class Recorder implements InputSink {
  live = true;
  readonly seen: Seen[] = [];
  turns = 0;
  input(kind: number, channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const copy = Buffer.from(bytes.subarray(offset, offset + length));
    this.seen.push({ kind: inputKinds.name(kind), channel, bytes: copy });
  }
  endTurn(): void {
    this.turns++;
  }
  kinds(): string[] {
    return this.seen.map(({ kind }) => kind);
  }
}

let cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups) cleanup();
  cleanups = [];
});

async function until(what: () => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  while (!what()) {
    if (Date.now() > end) throw new Error(`did not happen: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function listenRaw(onSocket: (socket: Socket) => void): Promise<number> {
  const server = createServer(onSocket);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => server.close());
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

describe("a TCP client", () => {
  it("connects when asked, passes bytes both ways, and reports the end once", async () => {
    let peer: Socket | undefined;
    const port = await listenRaw((socket) => {
      peer = socket;
      socket.on("data", (chunk) => socket.write(chunk));
    });
    const sink = new Recorder();
    const client = new TcpClient(48, "127.0.0.1", port, sink);
    cleanups.push(() => client.close());
    client.send(48, Buffer.from("too early"), 0, 9);
    client.connect();
    await until(() => sink.seen.length === 1);
    client.send(48, Buffer.from("..hello.."), 2, 5);
    await until(() => sink.seen.length === 2);
    peer?.destroy();
    await until(() => sink.seen.length === 3);
    expect(sink.kinds()).toEqual(["connected", "data", "disconnected"]);
    expect(sink.seen[1].bytes.toString()).toBe("hello");
    expect(sink.turns).toBe(3);
  });

  it("reports a refused connection as disconnected", async () => {
    const sink = new Recorder();
    const client = new TcpClient(48, "127.0.0.1", 1, sink);
    client.connect();
    await until(() => sink.seen.length === 1);
    expect(sink.kinds()).toEqual(["disconnected"]);
  });

  it("gives up a peer that does not read, with a bounded buffer", async () => {
    const port = await listenRaw((socket) => {
      socket.pause();
      socket.on("error", () => undefined);
    });
    const sink = new Recorder();
    const client = new TcpClient(48, "127.0.0.1", port, sink);
    cleanups.push(() => client.close());
    client.connect();
    await until(() => sink.seen.length === 1);
    const megabyte = Buffer.alloc(1 << 20);
    for (let i = 0; i < 40; i++) client.send(48, megabyte, 0, megabyte.length);
    await until(() => sink.seen.length === 2);
    expect(sink.kinds()).toEqual(["connected", "disconnected"]);
  });
});

describe("a TCP listener", () => {
  it("gives each peer the lowest free channel, names itself, cuts long chunks, and closes after a flush", async () => {
    const sink = new Recorder();
    const channels = new ChannelTable();
    const listener = new TcpListener(orderChannel + 1, sink, channels, new PeerChannels(2));
    cleanups.push(() => listener.close());
    const port = await listener.listen(0);
    const first = connect(port, "127.0.0.1");
    await until(() => sink.seen.length === 1);
    const second = connect(port, "127.0.0.1");
    await until(() => sink.seen.length === 2);
    const third = connect(port, "127.0.0.1");
    await until(() => third.destroyed);
    expect(sink.seen.map(({ channel }) => channel)).toEqual([peerChannelFirst, peerChannelFirst + 1]);
    expect(sink.seen[0].bytes).toEqual(Buffer.from([0, orderChannel + 1]));
    expect(listener.refused).toBe(1);

    first.write(Buffer.alloc(300_000, 7));
    await until(() => sink.seen.slice(2).reduce((sum, { bytes }) => sum + bytes.length, 0) === 300_000);
    expect(Math.max(...sink.seen.slice(2).map(({ bytes }) => bytes.length))).toBeLessThanOrEqual(65_535);

    let got = "";
    second.on("data", (chunk) => {
      got += chunk.toString();
    });
    const outbox = new Outbox();
    for (const text of ["good", "bye"]) {
      const at = outbox.begin(4);
      outbox.bytes.set(Buffer.from(text), at);
      outbox.end(peerChannelFirst + 1, text.length);
    }
    outbox.disconnect(peerChannelFirst + 1);
    channels.dispatch(outbox);
    await until(() => sink.kinds().includes("disconnected"));
    expect(got).toBe("goodbye");
    const fourth = connect(port, "127.0.0.1");
    await until(() => sink.kinds().filter((kind) => kind === "connected").length === 3);
    expect(sink.seen.at(-1)?.channel).toBe(peerChannelFirst + 1);
    for (const socket of [first, second, fourth]) socket.destroy();
  });

  it("takes nobody in before the run has begun", async () => {
    const sink = new Recorder();
    sink.live = false;
    const listener = new TcpListener(orderChannel, sink, new ChannelTable(), new PeerChannels());
    cleanups.push(() => listener.close());
    const peer = connect(await listener.listen(0), "127.0.0.1");
    peer.on("error", () => undefined);
    await until(() => peer.destroyed);
    expect(sink.seen).toEqual([]);
  });
});

describe("datagrams", () => {
  it("go from a publisher to its feed without loss in a burst, and requests come back to a listener", async () => {
    const engine = new Recorder();
    const exchange = new Recorder();
    const channels = new ChannelTable();
    const requests = new UdpListener(retransmissionChannel, exchange, channels, new PeerChannels());
    const requestPort = await requests.listen(0);
    const feed = new UdpFeed(16, requestPort, engine);
    const publisher = new UdpPublisher([await feed.listen(0)]);
    for (const one of [requests, feed, publisher]) cleanups.push(() => one.close());
    const packet = Buffer.alloc(1_000);
    for (let i = 0; i < 2_000; i++) {
      packet.writeUInt32BE(i);
      publisher.send(16, packet, 0, packet.length);
    }
    await until(() => engine.seen.length === 2_000);
    expect(engine.seen.every(({ bytes }, i) => bytes.readUInt32BE() === i)).toBe(true);

    feed.send(16, Buffer.from("again please"), 0, 12);
    await until(() => exchange.seen.length === 2);
    expect(exchange.kinds()).toEqual(["connected", "data"]);
    requests.send(peerChannelFirst, Buffer.from("here"), 0, 4);
    await until(() => engine.seen.length === 2_001);
    expect(engine.seen.at(-1)?.bytes.toString()).toBe("here");
  });

  it("make a listener forget the peer it has not heard of for longest", async () => {
    const sink = new Recorder();
    const listener = new UdpListener(retransmissionChannel, sink, new ChannelTable(), new PeerChannels(), 2);
    const port = await listener.listen(0);
    const peers = [0, 1, 2].map(() => createSocket("udp4"));
    cleanups.push(() => {
      listener.close();
      for (const peer of peers) peer.close();
    });
    let expected = 0;
    for (const [index, inputs] of [
      [0, 2],
      [1, 2],
      [0, 1],
      [2, 3],
    ]) {
      peers[index].send("x", port, "127.0.0.1");
      expected += inputs;
      await until(() => sink.seen.length === expected);
    }
    expect(sink.seen.slice(5).map(({ kind, channel }) => [kind, channel])).toEqual([
      ["disconnected", peerChannelFirst + 1],
      ["connected", peerChannelFirst + 1],
      ["data", peerChannelFirst + 1],
    ]);
  });

  it("to a port that is taken fail the start with its number", async () => {
    const first = new UdpFeed(16, 1, new Recorder());
    const port = await first.listen(0);
    cleanups.push(() => first.close());
    await expect(new UdpFeed(16, 1, new Recorder()).listen(port)).rejects.toThrow(new RegExp(`EADDRINUSE.*${port}`));
  });
});

describe("a turn that cancels a thousand orders", () => {
  /** Writes down what it is asked; `name` is its channel's. */
  class Written implements Transport {
    waiting = 0;
    constructor(
      readonly stream: boolean,
      private readonly log: string[],
    ) {}
    connect(channel: number): void {
      this.log.push(`connect ${channel}`);
    }
    send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
      this.log.push(`${channel}: ${Buffer.from(bytes.subarray(offset, offset + length)).toString()}`);
    }
    disconnect(channel: number): void {
      this.log.push(`disconnect ${channel}`);
    }
    close(): void {}
  }

  it("is one write for each venue, in order, around what connects and disconnects; datagrams stay apart", () => {
    const log: string[] = [];
    const channels = new ChannelTable();
    for (const channel of [48, 49]) channels.set(channel, new Written(true, log));
    channels.set(16, new Written(false, log));
    const outbox = new Outbox();
    const send = (channel: number, text: string) => {
      const at = outbox.begin(8);
      outbox.bytes.set(Buffer.from(text), at);
      outbox.end(channel, text.length);
    };
    for (let i = 0; i < 10; i++) {
      send(48 + (i % 2), `${i} `);
      send(16, `d${i}`);
    }
    outbox.disconnect(49);
    outbox.connect(49);
    send(50, "to nobody");
    for (let i = 10; i < 14; i++) send(48 + (i % 2), `${i} `);
    channels.dispatch(outbox);
    const datagrams = Array.from({ length: 10 }, (_, i) => `16: d${i}`);
    const streams = ["49: 1 3 5 7 9 ", "disconnect 49", "connect 49", "48: 0 2 4 6 8 10 12 ", "49: 11 13 "];
    expect(log).toEqual([...datagrams, ...streams]);
    expect(channels.dropped).toBe(1);
  });
});
