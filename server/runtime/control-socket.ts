import { chmodSync, lstatSync, unlinkSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { z } from "zod";
import { commandKinds, roles, scopes } from "../../domain/command";
import { encodeCommand } from "../machine/command-record";
import { type EngineAnswer, frameTypes } from "./engine-link";
import { decodeJsonPayload, encodeJsonFrame, FrameReader } from "./engine-link-frames";
import type { Publisher, PublisherClient } from "./publisher";

/** Longest frame a client may send: a command with its reason is far below. */
export const clientFrameLengthMax = 16 << 10;

/** Connections at a time; further ones are cut. */
export const clientsMax = 64;

/** Longest path a Unix socket may have: 104 bytes with its end on macOS, 108 on Linux. */
const socketPathLengthMax = 103;

const subscribeSchema = z.object({
  factsFrom: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER).nullable(),
  views: z.boolean(),
});

const commandSchema = z.object({
  id: z.string().regex(/^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i, "must be a UUID"),
  command: z.enum(commandKinds.names as [string, ...string[]]),
  scope: z.enum(scopes.names as [string, ...string[]]),
  target: z
    .number()
    .int()
    .min(-(2 ** 31))
    .max(2 ** 31 - 1),
  actor: z.string().min(1).max(64),
  role: z.enum(roles.names as [string, ...string[]]),
  reason: z.string().max(200),
});

class Client implements PublisherClient {
  gone = false;

  constructor(
    private readonly socket: Socket,
    private readonly report: (text: string) => void,
  ) {}

  send(frame: Buffer): void {
    if (!this.gone) this.socket.write(frame);
  }

  get waiting(): number {
    return this.gone ? 0 : this.socket.writableLength;
  }

  get taken(): number {
    return this.socket.bytesWritten - this.socket.writableLength;
  }

  cut(reason: string): void {
    if (this.gone) return;
    this.gone = true;
    this.report(`client cut: ${reason}`);
    this.socket.destroy();
  }
}

/**
 * The server side of the engine link on a Unix socket that only its owner may open. Every frame from a client is
 * validated; one that is too long, unknown or no JSON cuts the connection, a command that is not valid is answered
 * `invalid` with what was expected.
 */
export class ControlSocket {
  private readonly server: Server;
  private readonly clients = new Map<Client, Socket>();

  constructor(
    private readonly publisher: Publisher,
    private readonly report: (text: string) => void,
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
  }

  private accept(socket: Socket): void {
    const client = new Client(socket, this.report);
    socket.on("error", () => undefined);
    if (this.clients.size >= clientsMax) {
      client.cut(`${this.clients.size} clients are connected, at most ${clientsMax}`);
      return;
    }
    this.clients.set(client, socket);
    const reader = new FrameReader(clientFrameLengthMax);
    socket.on("close", () => {
      client.gone = true;
      this.clients.delete(client);
      this.publisher.detach(client);
    });
    socket.on("data", (chunk: Buffer) => {
      try {
        reader.push(chunk, (type, payload) => {
          if (!client.gone) this.handle(client, type, payload);
        });
      } catch (error) {
        client.cut(error instanceof Error ? error.message : String(error));
      }
    });
    client.send(encodeJsonFrame(frameTypes.hello, this.publisher.hello()));
  }

  private handle(client: Client, type: number, payload: Uint8Array): void {
    if (type === frameTypes.subscribe) {
      const wish = subscribeSchema.safeParse(decodeJsonPayload(payload));
      if (!wish.success) throw new RangeError(`subscribe: ${z.prettifyError(wish.error)}`);
      this.publisher.subscribe(client, wish.data);
      return;
    }
    if (type !== frameTypes.command) throw new RangeError(`unknown frame type ${type}`);
    const value = decodeJsonPayload(payload);
    const command = commandSchema.safeParse(value);
    if (!command.success) {
      const id = typeof value === "object" && value !== null && "id" in value ? String(value.id).slice(0, 64) : "";
      const invalid: EngineAnswer = { id, answer: "invalid", text: z.prettifyError(command.error), factNumber: 0 };
      client.send(encodeJsonFrame(frameTypes.answer, invalid));
      return;
    }
    const { id, target, actor, reason } = command.data;
    const encoded = encodeCommand({
      id,
      target,
      actor,
      reason,
      command: commandKinds.names.indexOf(command.data.command as never),
      scope: scopes.names.indexOf(command.data.scope as never),
      role: roles.names.indexOf(command.data.role as never),
    });
    this.publisher.command(client, id, encoded);
  }
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
