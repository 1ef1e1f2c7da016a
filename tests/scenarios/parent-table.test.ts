import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes } from "../../domain/health";
import { cancelCauses, orderStates, type ParentState, parentReasons, parentStates } from "../../domain/order";
import { type ParentEvent, parentEvents, parentVerdict } from "../../domain/parent-life";
import { createWish } from "../../server/engine/strategy/strategy";
import { encodeOuchCancelRejected } from "../../server/wire/ouch-encode";
import { demoDesk } from "../support/demo-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

/**
 * What must become of a parent with an order at each of two venues, by state (row) and event (column), written down
 * apart from the engine's table. P pending, W working, Q partly filled, C cancelling, U unknown, f filled, c cancelled,
 * j rejected, b broken. A dash: no order's life can bring it about.
 */
const expected: Readonly<Record<ParentState, string>> = {
  //             sent fill bust canc refused unkn known back ended nothing
  none: /*        */ "- - - - - - - - - -",
  pending: /*     */ "W - - - - - - - - j",
  working: /*     */ "W Q W C - U - W c -",
  partlyFilled: /**/ "Q Q W C - U - Q c -",
  cancelling: /*  */ "- C C C Q U - C c -",
  unknown: /*     */ "- U U - - U Q U c -",
  filled: /*      */ "- f b - - - - C - -",
  cancelled: /*   */ "- c b - - - - C - -",
  rejected: /*    */ "- - - - - - - - - -",
  broken: /*      */ "- b b - - - - C - -",
};
const letters: Readonly<Record<string, ParentState>> = {
  P: "pending",
  W: "working",
  Q: "partlyFilled",
  C: "cancelling",
  U: "unknown",
  f: "filled",
  c: "cancelled",
  j: "rejected",
  b: "broken",
};

const spacious = demoDesk({ names: 12, pairs: 4 });
const much = 1e12;
const exposures = { grossExposureMax: much, netExposureMax: much, capitalMax: much };
const desk = {
  ...spacious,
  strategies: spacious.strategies.map((spec) => ({ ...spec, limits: { ...spec.limits, ...exposures } })),
  limits: { ...spacious.limits, ...exposures, pairGrossExposureMax: much, pairNetExposureMax: much },
};
const [strategy, pair] = [0, 0];
const instrument = desk.pairs[pair]!.instrumentA;
const { symbol, referencePrice } = desk.instruments[instrument]!;
const ask = Math.round(referencePrice / 100) * 100;
/** Shown at each venue; the parent wants both. */
const each = 50;
const part = 10;

describe("the life of a parent order, every state against every event", () => {
  let venue: ScriptedVenue;
  let parent: number;
  let first: ArrivedOrder;
  let second: ArrivedOrder;
  let match: number;

  const engine = () => venue.engine;
  const stateOf = (): ParentState => parentStates.name(engine().parents.state[parent]!);
  const rowOf = (order: ArrivedOrder) => engine().orders.ofReference(order.venue, order.reference);
  const lastMatch = (order: ArrivedOrder, quantity: number): number => {
    match = venue.fill(order, quantity, ask);
    return match;
  };
  const contradictions = () =>
    venue.factsOf("alert").filter(({ code }) => code === alertCodes.code.parentContradiction).length;

  beforeEach(() => {
    venue = new ScriptedVenue(desk);
    venue.acceptsByItself = false;
    for (const place of [0, 1]) venue.quote(place, symbol, ask - 100, each, ask, each);
    venue.command("approve", "strategy", strategy);
    venue.wait(300);
    for (const place of [0, 1]) venue.quote(place, symbol, ask - 100, each, ask, each);
    parent = 1;
  });

  /** A parent of two orders; with `firstLost`, the first never reached its venue. */
  function send(firstLost: boolean): void {
    const wish = createWish(strategy);
    Object.assign(wish, { pair, instrument, quantity: 2 * each, limitPrice: ask, style: "take" });
    wish.reason = parentReasons.code.entry;
    parent = venue.during(({ execution }) => execution.submit(wish));
    expect(parent).toBeGreaterThan(0);
    [first, second] = venue.takeArrived() as [ArrivedOrder, ArrivedOrder];
    expect([first.venue + second.venue, first.quantity, second.quantity]).toEqual([1, each, each]);
    if (firstLost)
      venue.during(({ execution }) => execution.onQueryAnswered(first.venue, first.reference, venue.timeNs + 1));
    else venue.accept(first);
    venue.accept(second);
  }

  /** Part of the second order is filled first, unless nothing may be. */
  function reach(state: ParentState, firstLost: boolean): void {
    if (state === "none") return;
    if (state === "pending" || state === "rejected") {
      parent = engine().parents.openNext();
      if (state === "rejected") venue.during(({ parents }) => parents.nothingSent(parent));
      return;
    }
    send(firstLost);
    if (state === "working") return;
    lastMatch(second, part);
    switch (state) {
      case "partlyFilled":
        return;
      case "cancelling":
        return void venue.during(({ execution }) => execution.cancelParent(parent, cancelCauses.code.user));
      case "unknown":
        return void venue.during(({ execution }) => execution.onSessionLost(second.venue));
      case "cancelled":
      case "broken":
        if (state === "broken") venue.broken(second, match);
        if (state === "broken") lastMatch(second, part);
        if (!firstLost) venue.cancelled(first, each);
        venue.cancelled(second, each - (state === "broken" ? 2 : 1) * part);
        if (state === "cancelled") return;
        venue.broken(second, match);
        // A fill that comes after the end can be taken back as well.
        return void lastMatch(second, part);
      case "filled":
        if (!firstLost) lastMatch(first, each);
        // More than was ordered makes up for what the lost one did not do.
        lastMatch(second, (firstLost ? 2 * each : each) - part);
        return;
    }
  }

  function give(event: ParentEvent): void {
    const { parents } = engine();
    switch (event) {
      case "childSent":
        return void venue.during(() => parents.childMoved(parent, orderStates.code.none, orderStates.code.pending));
      case "fill":
        return void lastMatch(second, 5);
      case "bust":
        // Without a fill the venue's word finds no match, and the fill stage does not pass it on.
        if (stateOf() === "working") return void venue.during(() => parents.bust(parent, 0));
        return void venue.broken(second, match);
      case "cancelling":
        if (stateOf() === "cancelling") return void venue.cancelled(first, each);
        return void venue.during(({ execution }) => execution.cancelParent(parent, cancelCauses.code.user));
      case "cancelRefused":
        return void venue.tell(first.venue, (bytes) =>
          encodeOuchCancelRejected(bytes, 0, venue.timeNs, first.reference, null),
        );
      case "childUnknown":
        return void venue.during(({ execution }) => execution.onSessionLost(first.venue));
      case "childrenKnown":
        return void venue.accept(second);
      case "childBack":
        return void venue.accept(first);
      case "childrenEnded":
        venue.cancelled(first, each);
        return void venue.cancelled(second, each);
      case "nothingSent":
        return void venue.during(() => parents.nothingSent(parent));
    }
  }

  const cases = Object.entries(expected).flatMap(([state, line]) =>
    line.split(" ").map((letter, event) => [state as ParentState, parentEvents.names[event]!, letter] as const),
  );

  it("has a case for every state and event", () => {
    expect(cases).toHaveLength(parentStates.names.length * parentEvents.names.length);
  });

  it.each(cases.filter(([, , letter]) => letter !== "-"))("%s, then %s: %s", (state, event, letter) => {
    reach(state, event === "childBack");
    expect(stateOf()).toBe(state);
    give(event);
    expect(stateOf()).toBe(letters[letter]);
    expect(parentVerdict(state, event)).not.toBe("impossible");
    expect(contradictions()).toBe(0);
    if (event === "childSent" || event === "nothingSent") return;

    // The parent's counts are those of its children, and it has ended when they have.
    const { orders, parents } = engine();
    const children = [first, second].map((order) => orderStates.name(orders.state[rowOf(order)]!));
    const count = (wanted: string) => children.filter((child) => child === wanted).length;
    const open = [first, second].filter((order) => orders.isOpen(rowOf(order))).length;
    expect(parents.openChildren[parent]).toBe(open);
    expect(parents.cancellingChildren[parent]).toBe(count("cancelling"));
    expect(parents.unknownChildren[parent]).toBe(count("unknown"));
    expect(["filled", "cancelled", "broken"].includes(stateOf())).toBe(open === 0);
    const ended = venue.factsOf("parentDone").at(-1);
    if (open === 0) expect(ended).toMatchObject({ parent: parents.idOf[parent], quantity: 2 * each });
  });

  it.each(cases.filter(([, , letter]) => letter === "-"))(
    "%s, then %s: alerted, and nothing changes",
    (state, event) => {
      reach(state, false);
      expect(parentVerdict(state, event)).toBe("impossible");
      // Only the class itself can be asked for what no order brings about.
      const inner = engine().parents as unknown as { move(row: number, event: number): boolean };
      expect(venue.during(() => inner.move(parent, parentEvents.code[event]))).toBe(false);
      expect(stateOf()).toBe(state);
      expect(contradictions()).toBe(1);
    },
  );

  it("ends as filled with all that was wanted, and says so with what it got", () => {
    send(false);
    lastMatch(first, each);
    expect(stateOf()).toBe("partlyFilled");
    expect(venue.factsOf("parentDone")).toEqual([]);
    lastMatch(second, each);
    expect(stateOf()).toBe("filled");
    expect(venue.factsOf("parentDone")).toHaveLength(1);
    expect(venue.factsOf("parentDone")[0]).toMatchObject({
      filledQuantity: 2 * each,
      state: parentStates.code.filled,
    });
  });

  it("is cancelling only once all of its open orders are", () => {
    send(false);
    venue.during(({ execution }) => execution.cancel(rowOf(first), cancelCauses.code.user));
    expect(stateOf()).toBe("working");
    venue.during(({ execution }) => execution.cancel(rowOf(second), cancelCauses.code.user));
    expect(stateOf()).toBe("cancelling");
    venue.cancelled(first, each);
    expect(stateOf()).toBe("cancelling");
    venue.cancelled(second, each);
    expect(stateOf()).toBe("cancelled");
  });

  it("is known again only when the fate of each of its orders is", () => {
    send(false);
    venue.during(({ execution }) => execution.onSessionLost(0));
    venue.during(({ execution }) => execution.onSessionLost(1));
    venue.accept(first);
    expect(stateOf()).toBe("unknown");
    venue.cancelled(second, each);
    expect(stateOf()).toBe("working");
  });
});
