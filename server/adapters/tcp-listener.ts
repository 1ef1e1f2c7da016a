import { createServer, type Server, type Socket } from "node:net";
import { inputKinds, inputPayloadLengthMax } from "../machine/input-record";
import type { PeerChannels } from "./peer-channels";
import { closeAfterFlush, copyOf, tcpWaitingMax } from "./tcp-client";
import { type ChannelTable, emptyInput, type InputSink, type Transport } from "./transport";

/**
 * A listener whose peers get channels of their own: `connected` with the listener's channel as a u16, `data`, then
 * `disconnected` once. A peer is refused when all channels are taken, and cut when more than 4 MB wait for it.
 */
export class TcpListener implements Transport {
  readonly stream = true;
  private readonly server: Server;
  private readonly sockets = new Map<number, Socket>();
  private readonly announcement = new Uint8Array(2);
  /** Connections refused for want of a channel, or before the run began. */
  refused = 0;

  constructor(
    listenerChannel: number,
    private readonly sink: InputSink,
    private readonly channels: ChannelTable,
    private readonly peers: PeerChannels,
    private readonly waitingMax = tcpWaitingMax,
  ) {
    new DataView(this.announcement.buffer).setUint16(0, listenerChannel);
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Binds; rejects when the port is taken. Port 0 takes any; the result is the port. */
  listen(port: number, host = "127.0.0.1"): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(port, host, () => {
        const address = this.server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  }

  /** Connections that are up. */
  get peerCount(): number {
    return this.sockets.size;
  }

  /** A listener's peers connect by themselves. */
  connect(): void {}

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const socket = this.sockets.get(channel);
    if (!socket || socket.destroyed || socket.writableEnded) return;
    socket.write(copyOf(bytes, offset, length));
    if (socket.writableLength > this.waitingMax) socket.destroy();
  }

  disconnect(channel: number): void {
    closeAfterFlush(this.sockets.get(channel));
  }

  get waiting(): number {
    let total = 0;
    for (const socket of this.sockets.values()) total += socket.destroyed ? 0 : socket.writableLength;
    return total;
  }

  close(): void {
    this.server.close();
    for (const [channel, socket] of this.sockets) {
      this.sockets.delete(channel);
      socket.destroy();
    }
  }

  private accept(socket: Socket): void {
    const channel = this.sink.live ? this.peers.take() : 0;
    if (channel === 0) {
      this.refused++;
      socket.destroy();
      return;
    }
    const { sink } = this;
    this.sockets.set(channel, socket);
    this.channels.set(channel, this);
    sink.input(inputKinds.code.connected, channel, this.announcement, 0, 2);
    sink.endTurn();
    socket.on("data", (chunk: Buffer) => {
      if (this.sockets.get(channel) !== socket) return;
      for (let at = 0; at < chunk.length; at += inputPayloadLengthMax)
        sink.input(inputKinds.code.data, channel, chunk, at, Math.min(inputPayloadLengthMax, chunk.length - at));
      sink.endTurn();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (this.sockets.get(channel) !== socket) return;
      this.sockets.delete(channel);
      this.channels.clear(channel);
      this.peers.release(channel);
      emptyInput(sink, inputKinds.code.disconnected, channel);
      sink.endTurn();
    });
  }
}
