import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { StateRegistry } from "../machine/state-registry";
import { MarketFeed } from "./market-feed";
import { buySide, liquidity, none, OrderBooks, orderOwner } from "./order-books";
import { NaiveMatching } from "./testing/naive-matching";

/** What a random trader does; `order` picks one of the open orders. */
type Action =
  | {
      kind: "enter";
      side: number;
      quantity: number;
      price: number;
      immediate: boolean;
      hidden: boolean;
      showMost: number;
      member: boolean;
    }
  | { kind: "cancel"; order: number }
  | { kind: "requeue"; order: number }
  | { kind: "reduce"; order: number; quantity: number }
  | {
      kind: "replace";
      order: number;
      quantity: number;
      price: number;
      immediate: boolean;
      hidden: boolean;
      showMost: number;
    };

const side = fc.integer({ min: 0, max: 1 });
const quantity = fc.integer({ min: 1, max: 30 });
const price = fc.integer({ min: 95, max: 105 });
const showMost = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 8 }));
const rarely = fc.integer({ min: 0, max: 4 }).map((value) => value === 0);
const order = fc.nat();
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("enter" as const),
      side,
      quantity,
      price,
      immediate: rarely,
      hidden: rarely,
      showMost,
      member: rarely,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cancel" as const), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("requeue" as const), order }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("reduce" as const), order, quantity }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("replace" as const),
      order,
      quantity,
      price,
      immediate: rarely,
      hidden: rarely,
      showMost,
    }),
  },
);

/** The books under test, speaking as the naive ones do: orders have labels, and what happens is a list of lines. */
class Subject {
  readonly events: string[] = [];
  readonly books: OrderBooks;
  private readonly labels = new Map<number, number>();
  private readonly orders = new Map<number, number>();

  constructor(capacity = 256) {
    const registry = new StateRegistry();
    this.books = new OrderBooks(registry, 1, 1, capacity, new MarketFeed(registry, 1, ["TEST"]));
    this.books.reports = {
      executed: (slot, traded, at, how) => {
        if (how !== liquidity.removed) this.events.push(`trade ${this.labels.get(slot)} ${traded} @ ${at}`);
      },
      refreshed: (slot) => this.events.push(`refresh ${this.labels.get(slot)}`),
      selfMatched: (slot) => this.events.push(`self ${this.labels.get(slot)}`),
      gone: (slot) => this.orders.delete(this.labels.get(slot) ?? none),
    };
  }

  apply(label: number, each: Action): void {
    const { books } = this;
    if (each.kind === "enter") {
      const owner = each.member ? orderOwner.member : orderOwner.agent;
      const showAll = each.hidden ? 0 : each.showMost;
      const slot = books.prepare(owner, 0, 0, each.side, each.quantity, each.price, each.hidden, showAll);
      this.labels.set(slot, label);
      this.orders.set(label, slot);
      if (books.submit(slot, each.immediate, 0) > 0 && each.immediate) books.discard(slot);
      return;
    }
    const slot = this.orders.get(this.pick(each.order));
    if (slot === undefined) return;
    if (each.kind === "cancel") books.cancel(slot, 0);
    else if (each.kind === "requeue") books.requeue(slot, 0);
    else if (each.kind === "reduce") {
      if (each.quantity < books.quantity[slot]) books.reduce(slot, each.quantity, 0);
    } else {
      const showAll = each.hidden ? 0 : each.showMost;
      const left = books.replace(slot, each.quantity, each.price, each.hidden, showAll, each.immediate, 0);
      if (left > 0 && each.immediate) books.discard(slot);
    }
  }

  /** The open order a random number stands for: labels in order of entry. */
  pick(random: number): number {
    const open = [...this.orders.keys()].sort((a, b) => a - b);
    return open.length === 0 ? none : open[random % open.length];
  }

  /** Every open order in the order of its priority: label, open and shown quantity. */
  queue(ofSide: number): string[] {
    const { books } = this;
    const found: string[] = [];
    for (let level = books.best[ofSide]; level !== none; level = books.levelWorse[level]) {
      let shown = 0;
      for (const first of [books.levelFirst[level], books.levelHiddenFirst[level]])
        for (let slot = first; slot !== none; slot = books.next[slot]) {
          found.push(
            `${books.levelPrice[level]}: ${this.labels.get(slot)} ${books.quantity[slot]} ${books.shown[slot]}`,
          );
          shown += books.shown[slot];
        }
      expect(books.levelQuantity[level]).toBe(shown);
    }
    return found;
  }
}

describe("price-time matching", () => {
  test("random traders meet the same fate as in the plainest matching there is", () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 1, maxLength: 120 }), (actions) => {
        const subject = new Subject();
        const naive = new NaiveMatching();
        actions.forEach((each, label) => {
          const target = each.kind === "enter" ? none : subject.pick(each.order);
          subject.apply(label, each);
          naive.apply(label, each, target);
          expect(subject.events).toEqual(naive.events);
          expect(subject.queue(0)).toEqual(naive.queue(0));
          expect(subject.queue(1)).toEqual(naive.queue(1));
          const bid = subject.books.best[0];
          const ask = subject.books.best[1];
          if (bid !== none && ask !== none)
            expect(subject.books.levelPrice[bid]).toBeLessThan(subject.books.levelPrice[ask]);
        });
      }),
      { numRuns: 400 },
    );
  });

  test("slots and levels of gone orders are used again, for as long as one likes", () => {
    const subject = new Subject(8);
    for (let label = 0; label < 1_000; label++) {
      const enter = {
        kind: "enter",
        side: buySide,
        quantity: 1,
        immediate: false,
        hidden: false,
        showMost: 0,
        member: false,
      } as const;
      subject.apply(label, { ...enter, price: 100 + (label % 5) });
      if (label >= 7) subject.apply(label, { kind: "cancel", order: 0 });
    }
    expect(subject.books.openOrders).toBe(7);
    expect(subject.books.hasRoom).toBe(true);
  });

  test("full books say so before an order is taken", () => {
    const subject = new Subject(2);
    const enter = {
      kind: "enter",
      side: buySide,
      quantity: 1,
      immediate: false,
      hidden: false,
      showMost: 0,
      member: false,
    } as const;
    subject.apply(0, { ...enter, price: 100 });
    subject.apply(1, { ...enter, price: 101 });
    expect(subject.books.hasRoom).toBe(false);
    expect(() => subject.apply(2, { ...enter, price: 102 })).toThrow("the books are full: 2 orders");
  });
});
