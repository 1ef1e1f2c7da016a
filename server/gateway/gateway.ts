import { randomUUID } from "node:crypto";
import type { Server as HttpServer, IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Socket, Server as SocketServer } from "socket.io";
import type { Desk } from "../../domain/desk";
import { feedStates } from "../../domain/health";
import type { PlaybackState } from "../../domain/playback";
import { viewColumn } from "../../domain/views";
import { playbackSchema, resyncSchema, topicsSchema } from "../../protocol/client-events";
import type { Envelope } from "../../protocol/envelope";
import type { CommandReply, DeskMode, HealthPayload, PlaybackReply } from "../../protocol/topics";
import { protocolVersion } from "../../protocol/version";
import type { EngineAnswer, EngineCommand, EngineHello, EngineStatus } from "../runtime/engine-link";
import { type EngineAddress, EngineLinkClient, NothingSentError } from "../runtime/engine-link-client";
import { Admission, refuse } from "./admission";
import { ClientStream, type Outlet, type StreamContext } from "./client-stream";
import { answerCommand, deskActor, looksLikeRemovingRisk } from "./commands";
import { DeskReplica } from "./desk-replica";
import { answerHaltPage } from "./halt-page";
import { type EngineLinkState, HealthLights, type StoreStatus } from "./health-lights";
import type { History } from "./history";
import type { Layouts } from "./layouts";
import { answerRest } from "./rest";
import { TokenBucket } from "./token-bucket";
import { type Pace, type TopicSource, topicSource } from "./topic-source";

export type GatewayOptions = {
  readonly server: HttpServer;
  readonly desk: Desk;
  readonly deskHash: string;
  readonly version: string;
  readonly engineAddress: EngineAddress;
  readonly host: string;
  readonly accessToken: string;
  readonly development: boolean;
  readonly storeStatus: () => StoreStatus;
  readonly history: History | null;
  readonly layouts: Layouts | null;
  /** `simulated` unless given. */
  readonly mode?: DeskMode;
  /** Milliseconds since 1970; Date.now by default. */
  readonly now?: () => number;
  /** Browsers at a time; 256 by default. */
  readonly connectionsMax?: number;
  /** How long a browser may take no bytes before it is cut; 20 s by default. */
  readonly stalledMsMax?: number;
  /** How long a browser may leave a ping unanswered; 10 s by default. */
  readonly pongMsMax?: number;
};

/** How long a wish about a replay may take to be answered, in milliseconds. */
const playbackAnswerMsMax = 5_000;

/** Flushes happen on this beat; slower paces are multiples of it. */
const beatMs = 50;
const messageBytesMax = 64 * 1_024;
/** Packets that may wait in a browser's connection beside the one under way: pongs and answers, never data. */
const waitingPacketsMax = 2;
const waitingPacketsHardMax = 128;
/** Messages that were unknown, unreadable or too many, after which a browser is cut. */
const droppedMax = 1_000;

const atOnce: ReadonlySet<Pace> = new Set<Pace>(["atOnce"]);

type PacketConnection = Socket["conn"];

/** Counters for tests, metrics and curious people. */
export type GatewayCounters = {
  connections: number;
  refusedHandshakes: number;
  droppedMessages: number;
  stalledDisconnects: number;
  batches: number;
};

/**
 * Between the engine and the browsers. Keeps the replica of the desk from the engine link, tells each browser what
 * it subscribed to, takes commands, and answers the small REST side. Knows nothing of pages.
 */
export class Gateway {
  readonly counters: GatewayCounters = {
    connections: 0,
    refusedHandshakes: 0,
    droppedMessages: 0,
    stalledDisconnects: 0,
    batches: 0,
  };
  readonly admission: Admission;
  private readonly io: SocketServer;
  private link: EngineLinkClient;
  /**
   * What takes risk away goes to the engine on a connection of its own too (`sendBothWays`), and a kill on another: the
   * engine takes each connection's frames at a pace, and everybody's other commands on one connection may use it up.
   */
  private readonly riskLink: EngineLinkClient;
  private readonly killLink: EngineLinkClient;
  private readonly lights: HealthLights;
  private readonly streams = new Map<string, { stream: ClientStream; connection: PacketConnection }>();
  private readonly boot = randomUUID().slice(0, 8);
  private readonly now: () => number;
  private readonly restRate: TokenBucket;
  private readonly restRiskRate: TokenBucket;
  private readonly layoutRate: TokenBucket;
  private readonly symbols: ReadonlyMap<string, number>;
  private replica: DeskReplica | null = null;
  private hello: EngineHello | null = null;
  private status: EngineStatus | null = null;
  private linkUp = false;
  private downReason = "";
  private epoch = "";
  private beat = 0;
  private healthVersion = 1;
  private healthPayload: { version: number; payload: HealthPayload } | null = null;
  private readonly healthTopic: TopicSource;
  private playback: PlaybackState | null = null;
  private playbackVersion = 1;
  private readonly playbackTopic: TopicSource;
  private timer: NodeJS.Timeout | undefined;
  private flushQueued = false;
  private closed = false;

  constructor(private readonly options: GatewayOptions) {
    this.now = options.now ?? Date.now;
    this.symbols = new Map(options.desk.instruments.map(({ symbol }, id) => [symbol, id]));
    this.epoch = `starting.${this.boot}`;
    this.admission = new Admission({
      host: options.host,
      port: () => portOf(options.server),
      accessToken: options.accessToken,
      development: options.development,
    });
    this.lights = new HealthLights(options.desk, this.now, options.mode);
    this.restRate = new TokenBucket(20, 5, this.now);
    this.restRiskRate = new TokenBucket(200, 100, this.now);
    this.layoutRate = new TokenBucket(30, 3, this.now);
    this.healthTopic = topicSource(
      1,
      () => this.healthVersion,
      () => this.health(),
      () => this.health(),
    );
    this.playbackTopic = topicSource(
      "atOnce",
      () => this.playbackVersion,
      () => this.playback ?? {},
      () => this.playback,
    );
    options.server.prependListener("upgrade", (request: IncomingMessage, socket: Duplex) => {
      if (this.admission.hostRefusal(request) || !this.admission.hasAccess(request)) socket.destroy();
    });
    this.io = new SocketServer(options.server, {
      transports: ["websocket"],
      allowUpgrades: false,
      serveClient: false,
      perMessageDeflate: false,
      httpCompression: false,
      maxHttpBufferSize: messageBytesMax,
      destroyUpgrade: false,
      pingInterval: 10_000,
      pingTimeout: options.pongMsMax ?? 10_000,
      connectTimeout: 5_000,
      allowRequest: (request, decide) => {
        const refusal = this.handshakeRefusal(request);
        if (refusal) this.counters.refusedHandshakes++;
        decide(refusal, refusal === null);
      },
    });
    this.io.on("connection", (socket) => this.welcome(socket));
    this.link = this.makeLink();
    const commandsOnly = { address: options.engineAddress, factsFrom: null, views: false };
    this.riskLink = new EngineLinkClient(commandsOnly);
    this.killLink = new EngineLinkClient(commandsOnly);
  }

  /** Connects to the engine and begins to flush. */
  start(): void {
    this.link.start();
    this.riskLink.start();
    this.killLink.start();
    this.timer = setInterval(() => this.onBeat(), beatMs);
  }

  /** Sends everybody away and lets go of the engine. The HTTP server stays its owner's. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.timer);
    this.link.close();
    this.riskLink.close();
    this.killLink.close();
    this.io.disconnectSockets(true);
    this.io.engine.close();
    this.streams.clear();
  }

  /** True once the engine is up and every venue's feed is live. */
  get booksLive(): boolean {
    const { replica } = this;
    if (!replica || !this.linkUp) return false;
    return this.options.desk.venues.every(
      (_, id) => feedStates.name(replica.view("venue", id)[viewColumn.venue.feedState]) === "live",
    );
  }

  /** Packets that wait in the fullest browser's connection. */
  get waitingPackets(): number {
    let most = 0;
    for (const { connection } of this.streams.values()) most = Math.max(most, waitingPackets(connection));
    return most;
  }

  /** True while the engine link is up. */
  get engineUp(): boolean {
    return this.linkUp;
  }

  /** Last fact of the engine, as its hello or status said. */
  get engineFactNumber(): number {
    return Math.max(this.status?.factNumber ?? 0, this.replica?.lastFactNumber ?? 0, this.hello?.lastFactNumber ?? 0);
  }

  /**
   * The first look at every HTTP request: host, access token, security headers, `/api`. True when it was answered;
   * false when it is a page, for whoever serves pages.
   */
  async handleRequest(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    this.admission.setSecurityHeaders(response);
    const hostRefusal = this.admission.hostRefusal(request);
    if (hostRefusal) {
      refuse(response, 421, hostRefusal);
      return true;
    }
    if (this.admission.answerTokenVisit(request, response)) return true;
    if (!this.admission.hasAccess(request)) {
      refuse(response, 401, "open the address with ?token=… that the start printed");
      return true;
    }
    const isHaltPage = await answerHaltPage(request, response, {
      admission: this.admission,
      state: () => ({
        deskName: this.options.desk.name,
        engineUp: this.linkUp,
        desk: this.replica?.totals() ?? null,
        halt: this.replica?.kills.rows.find(({ scope }) => scope === "all") ?? null,
      }),
      halt: (id, reason) => this.restCommand({ id, command: "kill", scope: "all", target: -1, reason }),
    });
    if (isHaltPage) return true;
    return answerRest(request, response, {
      admission: this.admission,
      health: () => this.readHealth(),
      booksLive: () => this.booksLive,
      command: (message) => this.restCommand(message),
      history: this.options.history,
      layouts: this.options.layouts,
      mayChangeLayouts: () => this.layoutRate.take(),
      instrumentOf: (symbol) => this.symbols.get(symbol),
      desk: this.options.desk,
      deskHash: this.options.deskHash,
    });
  }

  private handshakeRefusal(request: IncomingMessage): string | null {
    const refusal = this.admission.hostRefusal(request) ?? this.admission.originRefusal(request);
    if (refusal) return refusal;
    if (!this.admission.hasAccess(request)) return "the access token is missing";
    const most = this.options.connectionsMax ?? 256;
    return this.io.engine.clientsCount >= most ? `${most} browsers are connected, which is the most` : null;
  }

  private welcome(socket: Socket): void {
    const connection = socket.conn;
    const outlet: Outlet = {
      get ready() {
        const waiting = waitingPackets(connection);
        return connection.transport.writable ? waiting <= waitingPacketsMax : waiting === 0;
      },
      send: (batch: readonly Envelope[]) => {
        this.counters.batches++;
        socket.emit("frames", batch);
      },
    };
    const stream = new ClientStream(outlet);
    this.streams.set(socket.id, { stream, connection });
    this.counters.connections++;
    const messages = new TokenBucket(100, 40, this.now);
    const riskMessages = new TokenBucket(100, 40, this.now);
    let dropped = 0;
    const drop = () => {
      this.counters.droppedMessages++;
      if (++dropped > droppedMax) socket.disconnect(true);
    };
    const known = new Set(["subscribe", "unsubscribe", "resync", "command", "playback", "echo"]);
    socket.use(([event, payload, answer], next) => {
      if (!known.has(event)) return drop();
      const rate = event === "command" && looksLikeRemovingRisk(payload) ? riskMessages : messages;
      if (rate.take()) return next();
      drop();
      if (event === "command" && typeof answer === "function") answer(tooMany(payload));
    });
    socket.on("subscribe", (message: unknown) => {
      const parsed = topicsSchema.safeParse(message);
      if (!parsed.success) return drop();
      for (const topic of parsed.data.topics) if (!stream.subscribe(topic)) drop();
      this.flushSoon();
    });
    socket.on("unsubscribe", (message: unknown) => {
      const parsed = topicsSchema.safeParse(message);
      if (!parsed.success) return drop();
      for (const topic of parsed.data.topics) stream.unsubscribe(topic);
    });
    socket.on("resync", (message: unknown) => {
      const parsed = resyncSchema.safeParse(message);
      if (!parsed.success) return drop();
      stream.resync(parsed.data.topic);
      this.flushSoon();
    });
    socket.on("command", (message: unknown, answer: unknown) => {
      if (typeof answer !== "function") return drop();
      void this.command(message).then((reply) => answer(reply));
    });
    socket.on("playback", (message: unknown, answer: unknown) => {
      if (typeof answer !== "function") return drop();
      void this.playbackRequest(message).then((reply) => answer(reply));
    });
    socket.on("echo", (sentMs: unknown, answer: unknown) => {
      if (typeof answer === "function" && typeof sentMs === "number") answer(sentMs);
      else drop();
    });
    socket.on("disconnect", () => {
      this.streams.delete(socket.id);
      this.counters.connections--;
    });
    socket.emit("hello", this.greeting());
  }

  private greeting(): { protocolVersion: number; epoch: string; version: string } {
    return { protocolVersion, epoch: this.epoch, version: this.options.version };
  }

  private makeLink(): EngineLinkClient {
    const link: EngineLinkClient = new EngineLinkClient({
      address: this.options.engineAddress,
      factsFrom: 1,
      views: true,
      onHello: (hello) => this.onHello(hello, link),
      onFacts: (facts) => {
        this.replica?.applyFacts(facts);
        this.flushSoon();
      },
      onViews: (table, row, columns, engineTimeNs) => this.replica?.applyView(table, row, columns, engineTimeNs),
      onStatus: (status) => {
        this.status = status;
      },
      onPlayback: (state) => {
        this.playback = state;
        this.playbackVersion++;
        this.flushSoon();
      },
      onDown: (reason) => {
        this.downReason = reason;
        if (this.linkUp) this.healthChanged();
        this.linkUp = false;
      },
    });
    return link;
  }

  /**
   * Another journal means another day and a new replica; another epoch of the same journal goes on with the facts it
   * has. A log that is shorter than what was already read lost its tail (power): everything is read again.
   */
  private onHello(hello: EngineHello, link: EngineLinkClient): void {
    const sameJournal = this.hello?.journal === hello.journal;
    const lostTail = sameJournal && hello.lastFactNumber < link.lastFactNumber;
    if (!sameJournal || lostTail || !this.replica)
      this.replica = new DeskReplica(this.options.desk, {
        tradingDay: hello.tradingDay,
        dayStartMs: Date.parse(`${hello.tradingDay}T00:00:00Z`),
        version: this.options.version,
        mode: this.options.mode,
      });
    // Another journal counts its time anew, a replay's earlier.
    if (!sameJournal) this.status = null;
    this.hello = hello;
    this.linkUp = true;
    this.downReason = "";
    if (lostTail)
      setImmediate(() => {
        link.close();
        if (this.closed) return;
        this.link = this.makeLink();
        this.link.start();
      });
    const epoch = `${hello.journal}.${hello.epoch}.${this.boot}`;
    if (epoch !== this.epoch || lostTail) {
      this.epoch = lostTail ? `${epoch}.${randomUUID().slice(0, 4)}` : epoch;
      for (const { stream } of this.streams.values()) stream.resyncAll();
      this.io.emit("hello", this.greeting());
    }
    this.healthChanged();
  }

  private command(message: unknown): Promise<CommandReply> {
    return answerCommand(message, deskActor, this.options.desk, this.linkUp, (command, timeoutMs) => {
      if (!looksLikeRemovingRisk(command)) return this.link.command(command, timeoutMs);
      return this.sendBothWays(command, timeoutMs);
    });
  }

  /**
   * Sends what takes risk away on both connections: one has no queue of other commands, the other may be up alone for a
   * moment after the engine's start. The engine does a repeated id once. Resolves with the first answer that is not
   * `invalid`, which a connection with too much waiting gives though the other does the command; failing that, ends as
   * the connection that got further.
   */
  private sendBothWays(command: EngineCommand, timeoutMs: number): Promise<EngineAnswer> {
    const ownLink = command.command === "kill" ? this.killLink : this.riskLink;
    const answers = [ownLink, this.link].map((link) => link.command(command, timeoutMs));
    const valid = answers.map(async (asked) => {
      const answer = await asked;
      if (answer.answer === "invalid") throw new RangeError(answer.text);
      return answer;
    });
    return Promise.any(valid).catch(async () => {
      const ends = await Promise.allSettled(answers);
      const most = ends.findIndex((end) => end.status === "fulfilled" || !(end.reason instanceof NothingSentError));
      return answers[Math.max(0, most)];
    });
  }

  /** Passes a wish about the replay on. Always answers; never throws. */
  private async playbackRequest(message: unknown): Promise<PlaybackReply> {
    const parsed = playbackSchema.safeParse(message);
    if (!parsed.success) return { done: false, text: `the wish cannot be read: ${parsed.error.issues[0]?.message}` };
    if (this.options.mode !== "replay")
      return { done: false, text: "this desk is live: there is nothing to play back" };
    try {
      const answer = await this.link.playback({ id: randomUUID(), request: parsed.data }, playbackAnswerMsMax);
      return { done: answer.answer === "done", text: answer.text };
    } catch (error) {
      return { done: false, text: error instanceof Error ? error.message : String(error) };
    }
  }

  private async restCommand(message: unknown): Promise<CommandReply> {
    const rate = looksLikeRemovingRisk(message) ? this.restRiskRate : this.restRate;
    return rate.take() ? this.command(message) : tooMany(message);
  }

  private linkState(): EngineLinkState {
    const { hello, status, replica } = this;
    return {
      up: this.linkUp,
      downReason: this.downReason,
      epoch: hello?.epoch ?? 0,
      factNumber: this.engineFactNumber,
      inputsPerSecond: this.linkUp ? (status?.inputsPerSecond ?? 0) : 0,
      engineTimeMs: replica ? Math.round(replica.day.dayStartMs + this.engineTimeNs() / 1e6) : 0,
    };
  }

  private engineTimeNs(): number {
    return Math.max(this.replica?.engineTimeNs ?? 0, this.linkUp ? (this.status?.engineTimeNs ?? 0) : 0);
  }

  private readHealth(): HealthPayload {
    return this.lights.read(this.replica, this.linkState(), this.options.storeStatus());
  }

  private health(): HealthPayload {
    if (this.healthPayload?.version !== this.healthVersion)
      this.healthPayload = { version: this.healthVersion, payload: this.readHealth() };
    return this.healthPayload.payload;
  }

  private healthChanged(): void {
    this.healthVersion++;
    setImmediate(() => this.flush(new Set<Pace>(["atOnce", 1])));
  }

  private flushSoon(): void {
    if (this.flushQueued || this.closed) return;
    this.flushQueued = true;
    setImmediate(() => {
      this.flushQueued = false;
      this.flush(atOnce);
    });
  }

  private onBeat(): void {
    this.beat++;
    const paces = new Set<Pace>(["atOnce", 20]);
    if (this.beat % 4 === 0) {
      paces.add(5);
      this.replica?.logStrategyNumbers();
    }
    if (this.beat % 5 === 0) paces.add(4);
    if (this.beat % 20 === 0) {
      paces.add(1);
      if (this.linkUp) this.replica?.tickSecond();
      this.healthVersion++;
      this.cutStalled();
    }
    this.flush(paces);
  }

  private flush(paces: ReadonlySet<Pace>): void {
    if (this.closed || this.streams.size === 0) return;
    const { replica } = this;
    const context: StreamContext = {
      epoch: this.epoch,
      engineTimeNs: this.engineTimeNs(),
      sentMs: this.now(),
      source: (topic) => {
        if (topic === "health") return this.healthTopic;
        if (topic === "playback") return this.playback === null ? null : this.playbackTopic;
        return replica?.topic(topic) ?? null;
      },
    };
    for (const { stream } of this.streams.values()) stream.flush(paces, context);
  }

  private cutStalled(): void {
    const nowMs = this.now();
    const most = this.options.stalledMsMax ?? 20_000;
    for (const [id, { stream, connection }] of this.streams) {
      const tooLong = stream.stalledSinceMs !== 0 && nowMs - stream.stalledSinceMs > most;
      if (!tooLong && waitingPackets(connection) <= waitingPacketsHardMax) continue;
      this.counters.stalledDisconnects++;
      // A polite close would wait for the bytes that the browser does not take.
      this.io.sockets.sockets.get(id)?.request.socket.destroy();
    }
  }
}

function portOf(server: HttpServer): number {
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Packets in Engine.IO's own queue; it is the one place where a stalled browser's data would pile up unseen. */
function waitingPackets(connection: PacketConnection): number {
  const waiting: unknown = Reflect.get(connection, "writeBuffer");
  return Array.isArray(waiting) ? waiting.length : 0;
}

function tooMany(message: unknown): CommandReply {
  const id = typeof message === "object" && message !== null && "id" in message ? String(message.id).slice(0, 64) : "";
  return {
    id,
    answer: "invalid",
    command: "cancelAll",
    text: "too many commands in a short time; nothing was sent, try again in a second",
    role: deskActor.role,
  };
}
