import { commandAnswers, commandKinds, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { decodeFact, type Fact, type FactOf } from "../../domain/facts";
import { alertCodes } from "../../domain/health";
import { isOpen, sides, timesInForce } from "../../domain/order";
import { afterEffect, type OrderStanding, orderEffect } from "../store/order-effects";

const appendHeaderLength = 8;

/** Facts that say nothing of how an order came to where it is. */
const quietKinds: ReadonlySet<Fact["kind"]> = new Set([
  "bar",
  "mark",
  "position",
  "refusal",
  "pairState",
  "parentCreated",
]);

/** An order as the facts tell it, moved by the same rule as the database's rows. */
export type LedgerOrder = OrderStanding & {
  readonly id: number;
  readonly parent: number;
  readonly strategy: number;
  readonly instrument: number;
  readonly venue: number;
  readonly isSell: boolean;
  readonly quantity: number;
  /** User reference that the venue knows it under. */
  readonly userReference: number;
  /** Size that a replace on its way asks for, shares already filled included; 0 for none. */
  readonly replaceQuantity: number;
};

/** A fill as the facts tell it. */
export type LedgerFill = { readonly fact: FactOf<"fill">; isBroken: boolean };

/** Positions counted from fills, the naive way. */
export type Holding = { quantity: number; cash: number; fees: number };

/**
 * The in-memory projection: everything a reader of the facts log knows, from its bytes alone. Checks, as each fact
 * comes, what must hold of it: numbers without holes, no order beyond its parent or a limit, no fill twice, none sent
 * under a kill. What does not hold is told to `broken`.
 */
export class Ledger {
  /** The log's appends as they lie on disk, without the header. */
  private image = new Uint8Array(1 << 16);
  private imageLength = 0;
  private lastNumber = 0;
  readonly orders = new Map<number, LedgerOrder>();
  /** Orders that may still trade. */
  readonly open = new Map<number, LedgerOrder>();
  /** venue → user reference → order id, replaces included. */
  readonly references: Map<number, number>[];
  readonly fills = new Map<string, LedgerFill>();
  private readonly fillsById = new Map<number, LedgerFill>();
  readonly holdings: Holding[][];
  /** strategy × instrument → signed quantity. */
  private readonly strategyQuantity = new Map<number, number>();
  private readonly parents = new Map<number, { readonly quantity: number; readonly children: number[] }>();
  /** Last position fact of each holder. */
  readonly positions = new Map<string, FactOf<"position">>();
  /** Kills in force, as `scope:target`. */
  readonly kills = new Set<string>();
  /** Executions that the engine could not place: `venue:user reference`. */
  readonly unplacedFills = new Set<string>();
  /** Breaks that are open, by `venue:name`: what was told of each last. */
  readonly breaks = new Map<string, FactOf<"reconciliationBreak">>();
  readonly counts = { orders: 0, fills: 0, broken: 0, replaces: 0, refusals: 0 };
  /** The last facts, for a report in words. */
  readonly recent: Fact[] = [];
  /** Time of the last fact. */
  timeNs = 0;

  constructor(
    private readonly desk: Desk,
    private readonly broken: (invariant: string, text: string) => void,
  ) {
    this.references = desk.venues.map(() => new Map());
    this.holdings = desk.venues.map(() => desk.instruments.map(() => ({ quantity: 0, cash: 0, fees: 0 })));
  }

  /** An append reached the disk. */
  append(bytes: Uint8Array, offset: number, length: number): void {
    this.keep(bytes, offset, length);
    for (let at = offset; at < offset + length; ) {
      const view = new DataView(bytes.buffer, bytes.byteOffset + at);
      const content = view.getUint32(0);
      this.applyAll(bytes.subarray(at + appendHeaderLength, at + appendHeaderLength + content));
      at += appendHeaderLength + content;
    }
  }

  /**
   * After a recovery: what was on disk must still be there, byte for byte; what the recovery added is taken. `file` is
   * the log from its first append on.
   */
  recover(file: Uint8Array): void {
    const known = this.image.subarray(0, this.imageLength);
    if (file.length < known.length || Buffer.compare(file.subarray(0, known.length), known) !== 0) {
      this.broken("the facts log only grows", `${known.length} bytes were written, the file has ${file.length}`);
      return;
    }
    if (file.length > known.length) this.append(file, known.length, file.length - known.length);
  }

  quantityOf(instrument: number): number {
    return this.holdings.reduce((sum, venue) => sum + venue[instrument].quantity, 0);
  }

  /** Whether a kill in force covers an order. */
  isKilled(strategy: number, instrument: number, venue: number): boolean {
    const { kills } = this;
    const { all, strategy: strategies, instrument: instruments, venue: venues } = scopes.code;
    return (
      kills.has(`${all}:-1`) ||
      kills.has(`${strategies}:${strategy}`) ||
      kills.has(`${instruments}:${instrument}`) ||
      kills.has(`${venues}:${venue}`)
    );
  }

  private keep(bytes: Uint8Array, offset: number, length: number): void {
    if (this.imageLength + length > this.image.length) {
      const larger = new Uint8Array(Math.max(this.image.length * 2, this.imageLength + length));
      larger.set(this.image.subarray(0, this.imageLength));
      this.image = larger;
    }
    this.image.set(bytes.subarray(offset, offset + length), this.imageLength);
    this.imageLength += length;
  }

  private applyAll(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const { fact, length } = decodeFact(bytes, at);
      at += length;
      this.apply(fact);
    }
  }

  private apply(fact: Fact): void {
    if (fact.number !== this.lastNumber + 1)
      this.broken("no fact number is skipped", `fact ${fact.number} follows ${this.lastNumber}`);
    this.lastNumber = fact.number;
    if (fact.timeNs < this.timeNs)
      this.broken("time never goes back", `fact ${fact.number} at ${fact.timeNs}, before it ${this.timeNs}`);
    this.timeNs = fact.timeNs;
    if (!quietKinds.has(fact.kind)) this.recent.push(fact);
    if (this.recent.length > 4_000) this.recent.splice(0, 2_000);
    switch (fact.kind) {
      case "parentCreated":
        this.parents.set(fact.parent, { quantity: fact.quantity, children: [] });
        break;
      case "orderSubmitted":
        this.submitted(fact);
        break;
      case "orderReplaceSent":
        this.replaceSent(fact);
        break;
      case "orderReplaced":
        this.replaced(fact);
        this.move(fact.order, { userReference: fact.userReference, replaceQuantity: 0 });
        break;
      case "orderReplaceRejected":
      case "orderConfirmed":
        this.move(fact.order, { replaceQuantity: 0 });
        break;
      case "fill":
        this.fill(fact);
        break;
      case "fillBroken":
        this.fillBroken(fact);
        break;
      case "position":
        this.positions.set(`${fact.strategy}:${fact.pair}:${fact.instrument}`, fact);
        break;
      case "command":
        this.command(fact);
        break;
      case "alert":
        if (fact.code === alertCodes.code.poisonedRecord) this.kills.add(`${scopes.code.all}:-1`);
        if (fact.code === alertCodes.code.parentContradiction)
          this.broken(
            "a parent's life goes by its table",
            `parent ${fact.target}, event ${fact.value}, state ${fact.limit}`,
          );
        if (fact.code === alertCodes.code.fillOfUnknownOrder) this.unplacedFills.add(`${fact.target}:${fact.value}`);
        break;
      case "reconciliationBreak":
        if (fact.open === 1) this.breaks.set(`${fact.venue}:${fact.instrument}`, fact);
        else this.breaks.delete(`${fact.venue}:${fact.instrument}`);
        break;
      case "refusal":
        this.counts.refusals++;
        break;
    }
    const effect = orderEffect(fact);
    if (effect === null) return;
    const order = this.orders.get(effect.order);
    if (order === undefined) return this.broken("facts speak of known orders", `${fact.kind} of order ${effect.order}`);
    this.store(afterEffect(order, effect));
  }

  private store(order: LedgerOrder): void {
    this.orders.set(order.id, order);
    if (isOpen(order.state)) this.open.set(order.id, order);
    else this.open.delete(order.id);
  }

  private move(id: number, change: Partial<LedgerOrder>): void {
    const order = this.orders.get(id);
    if (order !== undefined) this.store({ ...order, ...change });
  }

  private submitted(fact: FactOf<"orderSubmitted">): void {
    this.counts.orders++;
    const isSell = fact.side !== sides.code.buy;
    if (this.orders.has(fact.order)) this.broken("no order number is used again", `order ${fact.order}`);
    this.takeReference(fact.venue, fact.userReference, fact.order);
    this.checkLimits(fact.strategy, fact.instrument, isSell, fact.quantity, fact.price);
    const parent = this.parents.get(fact.parent);
    if (parent === undefined) this.broken("every order has a parent", `order ${fact.order}, parent ${fact.parent}`);
    else {
      let placed = fact.quantity;
      for (const child of parent.children) {
        const order = this.orders.get(child);
        if (order !== undefined) placed += order.filledQuantity + order.leavesQuantity;
      }
      parent.children.push(fact.order);
      if (placed > parent.quantity)
        this.broken(
          "children never exceed their parent",
          `parent ${fact.parent} wants ${parent.quantity}, its orders up to ${fact.order} make ${placed}`,
        );
    }
    this.store({
      id: fact.order,
      parent: fact.parent,
      strategy: fact.strategy,
      instrument: fact.instrument,
      venue: fact.venue,
      isSell,
      quantity: fact.quantity,
      userReference: fact.userReference,
      replaceQuantity: 0,
      filledQuantity: 0,
      leavesQuantity: fact.quantity,
      price: fact.price,
      timeInForce: timesInForce.name(fact.timeInForce),
      state: "pending",
      cancelCause: null,
    });
  }

  private replaceSent(fact: FactOf<"orderReplaceSent">): void {
    this.counts.replaces++;
    const order = this.orders.get(fact.order);
    if (order === undefined) return;
    this.takeReference(order.venue, fact.userReference, fact.order);
    const { limits } = this.desk;
    if (fact.quantity * fact.price > limits.orderNotionalMax || fact.quantity > order.quantity)
      this.broken("no order above a limit", `replace of order ${fact.order}: ${fact.quantity} at ${fact.price}`);
    const before = worstOf(order);
    this.move(fact.order, { replaceQuantity: fact.quantity });
    const { strategy, instrument, isSell } = order;
    // The order is counted among the open ones by now, at its worst.
    if (worstOf({ ...order, replaceQuantity: fact.quantity }) > before)
      this.checkLimits(strategy, instrument, isSell, 0, fact.price);
  }

  /** After a loss of power the venue may know an order under a reference that no fact speaks of. */
  private replaced(fact: FactOf<"orderReplaced">): void {
    const venue = this.orders.get(fact.order)?.venue ?? 0;
    if (!this.references[venue].has(fact.userReference)) this.references[venue].set(fact.userReference, fact.order);
  }

  private takeReference(venue: number, userReference: number, order: number): void {
    const used = this.references[venue].get(userReference);
    if (used !== undefined)
      this.broken(
        "no user reference is used again",
        `venue ${venue}, reference ${userReference}: order ${used}, now order ${order}`,
      );
    this.references[venue].set(userReference, order);
  }

  /** The gate's promise, from the facts before this order: worst case of all that is open on its side. */
  private checkLimits(strategy: number, instrument: number, isSell: boolean, quantity: number, price: number): void {
    const { limits, strategies } = this.desk;
    const say = (what: string, limit: number, value: number): void =>
      this.broken(
        "no order above a limit",
        `${what} ${value}, limit ${limit} (strategy ${strategy}, name ${instrument})`,
      );
    if (quantity > limits.orderQuantityMax) say("order quantity", limits.orderQuantityMax, quantity);
    if (quantity * price > limits.orderNotionalMax) say("order notional", limits.orderNotionalMax, quantity * price);
    let working = quantity;
    let strategyWorking = quantity;
    let notional = quantity * price;
    for (const order of this.open.values()) {
      notional += order.leavesQuantity * order.price;
      if (order.instrument !== instrument || order.isSell !== isSell) continue;
      working += worstOf(order);
      if (order.strategy === strategy) strategyWorking += worstOf(order);
    }
    const held = this.quantityOf(instrument);
    const own = this.strategyQuantity.get(strategy * 1_000 + instrument) ?? 0;
    const worst = Math.abs(held + (isSell ? -working : working));
    if (worst > limits.positionQuantityMax && worst > Math.abs(held))
      say("position in the worst case", limits.positionQuantityMax, worst);
    const ownMax = strategies[strategy].limits.positionQuantityMax;
    const ownWorst = Math.abs(own + (isSell ? -strategyWorking : strategyWorking));
    if (ownWorst > ownMax && ownWorst > Math.abs(own)) say("strategy position in the worst case", ownMax, ownWorst);
    const reduces = own !== 0 && own > 0 === isSell && strategyWorking <= Math.abs(own);
    if (!reduces && notional > limits.grossExposureMax) say("working notional", limits.grossExposureMax, notional);
  }

  private fill(fact: FactOf<"fill">): void {
    const key = fillKey(fact.venue, fact.matchHigh, fact.matchLow, fact.order);
    if (this.fills.has(key)) return this.broken("no fill is booked twice", `fill ${fact.fill} is ${key} again`);
    const fill = { fact, isBroken: false };
    this.fills.set(key, fill);
    this.fillsById.set(fact.fill, fill);
    this.counts.fills++;
    this.book(fact, 1);
    if (this.quantityOf(fact.instrument) !== fact.positionQuantity)
      this.broken(
        "position is the sum of fills",
        `fill ${fact.fill} says ${fact.positionQuantity}, its fills make ${this.quantityOf(fact.instrument)}`,
      );
  }

  private fillBroken(fact: FactOf<"fillBroken">): void {
    const fill = this.fillsById.get(fact.fill);
    if (fill === undefined || fill.isBroken)
      return this.broken("a fill is broken once", `fill ${fact.fill} is unknown or broken already`);
    fill.isBroken = true;
    this.counts.broken++;
    this.book(fact, -1);
  }

  private book(fact: FactOf<"fill"> | FactOf<"fillBroken">, times: 1 | -1): void {
    const signed = (fact.side === sides.code.buy ? fact.quantity : -fact.quantity) * times;
    const holding = this.holdings[fact.venue][fact.instrument];
    holding.quantity += signed;
    holding.cash -= signed * fact.price;
    holding.fees += fact.fee * times;
    const key = fact.strategy * 1_000 + fact.instrument;
    this.strategyQuantity.set(key, (this.strategyQuantity.get(key) ?? 0) + signed);
  }

  private command(fact: FactOf<"command">): void {
    const answer = commandAnswers.name(fact.answer);
    const key = `${fact.scope}:${fact.scope === scopes.code.all ? -1 : fact.target}`;
    if (fact.command === commandKinds.code.kill && (answer === "done" || answer === "alreadySo")) this.kills.add(key);
    if (fact.command === commandKinds.code.release && answer === "done") this.kills.delete(key);
  }
}

/** What an order may still trade, with a replace on its way at its worst. */
function worstOf({ leavesQuantity, replaceQuantity, filledQuantity }: LedgerOrder): number {
  return Math.max(leavesQuantity, replaceQuantity - filledQuantity);
}

/** What makes two reports the same fill: venue, match and the order. */
export function fillKey(venue: number, matchHigh: number, matchLow: number, order: number): string {
  return `${venue}/${matchHigh}/${matchLow}/${order}`;
}
