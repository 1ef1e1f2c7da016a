import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { inputKinds } from "../machine/input-record";
import type { PeerChannels } from "./peer-channels";
import { copyOf } from "./tcp-client";
import { type ChannelTable, emptyInput, type InputSink, type Transport } from "./transport";

/** A burst of 2,000 packets overruns the system's default buffer; 4 MB held all of them. */
const receiveBufferLength = 4 << 20;

/** Datagrams that may wait in a socket, in bytes; more are dropped, as a network would. */
const udpWaitingMax = 4 << 20;

/** Addresses are numeric: no look-up, so that datagrams leave in the order they were sent. */
function numericLookup(
  host: string,
  _options: unknown,
  callback: (error: null, address: string, family: number) => void,
): void {
  callback(null, host, 4);
}

function openSocket(): Socket {
  const socket = createSocket({ type: "udp4", lookup: numericLookup as never });
  // A refused datagram is a lost one; the protocols above count and ask again.
  socket.on("error", () => undefined);
  return socket;
}

function bind(socket: Socket, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.bind(port, host, () => {
      socket.off("error", reject);
      socket.setRecvBufferSize(receiveBufferLength);
      resolve(socket.address().port);
    });
  });
}

/** Sends a copy, unless too much waits; returns false when it was dropped. */
function sendCopy(
  socket: Socket,
  port: number,
  host: string,
  bytes: Uint8Array,
  offset: number,
  length: number,
): boolean {
  if (socket.getSendQueueSize() > udpWaitingMax) return false;
  socket.send(copyOf(bytes, offset, length), port, host, () => undefined);
  return true;
}

/** A venue's feed as the engine has it: datagrams in, retransmission requests out to another address. */
export class UdpFeed implements Transport {
  readonly stream = false;
  private readonly socket = openSocket();
  private closed = false;
  dropped = 0;

  constructor(
    private readonly channel: number,
    private readonly retransmissionPort: number,
    private readonly sink: InputSink,
    private readonly host = "127.0.0.1",
  ) {}

  /** Binds and begins to receive; rejects when the port is taken. */
  listen(port: number): Promise<number> {
    const { socket, sink, channel } = this;
    socket.on("message", (bytes: Buffer) => {
      if (this.closed) return;
      sink.input(inputKinds.code.data, channel, bytes, 0, bytes.length);
      sink.endTurn();
    });
    return bind(socket, port, this.host);
  }

  /** A feed has no connection. */
  connect(): void {}

  send(_channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (this.closed) return;
    if (!sendCopy(this.socket, this.retransmissionPort, this.host, bytes, offset, length)) this.dropped++;
  }

  disconnect(): void {}

  get waiting(): number {
    return this.closed ? 0 : this.socket.getSendQueueSize();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }
}

/** A venue's feed as the exchange has it: what is sent on the channel goes to the subscriber, on each of its lines. */
export class UdpPublisher implements Transport {
  readonly stream = false;
  private readonly socket = openSocket();
  private closed = false;
  dropped = 0;

  constructor(
    private readonly ports: readonly number[],
    private readonly host = "127.0.0.1",
  ) {}

  connect(): void {}

  send(_channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (this.closed) return;
    for (const port of this.ports) if (!sendCopy(this.socket, port, this.host, bytes, offset, length)) this.dropped++;
  }

  disconnect(): void {}

  get waiting(): number {
    return this.closed ? 0 : this.socket.getSendQueueSize();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }
}

type DatagramPeer = { readonly key: string; readonly port: number; readonly address: string };

/** Source addresses a listener remembers; beyond, the one unheard of for longest is forgotten. */
const datagramPeersMax = 16;

/**
 * A listener for requests in datagrams. Each source address is a peer: `connected` with the listener's channel at its
 * first datagram, `data` for each, `disconnected` when it is forgotten.
 */
export class UdpListener implements Transport {
  readonly stream = false;
  private readonly socket = openSocket();
  private readonly announcement = new Uint8Array(2);
  private readonly byKey = new Map<string, number>();
  private readonly byChannel = new Map<number, DatagramPeer>();
  private closed = false;
  dropped = 0;

  constructor(
    listenerChannel: number,
    private readonly sink: InputSink,
    private readonly channels: ChannelTable,
    private readonly peers: PeerChannels,
    private readonly peersMax = datagramPeersMax,
  ) {
    new DataView(this.announcement.buffer).setUint16(0, listenerChannel);
  }

  /** Binds and begins to receive; rejects when the port is taken. */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    this.socket.on("message", (bytes: Buffer, from: RemoteInfo) => this.receive(bytes, from));
    return bind(this.socket, port, host);
  }

  connect(): void {}

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const peer = this.byChannel.get(channel);
    if (!peer || this.closed) return;
    if (!sendCopy(this.socket, peer.port, peer.address, bytes, offset, length)) this.dropped++;
  }

  /** Forgets the peer; its next datagram makes it a new one. */
  disconnect(channel: number): void {
    const peer = this.byChannel.get(channel);
    if (!peer) return;
    this.byChannel.delete(channel);
    this.byKey.delete(peer.key);
    this.channels.clear(channel);
    this.peers.release(channel);
  }

  get waiting(): number {
    return this.closed ? 0 : this.socket.getSendQueueSize();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.socket.close();
  }

  private receive(bytes: Buffer, from: RemoteInfo): void {
    const { sink } = this;
    if (this.closed || !sink.live) return;
    const key = `${from.address}:${from.port}`;
    let channel = this.byKey.get(key);
    if (channel === undefined) {
      if (this.byKey.size >= this.peersMax) this.forgetOldest();
      channel = this.peers.take();
      if (channel === 0) {
        this.dropped++;
        return;
      }
      this.byChannel.set(channel, { key, port: from.port, address: from.address });
      this.channels.set(channel, this);
      sink.input(inputKinds.code.connected, channel, this.announcement, 0, 2);
    } else this.byKey.delete(key);
    // A map keeps the order of insertion: the first key is the one unheard of for longest.
    this.byKey.set(key, channel);
    sink.input(inputKinds.code.data, channel, bytes, 0, bytes.length);
    sink.endTurn();
  }

  private forgetOldest(): void {
    const [oldest] = this.byKey.values();
    if (oldest === undefined) return;
    this.disconnect(oldest);
    emptyInput(this.sink, inputKinds.code.disconnected, oldest);
  }
}
