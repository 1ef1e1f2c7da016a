import type { Socket } from "node:net";
import { FrameReader } from "./engine-link-frames";
import type { PublisherClient } from "./publisher";

/** Longest frame a client may send: a command with its reason is far below. */
export const clientFrameLengthMax = 16 << 10;

/** Frames a second that one client may send for long: far above what people and scripts need. */
export const framesPerSecondMax = 200;

/**
 * Frames a second of all clients together, shared by those who are connected. More would fill the thread's time, and a newcomer
 * waits for as many rounds of its loop as others came before it: it takes in one a round (libuv from 1.46 on).
 */
const framesPerSecondOfAll = 1_600;

/** What one client may send a second for long, while so many are connected. */
export function framesPerSecondOf(clients: number): number {
  return Math.min(framesPerSecondMax, framesPerSecondOfAll / Math.max(1, clients));
}

/** As many at once, where it was silent before; a newcomer may subscribe and ask, so that coming back buys nothing. */
const framesAtOnceMax = 32;
const framesOfNewcomer = 2;

/**
 * Frames of one client before the others have their turn: with every place taken a round is a few milliseconds, and
 * that is what another's kill waits at most.
 */
const framesPerTurn = 4;

const noBytes = new Uint8Array(0);

/**
 * One connection of the control socket. Its frames are taken a few at a time, in turns with all other connections and
 * at a pace of its own; what is beyond stays in its socket, so that nobody's flood stands before another's kill.
 */
export class ControlClient implements PublisherClient {
  gone = false;
  private readonly reader = new FrameReader(clientFrameLengthMax);
  private credit = framesOfNewcomer;
  private creditMs = performance.now();
  private turn: NodeJS.Timeout | NodeJS.Immediate | undefined;

  /**
   * `onFrame` may throw, which cuts the client with its words; so does a frame that is too long. `framesPerSecond`: its pace
   * now.
   */
  constructor(
    private readonly socket: Socket,
    private readonly onFrame: (client: ControlClient, type: number, payload: Uint8Array) => void,
    private readonly report: (text: string) => void,
    private readonly framesPerSecond: () => number,
  ) {
    socket.on("data", (chunk: Buffer) => this.read(chunk));
  }

  send(frame: Buffer): void {
    if (!this.gone) this.socket.write(frame);
  }

  get waiting(): number {
    return this.gone ? 0 : this.socket.writableLength;
  }

  get taken(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  /** True while it has sent more than its pace allows. */
  get isFlooding(): boolean {
    return this.turn !== undefined && this.creditNow() < 1;
  }

  /** Ends the connection and reports why. */
  cut(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.report(`client cut: ${reason}`);
    this.destroy();
  }

  /** Takes nothing any more and says nothing; the connection stays until `destroy`. */
  leave(): void {
    this.gone = true;
    this.socket.pause();
  }

  destroy(): void {
    this.socket.destroy();
  }

  /** One turn: the frames it may have taken now, and the next turn if there are more. */
  private read(chunk: Uint8Array): void {
    this.turn = undefined;
    if (this.gone) return;
    const framesMax = Math.min(framesPerTurn, Math.floor(this.creditNow()));
    try {
      this.credit -= this.reader.push(chunk, this.take, framesMax);
    } catch (error) {
      this.cut(error instanceof Error ? error.message : String(error));
      return;
    }
    if (!this.reader.isFrameKept) {
      if (this.socket.isPaused()) this.socket.resume();
      return;
    }
    this.socket.pause();
    const next = () => this.read(noBytes);
    if (this.credit >= 1) this.turn = setImmediate(next);
    else this.turn = setTimeout(next, ((framesPerTurn - this.credit) * 1_000) / this.framesPerSecond());
  }

  private readonly take = (type: number, payload: Uint8Array): void => {
    if (!this.gone) this.onFrame(this, type, payload);
  };

  private creditNow(): number {
    const nowMs = performance.now();
    const grown = this.credit + ((nowMs - this.creditMs) * this.framesPerSecond()) / 1_000;
    this.credit = Math.min(framesAtOnceMax, grown);
    this.creditMs = nowMs;
    return this.credit;
  }
}
