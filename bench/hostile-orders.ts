import { type LimitCode, type LimitScope, limitCodes, limitScopes, limitsOfScope, tradingModes } from "../domain/limit";
import { refusalCodes } from "../domain/refusal";
import { checkTable } from "../server/engine/risk/check-table";
import { Gate } from "../server/engine/risk/gate";
import type { GateParts } from "../server/engine/risk/gate-checks";
import { riskDesk, withoutQuotes } from "../server/engine/risk/testing/risk-desk";
import { createWish, type Wish } from "../server/engine/strategy/strategy";
import { HostileWorld, type WireMessage } from "./hostile/hostile-world";
import { isSell, NaiveRules, type OpenOrder, type Question, worstQuantity } from "./hostile/naive-rules";

export type HostileFigures = {
  readonly seed: number;
  /** Orders and replaces that the engine was asked for. */
  readonly asked: number;
  readonly orders: number;
  readonly replaces: number;
  readonly approved: number;
  readonly refused: number;
  /** Messages on the wire that the oracle would have refused. */
  readonly escapes: number;
  /** Asked for, right in the oracle's eyes, and not on the wire. */
  readonly falseRefusals: number;
  /** The oracle's reasons, how often each. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly fills: number;
  readonly cancels: number;
  readonly simulatedSeconds: number;
  /** The first differences, in words. */
  readonly samples: readonly string[];
};

export type ThrowingFigures = { readonly check: string; readonly asked: number; readonly sent: number };

const second = 1_000_000_000;
const millisecond = 1_000_000;
const samplesMax = 10;

/**
 * A desk whose limits are met often: small, with strategies that never trade by themselves. Two pairs have a leg in common,
 * whose other leg a maker trades too, so that what one holder closes another opens.
 */
function hostileDesk() {
  const limits = { ordersPerDayMax: 1e9, messagesPerSecondMax: 220, venueMessagesPerSecondMax: 160 };
  const desk = withoutQuotes(riskDesk(limits));
  const pairs = [...desk.pairs, { ...desk.pairs[0], name: "N1/N2", instrumentA: 1, instrumentB: 2 }];
  return {
    ...desk,
    pairs,
    strategies: desk.strategies.map((spec) => ({
      ...spec,
      limits: { ...spec.limits, messagesPerSecondMax: 120, repeatedExecutionsMax: 12, repeatedSeconds: 5 },
      parameters:
        spec.parameters.kind === "maker"
          ? spec.parameters
          : { ...spec.parameters, pairs: pairs.map((_, pair) => pair) },
    })),
  };
}

/** Asks the engine for `count` hostile orders and replaces; every message on the wire is judged by the oracle. */
export function runHostileOrders(count: number, seed: number): HostileFigures {
  const run = new HostileRun(seed);
  while (run.asked < count) run.step();
  return run.figures(seed);
}

/** With each check forced to throw: asks `count` orders and replaces, and counts what left. */
export function runThrowingChecks(count: number, seed: number): ThrowingFigures[] {
  return checkTable.map(({ method }) => {
    let broken = false;
    const run = new HostileRun(seed, (parts) => {
      const gate = new Gate(parts);
      const own = gate[method as keyof Gate] as unknown as () => boolean;
      Object.defineProperty(gate, method, {
        value: () => {
          if (broken) throw new Error(`${method} is broken`);
          return own.call(gate);
        },
      });
      return gate;
    });
    // Some orders first, so that there is something to replace.
    while (run.asked < 100) run.step();
    broken = true;
    const [askedBefore, sentBefore] = [run.asked, run.approved];
    run.expectsNothing = true;
    while (run.asked < askedBefore + count) run.step();
    return { check: method, asked: run.asked - askedBefore, sent: run.approved - sentBefore };
  });
}

class HostileRun {
  asked = 0;
  approved = 0;
  /** The gate is broken: nothing at all may leave but cancels. */
  expectsNothing = false;
  private orders = 0;
  private escapes = 0;
  private falseRefusals = 0;
  private fills = 0;
  private cancels = 0;
  private readonly reasons: Record<string, number> = {};
  private readonly samples: string[] = [];
  private readonly desk = hostileDesk();
  private readonly rules: NaiveRules;
  private readonly world: HostileWorld;
  private readonly wish: Wish = createWish(0);
  private readonly basketRows = new Int32Array(3);
  /** Answers of the venues on their way, oldest first. */
  private replies: (() => void)[] = [];
  private readonly atVenue = new Map<string, VenueOrder>();
  private readonly parents = new Map<number, number>();
  private nextParent = 1;
  private nextHeartbeat = 0;
  private readonly silentUntil: number[];
  private lastAsk: (() => void) | null = null;
  /** Where each name's market is; venues quote about it. */
  private readonly centers: number[];
  private state: number;

  constructor(seed: number, createGate?: (parts: GateParts) => Gate) {
    this.state = (seed === 0 ? 1 : seed) >>> 0;
    this.world = new HostileWorld(this.desk, createGate);
    this.rules = new NaiveRules(this.desk);
    this.silentUntil = this.desk.venues.map(() => 0);
    this.centers = this.desk.instruments.map((_, instrument) => 200_000 + instrument * 20_000);
    const { rules, world } = this;
    rules.now = world.timeNs;
    rules.ready.fill(true);
    this.desk.venues.forEach((_, venue) => {
      rules.live[venue] = true;
      this.desk.instruments.forEach((__, instrument) => {
        this.action(venue, instrument, "T");
        this.quote(venue, instrument, this.centers[instrument], 300);
      });
    });
    this.desk.strategies.forEach((_, strategy) => {
      this.command(() => world.command("approve", "strategy", strategy));
      rules.states[strategy] = "running";
    });
  }

  step(): void {
    const { rules } = this;
    this.heartbeats();
    const answers = this.int(3);
    for (let i = 0; i < answers && this.replies.length > 0; i++) this.replies.shift()?.();
    if (this.replies.length > 60) this.flush();
    const roll = this.random();
    if (roll < 0.6) this.askOrder();
    else if (roll < 0.62) this.askBasket();
    else if (roll < 0.72) this.askReplace();
    else if (roll < 0.8) this.pass(this.int(this.chance(0.02) ? 300 : 12) * 500_000);
    else if (roll < 0.88) this.moveMarket();
    else if (roll < 0.95) this.fillSome();
    else if (roll < 0.985) this.cancelSome();
    else this.intervene();
    // What went off by itself comes back soon, as do markets that are away, so that most orders have a chance.
    if (this.chance(0.01) && (rules.off.includes(true) || [...rules.modes.values()].some((mode) => mode > 0)))
      this.changeMode();
    if (this.chance(0.005)) this.settle();
  }

  /** All names trade again, and every venue shows both sides. */
  private settle(): void {
    this.desk.venues.forEach((_, venue) => {
      if (this.silentUntil[venue] > this.world.timeNs) return;
      this.desk.instruments.forEach((__, instrument) => {
        this.action(venue, instrument, "T");
        this.quote(venue, instrument, this.centers[instrument], 300);
      });
    });
    for (let strategy = 0; strategy < this.desk.strategies.length; strategy++) this.bringBack(strategy);
  }

  figures(seed: number): HostileFigures {
    const { asked, orders, approved, escapes, falseRefusals, reasons, fills, cancels, samples } = this;
    return {
      seed,
      asked,
      orders,
      replaces: asked - orders,
      approved,
      refused: asked - approved,
      escapes,
      falseRefusals,
      reasons,
      fills,
      cancels,
      simulatedSeconds: Math.round(this.world.timeNs / second),
      samples,
    };
  }

  // What is asked.

  private askOrder(): void {
    if (this.lastAsk !== null && this.chance(0.06)) return this.lastAsk();
    const { desk } = this;
    const odd = this.chance(0.05);
    let strategy = this.int(desk.strategies.length);
    const spec = desk.strategies[strategy];
    let pair = spec.parameters.kind === "pairs" ? this.pick(spec.parameters.pairs) : -1;
    let instrument =
      spec.parameters.kind === "pairs"
        ? this.pick([desk.pairs[pair].instrumentA, desk.pairs[pair].instrumentB])
        : this.pick(spec.parameters.instruments);
    let venue = this.pick(spec.venues);
    if (odd) {
      const what = this.int(5);
      if (what === 0) strategy = this.int(desk.strategies.length + 1);
      else if (what === 1) pair = this.int(3) - 1;
      else if (what === 2) instrument = this.int(desk.instruments.length + 1);
      else venue = this.int(desk.venues.length);
    }
    const sell = this.chance(0.5);
    const known = instrument < desk.instruments.length && strategy < desk.strategies.length;
    const price = known ? this.hostilePrice(venue, instrument, sell) : 200_000;
    const quantity = known ? this.hostileQuantity(strategy, pair, instrument, sell, price) : 100;
    const style = this.chance(0.1) ? "take" : "post";
    const ask = () => this.order({ strategy, pair, instrument, venue, sell, quantity, price }, style);
    this.lastAsk = ask;
    ask();
    if (this.chance(0.02))
      for (let i = 0; i < 40; i++)
        this.order({ strategy, pair, instrument, venue, sell, quantity: 1 + i, price }, "post");
  }

  private order(
    about: Pick<Question, "strategy" | "pair" | "instrument" | "venue" | "sell" | "quantity" | "price">,
    style: "take" | "post",
  ): void {
    const { rules, wish } = this;
    this.asked++;
    this.orders++;
    rules.now = this.world.timeNs;
    const { strategy, pair, instrument, venue, sell, quantity, price } = about;
    // Field by field: spread objects are ten times as slow, and there are ten million of them.
    const asked = (kind: Question["kind"], at: number): Question => ({
      kind,
      strategy,
      pair,
      instrument,
      venue: at,
      sell,
      quantity,
      price,
      parent,
      parentLeft: quantity,
      basket: 0,
      order: null,
    });
    const parent = this.nextParent++;
    const parentReason = rules.judge(asked("parent", -1));
    const child = asked("child", venue);
    wish.strategy = strategy;
    wish.pair = pair;
    wish.instrument = instrument;
    wish.sell = sell;
    wish.quantity = quantity;
    wish.limitPrice = price;
    wish.style = style;
    wish.venue = venue;
    if (style === "post") {
      const reason = parentReason ?? rules.judge(child);
      this.count(reason);
      const before = this.approved;
      this.world.within((engine) => engine.execution.submit(wish));
      this.take(child, reason);
      if (reason === null && this.approved === before) this.falseRefusal(`order ${wordsOf(child)}`);
      return;
    }
    this.world.within((engine) => engine.execution.submit(wish));
    this.count(parentReason);
    this.take(child, parentReason, true);
  }

  /** Two or three parents at once, of one strategy: all of them or none. */
  private askBasket(): void {
    const { desk, rules, world } = this;
    const strategy = this.int(desk.strategies.length);
    const { parameters, venues } = desk.strategies[strategy];
    const items: Question[] = [];
    let basket = 0;
    for (let left = 2 + this.int(2); left > 0; left--) {
      const pair = parameters.kind === "pairs" ? this.pick(parameters.pairs) : -1;
      const legs = pair < 0 ? [] : [desk.pairs[pair].instrumentA, desk.pairs[pair].instrumentB];
      const instrument = this.pick(parameters.kind === "pairs" ? legs : parameters.instruments);
      const sell = this.chance(0.5);
      const venue = this.pick(venues);
      const price = this.hostilePrice(venue, instrument, sell);
      const quantity = this.hostileQuantity(strategy, pair, instrument, sell, price);
      const parent = this.nextParent++;
      const about = { strategy, pair, instrument, sell, quantity, price, parent, parentLeft: quantity, order: null };
      items.push({ kind: "child", venue, basket, ...about });
      basket += quantity * price;
    }
    this.asked += items.length;
    this.orders += items.length;
    rules.now = world.timeNs;
    const reason = rules.judgeBasket(items);
    const wishes = items.map(
      (q): Wish => ({
        ...createWish(q.strategy),
        ...{ pair: q.pair, instrument: q.instrument, sell: q.sell, quantity: q.quantity },
        ...{ limitPrice: q.price, style: "post", venue: q.venue },
      }),
    );
    world.within((engine) => engine.execution.submitBasket(wishes, this.basketRows));
    // Each order is judged with those before it on the wire; the first that may not go ends the basket.
    for (const item of items) {
      const why = reason ?? rules.judge(item);
      this.count(why);
      const message = world.wire[0];
      if (why !== null) break;
      if (message?.kind !== "enter") return this.falseRefusal(`basket item ${wordsOf(item)}`);
      world.wire.shift();
      this.orderArrived(message, item, null);
    }
    this.take(null, null);
  }

  private askReplace(): void {
    const { rules, world } = this;
    const able = rules.open.filter(
      (o) => o.replace === null && !o.cancelAsked && o.filled === 0 && this.venueOrder(o)?.accepted === true,
    );
    if (able.length === 0) return;
    const order = this.pick(able);
    const sell = isSell(order);
    const price = this.chance(0.3) ? order.price : this.hostilePrice(order.venue, order.instrument, sell);
    const left = (this.parents.get(order.parent) ?? 0) - order.filled - worstQuantity(order);
    const quantity = this.pick([
      order.total,
      order.total,
      order.total + left,
      order.total + left + 1,
      Math.max(1, order.total - this.int(50)),
      1,
      0,
      1_000_000,
      this.hostileQuantity(order.strategy, order.pair, order.instrument, sell, price),
    ]);
    this.asked++;
    rules.now = world.timeNs;
    const q: Question = {
      kind: "replace",
      strategy: order.strategy,
      pair: order.pair,
      instrument: order.instrument,
      venue: order.venue,
      sell,
      quantity,
      price,
      parent: order.parent,
      parentLeft: left,
      basket: 0,
      order,
    };
    const reason = rules.judge(q);
    this.count(reason);
    const row = world.engine.orders.ofReference(order.venue, order.reference);
    const before = this.approved;
    world.within((engine) => engine.execution.replace(row, price, quantity));
    this.take(q, reason);
    if (reason === null && this.approved === before) this.falseRefusal(`replace ${wordsOf(q)}`);
  }

  /** Looks at what left, message by message. `judgeEach`: several children of one parent, each judged as it comes. */
  private take(q: Question | null, reason: string | null, judgeEach = false): void {
    const { rules, world } = this;
    rules.now = world.timeNs;
    let left = q?.parentLeft ?? 0;
    while (world.wire.length > 0) {
      const message = world.wire.shift();
      if (message === undefined) break;
      if (message.kind === "session") rules.message(-1, message.venue);
      else if (message.kind === "cancel") this.cancelArrived(message);
      else if (message.kind === "replace") this.replaceArrived(message, q, reason);
      else {
        if (q === null) {
          this.escape("an order that nobody asked for", message);
          continue;
        }
        const asked: Question = judgeEach
          ? { ...q, venue: message.venue, quantity: message.quantity, price: message.price, parentLeft: left }
          : q;
        const why = judgeEach ? (reason ?? rules.judge(asked)) : reason;
        this.orderArrived(message, asked, why);
        left -= message.quantity;
      }
    }
  }

  private orderArrived(message: Extract<WireMessage, { kind: "enter" }>, q: Question, reason: string | null): void {
    const { rules } = this;
    this.approved++;
    const side = rules.sideOf(q);
    if (reason !== null || this.expectsNothing) this.escape(reason ?? "the gate is broken", message, q);
    else if (
      message.side !== side ||
      message.quantity !== q.quantity ||
      message.price !== q.price ||
      message.venue !== q.venue ||
      message.symbol !== this.desk.instruments[q.instrument].symbol
    )
      this.escape(`not as asked (${side})`, message, q);
    const order = rules.order(q, message.reference, message.side);
    if (!this.parents.has(q.parent)) this.parents.set(q.parent, q.parentLeft);
    const key = keyOf(message.venue, message.reference);
    this.atVenue.set(key, { order, total: q.quantity, executed: 0, price: q.price, live: true, accepted: false });
    this.replies.push(() => {
      const at = this.atVenue.get(key);
      if (at === undefined) return;
      at.accepted = true;
      this.tell(() =>
        this.world.accepted(message.venue, message.reference, message.side, order.instrument, q.quantity, q.price),
      );
    });
  }

  private replaceArrived(
    message: Extract<WireMessage, { kind: "replace" }>,
    q: Question | null,
    reason: string | null,
  ): void {
    this.approved++;
    const order = q?.order ?? null;
    if (q === null || order === null || reason !== null || this.expectsNothing) {
      this.escape(reason ?? "a replace that nobody asked for", message, q);
      if (order === null) return;
    } else if (message.quantity !== q.quantity || message.price !== q.price || message.original !== order.reference)
      this.escape("not as asked", message, q);
    this.rules.message(order.strategy, order.venue);
    order.replace = { reference: message.reference, total: message.quantity, price: message.price };
    this.replies.push(() => this.answerReplace(order, message));
  }

  private answerReplace(order: OpenOrder, message: Extract<WireMessage, { kind: "replace" }>): void {
    const { rules, world } = this;
    const at = this.atVenue.get(keyOf(message.venue, message.original));
    if (at === undefined || !at.live || this.chance(0.1)) {
      this.tell(() => world.rejected(message.venue, message.reference));
      if (order.replace?.reference === message.reference) order.replace = null;
      if (order.leaves <= 0) rules.ended(order);
      return;
    }
    this.atVenue.delete(keyOf(message.venue, message.original));
    const open = message.quantity - at.executed;
    if (open <= 0) {
      at.live = false;
      rules.ended(order);
      this.tell(() => world.cancelled(message.venue, message.original, at.total - at.executed));
      return;
    }
    at.total = message.quantity;
    at.price = message.price;
    this.atVenue.set(keyOf(message.venue, message.reference), at);
    order.replace = null;
    order.reference = message.reference;
    order.total = message.quantity;
    order.price = message.price;
    order.leaves = open;
    this.tell(() =>
      world.replaced(
        message.venue,
        message.original,
        message.reference,
        order.side,
        order.instrument,
        open,
        message.price,
      ),
    );
  }

  private cancelArrived(message: Extract<WireMessage, { kind: "cancel" }>): void {
    const { rules } = this;
    this.cancels++;
    const order = rules.open.find(
      (o) =>
        o.venue === message.venue && (o.reference === message.reference || o.replace?.reference === message.reference),
    );
    if (order !== undefined) {
      rules.message(order.strategy, order.venue);
      order.cancelAsked = true;
    }
    this.replies.push(() => {
      const key = keyOf(message.venue, message.reference);
      const at = this.atVenue.get(key);
      if (at === undefined || !at.live) return;
      at.live = false;
      this.atVenue.delete(key);
      rules.ended(at.order);
      this.tell(() => this.world.cancelled(message.venue, message.reference, at.total - at.executed));
    });
  }

  // What else happens.

  private fillSome(): void {
    const { rules, world } = this;
    const able = [...this.atVenue.values()].filter(({ live, accepted }) => live && accepted);
    if (able.length === 0) return;
    const at = this.pick(able);
    const { order } = at;
    const open = at.total - at.executed;
    const quantity = this.chance(0.5) ? open : 1 + this.int(open);
    at.executed += quantity;
    this.fills++;
    const reference = order.reference;
    rules.now = world.timeNs;
    rules.fill(order, quantity, at.price);
    if (at.executed >= at.total) {
      at.live = false;
      this.atVenue.delete(keyOf(order.venue, reference));
    }
    if (order.leaves <= 0 && (order.replace === null || worstQuantity(order) <= 0)) rules.ended(order);
    this.tell(() => world.filled(order.venue, reference, quantity, at.price, this.chance(0.3)));
  }

  private cancelSome(): void {
    const able = this.rules.open.filter((o) => !o.cancelAsked && worstQuantity(o) > 0);
    if (able.length === 0) return;
    const order = this.pick(able);
    const row = this.world.engine.orders.ofReference(order.venue, order.reference);
    this.world.within((engine) => engine.execution.cancel(row, 0));
    this.take(null, null);
    if (!order.cancelAsked) this.falseRefusal(`cancel of ${order.reference}`);
  }

  private moveMarket(): void {
    const { rules, world, desk } = this;
    const venue = this.int(desk.venues.length);
    const instrument = this.int(desk.instruments.length);
    if (this.silentUntil[venue] > world.timeNs) return;
    const roll = this.random();
    const last = rules.trades[instrument].at(-1)?.price ?? this.centers[instrument];
    if (roll < 0.6) {
      const away = this.chance(0.03) ? this.pick([-4_000, 4_000, 800]) : (this.int(3) - 1) * 100;
      if (this.chance(0.3))
        this.centers[instrument] = Math.max(20_000, this.centers[instrument] + (this.int(7) - 3) * 100);
      return this.quote(venue, instrument, this.centers[instrument] + away, this.pick([200, 300, 400, 1_000]));
    }
    if (roll < 0.65) return this.quoteSides(venue, instrument, this.chance(0.5), this.chance(0.5));
    if (roll < 0.9) {
      const near = this.centers[instrument];
      const price = Math.max(10_000, near + (this.int(21) - 10) * (this.chance(0.05) ? 500 : 100));
      this.market(venue, () => world.trade(venue, instrument, price));
      rules.trade(instrument, price);
      rules.touched(instrument);
      return;
    }
    if (roll < 0.94) {
      return this.action(venue, instrument, this.pick(["T", "T", "T", "T", "H", "P", "Q"]));
    }
    if (roll < 0.97) {
      const restricted = this.chance(0.4);
      this.market(venue, () => world.shortSale(venue, instrument, restricted));
      rules.touched(-1);
      rules.shortSale[venue][instrument] = restricted;
      return;
    }
    if (roll < 0.985) {
      const low = Math.floor((last * 0.97) / 100) * 100;
      const high = Math.floor((last * 1.03) / 100) * 100;
      this.market(venue, () => world.collar(venue, instrument, low, high));
      rules.touched(-1);
      rules.collars[venue][instrument] = { low, high };
      return;
    }
    const letter = this.pick(["Q", "Q", "Q", "Q", "S", "M"]);
    this.market(venue, () => world.systemEvent(venue, letter));
    rules.touched(-1);
    rules.day[venue] = letter;
    if (letter === "Q") return;
    // Not for long.
    this.market(venue, () => world.systemEvent(venue, "Q"));
    rules.day[venue] = "Q";
  }

  /** What people and the machine do. */
  private intervene(): void {
    const { rules, world, desk } = this;
    const roll = this.random();
    if (roll < 0.25) return this.changeLimit();
    if (roll < 0.4) {
      const venue = this.int(desk.venues.length);
      this.silentUntil[venue] = world.timeNs + this.int(7) * second;
      return;
    }
    if (roll < 0.55) {
      this.flush();
      return this.pass(this.pick([90, 300, 1_000, 3_100, 5_000, 10_000]) * millisecond);
    }
    if (roll < 0.7) return this.toggleKill();
    if (roll < 0.85) return this.changeMode();
    const strategy = this.int(desk.strategies.length);
    if (rules.states[strategy] === "running") {
      this.command(() => world.command("pause", "strategy", strategy));
      rules.states[strategy] = "paused";
    } else this.bringBack(strategy);
    if (this.chance(0.8)) this.bringBack(strategy);
  }

  /** Runs a strategy again, and lifts what stops it, so that most orders have a chance. */
  private bringBack(strategy: number): void {
    const { rules, world } = this;
    if (rules.killed.has("all") || rules.killed.has(`strategy${strategy}`)) return;
    if (rules.states[strategy] === "paused") this.command(() => world.command("resume", "strategy", strategy));
    else if (rules.states[strategy] === "stopped") this.command(() => world.command("approve", "strategy", strategy));
    else return;
    rules.states[strategy] = "running";
  }

  private toggleKill(): void {
    const { rules, world, desk } = this;
    const [scope, target] = this.scope();
    const key = scopeKey(scope, target);
    const isKilled = rules.killed.has(key);
    this.flush();
    if (!isKilled && this.chance(0.3)) {
      rules.killed.add(key);
      if (scope === "strategy") rules.states[target] = "killed";
      if (scope === "all")
        desk.strategies.forEach((_, strategy) => {
          if (rules.states[strategy] === "running") rules.states[strategy] = "paused";
        });
      this.command(() => world.command("kill", scope, target));
      for (let i = 0; i < 20; i++) this.askOrder();
      this.flush();
    }
    for (const killed of [...rules.killed]) this.release(killed);
    for (let strategy = 0; strategy < desk.strategies.length; strategy++) this.bringBack(strategy);
  }

  private release(key: string): void {
    const { rules, world } = this;
    const [scope, target] = scopeOfKey(key);
    rules.killed.delete(key);
    if (scope === "strategy") rules.states[target] = "stopped";
    this.command(() => world.command("release", scope, target));
  }

  private changeMode(): void {
    const { rules, world } = this;
    const [scope, target] = this.scope();
    const key = scopeKey(scope, target);
    if (this.chance(0.35)) {
      const mode = this.pick([1, 2] as const);
      if ((rules.modes.get(key) ?? 0) < mode && !(scope === "strategy" && rules.off[target])) {
        rules.modes.set(key, mode);
        this.command(() => world.command("setMode", scope, target, mode));
        for (let i = 0; i < 15; i++) this.askOrder();
      }
    }
    // And back, wherever losses allow it.
    for (const [at, mode] of rules.modes) {
      const [scopeAt, targetAt] = scopeOfKey(at);
      const isOff = scopeAt === "strategy" && rules.off[targetAt];
      if (mode === 0 && !isOff) continue;
      const loses = scopeAt === "all" || scopeAt === "strategy";
      if (loses && rules.modeOfLosses(at) > 0) this.forgive(at);
      if (loses && rules.modeOfLosses(at) > 0) continue;
      rules.modes.set(at, 0);
      if (isOff) rules.putBack(targetAt);
      this.command(() => world.command("setMode", scopeAt, targetAt, tradingModes.code.active));
    }
  }

  /** Losses beyond a limit: the limit is raised beyond them, as a person would have to. */
  private forgive(at: string): void {
    const loss = this.rules.lossOf(at) + 100_000_000;
    for (const code of ["dailyLossSoft", "dailyLossHard", "drawdownSoft", "drawdownHard"] as const)
      this.setLimit(code, at, Math.max(this.rules.limit(code, at), Math.ceil(loss) * (code.endsWith("Hard") ? 2 : 1)));
    this.setLimit("capital", at, Math.max(this.rules.limit("capital", at), Math.ceil(loss) * 4));
  }

  private changeLimit(): void {
    const scope = this.pick(limitScopes);
    const codes: readonly LimitCode[] = limitsOfScope[scope];
    const code = this.pick(codes);
    if (code.startsWith("repeated") || code.startsWith("dailyLoss") || code.startsWith("drawdown")) return;
    const key = scopeKey(scope, this.targetOf(scope));
    const before = this.rules.limit(code, key);
    if (code === "restricted") {
      this.setLimit(code, key, 1);
      for (let i = 0; i < 20; i++) this.askOrder();
      return this.setLimit(code, key, 0);
    }
    const tight = this.pick([Math.floor(before / 2), Math.floor(before / 10), 1, 0]);
    this.setLimit(code, key, code === "ordersPerDay" ? this.rules.ordersToday + this.int(10) : tight);
    for (let i = 0; i < 25; i++) this.step0();
    this.setLimit(code, key, before);
  }

  /** A step without interventions, so that a limit holds for a while. */
  private step0(): void {
    const roll = this.random();
    if (roll < 0.7) this.askOrder();
    else if (roll < 0.85) this.askReplace();
    else this.fillSome();
  }

  private setLimit(code: LimitCode, key: string, value: number): void {
    const { rules, world } = this;
    const before = rules.limit(code, key);
    if (before === value) return;
    const [scope, target] = scopeOfKey(key);
    rules.setLimit(code, key, value);
    if (code === "restricted" ? value > before : value < before)
      for (const each of rules.lossScopes()) rules.lookAtLosses(each);
    this.command(() => world.command("setLimit", scope, target, limitCodes.code[code], value));
  }

  private scope(): [LimitScope, number] {
    const scope = this.pick(limitScopes);
    return [scope, this.targetOf(scope)];
  }

  /** Something of the scope, -1 where there is nothing to choose. */
  private targetOf(scope: LimitScope): number {
    const { strategies, venues, instruments, pairs } = this.desk;
    if (scope === "all") return -1;
    return this.int({ strategy: strategies, venue: venues, instrument: instruments, pair: pairs }[scope].length);
  }

  private quote(venue: number, instrument: number, bid: number, spread: number): void {
    this.show(venue, instrument, bid, bid + spread);
  }

  private quoteSides(venue: number, instrument: number, hasBid: boolean, hasAsk: boolean): void {
    const price = this.centers[instrument];
    const bid = hasBid ? price : 0;
    this.show(venue, instrument, bid, hasAsk ? price + 200 : 0);
  }

  /** A venue shows these prices, 0 for none. */
  private show(venue: number, instrument: number, bid: number, ask: number): void {
    const { rules } = this;
    const isNothing = [rules.bids[venue][instrument], rules.asks[venue][instrument], bid, ask].every((p) => p === 0);
    this.market(venue, () => this.world.quote(venue, instrument, bid, ask));
    rules.bids[venue][instrument] = bid;
    rules.asks[venue][instrument] = ask;
    rules.touched(isNothing ? -1 : instrument);
  }

  private action(venue: number, instrument: number, letter: string): void {
    const { rules } = this;
    this.market(venue, () => this.world.tradingAction(venue, instrument, letter));
    rules.status[venue][instrument] = letter;
    if (letter === "T") rules.collars[venue][instrument] = null;
    rules.touched(instrument);
  }

  private market(venue: number, tell: () => void): void {
    this.rules.now = this.world.timeNs;
    this.rules.packet(venue);
    tell();
    this.take(null, null);
  }

  private tell(tell: () => void): void {
    this.rules.now = this.world.timeNs;
    tell();
    this.take(null, null);
  }

  private command(tell: () => void): void {
    this.tell(tell);
  }

  private pass(durationNs: number): void {
    const { rules, world } = this;
    world.timer(durationNs);
    rules.now = world.timeNs;
    rules.timer();
    this.take(null, null);
    this.heartbeats();
  }

  private heartbeats(): void {
    const { world } = this;
    if (world.timeNs < this.nextHeartbeat) return;
    this.nextHeartbeat = world.timeNs + second / 2;
    this.desk.venues.forEach((_, venue) => {
      if (this.silentUntil[venue] > world.timeNs) this.tell(() => world.sessionHeartbeat(venue));
      else {
        this.market(venue, () => world.heartbeat(venue));
        this.rules.touched(-1);
      }
    });
  }

  private flush(): void {
    while (this.replies.length > 0) this.replies.shift()?.();
  }

  private venueOrder(order: OpenOrder): VenueOrder | undefined {
    return this.atVenue.get(keyOf(order.venue, order.reference));
  }

  // How it is made hostile.

  private hostilePrice(venue: number, instrument: number, sell: boolean): number {
    const { rules, desk } = this;
    const live = desk.venues.map((_, v) => v).filter((v) => rules.live[v]);
    const bid = Math.max(0, ...live.map((v) => rules.bids[v][instrument]));
    const asks = live.map((v) => rules.asks[v][instrument]).filter((ask) => ask > 0);
    const ask = asks.length === 0 ? 0 : Math.min(...asks);
    const last = rules.trades[instrument].at(-1)?.price ?? 0;
    const middle = bid > 0 && ask > 0 ? (bid + ask) / 2 : last || 200_000;
    const collar = rules.limit("priceCollarBps", "all");
    const band = rules.band(venue in desk.venues ? venue : 0, instrument);
    const others = rules.open.filter((o) => o.instrument === instrument && isSell(o) !== sell);
    const step = (this.int(3) - 1) * 100;
    const tick = (price: number) => Math.round(price / 100) * 100;
    const roll = this.random();
    if (roll < 0.5) return tick(middle) + step;
    if (roll < 0.6) return tick((sell ? bid : ask) || middle) + step;
    if (roll < 0.7)
      return (
        (this.chance(0.5)
          ? Math.floor((middle * (10_000 + collar)) / 1e6)
          : Math.ceil((middle * (10_000 - collar)) / 1e6)) *
          100 +
        step
      );
    if (roll < 0.78 && band !== null)
      return (this.chance(0.5) ? Math.floor(band.high / 100) : Math.ceil(band.low / 100)) * 100 + step;
    if (roll < 0.88 && others.length > 0) return this.pick(others).price + step;
    if (roll < 0.93) return (bid || tick(middle)) + step;
    if (roll < 0.96) return tick(middle) + 1 + this.int(98);
    if (roll < 0.98) return this.pick([0, -100, Number.NaN, 1e15, 100]);
    return tick(middle);
  }

  private hostileQuantity(strategy: number, pair: number, instrument: number, sell: boolean, price: number): number {
    const { rules } = this;
    const over = this.int(2);
    const roll = this.random();
    const direction = sell ? -1 : 1;
    if (roll < 0.35) return 1 + this.int(150);
    if (roll < 0.4) return rules.limit("orderQuantity", "all") + over;
    if (roll < 0.45) return Math.floor(rules.limit("orderNotional", "all") / price) + over;
    if (roll < 0.55) {
      const held = rules.held((account) => account.instrument === instrument);
      const working = rules.working((o) => o.instrument === instrument && isSell(o) === sell);
      return rules.limit("positionQuantity", `instrument${instrument}`) - direction * held - working + over;
    }
    if (roll < 0.7) {
      // What closes a holder's position, the strategy's, the pair's or the desk's, or one more.
      const isIn = this.pick([
        (of: Holder) => of.strategy === strategy,
        (of: Holder) => of.strategy === strategy && of.pair === pair,
        () => true,
      ]);
      if (this.chance(0.6)) {
        const closing = rules.held((account) => account.instrument === instrument && isIn(account));
        return (
          Math.abs(closing) - rules.working((o) => o.instrument === instrument && isSell(o) === sell && isIn(o)) + over
        );
      }
      const held = rules.held((account) => account.strategy === strategy && account.instrument === instrument);
      const working = rules.working(
        (o) => o.strategy === strategy && o.instrument === instrument && isSell(o) === sell,
      );
      return rules.limit("positionQuantity", `strategy${strategy}`) - direction * held - working + over;
    }
    if (roll < 0.85) {
      const scope = pair >= 0 && this.chance(0.4) ? `pair${pair}` : this.chance(0.5) ? `strategy${strategy}` : "all";
      const stake = rules.stakeOf(scope, this.chance(0.5) ? null : sell);
      const limit = rules.limit(this.chance(0.6) ? "grossExposure" : "netExposure", scope);
      return Math.max(1, Math.floor((limit - stake) / price) + over);
    }
    if (roll < 0.9) {
      const offered = rules.working((o) => o.instrument === instrument && isSell(o));
      return rules.held((account) => account.instrument === instrument) - offered + over;
    }
    if (roll < 0.94) return 1 + this.int(2_500);
    return this.pick([0, -1, 1.5, Number.NaN, 58_000_000, 1_000_000, 2_147_483_647, 4e9]);
  }

  private count(reason: string | null): void {
    const key = reason ?? "approved";
    this.reasons[key] = (this.reasons[key] ?? 0) + 1;
  }

  private escape(reason: string, message: WireMessage, q: Question | null = null): void {
    this.escapes++;
    if (this.samples.length < samplesMax)
      this.samples.push(`escape (${reason}): ${JSON.stringify(message)} ${q === null ? "" : wordsOf(q)}`);
  }

  private falseRefusal(what: string): void {
    if (this.expectsNothing) return;
    this.falseRefusals++;
    const { code, limit, value } = this.world.engine.gate;
    const why = code < 0 ? "no reason" : refusalCodes.name(code);
    if (this.samples.length < samplesMax) this.samples.push(`false refusal (${why}, ${limit}, ${value}): ${what}`);
  }

  private random(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state / 0x1_0000_0000;
  }

  private int(below: number): number {
    return Math.floor(this.random() * below);
  }

  private chance(of: number): boolean {
    return this.random() < of;
  }

  private pick<Value>(from: readonly Value[]): Value {
    return from[this.int(from.length)];
  }
}

type Holder = Pick<Question, "strategy" | "pair">;

type VenueOrder = {
  readonly order: OpenOrder;
  total: number;
  executed: number;
  price: number;
  live: boolean;
  accepted: boolean;
};

/** How the oracle names a scope: "all", "strategy2". */
function scopeKey(scope: LimitScope, target: number): string {
  return scope === "all" ? "all" : `${scope}${target}`;
}

function scopeOfKey(key: string): [LimitScope, number] {
  const scope = limitScopes.find((name) => key.startsWith(name));
  if (scope === undefined) throw new Error(`no scope has the key ${key}`);
  return [scope, scope === "all" ? -1 : Number(key.slice(scope.length))];
}

function keyOf(venue: number, reference: number): string {
  return `${venue}:${reference}`;
}

function wordsOf(q: Omit<Question, "order" | "kind">): string {
  const { strategy, pair, instrument, venue, sell, quantity, price, parentLeft } = q;
  return JSON.stringify({ strategy, pair, instrument, venue, sell, quantity, price, parentLeft });
}
