import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { z } from "zod";
import { commandKinds, roles, scopes } from "../../domain/command";
import { playbackSpeeds } from "../../domain/playback";
import { encodeCommand } from "../machine/command-record";
import { ControlClient, framesPerSecondOf } from "./control-client";
import { type EngineAnswer, type EnginePlaybackRequest, frameTypes } from "./engine-link";
import { decodeJsonPayload, encodeJsonFrame } from "./engine-link-frames";
import type { Publisher } from "./publisher";

/** Connections at a time. A further one takes the place of one that is not among the publisher's served clients. */
export const clientsMax = 64;

/**
 * Who is cut for want of a place hears of it so much later: it may come back at once, and whoever comes while a crowd comes
 * back waits for all of them to be let in, one a round of the loop. Beyond so many at a time the oldest goes at once.
 */
const cutAfterMs = 250;
const cutLaterMax = 256;

/** Who is not served is sent hello, status and answers only; a client that asks on while so much of it waits is cut. */
const answersWaitingMax = 1 << 20;

/** Longest path a Unix socket may have: 104 bytes with its end on macOS, 108 on Linux. */
const socketPathLengthMax = 103;

const subscribeSchema = z.object({
  factsFrom: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
  views: z.boolean(),
});

/** Words without control characters: U+001F parts a fact's text, and U+0000 is none that a database can keep. */
const plain = (words: string): string => words.replace(/\p{Cc}/gu, " ");

const commandSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, "must be a UUID"),
  command: z.enum(commandKinds.names),
  scope: z.enum(scopes.names),
  target: z
    .number()
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  detail: z.number().int().min(0).max(255).optional(),
  value: z.number().optional(),
  actor: z.string().min(1).max(64).transform(plain),
  role: z.enum(roles.names),
  reason: z.string().max(200).transform(plain),
});

const playbackSchema = z.object({
  id: z.string().min(1).max(64),
  request: z.discriminatedUnion("action", [
    z.strictObject({ action: z.enum(["play", "pause", "stepPacket", "stepSecond"]) }),
    z.strictObject({ action: z.literal("speed"), speed: z.enum(playbackSpeeds.names) }),
    z.strictObject({ action: z.literal("seek"), toNs: z.number().min(0).max(Number.MAX_SAFE_INTEGER) }),
  ]),
});

/** Takes a wish about the replay and answers it; a desk that is live has none. */
export type PlaybackTaker = (wish: EnginePlaybackRequest, answer: (answer: EngineAnswer) => void) => void;

/**
 * The server side of the engine link on a Unix socket that only its owner may open. Every frame from a client is
 * validated; one that is too long, unknown or no JSON cuts the connection, a command that is not valid is answered
 * `invalid` with what was expected.
 */
export class ControlSocket {
  private readonly server: Server;
  private readonly clients = new Map<ControlClient, Socket>();
  /** Those who are to be cut, and when. */
  private readonly leaving = new Map<ControlClient, NodeJS.Timeout>();
  private isRoomDue = false;
  private cutCount = 0;
  private reportedMs = -Infinity;

  constructor(
    private publisher: Publisher,
    private readonly report: (text: string) => void,
    private readonly takePlayback: PlaybackTaker | null = null,
  ) {
    this.server = createServer((socket) => this.accept(socket));
  }

  /**
   * Listens at `path`. A socket file that nobody answers at is removed; rejects when an engine is running there, or
   * when the path is something else than a socket or too long.
   */
  async listen(path: string): Promise<void> {
    if (Buffer.byteLength(path) > socketPathLengthMax)
      throw new Error(`socket path ${path} has ${Buffer.byteLength(path)} bytes, at most ${socketPathLengthMax} work`);
    await removeStaleSocket(path);
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      const before = process.umask(0o177);
      try {
        this.server.listen(path, resolve);
      } finally {
        process.umask(before);
      }
    });
    chmodSync(path, 0o600);
  }

  /** From now on another publisher, of another journal: every client is greeted anew and subscribes again. */
  serve(publisher: Publisher): void {
    for (const client of this.clients.keys()) this.publisher.detach(client);
    this.publisher = publisher;
    for (const client of this.clients.keys()) client.send(encodeJsonFrame(frameTypes.hello, publisher.hello()));
  }

  get clientCount(): number {
    return this.clients.size;
  }

  /** Ends every connection; the socket file goes with the server. */
  close(): void {
    this.server.close();
    for (const [client, socket] of this.clients) {
      client.gone = true;
      this.publisher.detach(client);
      socket.end();
      socket.destroySoon();
    }
    this.clients.clear();
    for (const client of [...this.leaving.keys()]) this.cutNow(client);
  }

  private accept(socket: Socket): void {
    const client = new ControlClient(socket, this.onFrame, this.report, this.framesPerSecond);
    socket.on("error", () => undefined);
    this.clients.set(client, socket);
    this.makeRoom();
    socket.on("close", () => {
      client.gone = true;
      this.clients.delete(client);
      this.publisher.detach(client);
    });
    client.send(encodeJsonFrame(frameTypes.hello, this.publisher.hello()));
  }

  /**
   * Cuts those who are too many: not at once, but after the next look at all sockets, so that whoever was let in has what
   * it brought along read, however many come after it.
   */
  private makeRoom(): void {
    if (this.isRoomDue || this.clients.size <= clientsMax) return;
    this.isRoomDue = true;
    setImmediate(() =>
      setImmediate(() => {
        this.isRoomDue = false;
        while (this.clients.size > clientsMax) {
          const leaving = this.placeToGive();
          if (leaving === undefined) return;
          this.clients.delete(leaving);
          this.publisher.detach(leaving);
          this.cutLater(leaving);
          this.reportFull();
        }
      }),
    );
  }

  /** Of those that are not served one that floods, or else the oldest. */
  private placeToGive(): ControlClient | undefined {
    let oldest: ControlClient | undefined;
    for (const client of this.clients.keys()) {
      if (this.publisher.isServed(client)) continue;
      if (client.isFlooding) return client;
      oldest ??= client;
    }
    return oldest;
  }

  /** From now on nothing of a client is taken; its connection goes a little later. */
  private cutLater(client: ControlClient): void {
    client.leave();
    const timer = setTimeout(() => this.cutNow(client), cutAfterMs);
    this.leaving.set(client, timer);
    const [oldest] = this.leaving.keys();
    if (this.leaving.size > cutLaterMax && oldest !== undefined) this.cutNow(oldest);
  }

  private cutNow(client: ControlClient): void {
    clearTimeout(this.leaving.get(client));
    this.leaving.delete(client);
    client.destroy();
  }

  /** Once a second at most: those who are cut may come back as fast as they can. */
  private reportFull(): void {
    this.cutCount++;
    const nowMs = performance.now();
    if (nowMs - this.reportedMs < 1_000) return;
    this.report(`${this.clients.size} clients are connected, at most ${clientsMax}: ${this.cutCount} cut`);
    this.reportedMs = nowMs;
    this.cutCount = 0;
  }

  private readonly framesPerSecond = (): number => framesPerSecondOf(this.clients.size);

  private readonly onFrame = (client: ControlClient, type: number, payload: Uint8Array) =>
    this.handle(client, type, payload);

  private handle(client: ControlClient, type: number, payload: Uint8Array): void {
    if (client.waiting > answersWaitingMax && !this.publisher.isServed(client))
      throw new RangeError(`${client.waiting} bytes wait for it, at most ${answersWaitingMax}`);
    if (type === frameTypes.subscribe) {
      const wish = subscribeSchema.safeParse(decodeJsonPayload(payload));
      if (!wish.success) throw new RangeError(`subscribe: ${z.prettifyError(wish.error)}`);
      this.publisher.subscribe(client, wish.data);
      return;
    }
    if (type === frameTypes.playbackRequest) return this.playback(client, decodeJsonPayload(payload));
    if (type !== frameTypes.command) throw new RangeError(`unknown frame type ${type}`);
    const value = decodeJsonPayload(payload);
    const command = commandSchema.safeParse(value);
    if (!command.success) {
      client.send(invalid(value, z.prettifyError(command.error)));
      return;
    }
    const { id, target, detail = 0, value: amount, actor, reason } = command.data;
    const encoded = encodeCommand({
      id,
      target,
      detail,
      value: amount,
      actor,
      reason,
      command: commandKinds.code[command.data.command],
      scope: scopes.code[command.data.scope],
      role: roles.code[command.data.role],
    });
    this.publisher.command(client, id, encoded, { ...command.data, detail });
  }

  private playback(client: ControlClient, value: unknown): void {
    const wish = playbackSchema.safeParse(value);
    if (!wish.success) client.send(invalid(value, z.prettifyError(wish.error)));
    else if (this.takePlayback === null)
      client.send(invalid(value, "this desk is live: there is nothing to play back"));
    else this.takePlayback(wish.data, (answer) => client.send(encodeJsonFrame(frameTypes.answer, answer)));
  }
}

/** The answer to what could not be read, under its id if it had one. */
function invalid(value: unknown, text: string): Buffer {
  const id = typeof value === "object" && value !== null && "id" in value ? String(value.id).slice(0, 64) : "";
  const answer: EngineAnswer = { id, answer: "invalid", text, factNumber: 0 };
  return encodeJsonFrame(frameTypes.answer, answer);
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${path} exists and is no socket`);
  const answered = await new Promise<boolean>((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
  if (answered) throw new Error(`an engine is running already: it answers at ${path}`);
  unlinkSync(path);
}
