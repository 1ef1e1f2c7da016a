import { createSocket, type Socket as DatagramSocket } from "node:dgram";
import { connect, createServer, type Server, type Socket } from "node:net";
import type { VenuePorts } from "../../server/runtime/child-contract";
import { MoldHeader, moldBlockCount, readMoldHeader } from "../../server/wire/mold-udp64";
import { WireOrders } from "./wire-orders";

const host = "127.0.0.1";
const receiveBufferLength = 4 << 20;

/** The lines of a venue that are connections. */
const connections = ["snapshot", "orders", "dropCopy"] as const;

/**
 * Stands between the engine and one venue: passes on every byte both ways, reads what passes on the order line, and can
 * silence the feed, lose some of it or cut connections, as a network would.
 */
export class VenueRelay {
  readonly wire = new WireOrders();
  /** Datagrams are lost while true. */
  isFeedDown = false;
  private isCut = false;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly orderSockets = new Set<Socket>();
  private readonly datagrams: DatagramSocket[] = [];
  private readonly header = new MoldHeader();
  /** Sequence number of the last packet that passed on either line of the feed. */
  private lastSequence = 0;
  /** What is to be lost on both lines, and what was, by its sequence number. */
  private packetsToLose = 0;
  private readonly lost = new Set<number>();
  private onLost: (ms: number) => void = () => undefined;

  /** `engine`: the ports that the engine is told; `exchange`: those that the exchange is told. */
  constructor(
    private readonly engine: VenuePorts,
    private readonly exchange: VenuePorts,
  ) {}

  async listen(): Promise<void> {
    for (const line of connections) await this.listenTcp(line);
    await this.passDatagrams(this.exchange.feed, this.engine.feed);
    await this.passDatagrams(this.exchange.secondFeed, this.engine.secondFeed);
    await this.passRequests();
  }

  /** Cuts every connection of the venue, and refuses new ones until it is mended; its feed is silent meanwhile. */
  cut(isCut: boolean): void {
    this.isCut = isCut;
    this.isFeedDown = isCut;
    if (isCut) for (const socket of this.sockets) socket.destroy();
  }

  /** Cuts the order session alone; it may come back at once. */
  cutOrders(): void {
    for (const socket of this.orderSockets) socket.destroy();
  }

  /**
   * Loses the next packets of the feed on both of its lines. Resolves when the first of them is lost, with a reading of
   * `performance.now`.
   */
  loseNext(packets: number): Promise<number> {
    this.packetsToLose = packets;
    return new Promise((resolve) => {
      this.onLost = resolve;
    });
  }

  close(): void {
    this.cut(true);
    for (const server of this.servers) server.close();
    for (const socket of this.datagrams) socket.close();
  }

  private listenTcp(line: (typeof connections)[number]): Promise<void> {
    const server = createServer({ noDelay: true }, (near) => {
      near.on("error", () => undefined);
      if (this.isCut) {
        near.destroy();
        return;
      }
      const far = connect({ host, port: this.exchange[line], noDelay: true });
      far.on("error", () => undefined);
      if (line === "orders") this.wire.connected();
      if (line === "orders") for (const socket of [near, far]) this.hold(socket, this.orderSockets);
      this.join(near, far, line === "orders" ? (bytes) => this.wire.fromEngine(bytes) : null);
      this.join(far, near, line === "orders" ? (bytes) => this.wire.fromVenue(bytes) : null);
    });
    this.servers.push(server);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.engine[line], host, resolve);
    });
  }

  private join(from: Socket, to: Socket, tap: ((bytes: Uint8Array) => void) | null): void {
    this.hold(from, this.sockets);
    from.on("data", (bytes: Buffer) => {
      tap?.(bytes);
      to.write(bytes);
    });
    from.on("close", () => to.destroy());
  }

  private hold(socket: Socket, sockets: Set<Socket>): void {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  }

  private async passDatagrams(from: number, to: number): Promise<void> {
    const socket = await this.bind(from);
    socket.setRecvBufferSize(receiveBufferLength);
    socket.on("message", (bytes) => {
      if (!this.isFeedDown && !this.isLost(bytes)) socket.send(bytes, to, host);
    });
  }

  /** Whether a packet of a line is one of those to be lost: one that neither line has passed yet, or the other line lost. */
  private isLost(bytes: Uint8Array): boolean {
    const { header, lost } = this;
    readMoldHeader(bytes, 0, bytes.length, header);
    const { sequence } = header;
    if (lost.has(sequence)) return true;
    if (sequence <= this.lastSequence || moldBlockCount(header.count) === 0) return false;
    this.lastSequence = sequence;
    if (this.packetsToLose === 0) return false;
    this.packetsToLose--;
    lost.add(sequence);
    this.onLost(performance.now());
    return true;
  }

  /** Requests for what was lost, and the venue's answers, which go where the feed goes. */
  private async passRequests(): Promise<void> {
    const near = await this.bind(this.engine.retransmission);
    const far = await this.bind(0);
    near.on("message", (bytes) => {
      if (!this.isFeedDown) far.send(bytes, this.exchange.retransmission, host);
    });
    far.on("message", (bytes) => {
      if (!this.isFeedDown) far.send(bytes, this.engine.feed, host);
    });
  }

  private bind(port: number): Promise<DatagramSocket> {
    const socket = createSocket("udp4");
    this.datagrams.push(socket);
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, host, () => {
        socket.off("error", reject);
        socket.on("error", () => undefined);
        resolve(socket);
      });
    });
  }
}
