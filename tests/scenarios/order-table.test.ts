import { beforeAll, describe, expect, it } from "vitest";
import { alertCodes } from "../../domain/health";
import { cancelCauses, isOpen, type OrderState, orderStates, parentReasons } from "../../domain/order";
import { nextOrderState, type OrderMessage, orderMessages, orderVerdict } from "../../domain/order-life";
import { createWish } from "../../server/engine/strategy/strategy";
import { symbolBytes } from "../../server/wire/bytes";
import { ouchCancelReason, ouchSide } from "../../server/wire/ouch-codes";
import {
  encodeOuchAccepted,
  encodeOuchCanceled,
  encodeOuchCancelPending,
  encodeOuchCancelRejected,
  encodeOuchPriorityUpdated,
  encodeOuchRejected,
  encodeOuchReplaced,
} from "../../server/wire/ouch-encode";
import { demoDesk } from "../support/demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

/**
 * What must become of an order, by state (row) and message (column), written down apart from the engine's table.
 * P pending, W working, Q partly filled, C cancelling, R replacing, U unknown, f filled, c cancelled, j rejected, l lost,
 * e expired, b broken. A dash: the engine must not send this. An exclamation mark: the venue contradicts itself or us,
 * which is alerted, once; what is late or repeated is not. A question mark: a bust that finds no fill, which has an alert
 * of its own. An equals sign: a bust that was told before. "confirmed" is a venue's count of references beyond the
 * order's, and nothing said of it: one that had been taken stands; one that was only sent was received and never answered,
 * which nobody here can make sense of. One that had been taken cannot be one that was never seen.
 */
const expected: Readonly<Partial<Record<OrderState, string>>> = {
  //             accepted dead rej replSent replaced replRej cancelSent pend cancRej reduced canc exp part whole bust lost noAns never confirmed restated
  pending: /*     */ "W  c  j  - W! P C C  P P  c  e  Q  f  P? U U l  U! P!",
  working: /*     */ "W  c! j! R W! W C C  W W  c  e  Q  f  W? U W U! W  W",
  partlyFilled: /**/ "Q  c! j! - Q! Q C C  Q Q  c  e  Q  f  W  U Q U! Q  Q",
  cancelling: /*  */ "C  c  j  - C  C C C  W C  c  e  C  f  C? U U U! C  C",
  replacing: /*   */ "R  c  j! - W  W C C  R R  c  e  R  f  R? U U U! W  R",
  unknown: /*     */ "W  c  j  - W  U U U  U U  c  e  U  f  U? U U U! W  U",
  filled: /*      */ "f  f! f! - f  f - f  f f! f! f! f! f! b  f f f  f  f",
  cancelled: /*   */ "c  c  c! - c  c - c  c c  c  c  c! c! c? c c c  c  c!",
  rejected: /*    */ "C! j! j  - j! j - j! j j! j! j! j! j! j? j j j  j  j!",
  lost: /*        */ "C! l! l  - l! l - l! l l! l! l! l! l! l? l l l  l  l!",
  expired: /*     */ "e  e  e! - e  e - e  e e  e  e  e! e! e? e e e  e  e!",
  broken: /*      */ "b  b! b! - b  b - b  b b  b  b  b! b! b= b b b  b  b",
};
/**
 * The same of an order of which ten are filled, so that a bust takes a fill back: before its end, or after it where no fill
 * may come any more. Partly filled, filled and broken by two fills, of which a bust takes one. Pending and working are
 * not here: a fill makes them partly filled.
 */
const expectedAfterFill: Readonly<Partial<Record<OrderState, string>>> = {
  //             accepted dead rej replSent replaced replRej cancelSent pend cancRej reduced canc exp part whole bust lost noAns never confirmed restated
  partlyFilled: /**/ "Q  c! j! - Q! Q C C  Q Q  c  e  Q  f  Q  U Q U! Q  Q",
  cancelling: /*  */ "C  c  j  - C  C C C  Q C  c  e  C  f  C  U U U! C  C",
  replacing: /*   */ "R  c  j! - Q  Q C C  R R  c  e  R  f  R  U U U! Q  R",
  unknown: /*     */ "Q  c  j  - Q  U U U  U U  c  e  U  f  U  U U U! Q  U",
  filled: /*      */ "f  f! f! - f  f - f  f f! f! f! f! f! b  f f f  f  f",
  cancelled: /*   */ "c  c  c! - c  c - c  c c  c  c  c! c! b  c c c  c  c!",
  rejected: /*    */ "C! j! j  - j! j - j! j j! j! j! j! j! j! j j j  j  j!",
  lost: /*        */ "C! l! l  - l! l - l! l l! l! l! l! l! l! l l l  l  l!",
  expired: /*     */ "e  e  e! - e  e - e  e e  e  e  e! e! b  e e e  e  e!",
  broken: /*      */ "b  b! b! - b  b - b  b b  b  b  b! b! b  b b b  b  b",
};
/** The same of an order that its venue has said nothing of yet: one that it never saw is lost. */
const expectedUnanswered: Readonly<Partial<Record<OrderState, string>>> = {
  //             accepted dead rej replSent replaced replRej cancelSent pend cancRej reduced canc exp part whole bust lost noAns never confirmed restated
  cancelling: /*  */ "C  c  j  - C  C C C  W C  c  e  C  f  C? U U l  U! C",
  unknown: /*     */ "W  c  j  - W  U U U  U U  c  e  U  f  U? U U l  U! U",
};
/** What an order had met before it came to its state. */
type Past = "accepted" | "partFilled" | "unanswered";
const tables: Readonly<Record<Past, Readonly<Partial<Record<OrderState, string>>>>> = {
  accepted: expected,
  partFilled: expectedAfterFill,
  unanswered: expectedUnanswered,
};
const letters: Readonly<Record<string, OrderState>> = {
  P: "pending",
  W: "working",
  Q: "partlyFilled",
  C: "cancelling",
  R: "replacing",
  U: "unknown",
  f: "filled",
  c: "cancelled",
  j: "rejected",
  l: "lost",
  e: "expired",
  b: "broken",
};

// One order after another of the same, and of many nobody ever hears again: the gate's limits on that are out of the way.
const spacious = demoDesk({ names: 12, pairs: 4 });
const much = 1e12;
const exposures = { grossExposureMax: much, netExposureMax: much, capitalMax: much, messagesPerSecondMax: 10_000 };
const desk = {
  ...spacious,
  strategies: spacious.strategies.map((spec) => ({ ...spec, limits: { ...spec.limits, ...exposures } })),
  limits: {
    ...spacious.limits,
    ...exposures,
    venueMessagesPerSecondMax: 10_000,
    duplicateMilliseconds: 0,
    pairGrossExposureMax: much,
    pairNetExposureMax: much,
  },
};
const strategy = 0;
const parameters = desk.strategies[strategy]?.parameters;
if (parameters?.kind !== "pairs") throw new Error("the demo desk's first strategy trades pairs");
const pair = parameters.pairs[0] ?? 0;
const instrument = desk.pairs[pair]!.instrumentA;
const spec = desk.instruments[instrument]!;
const bid = Math.round(spec.referencePrice / 100) * 100;
const quantity = 100;
const blanks = symbolBytes("", 14);

describe("the life of an order, every state against every message", () => {
  let venue: ScriptedVenue;
  let row = 0;
  let order: ArrivedOrder;
  let match = 0;

  const engine = () => venue.engine;
  const stateOf = (): OrderState => orderStates.name(engine().orders.state[row] ?? 0);
  const leaves = () => engine().orders.leavesQuantity[row] ?? 0;

  function open(): void {
    // Only one leg of the strategy's pairs has a market, so it wishes nothing by itself.
    venue = new ScriptedVenue(desk);
    venue.acceptsByItself = false;
    venue.quote(0, spec.symbol, bid, 5_000, bid + 100, 5_000);
    venue.command("approve", "strategy", strategy);
    venue.wait(2_500);
  }

  /** An order sent a moment ago, and its row. */
  function send(): void {
    // Fills add up to a position: a new world before its limit.
    if (engine().positions.quantityOf(instrument) > 1_000) open();
    venue.quote(0, spec.symbol, bid, 5_000, bid + 100, 5_000);
    const wish = createWish(strategy);
    wish.pair = pair;
    wish.instrument = instrument;
    wish.quantity = quantity;
    wish.limitPrice = bid;
    wish.style = "post";
    wish.reason = parentReasons.code.quote;
    expect(engine().execution.submit(wish)).toBeGreaterThan(0);
    row = engine().execution.lastOrder;
    match = 0;
    order = {
      venue: 0,
      reference: engine().orders.userReference[row]!,
      symbol: spec.symbol,
      side: "buy",
      quantity,
      price: bid,
      immediate: false,
    };
  }

  function accept(orderState = 0x4c): void {
    venue.tell(0, (bytes) =>
      encodeOuchAccepted(
        bytes,
        0,
        venue.timeNs,
        order.reference,
        ouchSide.buy,
        quantity,
        symbolBytes(spec.symbol),
        0,
        bid,
        0x30,
        0x59,
        0,
        order.reference,
        0x50,
        0x4e,
        0x4e,
        orderState,
        blanks,
        0,
        null,
      ),
    );
  }

  function canceled(gone: number, reason: number): void {
    const reference = engine().orders.userReference[row]!;
    venue.tell(0, (bytes) => encodeOuchCanceled(bytes, 0, venue.timeNs, reference, gone, reason, null));
  }

  function fill(filled: number): void {
    match = venue.fill({ ...order, reference: engine().orders.userReference[row]! }, filled, bid);
  }

  /** An order in some state; `match` is the last fill of it that stands, the last that was broken where none does. */
  function reach(state: OrderState, past: Past): void {
    send();
    if (state === "pending") return;
    if (state === "rejected") venue.rejected(order);
    else if (state === "lost") engine().execution.onQueryAnswered(0, order.reference, venue.timeNs + 1);
    else if (past !== "unanswered") accept();
    if (past === "partFilled") {
      if (state === "filled") return void [fill(10), fill(quantity - 10)];
      if (state === "partlyFilled") return void [fill(5), fill(5)];
      if (state === "broken") return reachBroken([10, quantity - 10]);
      // A fill in the midst of a replace crosses it: what has fills already is not replaced.
      if (state !== "replacing") fill(10);
    }
    switch (state) {
      case "working":
      case "rejected":
      case "lost":
        return;
      case "partlyFilled":
        return fill(10);
      case "cancelling":
        return void engine().execution.cancel(row, cancelCauses.code.user);
      case "replacing":
        expect(engine().execution.replace(row, bid - 100)).toBe(true);
        return past === "partFilled" ? fill(10) : undefined;
      case "unknown":
        return engine().execution.onSessionLost(0);
      case "filled":
        return fill(quantity);
      case "cancelled":
        return canceled(leaves(), ouchCancelReason.userRequested);
      case "expired":
        return canceled(leaves(), ouchCancelReason.timeout);
      case "broken":
        return reachBroken([quantity]);
      default:
        throw new Error(`cannot reach ${state}`);
    }
  }

  /** An order filled in so many parts, the first of which is broken. */
  function reachBroken(parts: readonly number[]): void {
    const matches = parts.map((part) => {
      fill(part);
      return match;
    });
    venue.broken(order, matches[0]!);
  }

  /** Gives the order a message, as bytes of the venue wherever it is one of the venue's. False: the engine would not send it. */
  function give(message: OrderMessage): boolean {
    const { orders, execution } = engine();
    const own = orders.userReference[row]!;
    const replacing = () => orders.replaceReference[row] || orders.takeReference(0, row);
    switch (message) {
      case "accepted":
        accept();
        return true;
      case "deadOnArrival":
        accept(0x44);
        return true;
      case "rejected":
        venue.rejected({ ...order, reference: own });
        return true;
      case "replaceSent":
        return venue.during(() => execution.replace(row, bid - 200));
      case "replaced": {
        const reference = replacing();
        venue.tell(0, (bytes) =>
          encodeOuchReplaced(
            bytes,
            0,
            venue.timeNs,
            own,
            reference,
            ouchSide.buy,
            Math.max(1, leaves()),
            symbolBytes(spec.symbol),
            0,
            bid - 100,
            0x30,
            0x59,
            0,
            reference,
            0x50,
            0x4e,
            0x4e,
            0x4c,
            blanks,
            0,
            null,
          ),
        );
        return true;
      }
      case "replaceRejected": {
        const reference = replacing();
        venue.tell(0, (bytes) => encodeOuchRejected(bytes, 0, venue.timeNs, reference, 1, blanks, 0, null));
        return true;
      }
      case "cancelSent":
        return venue.during(() => execution.cancel(row, cancelCauses.code.user));
      case "cancelPending":
        venue.tell(0, (bytes) => encodeOuchCancelPending(bytes, 0, venue.timeNs, own, null));
        return true;
      case "cancelRejected":
        venue.tell(0, (bytes) => encodeOuchCancelRejected(bytes, 0, venue.timeNs, own, null));
        return true;
      case "reduced":
        canceled(5, ouchCancelReason.supervisory);
        return true;
      case "cancelled":
        canceled(quantity, ouchCancelReason.userRequested);
        return true;
      case "expired":
        canceled(quantity, ouchCancelReason.closed);
        return true;
      case "partFill":
        fill(10);
        return true;
      case "wholeFill":
        fill(Math.max(1, leaves()));
        return true;
      case "bust":
        venue.broken(order, match);
        return true;
      case "sessionLost":
        venue.during(() => execution.onSessionLost(0));
        return true;
      case "noAnswer":
        if (orders.unansweredNs[row] !== 0) orders.unansweredNs[row] = 1;
        venue.during(() => execution.hasUnanswered(0));
        return true;
      case "neverSeen":
        venue.during(() => execution.onQueryAnswered(0, own, venue.timeNs + 1));
        return true;
      case "confirmed":
        venue.during(() => execution.onQueryAnswered(0, orders.nextReferenceOf(0), venue.timeNs + 1));
        return true;
      case "restated":
        venue.tell(0, (bytes) =>
          encodeOuchPriorityUpdated(bytes, 0, venue.timeNs, own, orders.price[row]!, 0x59, 0, 77, null),
        );
        return true;
    }
  }

  beforeAll(open);

  const cases = Object.entries(tables).flatMap(([past, table]) =>
    Object.entries(table).flatMap(([state, line]) =>
      line
        .split(/ +/)
        .map((cell, message) => [past as Past, state as OrderState, orderMessages.names[message]!, cell] as const),
    ),
  );

  it("has a case for every state and message", () => {
    const messageCount = orderMessages.names.length;
    expect(cases.filter(([past]) => past === "accepted")).toHaveLength((orderStates.names.length - 1) * messageCount);
    expect(cases.filter(([past]) => past === "partFilled")).toHaveLength((orderStates.names.length - 3) * messageCount);
    expect(cases.filter(([past]) => past === "unanswered")).toHaveLength(2 * messageCount);
  });

  it.each(cases)("%s: %s, then %s: %s", (past, state, message, cell) => {
    reach(state, past);
    expect(stateOf()).toBe(state);
    const told = engine().turn.factNumber;
    const sent = give(message);
    expect(sent).toBe(cell !== "-");
    const now = stateOf();
    expect(now).toBe(cell === "-" ? state : letters[cell[0]!]);

    // What is open counts, with a replace on its way at its worst; what has ended does not, and nothing is counted twice.
    const { orders } = engine();
    const openNow = [...orders.open.slice(0, orders.openCount)];
    expect(openNow.includes(row)).toBe(isOpen(now));
    const working = openNow.reduce((sum, each) => sum + orders.countedQuantity[each]!, 0);
    for (const each of openNow)
      expect(orders.countedQuantity[each]).toBeGreaterThanOrEqual(orders.leavesQuantity[each]!);
    expect(orders.workingOf(instrument, 0)).toBe(working);
    if (!isOpen(now)) expect(leaves()).toBe(0);

    // A fill beyond what was open contradicts with an alert of its own. A bust takes a fill back unless its cell says otherwise.
    const alerts = venue.factsOf("alert").filter(({ number }) => number > told);
    const { orderContradiction, overfill, bustOfUnknownFill } = alertCodes.code;
    const contradictions = alerts.filter(({ code }) => code === orderContradiction || code === overfill);
    expect(contradictions).toHaveLength(cell.endsWith("!") ? 1 : 0);
    expect(alerts.filter(({ code }) => code === bustOfUnknownFill)).toHaveLength(cell.endsWith("?") ? 1 : 0);
    const takenBack = venue.factsOf("fillBroken").filter(({ number }) => number > told);
    expect(takenBack).toHaveLength(message === "bust" && !/[?=]$/.test(cell) ? 1 : 0);

    for (const each of openNow) engine().execution.onCancelled(each, orders.leavesQuantity[each]!, 0, venue.timeNs);
    expect(orders.openCount).toBe(0);
    expect(orders.workingOf(instrument, 0)).toBe(0);
  });

  it("calls in the engine's table a contradiction what is one here, and nothing else", () => {
    // What no order can meet, or what depends on more than state and message.
    const apart: Readonly<Record<string, boolean>> = {
      "pending bust": true,
      "rejected bust": true,
      "lost bust": true,
      "cancelling neverSeen": false,
      "unknown neverSeen": false,
      "cancelling confirmed": false,
      "unknown confirmed": false,
    };
    const isContradiction = (state: OrderState, message: OrderMessage) =>
      orderVerdict(state, message) === "contradicts";
    for (const [, state, message, cell] of cases)
      expect([state, message, isContradiction(state, message)]).toEqual([
        state,
        message,
        apart[`${state} ${message}`] ?? cell.endsWith("!"),
      ]);
    // A message about no order contradicts, unless it is one of ours.
    for (const message of orderMessages.names)
      expect([message, isContradiction("none", message)]).toEqual([message, !/^(replace|cancel)Sent$/.test(message)]);
  });

  it("leaves no cell of the engine's table out, and none goes from an end back to life but what was never taken and is accepted after all", () => {
    for (const state of orderStates.names)
      for (const message of orderMessages.names) {
        const next = nextOrderState(state, message, 0, false);
        if (!isOpen(state) && isOpen(next))
          expect([["lost", "rejected"].includes(state), message]).toEqual([true, "accepted"]);
        if (isOpen(state) && next === "none") throw new Error(`${state} × ${message} forgets the order`);
      }
  });
});
