import { io, type Socket } from "socket.io-client";
import type { PlaybackRequest } from "@/domain/playback";
import type { ClientCommand } from "@/protocol/client-events";
import type { ClientEvents, ServerEvents } from "@/protocol/events";
import type { CommandReply, DeskMode, PlaybackReply } from "@/protocol/topics";
import { protocolVersion } from "@/protocol/version";
import { browserSchedulerHost, FrameScheduler } from "./frame-scheduler";
import { Replica } from "./replica";
import { TopicStores } from "./topic-stores";
import { ValueStore } from "./value-store";

/** Where the connection to the gateway stands. `outdated`: the server speaks another version of the protocol. */
export type ConnectionState = "connecting" | "connected" | "disconnected" | "outdated";

/** What the screen knows of its own connection. */
export type Connection = {
  readonly state: ConnectionState;
  /** `performance.now()` when the state began. */
  readonly since: number;
  readonly attempts: number;
  readonly serverVersion: string;
};

/** Counts for the bottom bar, refreshed every second. */
export type Traffic = {
  readonly envelopesPerSecond: number;
  readonly echoMs: number | null;
  readonly gaps: number;
  readonly frameMeanMs: number;
  readonly frameWorstMs: number;
};

/** What a person asks; the id is made when it is sent. */
export type Order = Omit<ClientCommand, "id">;

/** A frame is expected at least this often while connected; beyond it the socket is taken for dead. */
const silenceMaxMs = 10_000;
const answerWaitMs = 3_000;

/** A version 4 UUID; pages served off loopback without TLS have no `crypto.randomUUID`. */
function newCommandId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** The page's one connection: socket, replica and stores. Opened once, closed with the page. */
export class LiveDesk {
  readonly scheduler: FrameScheduler;
  readonly stores: TopicStores;
  readonly replica: Replica;
  readonly connection: ValueStore<Connection>;
  readonly traffic: ValueStore<Traffic | null>;
  private socket: Socket<ServerEvents, ClientEvents> | null = null;
  private envelopes = 0;
  private lastFrameAt = 0;
  private lastTrafficAt = 0;
  private echoMs: number | null = null;

  constructor(
    batch: (run: () => void) => void,
    readonly mode: DeskMode = "simulated",
  ) {
    this.scheduler = new FrameScheduler(browserSchedulerHost(batch));
    this.stores = new TopicStores(this.scheduler);
    this.connection = new ValueStore<Connection>(this.scheduler, {
      state: "connecting",
      since: 0,
      attempts: 0,
      serverVersion: "",
    });
    this.traffic = new ValueStore<Traffic | null>(this.scheduler, null);
    this.replica = new Replica(
      {
        subscribe: (topics) => this.socket?.emit("subscribe", { topics: [...topics] }),
        unsubscribe: (topics) => this.socket?.emit("unsubscribe", { topics: [...topics] }),
        resync: (topic) => this.socket?.emit("resync", { topic }),
      },
      {
        now: () => performance.now(),
        after: (milliseconds, run) => {
          const timer = setTimeout(run, milliseconds);
          return () => clearTimeout(timer);
        },
      },
      (topic) => this.stores.sinkOf(topic),
      (topic) => this.stores.released(topic),
      mode !== "replay",
    );
  }

  /**
   * Milliseconds since the engine was last heard of; null before the first word. A replay that stands still says so
   * several times a second, while its engine's time does not move.
   */
  silenceMs(): number | null {
    if (this.mode !== "replay") return this.replica.engineAgeMs();
    const { receivedAt } = this.replica.view("playback");
    return receivedAt === null ? null : performance.now() - receivedAt;
  }

  /** Asks something of the replay. Never rejects. */
  async playback(request: PlaybackRequest): Promise<PlaybackReply> {
    const unreachable = { done: false, text: "no answer from the desk" };
    if (!this.socket?.connected) return unreachable;
    try {
      return await this.socket.timeout(answerWaitMs).emitWithAck("playback", request);
    } catch {
      return unreachable;
    }
  }

  /** Connects; the answer closes everything. */
  open(): () => void {
    const socket: Socket<ServerEvents, ClientEvents> = io({
      transports: ["websocket"],
      reconnectionDelay: 250,
      reconnectionDelayMax: 4_000,
      randomizationFactor: 0.4,
      timeout: 5_000,
    });
    this.socket = socket;
    socket.on("connect", () => {
      this.lastFrameAt = performance.now();
    });
    socket.on("hello", (greeting) => this.greeted(greeting));
    socket.on("frames", (batch) => {
      this.lastFrameAt = performance.now();
      this.envelopes += batch.length;
      this.replica.receive(batch);
    });
    socket.on("disconnect", (reason) => {
      this.lost("disconnected");
      if (reason === "io server disconnect") setTimeout(() => this.socket === socket && socket.connect(), 500);
    });
    socket.on("connect_error", () => this.lost("disconnected"));
    socket.io.on("reconnect_attempt", (attempts) => this.setConnection({ attempts }));
    const ticker = setInterval(() => this.tick(), 1_000);
    const onVisibility = () => this.replica.setHidden(document.hidden);
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      clearInterval(ticker);
      document.removeEventListener("visibilitychange", onVisibility);
      this.socket = null;
      this.replica.disconnected();
      socket.close();
    };
  }

  /**
   * Asks the engine and waits for its answer. What removes risk is asked again under the same id when no answer
   * comes, since a repeated id gets the first answer; what adds risk is asked once.
   */
  async command(order: Order): Promise<CommandReply> {
    const command: ClientCommand = { id: newCommandId(), ...order };
    const insists = order.command !== "approve" && order.command !== "resume" && order.command !== "release";
    for (let attempt = 0; attempt < (insists ? 4 : 1); attempt++) {
      const socket = this.socket;
      if (socket?.connected) {
        try {
          return await socket.timeout(answerWaitMs).emitWithAck("command", command);
        } catch {}
      } else if (insists) await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    return {
      id: command.id,
      answer: "unreachable",
      command: order.command,
      text: "no answer from the desk; whether it was done is unknown. In an emergency use: bin/heliograph halt",
      role: "viewer",
    };
  }

  private greeted(greeting: { protocolVersion: number; epoch: string; version: string }): void {
    if (greeting.protocolVersion !== protocolVersion) {
      this.setState("outdated");
      this.socket?.disconnect();
      return;
    }
    this.connection.set({
      state: "connected",
      since: performance.now(),
      attempts: 0,
      serverVersion: greeting.version,
    });
    this.replica.greeted(greeting.epoch);
  }

  private lost(state: ConnectionState): void {
    this.replica.disconnected();
    const before = this.connection.value.state;
    if (before !== state && before !== "outdated") this.setState(state);
  }

  private setState(state: ConnectionState): void {
    this.setConnection({ state, since: performance.now() });
  }

  private setConnection(change: Partial<Connection>): void {
    this.connection.set({ ...this.connection.value, ...change });
  }

  private tick(): void {
    const now = performance.now();
    const cost = this.scheduler.takeCost();
    const seconds = Math.max(0.2, (now - this.lastTrafficAt) / 1_000);
    this.traffic.set({
      envelopesPerSecond: Math.round(this.envelopes / seconds),
      echoMs: this.echoMs,
      gaps: this.replica.gaps,
      frameMeanMs: cost.meanMs,
      frameWorstMs: cost.worstMs,
    });
    this.envelopes = 0;
    this.lastTrafficAt = now;
    const socket = this.socket;
    if (!socket?.connected) return;
    if (now - this.lastFrameAt > silenceMaxMs) {
      this.lastFrameAt = now;
      socket.disconnect().connect();
      return;
    }
    socket
      .timeout(answerWaitMs)
      .emitWithAck("echo", Date.now())
      .then(() => {
        this.echoMs = performance.now() - now;
      })
      .catch(() => {
        this.echoMs = null;
      });
  }
}
