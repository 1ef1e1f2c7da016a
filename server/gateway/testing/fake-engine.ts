import { createServer, type Server, type Socket } from "node:net";
import { commandAnswers, commandKinds, roles, scopes } from "../../../domain/command";
import type { Desk } from "../../../domain/desk";
import { sessionStates } from "../../../domain/health";
import { parentReasons, sides } from "../../../domain/order";
import { strategyStates } from "../../../domain/strategy";
import {
  ladderDepth,
  type ViewTable,
  viewColumn,
  viewColumns,
  viewRowCountsOf,
  viewTables,
} from "../../../domain/views";
import { type EngineCommand, type EngineHello, type EngineSubscribe, frameTypes } from "../../runtime/engine-link";
import { decodeJsonPayload, encodeFrame, encodeJsonFrame, FrameReader } from "../../runtime/engine-link-frames";
import { FactWriter } from "./fact-writer";

export type FakeEngineOptions = {
  readonly desk: Desk;
  /** Unix socket's path. */
  readonly path: string;
  readonly journal?: string;
  readonly epoch?: number;
  readonly seed?: number;
  /** An order and perhaps a fill with every step, instead of now and then. */
  readonly busy?: boolean;
  /** Pairs whose z moves with a step; 2 by default. */
  readonly pairMoves?: number;
  /** Milliseconds between steps of the market; 0 for a market that only moves by `step()`. */
  readonly stepMs?: number;
};

type FakeOrder = {
  readonly id: number;
  readonly parent: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly side: number;
  readonly price: number;
  leaves: number;
};

const factsPerFrame = 1_000;

/** Facts a client may leave unread in its socket before the fake engine waits for it. */
const unsentBytesMax = 1 << 20;

/**
 * An engine without an engine: speaks the engine link with seeded, plausible data, so that gateway, store and screen
 * can be built and tested alone. It does not trade; prices walk, strategies send orders at random and some fill.
 */
export class FakeEngine {
  readonly facts = new FactWriter();
  /** Commands as they came, newest last. */
  readonly commands: EngineCommand[] = [];
  /** A connection that brings such a command is read no further, as one that has used up its pace. */
  isDeafTo: (command: EngineCommand) => boolean = () => false;
  /** Such a command is answered `invalid` where it came in, as when too many wait on a connection. */
  isTooBusyFor: (command: EngineCommand) => boolean = () => false;
  readonly views: Readonly<Record<ViewTable, Float64Array>>;
  readonly journal: string;
  epoch: number;
  timeNs: number;
  private readonly server: Server;
  private readonly clients = new Map<Socket, { nextFact: number | null; views: boolean; full: boolean }>();
  private readonly changed = new Map<ViewTable, Set<number>>();
  private readonly orders = new Map<number, FakeOrder>();
  private readonly answers = new Map<string, { id: string; answer: string; text: string; factNumber: number }>();
  private random: number;
  private orderCount = 0;
  private fillCount = 0;
  private steps = 0;
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: FakeEngineOptions) {
    const { desk } = options;
    this.journal = options.journal ?? `fake-${new Date().toISOString().slice(0, 10)}`;
    this.epoch = options.epoch ?? 1;
    this.random = options.seed ?? 1;
    this.timeNs = (Date.now() - this.dayStartMs) * 1e6;
    const rows = viewRowCountsOf(desk);
    this.views = Object.fromEntries(
      viewTables.map((table) => [table, new Float64Array(rows[table] * viewColumns[table].length)]),
    ) as Record<ViewTable, Float64Array>;
    this.server = createServer((socket) => this.welcome(socket));
    this.open();
  }

  /** Where its clients connect. */
  get address(): string {
    return this.options.path;
  }

  get tradingDay(): string {
    return new Date().toISOString().slice(0, 10);
  }

  get dayStartMs(): number {
    return Date.parse(`${this.tradingDay}T00:00:00Z`);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(this.options.path, resolve);
    });
    const stepMs = this.options.stepMs ?? 50;
    if (stepMs > 0) this.timers.push(setInterval(() => this.step(), stepMs));
    this.timers.push(
      setInterval(() => this.sendStatus(), 1_000),
      setInterval(() => this.publish(), 20),
    );
  }

  async stop(): Promise<void> {
    for (const timer of this.timers) clearInterval(timer);
    this.timers = [];
    for (const socket of this.clients.keys()) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Cuts every connection without stopping; clients come back by themselves. */
  cutConnections(): void {
    for (const socket of this.clients.keys()) socket.destroy();
  }

  /** Sets columns of a view row and marks it changed. */
  set(table: ViewTable, row: number, values: Readonly<Record<string, number>>): void {
    const width = viewColumns[table].length;
    const columns: Readonly<Record<string, number>> = viewColumn[table];
    const view = this.views[table];
    for (const [name, value] of Object.entries(values)) view[row * width + columns[name]] = value;
    view[row * width] = this.timeNs;
    const rows = this.changed.get(table) ?? new Set<number>();
    this.changed.set(table, rows);
    rows.add(row);
  }

  get(table: ViewTable, row: number, column: string): number {
    const columns: Readonly<Record<string, number>> = viewColumn[table];
    return this.views[table][row * viewColumns[table].length + columns[column]];
  }

  /** One step of the market: some prices, books, a trade, now and then an order or a fill. */
  step(): void {
    const { desk } = this.options;
    this.steps++;
    this.timeNs = (Date.now() - this.dayStartMs) * 1e6;
    for (let i = 0; i < Math.max(3, desk.instruments.length / 6); i++)
      this.movePrice(this.below(desk.instruments.length));
    for (let i = 0; i < (this.options.pairMoves ?? 2) && desk.pairs.length > 0; i++)
      this.movePair(this.below(desk.pairs.length));
    if (this.options.busy || this.steps % 5 === 0) this.sendOrder();
    if (this.options.busy || this.steps % 3 === 0) this.finishOrder();
    for (let venue = 0; venue < desk.venues.length; venue++)
      this.set("venue", venue, {
        lastPacketNs: this.timeNs,
        messages: this.get("venue", venue, "messages") + 45,
      });
    this.updateTotals();
  }

  private open(): void {
    const { desk } = this.options;
    this.facts.write("engineStarted", this.timeNs, { epoch: this.epoch });
    desk.venues.forEach((_, venue) => {
      const ready = sessionStates.code.ready;
      this.set("venue", venue, { feedState: 3, orderSession: ready, dropSession: ready, roundTripNs: 180_000 });
    });
    desk.instruments.forEach(({ referencePrice }, id) => {
      this.set("instrument", id, { openPrice: referencePrice, lastPrice: referencePrice, status: 1, second: -1 });
      this.movePrice(id);
    });
    desk.pairs.forEach(({ instrumentA, instrumentB, hedgeRatio }, id) => {
      this.set("pair", id, { strategy: 0, instrumentA, instrumentB, hedgeRatio, deviation: 0.01, mean: 0.2 });
    });
    desk.strategies.forEach(({ parameters }, id) => {
      const pairs = parameters.kind === "pairs" ? parameters.pairs.length : 0;
      this.set("strategy", id, { stage: 1, pairs, stateSinceNs: this.timeNs });
      if (id === 0) this.changeState(id, strategyStates.code.running);
    });
    this.updateTotals();
  }

  private movePrice(id: number): void {
    const { desk } = this.options;
    const { tick } = desk.instruments[id];
    const before = this.get("instrument", id, "lastPrice");
    const last = Math.max(tick * 100, before + (this.below(5) - 2) * tick);
    const bid = last - tick * (1 + this.below(2));
    const ask = last + tick * (1 + this.below(2));
    const quantity = 100 * (1 + this.below(5));
    const second = Math.floor(this.timeNs / 1e9);
    const bars: Record<string, number> = {};
    this.rollBar(id, "second", second, last, quantity, bars);
    this.rollBar(id, "minute", Math.floor(second / 60), last, quantity, bars);
    const high = this.get("instrument", id, "highPrice");
    const low = this.get("instrument", id, "lowPrice");
    this.set("instrument", id, {
      bidPrice: bid,
      bidQuantity: 100 * (1 + this.below(9)),
      askPrice: ask,
      askQuantity: 100 * (1 + this.below(9)),
      lastPrice: last,
      lastQuantity: quantity,
      lastTimeNs: this.timeNs,
      highPrice: Math.max(high, last),
      lowPrice: low === 0 ? last : Math.min(low, last),
      volume: this.get("instrument", id, "volume") + quantity,
      trades: this.get("instrument", id, "trades") + 1,
      ...bars,
    });
    desk.venues.forEach((_, venue) => {
      const ladder: Record<string, number> = { status: 1 };
      for (let level = 0; level < ladderDepth; level++) {
        ladder[`bidPrice${level}`] = bid - level * tick;
        ladder[`bidQuantity${level}`] = 100 * (1 + this.below(20));
        ladder[`bidOrders${level}`] = 1 + this.below(6);
        ladder[`askPrice${level}`] = ask + level * tick;
        ladder[`askQuantity${level}`] = 100 * (1 + this.below(20));
        ladder[`askOrders${level}`] = 1 + this.below(6);
      }
      this.set("listing", id * desk.venues.length + venue, ladder);
    });
  }

  private rollBar(
    id: number,
    bar: "second" | "minute",
    now: number,
    last: number,
    quantity: number,
    out: Record<string, number>,
  ): void {
    const get = (column: string) => this.get("instrument", id, `${bar}${column}`);
    const fresh = get("") !== now || get("Close") === 0;
    if (fresh && get("Close") > 0) {
      if (bar === "second") {
        out.lastSecond = get("");
        for (const part of ["Open", "High", "Low", "Close", "Volume"]) out[`lastSecond${part}`] = get(part);
      } else
        this.facts.write("bar", this.timeNs, {
          instrument: id,
          minute: get(""),
          open: get("Open"),
          high: get("High"),
          low: get("Low"),
          close: get("Close"),
          volume: get("Volume"),
          trades: 1,
        });
    }
    out[bar] = now;
    out[`${bar}Open`] = fresh ? last : get("Open");
    out[`${bar}High`] = fresh ? last : Math.max(get("High"), last);
    out[`${bar}Low`] = fresh ? last : Math.min(get("Low"), last);
    out[`${bar}Close`] = last;
    out[`${bar}Volume`] = fresh ? quantity : get("Volume") + quantity;
  }

  private movePair(id: number): void {
    const z = this.get("pair", id, "z") * 0.98 + (this.below(1_000) / 1_000 - 0.5) * 0.6;
    this.set("pair", id, { z, spread: 0.2 + z * 0.01, reason: Math.abs(z) < 2 ? 2 : 0 });
  }

  private sendOrder(): void {
    const { desk } = this.options;
    const strategy = this.below(desk.strategies.length);
    if (this.get("strategy", strategy, "state") !== strategyStates.code.running) return;
    if (this.get("desk", 0, "halted") === 1 || desk.pairs.length === 0) return;
    const pair = this.below(desk.pairs.length);
    const instrument = desk.pairs[pair].instrumentA;
    const venue = this.below(desk.venues.length);
    const side = this.below(2);
    const bid = this.get("instrument", instrument, "bidPrice");
    const ask = this.get("instrument", instrument, "askPrice");
    const price = side === sides.code.buy ? bid : ask;
    const quantity = 100 * (1 + this.below(4));
    const order = ++this.orderCount;
    const about = { strategy, pair, instrument };
    this.facts.write("parentCreated", this.timeNs, {
      ...about,
      parent: order,
      side,
      quantity,
      limitPrice: price,
      reason: parentReasons.code.entry,
      arrivalBid: bid,
      arrivalAsk: ask,
      signal: 2.1,
    });
    this.facts.write("orderSubmitted", this.timeNs, {
      ...about,
      order,
      parent: order,
      venue,
      userReference: order,
      side,
      quantity,
      price,
      bid,
      ask,
    });
    this.facts.write("orderAccepted", this.timeNs, { order, venueReferenceLow: order, quantity, price });
    this.orders.set(order, { id: order, parent: order, ...about, venue, side, price, leaves: quantity });
    this.set("strategy", strategy, { ordersSent: this.get("strategy", strategy, "ordersSent") + 1 });
  }

  private finishOrder(): void {
    const [order] = this.orders.values();
    if (!order || this.orders.size < 6) return;
    if (this.below(4) === 0) {
      this.cancel(order, 0);
      return;
    }
    const quantity = Math.min(order.leaves, 100);
    order.leaves -= quantity;
    const signed = order.side === sides.code.buy ? quantity : -quantity;
    const position = this.get("instrument", order.instrument, "positionQuantity") + signed;
    const cost = this.get("instrument", order.instrument, "positionTotalCost") + signed * order.price;
    const fee = 30 * quantity;
    const fill = ++this.fillCount;
    this.facts.write("fill", this.timeNs, {
      fill,
      order: order.id,
      parent: order.parent,
      strategy: order.strategy,
      pair: order.pair,
      instrument: order.instrument,
      venue: order.venue,
      side: order.side,
      quantity,
      price: order.price,
      fee,
      matchLow: fill,
      positionQuantity: position,
      averagePrice: order.price,
      leavesQuantity: order.leaves,
    });
    this.facts.write("position", this.timeNs, {
      strategy: order.strategy,
      pair: order.pair,
      instrument: order.instrument,
      quantity: position,
      totalCost: cost,
      fees: fee,
    });
    const fees = this.get("instrument", order.instrument, "fees") + fee;
    this.set("instrument", order.instrument, { positionQuantity: position, positionTotalCost: cost, fees });
    this.set("strategy", order.strategy, { fills: this.get("strategy", order.strategy, "fills") + 1 });
    if (order.leaves === 0) this.orders.delete(order.id);
  }

  private cancel(order: FakeOrder, cause: number): void {
    this.facts.write("orderCancelSent", this.timeNs, { order: order.id, cause });
    this.facts.write("orderCancelled", this.timeNs, { order: order.id, quantity: order.leaves, leavesQuantity: 0 });
    this.orders.delete(order.id);
  }

  private changeState(strategy: number, to: number): void {
    const from = this.get("strategy", strategy, "state");
    this.facts.write("strategyState", this.timeNs, { strategy, from, to, stage: 1 });
    const killed = to === strategyStates.code.killed ? 1 : 0;
    this.set("strategy", strategy, { state: to, stateSinceNs: this.timeNs, killed });
  }

  private updateTotals(): void {
    let unrealised = 0;
    let gross = 0;
    let net = 0;
    let fees = 0;
    this.options.desk.instruments.forEach((_, id) => {
      const quantity = this.get("instrument", id, "positionQuantity");
      if (quantity === 0) return;
      const value = quantity * this.get("instrument", id, "lastPrice");
      const open = value - this.get("instrument", id, "positionTotalCost");
      this.set("instrument", id, { unrealised: open });
      unrealised += open;
      gross += Math.abs(value);
      net += value;
      fees += this.get("instrument", id, "fees");
    });
    const totals = { unrealised, fees, grossExposure: gross, netExposure: net, workingOrders: this.orders.size };
    this.set("strategy", 0, { ...totals, lastDecisionNs: this.timeNs });
    this.set("desk", 0, {
      ...totals,
      epoch: this.epoch,
      orders: this.orderCount,
      fills: this.fillCount,
      factNumber: this.facts.lastNumber,
    });
    if (this.steps % 1_200 === 1)
      this.facts.write("mark", this.timeNs, { strategy: -1, unrealised, fees, grossExposure: gross });
  }

  private welcome(socket: Socket): void {
    const reader = new FrameReader(1 << 20);
    const client = { nextFact: null as number | null, views: false, full: false };
    this.clients.set(socket, client);
    socket.on("error", () => undefined);
    socket.on("close", () => this.clients.delete(socket));
    socket.on("data", (chunk) => {
      reader.push(chunk, (type, payload) => {
        if (type === frameTypes.subscribe) {
          const subscribe = decodeJsonPayload(payload) as EngineSubscribe;
          client.nextFact = subscribe.factsFrom;
          client.views = subscribe.views;
          client.full = subscribe.views;
        } else if (type === frameTypes.command) this.answer(socket, decodeJsonPayload(payload) as EngineCommand);
      });
      this.publish();
    });
    const hello: EngineHello = {
      version: "fake",
      journal: this.journal,
      tradingDay: this.tradingDay,
      epoch: this.epoch,
      deskHash: "fake",
      deskFile: "fake",
      pid: process.pid,
      lastFactNumber: this.facts.lastNumber,
    };
    socket.write(encodeJsonFrame(frameTypes.hello, hello));
  }

  private answer(socket: Socket, command: EngineCommand): void {
    const known = this.answers.get(command.id);
    if (known) {
      socket.write(encodeJsonFrame(frameTypes.answer, known));
      return;
    }
    if (this.isTooBusyFor(command)) {
      const refusal = { id: command.id, answer: "invalid", text: "too much waits here", factNumber: 0 };
      socket.write(encodeJsonFrame(frameTypes.answer, refusal));
      return;
    }
    this.commands.push(command);
    if (this.isDeafTo(command)) {
      socket.pause();
      return;
    }
    const { answer, text } = this.perform(command);
    const fact = this.facts.write(
      "command",
      this.timeNs,
      {
        command: codeIn(commandKinds.names, command.command),
        scope: codeIn(scopes.names, command.scope),
        target: command.target,
        role: codeIn(roles.names, command.role),
        answer: codeIn(commandAnswers.names, answer),
      },
      [command.id, command.actor, command.reason].join("\u001f"),
    );
    const reply = { id: command.id, answer, text, factNumber: fact.number };
    this.answers.set(command.id, reply);
    socket.write(encodeJsonFrame(frameTypes.answer, reply));
    this.updateTotals();
  }

  private perform(command: EngineCommand): { answer: string; text: string } {
    const { desk } = this.options;
    const states = strategyStates.code;
    const strategy = desk.strategies[command.target]?.name;
    if (command.scope === "strategy" && strategy === undefined)
      return { answer: "unknownTarget", text: `there is no strategy ${command.target}` };
    switch (command.command) {
      case "approve":
      case "resume":
        this.changeState(command.target, states.running);
        return { answer: "done", text: `strategy ${strategy} is running` };
      case "pause":
        this.changeState(command.target, states.paused);
        return { answer: "done", text: `strategy ${strategy} is paused` };
      case "kill":
      case "cancelAll":
        return this.kill(command);
      case "release": {
        this.facts.write("kill", this.timeNs, { scope: codeIn(scopes.names, command.scope), target: command.target });
        if (command.scope === "all") this.set("desk", 0, { halted: 0 });
        if (command.scope === "strategy") this.changeState(command.target, states.stopped);
        return { answer: "done", text: `released ${command.scope}; strategies wait for approval` };
      }
      case "cancelOrder": {
        const order = this.orders.get(command.target);
        if (!order) return { answer: "unknownTarget", text: `order ${command.target} is not working` };
        this.cancel(order, 1);
        return { answer: "done", text: `cancel of order ${command.target} was sent` };
      }
      default:
        return { answer: "notPermitted", text: `${command.command} is not for people` };
    }
  }

  private kill(command: EngineCommand): { answer: string; text: string } {
    const hit = [...this.orders.values()].filter(
      (order) =>
        command.scope === "all" ||
        (command.scope === "strategy" && order.strategy === command.target) ||
        (command.scope === "instrument" && order.instrument === command.target) ||
        (command.scope === "venue" && order.venue === command.target),
    );
    if (command.command === "kill") {
      const kill = {
        scope: codeIn(scopes.names, command.scope),
        target: command.target,
        engaged: 1,
        blockedNs: this.timeNs,
      };
      this.facts.write("kill", this.timeNs, { ...kill, orders: hit.length });
      for (const order of hit) this.cancel(order, 3);
      const lastCancelNs = hit.length === 0 ? 0 : this.timeNs + 2_100_000;
      this.facts.write("kill", this.timeNs, { ...kill, orders: hit.length, cancelled: hit.length, lastCancelNs });
      if (command.scope === "all") {
        this.set("desk", 0, { halted: 1, killOrders: hit.length, killCancelled: hit.length });
        for (let id = 0; id < this.options.desk.strategies.length; id++)
          this.changeState(id, strategyStates.code.killed);
      } else if (command.scope === "strategy") this.changeState(command.target, strategyStates.code.killed);
    } else for (const order of hit) this.cancel(order, 1);
    return { answer: "done", text: `blocked; cancelled ${hit.length} of ${hit.length}, unknown 0` };
  }

  private publish(): void {
    for (const [socket, client] of this.clients) {
      while (
        client.nextFact !== null &&
        client.nextFact <= this.facts.lastNumber &&
        socket.writableLength < unsentBytesMax
      ) {
        const bytes = this.facts.bytesFrom(client.nextFact, factsPerFrame);
        client.nextFact = Math.min(client.nextFact + factsPerFrame, this.facts.lastNumber + 1);
        socket.write(encodeFrame(frameTypes.facts, bytes));
      }
      if (!client.views || socket.writableLength >= unsentBytesMax) continue;
      for (const table of viewTables) {
        const all = Array.from({ length: this.views[table].length / viewColumns[table].length }, (_, row) => row);
        const rows = client.full ? all : [...(this.changed.get(table) ?? [])];
        if (rows.length > 0) socket.write(encodeFrame(frameTypes.views, this.viewsPayload(table, rows)));
      }
      client.full = false;
    }
    this.changed.clear();
  }

  private viewsPayload(table: ViewTable, rows: readonly number[]): Buffer {
    const width = viewColumns[table].length;
    const payload = Buffer.alloc(11 + rows.length * (2 + width * 8));
    payload.writeDoubleBE(this.timeNs, 0);
    payload[8] = viewTables.indexOf(table);
    payload.writeUInt16BE(rows.length, 9);
    let at = 11;
    for (const row of rows) {
      payload.writeUInt16BE(row, at);
      at += 2;
      for (let column = 0; column < width; column++, at += 8)
        payload.writeDoubleBE(this.views[table][row * width + column], at);
    }
    return payload;
  }

  private sendStatus(): void {
    const status = {
      engineTimeNs: this.timeNs,
      dayStartMs: this.dayStartMs,
      inputsPerSecond: 900,
      factNumber: this.facts.lastNumber,
      journalBytes: 0,
    };
    for (const socket of this.clients.keys()) socket.write(encodeJsonFrame(frameTypes.status, status));
  }

  /** mulberry32: a whole number from 0 to below `limit`. */
  private below(limit: number): number {
    this.random = (this.random + 0x6d2b79f5) | 0;
    let t = Math.imul(this.random ^ (this.random >>> 15), 1 | this.random);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * limit);
  }
}

function codeIn(names: readonly string[], name: string): number {
  return Math.max(0, names.indexOf(name));
}
