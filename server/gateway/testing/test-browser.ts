import { io, type Socket } from "socket.io-client";
import type { Envelope } from "../../../protocol/envelope";
import type { ClientEvents, ServerEvents } from "../../../protocol/events";
import type { CommandReply, FillRow, OrderRow } from "../../../protocol/topics";

export type TestBrowserOptions = {
  readonly origin?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
};

/**
 * A browser for tests: keeps what the page would keep, checks the sequence of every topic, and can stop reading its
 * socket the way a suspended laptop does.
 */
export class TestBrowser {
  readonly socket: Socket<ServerEvents, ClientEvents>;
  readonly envelopes: Envelope[] = [];
  readonly gaps: string[] = [];
  readonly epochs: string[] = [];
  /** Every fill in the order it came, and every order row. */
  readonly fills: FillRow[] = [];
  readonly orderRows: OrderRow[] = [];
  readonly orders = new Map<number, OrderRow>();
  batches = 0;
  refused = "";
  private readonly last = new Map<string, { seq: number; epoch: string }>();

  constructor(
    readonly url: string,
    options: TestBrowserOptions = {},
  ) {
    const origin = options.origin === undefined ? url : options.origin;
    this.socket = io(url, {
      transports: ["websocket"],
      forceNew: true,
      reconnection: false,
      extraHeaders: { ...(origin === null ? {} : { origin }), ...options.headers },
    });
    this.socket.on("connect_error", (error) => {
      this.refused = error.message;
    });
    this.socket.on("hello", ({ epoch }) => this.epochs.push(epoch));
    this.socket.on("frames", (batch) => {
      this.batches++;
      for (const envelope of batch) this.take(envelope);
    });
  }

  subscribe(...topics: string[]): void {
    this.socket.emit("subscribe", { topics });
  }

  command(command: Parameters<ClientEvents["command"]>[0]): Promise<CommandReply> {
    return new Promise((resolve) => this.socket.emit("command", command, resolve));
  }

  /** What came for a topic, oldest first. */
  of(topic: string): Envelope[] {
    return this.envelopes.filter((envelope) => envelope.topic === topic);
  }

  /** Stops reading from the socket; bytes pile up on the other side. */
  stall(): void {
    this.webSocket().pause();
  }

  resume(): void {
    this.webSocket().resume();
  }

  close(): void {
    this.socket.disconnect();
  }

  private webSocket(): { pause(): void; resume(): void } {
    const transport: unknown = this.socket.io.engine.transport;
    const webSocket: unknown = typeof transport === "object" && transport ? Reflect.get(transport, "ws") : null;
    return webSocket as { pause(): void; resume(): void };
  }

  private take(envelope: Envelope): void {
    const { topic, seq, epoch, kind, payload } = envelope;
    const last = this.last.get(topic);
    if (kind === "delta" && (!last || last.epoch !== epoch || last.seq + 1 !== seq))
      this.gaps.push(`${topic}: ${last?.seq} then ${seq}`);
    this.last.set(topic, { seq, epoch });
    this.envelopes.push(envelope);
    if (topic === "fills") this.fills.push(...(payload as { rows: FillRow[] }).rows);
    if (topic === "orders") {
      const { rows, removed = [] } = payload as { rows: OrderRow[]; removed?: number[] };
      if (kind === "snapshot") this.orders.clear();
      this.orderRows.push(...rows);
      for (const row of rows) this.orders.set(row.id, row);
      for (const id of removed) this.orders.delete(id);
    }
  }
}
