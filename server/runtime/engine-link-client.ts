import { connect, type Socket } from "node:net";
import { takesRiskAway } from "../../domain/command";
import { decodeFact, type Fact } from "../../domain/facts";
import type { PlaybackState } from "../../domain/playback";
import { viewOf } from "../../domain/view-of";
import { type ViewTable, viewColumns, viewTables } from "../../domain/views";
import {
  type EngineAnswer,
  type EngineCommand,
  type EngineHello,
  type EnginePlaybackRequest,
  type EngineStatus,
  type EngineSubscribe,
  frameTypes,
} from "./engine-link";
import { decodeJsonPayload, encodeJsonFrame, FrameReader } from "./engine-link-frames";

/** Where the engine listens: a Unix socket's path, or a TCP address. */
export type EngineAddress = string | { readonly host: string; readonly port: number };

export type EngineLinkOptions = {
  readonly address: EngineAddress;
  /**
   * First fact wanted on the first connection: a number (1 is the whole day), null for none, or a function of the
   * engine's hello for those who keep a position of their own (the store). Asked again when the journal id changes;
   * a plain number then means 1, since facts are numbered within a journal.
   */
  readonly factsFrom: number | null | ((hello: EngineHello) => number | null | Promise<number | null>);
  /** Whether changed view rows are wanted. */
  readonly views: boolean;
  /** The connection is made; an engine that hangs says nothing on it. */
  readonly onConnect?: () => void;
  readonly onHello?: (hello: EngineHello) => void;
  /**
   * Facts in order, without holes and without repeats. When it returns a promise, nothing more is read until it is
   * resolved; a rejection drops the connection, and the same facts come again after the reconnect.
   */
  readonly onFacts?: (facts: Fact[]) => void | Promise<void>;
  /** One changed row. `columns` is valid during the call only: copy what is kept. */
  readonly onViews?: (table: ViewTable, row: number, columns: Float64Array, engineTimeNs: number) => void;
  readonly onStatus?: (status: EngineStatus) => void;
  /** Where a replay stands; never called by a live engine. */
  readonly onPlayback?: (state: PlaybackState) => void;
  /** The connection is gone or could not be made, in words; called once per attempt. */
  readonly onDown?: (reason: string) => void;
  /** Milliseconds without any frame after which the engine counts as gone; it sends a status each second. Default 5,000. */
  readonly silenceMsMax?: number;
};

type PendingCommand = {
  readonly id: string;
  readonly frame: Buffer;
  readonly answer: Promise<EngineAnswer>;
  readonly resolve: (answer: EngineAnswer) => void;
  readonly timer: NodeJS.Timeout;
  /** Takes risk away: goes out before the engine has said hello, so that it waits in the socket of one that hangs. */
  readonly isUrgent: boolean;
  /** The connection it went out on last. */
  sentOn: Socket | null;
};

/** No answer came, and the command never left this process: the engine has not done it and will not. */
export class NothingSentError extends Error {}

const reconnectMsMin = 100;
/** Between processes of one machine a try costs next to nothing, and a HALT may wait for it. */
const reconnectMsMax = 500;

/** Commands that may wait for an answer at a time, and how many may where the next one is a kill. */
const pendingCommandsMax = 256;
const pendingWithKillsMax = 4_096;

/**
 * The client's end of the engine link: web process, store and command line use it. It reconnects by itself until
 * `close` and resumes facts after the last one its owner has taken.
 */
export class EngineLinkClient {
  private socket: Socket | undefined;
  private reader = new FrameReader();
  private reconnectTimer: NodeJS.Timeout | undefined;
  private silenceTimer: NodeJS.Timeout | undefined;
  private reconnectMs = reconnectMsMin;
  private closed = false;
  private hello: EngineHello | undefined;
  private isConnected = false;
  private subscribed = false;
  private lastFact = 0;
  private journal = "";
  private lastFrameMs = 0;
  private readonly queue: { type: number; payload: Uint8Array }[] = [];
  private draining = false;
  private readonly pending = new Map<string, PendingCommand>();
  private readonly columns: Readonly<Record<ViewTable, Float64Array>>;

  constructor(private readonly options: EngineLinkOptions) {
    this.columns = Object.fromEntries(
      viewTables.map((table) => [table, new Float64Array(viewColumns[table].length)]),
    ) as Record<ViewTable, Float64Array>;
  }

  /** Connects, and reconnects for ever after (100 ms doubling to 500 ms). */
  start(): void {
    if (this.closed || this.socket) return;
    this.open();
  }

  /** True between the engine's hello and the connection's end. */
  get connected(): boolean {
    return this.hello !== undefined;
  }

  /** Number of the last fact the owner has taken; 0 before the first. */
  get lastFactNumber(): number {
    return this.lastFact;
  }

  /**
   * Sends a command and resolves with the engine's answer. One that takes risk away goes out as soon as there is a
   * connection, unless another one waits before it. Over a reconnect the command is sent again: a repeated id
   * gets the first answer, also while that is still awaited. Rejects after `timeoutMs` with what is known (`NothingSentError` when it never left), and when the client is closed. The id must
   * be a UUID.
   */
  command(command: EngineCommand, timeoutMs = 10_000): Promise<EngineAnswer> {
    const most = command.command === "kill" ? pendingWithKillsMax : pendingCommandsMax;
    const isUrgent = takesRiskAway(command.command, command.detail);
    return this.ask(command.id, encodeJsonFrame(frameTypes.command, command), timeoutMs, most, isUrgent);
  }

  /** Asks something of a replay; resolves and rejects as `command` does. */
  playback(wish: EnginePlaybackRequest, timeoutMs = 10_000): Promise<EngineAnswer> {
    return this.ask(wish.id, encodeJsonFrame(frameTypes.playbackRequest, wish), timeoutMs);
  }

  private ask(
    ownId: string,
    frame: Buffer,
    timeoutMs: number,
    most = pendingCommandsMax,
    isUrgent = false,
  ): Promise<EngineAnswer> {
    if (this.closed) return Promise.reject(new Error("the engine link is closed"));
    const id = normalId(ownId);
    const waiting = this.pending.get(id);
    if (waiting) return waiting.answer;
    if (this.pending.size >= most)
      return Promise.reject(new Error(`${this.pending.size} commands wait for the engine, at most ${most}`));
    let resolve!: (answer: EngineAnswer) => void;
    let reject!: (error: Error) => void;
    const answer = new Promise<EngineAnswer>((...settle) => {
      [resolve, reject] = settle;
    });
    const timer = setTimeout(() => {
      this.pending.delete(id);
      const where = this.hello ? "the engine did not answer" : "the engine is not reachable";
      const text = `${where} within ${timeoutMs} ms (${addressText(this.options.address)})`;
      reject(entry.sentOn === null ? new NothingSentError(text) : new Error(text));
    }, timeoutMs);
    const entry: PendingCommand = { id: ownId, frame, answer, resolve, timer, isUrgent, sentOn: null };
    this.pending.set(id, entry);
    this.sendWaiting();
    return answer;
  }

  /** Ends the connection and every timer. Commands without an answer are answered `invalid` with the reason. */
  close(): void {
    this.closed = true;
    clearTimeout(this.reconnectTimer);
    for (const [key, { id, resolve, timer }] of this.pending) {
      clearTimeout(timer);
      this.pending.delete(key);
      resolve({ id, answer: "invalid", text: "the engine link was closed", factNumber: 0 });
    }
    this.drop("closed");
  }

  private open(): void {
    this.reader = new FrameReader();
    this.queue.length = 0;
    const address = this.options.address;
    const socket = typeof address === "string" ? connect(address) : connect(address.port, address.host);
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on("connect", () => {
      if (socket !== this.socket) return;
      this.isConnected = true;
      this.options.onConnect?.();
      this.sendWaiting();
    });
    socket.on("data", (chunk: Buffer) => {
      if (socket !== this.socket) return;
      this.lastFrameMs = performance.now();
      try {
        this.reader.push(chunk, (type, payload) => this.queue.push({ type, payload: payload.slice() }));
      } catch (error) {
        return this.drop(messageOf(error));
      }
      this.drain();
    });
    socket.on("error", (error) => socket === this.socket && this.drop(error.message));
    socket.on("close", () => socket === this.socket && this.drop("the engine closed the connection"));
    const silenceMsMax = this.options.silenceMsMax ?? 5_000;
    this.lastFrameMs = performance.now();
    this.silenceTimer = setInterval(
      () => {
        if (!this.draining && performance.now() - this.lastFrameMs > silenceMsMax)
          this.drop(`no frame for ${silenceMsMax} ms`);
      },
      Math.max(50, silenceMsMax / 5),
    );
  }

  private drop(reason: string): void {
    const socket = this.socket;
    if (!socket) return;
    this.socket = undefined;
    this.hello = undefined;
    this.isConnected = false;
    this.subscribed = false;
    this.queue.length = 0;
    clearInterval(this.silenceTimer);
    socket.destroy();
    this.options.onDown?.(reason);
    if (this.closed) return;
    this.reconnectTimer = setTimeout(() => this.open(), this.reconnectMs);
    this.reconnectMs = Math.min(this.reconnectMs * 2, reconnectMsMax);
  }

  /** Handles queued frames in order; stops at one whose handling is a promise and goes on when it is resolved. */
  private drain(): void {
    if (this.draining) return;
    const socket = this.socket;
    while (socket && socket === this.socket) {
      const frame = this.queue.shift();
      if (!frame) return;
      let waiting: void | Promise<void>;
      try {
        waiting = this.handle(frame.type, frame.payload);
      } catch (error) {
        this.drop(messageOf(error));
        return;
      }
      if (waiting instanceof Promise) {
        this.draining = true;
        socket.pause();
        waiting.then(
          () => this.resume(socket),
          (error: unknown) => {
            if (socket === this.socket) this.drop(messageOf(error));
            this.resume(socket);
          },
        );
        return;
      }
    }
  }

  private resume(socket: Socket): void {
    this.draining = false;
    this.lastFrameMs = performance.now();
    socket.resume();
    this.drain();
  }

  private handle(type: number, payload: Uint8Array): void | Promise<void> {
    switch (type) {
      case frameTypes.hello:
        return this.greet(decodeJsonPayload(payload) as EngineHello);
      case frameTypes.facts:
        return this.takeFacts(payload);
      case frameTypes.views:
        return this.takeViews(payload);
      case frameTypes.answer:
        return this.takeAnswer(decodeJsonPayload(payload) as EngineAnswer);
      case frameTypes.status:
        return this.options.onStatus?.(decodeJsonPayload(payload) as EngineStatus);
      case frameTypes.playback:
        return this.options.onPlayback?.(decodeJsonPayload(payload) as PlaybackState);
      default:
        throw new RangeError(`unknown frame type ${type} from the engine`);
    }
  }

  private greet(hello: EngineHello): void | Promise<void> {
    this.hello = hello;
    this.reconnectMs = reconnectMsMin;
    const again = this.journal === hello.journal;
    const first = this.journal === "";
    this.options.onHello?.(hello);
    const { factsFrom } = this.options;
    if (typeof factsFrom === "function" && !again) {
      const asked = factsFrom(hello);
      if (asked instanceof Promise) return asked.then((from) => this.subscribe(hello, from));
      return this.subscribe(hello, asked);
    }
    if (again) return this.subscribe(hello, factsFrom === null ? null : this.lastFact + 1);
    return this.subscribe(hello, typeof factsFrom === "number" && !first ? 1 : (factsFrom as number | null));
  }

  private subscribe(hello: EngineHello, from: number | null): void {
    if (this.hello !== hello) return;
    this.journal = hello.journal;
    if (from !== null) this.lastFact = from - 1;
    this.subscribed = true;
    const subscribe: EngineSubscribe = { factsFrom: from, views: this.options.views };
    this.socket?.write(encodeJsonFrame(frameTypes.subscribe, subscribe));
    this.sendWaiting();
  }

  /** Sends what may go out by now, in the order in which it was asked. */
  private sendWaiting(): void {
    const { socket } = this;
    if (!socket || !this.isConnected) return;
    for (const entry of this.pending.values()) {
      if (!this.subscribed && !entry.isUrgent) return;
      if (entry.sentOn === socket) continue;
      entry.sentOn = socket;
      socket.write(entry.frame);
    }
  }

  private takeFacts(payload: Uint8Array): void | Promise<void> {
    const facts: Fact[] = [];
    let expected = this.lastFact + 1;
    for (let at = 0; at < payload.length; ) {
      const { fact, length } = decodeFact(payload, at);
      if (fact.number !== expected) throw new RangeError(`fact ${fact.number} came, expected ${expected}`);
      expected++;
      at += length;
      facts.push(fact);
    }
    const done = this.options.onFacts?.(facts);
    if (done instanceof Promise)
      return done.then(() => {
        this.lastFact = expected - 1;
      });
    this.lastFact = expected - 1;
  }

  private takeViews(payload: Uint8Array): void {
    const { onViews } = this.options;
    if (!onViews) return;
    const view = viewOf(payload);
    const engineTimeNs = view.getFloat64(0);
    const table = viewTables[view.getUint8(8)];
    if (table === undefined) throw new RangeError(`unknown view table ${view.getUint8(8)} from the engine`);
    const columns = this.columns[table];
    const count = view.getUint16(9);
    let at = 11;
    for (let i = 0; i < count; i++) {
      const row = view.getUint16(at);
      at += 2;
      for (let column = 0; column < columns.length; column++, at += 8) columns[column] = view.getFloat64(at);
      onViews(table, row, columns, engineTimeNs);
    }
  }

  private takeAnswer(answer: EngineAnswer): void {
    const id = normalId(answer.id);
    const waiting = this.pending.get(id);
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.pending.delete(id);
    waiting.resolve(answer);
  }
}

/** A UUID without hyphens, in lower case: how ids are compared. */
export function normalId(id: string): string {
  return id.replaceAll("-", "").toLowerCase();
}

function addressText(address: EngineAddress): string {
  return typeof address === "string" ? address : `${address.host}:${address.port}`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
