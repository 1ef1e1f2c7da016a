import type { Fact, FactOf } from "../../domain/facts";
import { isOpen, parentReasons, sides, timesInForce } from "../../domain/order";
import type { FillRow, FillsPayload, OrderRow, OrdersPayload } from "../../protocol/topics";
import { afterEffect, orderEffect } from "../store/order-effects";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

/** Finished orders that stay on the screen, and fills in a snapshot; the rest is history, asked from the database. */
const finishedOrdersMax = 500;
const fillsMax = 500;

/** Changes a reader may be behind before a snapshot is cheaper. */
const changesMax = 4_096;

type OrderChange = { readonly row: OrderRow } | { readonly removed: number };

/** Orders and fills of the day as the facts tell them. Working orders are all kept, finished ones to a bound. */
export class OrderReplica {
  private readonly orders = new Map<number, OrderRow>();
  private readonly finished: number[] = [];
  private readonly openByInstrument = new Map<number, Set<number>>();
  private readonly fillRows: FillRow[] = [];
  private readonly orderChanges = new ChangeLog<OrderChange>(changesMax);
  private readonly fillChanges = new ChangeLog<FillRow>(changesMax);
  /** Reason code of each parent, by parent id: one byte each, since any of them may still fill. */
  private parentReason = new Uint8Array(1_024);

  readonly ordersTopic: TopicSource = topicSource(
    "atOnce",
    () => this.orderChanges.version,
    (): OrdersPayload => ({ rows: [...this.orders.values()] }),
    (version) => {
      const changes = this.orderChanges.since(version);
      if (changes === "lost") return "lost";
      const rows = changes.flatMap((change) => ("row" in change ? [change.row] : []));
      const removed = changes.flatMap((change) => ("removed" in change ? [change.removed] : []));
      return removed.length > 0 ? { rows, removed } : { rows };
    },
  );

  readonly fillsTopic: TopicSource = topicSource(
    "atOnce",
    () => this.fillChanges.version,
    (): FillsPayload => ({ rows: [...this.fillRows] }),
    (version) => {
      const rows = this.fillChanges.since(version);
      return rows === "lost" ? "lost" : { rows };
    },
  );

  /** Called with an instrument's id when our working quantity in it may have changed. */
  constructor(private readonly onWorkingChanged: (instrument: number) => void) {}

  get openCount(): number {
    return this.orders.size - this.finished.length;
  }

  get(order: number): OrderRow | undefined {
    return this.orders.get(order);
  }

  apply(fact: Fact): void {
    switch (fact.kind) {
      case "parentCreated":
        this.rememberReason(fact.parent, fact.reason);
        return;
      case "orderSubmitted":
        this.put(this.submitted(fact));
        return;
      case "fill":
        this.addFill(fact);
        break;
      case "fillBroken":
        this.breakFill(fact);
        break;
    }
    const effect = orderEffect(fact);
    const old = effect ? this.orders.get(effect.order) : undefined;
    if (!effect || !old) return;
    this.put({ ...afterEffect(old, effect), changedNs: fact.timeNs });
  }

  /** Our open quantity at each price of one instrument. */
  workingAt(instrument: number): { ownBids: Record<number, number>; ownAsks: Record<number, number> } {
    const ownBids: Record<number, number> = {};
    const ownAsks: Record<number, number> = {};
    for (const id of this.openByInstrument.get(instrument) ?? []) {
      const order = this.orders.get(id)!;
      const own = order.side === "buy" ? ownBids : ownAsks;
      own[order.price] = (own[order.price] ?? 0) + order.leavesQuantity;
    }
    return { ownBids, ownAsks };
  }

  private submitted(fact: FactOf<"orderSubmitted">): OrderRow {
    return {
      id: fact.order,
      parent: fact.parent,
      strategy: fact.strategy,
      pair: fact.pair,
      instrument: fact.instrument,
      venue: fact.venue,
      side: sides.name(fact.side),
      quantity: fact.quantity,
      filledQuantity: 0,
      leavesQuantity: fact.quantity,
      price: fact.price,
      timeInForce: timesInForce.name(fact.timeInForce),
      postOnly: fact.postOnly === 1,
      state: "pending",
      reason: this.reasonOf(fact.parent),
      cancelCause: null,
      submittedNs: fact.timeNs,
      changedNs: fact.timeNs,
    };
  }

  private put(row: OrderRow): void {
    const old = this.orders.get(row.id);
    const wasOpen = old !== undefined && isOpen(old.state);
    const nowOpen = isOpen(row.state);
    this.orders.set(row.id, row);
    this.orderChanges.append({ row });
    const open = this.openByInstrument.get(row.instrument) ?? new Set<number>();
    this.openByInstrument.set(row.instrument, open);
    if (nowOpen) open.add(row.id);
    else open.delete(row.id);
    this.onWorkingChanged(row.instrument);
    if (!wasOpen || nowOpen) return;
    this.finished.push(row.id);
    if (this.finished.length <= finishedOrdersMax) return;
    const removed = this.finished.shift()!;
    this.orders.delete(removed);
    this.orderChanges.append({ removed });
  }

  private addFill(fact: FactOf<"fill">): void {
    const row: FillRow = {
      id: fact.fill,
      order: fact.order,
      strategy: fact.strategy,
      pair: fact.pair,
      instrument: fact.instrument,
      venue: fact.venue,
      side: sides.name(fact.side),
      quantity: fact.quantity,
      price: fact.price,
      fee: fact.fee,
      realised: fact.realised,
      reason: this.reasonOf(fact.parent),
      broken: false,
      timeNs: fact.timeNs,
    };
    // One that was taken back and stands after all is told again, under its own number.
    const known = this.fillRows.findIndex(({ id }) => id === row.id);
    if (known >= 0) this.fillRows[known] = row;
    else this.fillRows.push(row);
    if (this.fillRows.length > fillsMax) this.fillRows.shift();
    this.fillChanges.append(row);
  }

  private breakFill(fact: FactOf<"fillBroken">): void {
    const at = this.fillRows.findIndex((row) => row.id === fact.fill);
    const known = this.fillRows[at];
    if (!known) return;
    const row = { ...known, broken: true };
    this.fillRows[at] = row;
    this.fillChanges.append(row);
  }

  private rememberReason(parent: number, reason: number): void {
    if (parent >= this.parentReason.length) {
      const larger = new Uint8Array(Math.max(parent + 1, this.parentReason.length * 2));
      larger.set(this.parentReason);
      this.parentReason = larger;
    }
    this.parentReason[parent] = reason;
  }

  private reasonOf(parent: number) {
    return parentReasons.name(this.parentReason[parent] ?? 0);
  }
}
