import { connect, type Socket } from "node:net";
import { inputKinds, inputPayloadLengthMax } from "../machine/input-record";
import { emptyInput, type InputSink, type Transport } from "./transport";

/** Bytes that may wait for a peer that does not read before the connection is given up. */
export const tcpWaitingMax = 4 << 20;

/** How long a closing connection may take to flush, in milliseconds. */
export const tcpCloseMsMax = 1_000;

/**
 * A channel that connects out when the machine asks for it. Inputs: `connected`, `data` (chunks of up to 65,535
 * bytes), and `disconnected` once for each attempt that failed and each connection that ended. It never reconnects by
 * itself: when is the machine's to decide. A peer that lets more than 4 MB wait is disconnected.
 */
export class TcpClient implements Transport {
  readonly stream = true;
  losses = 0;
  private socket: Socket | undefined;
  private readonly chunk = Buffer.alloc(inputPayloadLengthMax);

  constructor(
    private readonly channel: number,
    private readonly host: string,
    private readonly port: number,
    private readonly sink: InputSink,
  ) {}

  /** Opens the connection; an earlier one is dropped without a further input. */
  connect(): void {
    const earlier = this.socket;
    this.socket = undefined;
    if (earlier !== undefined) {
      // What still waited in it goes with it; its own end is not heard of any more.
      this.losses++;
      earlier.destroy();
    }
    const { channel, sink } = this;
    const socket = connect({
      host: this.host,
      port: this.port,
      noDelay: true,
      onread: {
        buffer: this.chunk,
        callback: (length: number, bytes: Uint8Array): boolean => {
          if (socket === this.socket) {
            sink.input(inputKinds.code.data, channel, bytes, 0, length);
            sink.endTurn();
          }
          return true;
        },
      },
    });
    this.socket = socket;
    socket.on("connect", () => {
      if (socket !== this.socket) return;
      emptyInput(sink, inputKinds.code.connected, channel);
      sink.endTurn();
    });
    // What went wrong is followed by `close`, which is what the machine hears of.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (socket !== this.socket) return;
      this.socket = undefined;
      this.losses++;
      emptyInput(sink, inputKinds.code.disconnected, channel);
      sink.endTurn();
    });
  }

  send(_channel: number, bytes: Uint8Array, offset: number, length: number): void {
    const socket = this.socket;
    if (!socket || socket.connecting || socket.destroyed || socket.writableEnded) {
      this.losses++;
      return;
    }
    socket.write(copyOf(bytes, offset, length));
    if (socket.writableLength > tcpWaitingMax) socket.destroy();
  }

  disconnect(): void {
    closeAfterFlush(this.socket);
  }

  get waiting(): number {
    return this.socket && !this.socket.destroyed ? this.socket.writableLength : 0;
  }

  close(): void {
    const socket = this.socket;
    this.socket = undefined;
    socket?.destroy();
  }
}

/** A copy for a socket to keep, since the outbox is used again in the next turn. */
export function copyOf(bytes: Uint8Array, offset: number, length: number): Buffer {
  const copy = Buffer.allocUnsafe(length);
  copy.set(bytes.subarray(offset, offset + length));
  return copy;
}

/** Ends a connection after what waits, by force after a second. */
export function closeAfterFlush(socket: Socket | undefined): void {
  if (!socket || socket.destroyed) return;
  socket.end();
  const timer = setTimeout(() => socket.destroy(), tcpCloseMsMax);
  timer.unref();
  socket.once("close", () => clearTimeout(timer));
}
