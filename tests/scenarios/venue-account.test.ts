import { beforeEach, describe, expect, it } from "vitest";
import { alertCodes, sessionStates } from "../../domain/health";
import { type OrderState, orderStates, parentReasons } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { createWish } from "../../server/engine/strategy/strategy";
import { dropChannel, orderChannel } from "../../server/machine/channels";
import { makerDesk as desk, instrument, maker, price, symbol } from "../support/maker-desk";
import { type ArrivedOrder, ScriptedVenue } from "../support/scripted-venue";

let venue: ScriptedVenue;
const session = () => venue.engine.orderSessions[0]!;
const exposure = () => venue.engine.orders.workingOf(instrument, 0);
const alerts = () => venue.factsOf("alert").map(({ code }) => alertCodes.name(code));
const logins = () =>
  venue.factsOf("sessionState").filter((fact) => fact.venue === 0 && fact.session === 0 && fact.state === ready).length;
const { ready } = sessionStates.code;

function stateOf({ reference }: { reference: number }): OrderState {
  return orderStates.name(venue.engine.orders.state[venue.engine.orders.ofReference(0, reference)] ?? 0);
}

function wish(quantity = 10) {
  const side = { instrument, quantity, limitPrice: price - 100, venue: 0, reason: parentReasons.code.quote };
  return { ...createWish(maker), ...side, style: "post" as const };
}

/** An order on its way to the venue, and its reference. */
function send(quantity = 10): ArrivedOrder {
  const parent = venue.during(({ execution }) => execution.submit(wish(quantity)));
  if (parent === 0) throw new Error(`refused: ${refusalCodes.name(venue.engine.gate.code)}`);
  const row = venue.engine.execution.lastOrder;
  const reference = venue.engine.orders.userReference[row]!;
  return { venue: 0, reference, symbol, side: "buy", quantity, price: price - 100, immediate: false };
}

beforeEach(() => {
  venue = new ScriptedVenue(desk);
  venue.quote(0, symbol, price - 100, 500, price + 100, 500);
  venue.command("approve", "strategy", maker);
  venue.wait(500);
  venue.acceptsByItself = false;
  expect(venue.engine.control.isRecovering).toBe(false);
});

/** Lets seconds pass with a market, so that its age stands against nothing. */
function pass(seconds: number): void {
  for (let second = 0; second < seconds; second++) {
    venue.quote(0, symbol, price - 100, 500, price + 100, 500);
    venue.wait(1_000);
  }
}

describe("a venue that is asked for its account", () => {
  it("says nothing of an order that left in the same turn, after the question", () => {
    venue.hasSeenOnlyBelow(0, 1);
    const first = send();
    venue.hasSeenOnlyBelow(0, first.reference);
    venue.answersQueries = false;
    pass(3);
    expect(stateOf(first)).toBe("unknown");
    venue.cut(0);
    venue.answersQueries = true;
    pass(1);
    expect(stateOf(first)).toBe("lost");
    // Another order has waited for two seconds; it is asked about, and a third leaves in that very turn.
    const second = send();
    venue.hasSeenOnlyBelow(0, second.reference);
    venue.timeNs += 2_000_000_000;
    venue.quote(0, symbol, price - 100, 500, price + 100, 500);
    const asked = venue.queries.length;
    venue.during((engine) => {
      session().askAboutUnanswered();
      expect(engine.execution.submit(wish(30))).toBeGreaterThan(0);
    });
    const third = venue.takeArrived().at(-1)!;
    expect(venue.queries).toHaveLength(asked + 1);
    expect(stateOf(second)).toBe("lost");
    expect(stateOf(third)).toBe("pending");
    expect(exposure()).toBe(30);
    venue.accept(third).fill(third, 30);
    expect(alerts()).not.toContain("overfill");
  });

  it("judges by an answer only what was sent before the question it answers, however late that comes", () => {
    const first = send();
    venue.hasSeenOnlyBelow(0, first.reference);
    venue.answersQueries = false;
    const before = venue.queries.length;
    pass(3);
    expect(venue.queries).toHaveLength(before + 1);
    const late = send(20);
    venue.hasSeenOnlyBelow(0, first.reference);
    pass(3);
    expect(venue.queries).toHaveLength(before + 2);
    // The first answer comes after the second question, and was given before the order arrived.
    venue.answerAccountQuery(0);
    expect(stateOf(first)).toBe("lost");
    expect(stateOf(late)).toBe("unknown");
    expect(exposure()).toBe(20);
    venue.answerAccountQuery(0);
    expect(stateOf(late)).toBe("lost");
    // An answer to nothing that was asked says nothing.
    const latest = send(30);
    venue.timeNs += 1_000;
    venue.answerAccountQuery(0);
    expect(stateOf(latest)).toBe("pending");
  });

  it("and does not answer is asked again every three seconds, four times; then its line is let go", () => {
    const order = send();
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.answersQueries = false;
    const before = venue.queries.length;
    pass(13);
    const gaps = venue.queries.slice(before).map(({ timeNs }, i, all) => timeNs - (all[i - 1]?.timeNs ?? timeNs));
    expect(gaps).toHaveLength(4);
    for (const gap of gaps.slice(1)) expect(gap / 1e9).toBeCloseTo(3, 0);
    expect(session().isReady).toBe(true);
    expect(stateOf(order)).toBe("unknown");
    expect(exposure()).toBe(10);
    pass(3);
    expect(alerts()).toContain("sessionLost");
    expect(session().isReady).toBe(false);
    venue.answersQueries = true;
    pass(15);
    expect(session().isReady).toBe(true);
    expect(stateOf(order)).toBe("lost");
  });

  it("at a login, and does not answer, is asked again; the login is over with the second answer", () => {
    venue.answersQueries = false;
    venue.cut(0);
    pass(2);
    expect(session().isReady).toBe(false);
    venue.answersQueries = true;
    pass(3);
    expect(session().isReady).toBe(true);
  });

  it("or for its word on taking orders, and loses that, is asked again too", () => {
    venue.answersStanding = false;
    venue.cut(0);
    pass(2);
    expect(session().isReady).toBe(false);
    venue.answersStanding = true;
    pass(3);
    expect(session().isReady).toBe(true);
  });

  it("counts an order as received and says nothing of it: it stays in exposure, is called out, cancelled and asked about", () => {
    const order = send();
    pass(3);
    expect(stateOf(order)).toBe("unknown");
    expect(exposure()).toBe(10);
    expect(alerts().filter((code) => code === "orderContradiction")).toHaveLength(1);
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    const [asked, cancels] = [venue.queries.length, venue.cancels.length];
    pass(10);
    expect(venue.queries.length).toBeGreaterThan(asked);
    expect(venue.cancels.length).toBeGreaterThan(cancels);
    expect(alerts().filter((code) => code === "orderContradiction")).toHaveLength(1);
    // Also over another line, whose own references the venue counts by then.
    venue.cut(0);
    pass(2);
    expect(stateOf(order)).toBe("unknown");
    expect(exposure()).toBe(10);
    venue.cancelled(order, 10);
    expect(stateOf(order)).toBe("cancelled");
  });

  it("never received an order whose line was cut, however many lines came and went since", () => {
    const order = send();
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.answersStanding = false;
    venue.cut(0);
    venue.wait(500);
    expect(stateOf(order)).toBe("unknown");
    // It took that login's references, and its line was cut before it could say so.
    venue.hasSeenOnlyBelow(0, venue.standings.at(-1)!.reference + 1);
    venue.answersStanding = true;
    venue.cut(0);
    venue.cancels.length = 0;
    pass(1);
    // A cancel sought it, and found nothing by the answer to the next question.
    expect(venue.cancels).toEqual([{ venue: 0, reference: order.reference }]);
    expect(stateOf(order)).toBe("lost");
    expect(alerts()).not.toContain("orderContradiction");
  });

  describe("whose count is of a line later than the order's, since a kill went out before the question was answered", () => {
    let order: ArrivedOrder;
    beforeEach(() => {
      order = send();
      venue.answersQueries = false;
      venue.cut(0);
      venue.wait(500);
      venue.command("kill", "instrument", instrument);
      venue.hasSeenOnlyBelow(0, venue.engine.orders.nextReferenceOf(0));
      venue.answersQueries = true;
      venue.cancels.length = 0;
      const isSought = () => session().isReady && venue.cancels.length > 0;
      for (let tries = 0; tries < 400 && !isSought(); tries++) venue.wait(10);
      venue.answersQueries = false;
    });

    it("has not said whether it received it: it is cancelled, and counts on", () => {
      expect(session().isReady).toBe(true);
      expect(stateOf(order)).toBe("unknown");
      expect(exposure()).toBe(10);
      expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    });

    it("did receive it: the cancel finds it", () => {
      venue.cancelled(order, 10);
      expect(stateOf(order)).toBe("cancelled");
    });

    it("did receive it, into a cross: it cannot be cancelled there, and is not given up", () => {
      venue.cancelRefused(order);
      venue.answersQueries = true;
      pass(6);
      expect(exposure()).toBe(10);
      venue.cancelled(order, 10);
      expect(stateOf(order)).toBe("cancelled");
    });

    it("did not receive it: what no cancel has found by the next answer is lost", () => {
      venue.answersQueries = true;
      pass(4);
      expect(stateOf(order)).toBe("lost");
      expect(exposure()).toBe(0);
      expect(alerts()).not.toContain("orderContradiction");
    });

    it("is not asked in vain over a line that breaks again: the cancel goes out anew", () => {
      venue.answersQueries = true;
      venue.cancels.length = 0;
      venue.cut(0);
      for (let tries = 0; tries < 400 && venue.cancels.length === 0; tries++) venue.wait(10);
      expect(venue.cancels).toEqual([{ venue: 0, reference: order.reference }]);
      expect(stateOf(order)).toBe("unknown");
    });
  });

  it("received an order before its line was cut, and says nothing of it even over the next but one", () => {
    const order = send();
    venue.answersStanding = false;
    venue.cut(0);
    venue.wait(500);
    venue.hasSeenOnlyBelow(0, venue.standings.at(-1)!.reference + 1);
    venue.answersStanding = true;
    venue.cut(0);
    pass(1);
    expect(stateOf(order)).toBe("unknown");
    expect(exposure()).toBe(10);
    expect(alerts()).toContain("orderContradiction");
  });
});

describe("a venue that counts references which our logs have lost", () => {
  const next = () => venue.engine.orders.nextReferenceOf(0);

  it("may have an order open under one that it never speaks of: each is cancelled, and no other order", () => {
    venue.acceptsByItself = true;
    const own = send();
    const lost = next();
    venue.cut(0);
    venue.hasSeenOnlyBelow(0, lost + 3);
    venue.cancels.length = 0;
    venue.wait(1_000);
    expect(session().isReady).toBe(true);
    expect(venue.cancels).toEqual([lost, lost + 1, lost + 2].map((reference) => ({ venue: 0, reference })));
    expect(stateOf(own)).toBe("working");
    expect(send().reference).toBeGreaterThan(lost + 2);
    pass(5);
    expect(venue.cancels).toHaveLength(3);
  });

  it("has them cancelled again when the line is lost that the cancels had just left over, and not once it has stood", () => {
    const lost = next();
    venue.cut(0);
    venue.hasSeenOnlyBelow(0, lost + 2);
    venue.cancels.length = 0;
    venue.wait(1_000);
    const both = [lost, lost + 1].map((reference) => ({ venue: 0, reference }));
    expect(venue.cancels).toEqual(both);
    venue.cut(0);
    venue.wait(1_000);
    expect(venue.cancels).toEqual([...both, ...both]);
    pass(5);
    venue.cut(0);
    pass(5);
    expect(venue.cancels).toHaveLength(4);
  });

  it("and refuses to cancel one of them for the time being, which is in a cross: it is asked again", () => {
    const lost = next();
    venue.cut(0);
    venue.hasSeenOnlyBelow(0, lost + 1);
    venue.wait(1_000);
    venue.cancelRefused({ venue: 0, reference: lost, symbol, side: "buy", quantity: 1, price, immediate: false });
    venue.cancels.length = 0;
    pass(2);
    expect(venue.cancels).toEqual([{ venue: 0, reference: lost }]);
  });

  it("also when its stream repeats an older answer first, after which we use references above those lost", () => {
    const lost = next();
    venue.answersQueries = false;
    venue.answersStanding = false;
    venue.cut(0);
    venue.wait(1_000);
    // What it said at an earlier login, before all that was lost.
    venue.hasSeenOnlyBelow(0, lost);
    venue.answerAccountQuery(0);
    expect(next()).toBeGreaterThan(lost + 1);
    venue.hasSeenOnlyBelow(0, lost + 1);
    venue.cancels.length = 0;
    venue.answersQueries = true;
    venue.answersStanding = true;
    venue.cut(0);
    pass(3);
    expect(session().isReady).toBe(true);
    expect(venue.cancels).toEqual([{ venue: 0, reference: lost }]);
  });

  it("where all that it counts is known, nothing is cancelled", () => {
    venue.acceptsByItself = true;
    send();
    venue.cut(0);
    venue.cancels.length = 0;
    pass(3);
    expect(session().isReady).toBe(true);
    expect(venue.cancels).toEqual([]);
  });
});

describe("a turn that cannot be written, whose messages never leave", () => {
  it("with a kill among them: the halt tells the venues again to take no orders, and cancels again", () => {
    venue.acceptsByItself = true;
    const order = send();
    venue.sent.length = 0;
    venue.losingOutputs(() => venue.command("kill", "all", -1));
    expect(venue.sent).toContain("0 disable");
    expect(venue.sent).toContain("1 disable");
    expect(venue.sent).toContain(`0 cancel ${order.reference}`);
  });

  it("with a release among them: the venues hear of the halt", () => {
    venue.command("kill", "venue", 0);
    venue.losingOutputs(() => venue.command("release", "venue", 0));
    expect(venue.standings.filter((standing) => standing.venue === 0).length).toBeGreaterThanOrEqual(3);
    expect(venue.sent.filter((sent) => sent === "0 disable").length).toBeGreaterThanOrEqual(2);
  });

  it("with an order among them: it was never sent, and is lost, whatever the venue counts since", () => {
    let order: ArrivedOrder | null = null;
    venue.losingOutputs(() => {
      order = send();
    });
    expect(stateOf(order!)).toBe("lost");
    expect(exposure()).toBe(0);
    pass(6);
    expect(alerts()).not.toContain("orderContradiction");
    expect(venue.engine.execution.unknownCount).toBe(0);
  });

  it("with a question among them: it is asked again", () => {
    const order = send();
    venue.hasSeenOnlyBelow(0, order.reference);
    venue.timeNs += 2_000_000_000;
    venue.losingOutputs(() => venue.during(() => session().askAboutUnanswered()));
    expect(stateOf(order)).toBe("unknown");
    pass(8);
    expect(stateOf(order)).toBe("lost");
  });
});

describe("after a start", () => {
  it("nothing is sent before the drop copy has told what the venue knew: a heartbeat after a second of silence", () => {
    venue.acceptsByItself = true;
    const order = send();
    venue.dropCopyKeepsUp = false;
    venue.restart();
    expect(session().isReady).toBe(true);
    expect(venue.engine.dropSessions[0]!.isReady).toBe(false);
    expect(venue.engine.control.isRecovering).toBe(true);
    expect(venue.submit(wish())).toBe(0);
    // What it had to say comes in time, and is known before anything is decided.
    venue.fill(order, 10, order.price, { dropCopy: true, orders: false });
    expect(venue.engine.positions.quantityOf(instrument)).toBe(10);
    pass(1);
    expect(venue.engine.dropSessions.every((each) => each.isReady)).toBe(true);
    // What only the drop copy told is a break by then, which people know of; the other names trade.
    pass(5);
    expect(venue.engine.control.isRecovering).toBe(false);
  });

  it("a drop copy that logs in while the order session waits for its venue's last word is told how far that came", () => {
    venue.acceptsByItself = true;
    venue.answersStanding = false;
    venue.cut(0);
    venue.wait(500);
    venue.cut(0, dropChannel);
    venue.dropCopyKeepsUp = false;
    venue.wait(500);
    expect(venue.engine.dropSessions[0]!.isReady).toBe(false);
    venue.enabled(0, venue.standings.at(-1)!.reference);
    expect(session().isReady).toBe(true);
    // It is never silent for long enough to have its heartbeat say that there is no more.
    for (let i = 0; i < 20 && !venue.engine.dropSessions[0]!.isReady; i++) {
      const order = send();
      venue.fill(order, 10, order.price, { dropCopy: true });
      venue.wait(100);
    }
    expect(venue.engine.dropSessions[0]!.isReady).toBe(true);
  });

  it("a drop copy that comes as far as the order session, in the venue's time, needs no silence", () => {
    venue.cut(0, dropChannel);
    venue.wait(500);
    expect(venue.engine.dropSessions[0]!.isReady).toBe(true);
  });
});

describe("a session that goes on elsewhere than it was left", () => {
  it.each([
    ["order session", orderChannel],
    ["drop copy", dropChannel],
  ])("%s: people are told, the venue takes no orders until a person releases it, and cancels go", (_, base) => {
    venue.acceptsByItself = true;
    const order = send();
    venue.loses(0, 12, base).cut(0, base);
    pass(2);
    expect(alerts().filter((code) => code === "sequenceJump")).toHaveLength(1);
    expect(session().isReady).toBe(true);
    expect(venue.sent).toContain("0 disable");
    expect(venue.cancels).toContainEqual({ venue: 0, reference: order.reference });
    expect(venue.submit(wish())).toBe(0);
    expect(refusalCodes.name(venue.factsOf("refusal").at(-1)!.code)).toBe("killed");
    venue.cancelled(order, 10);
    venue.command("release", "venue", 0);
    pass(1);
    venue.takeArrived();
    expect(send().reference).toBeGreaterThan(order.reference);
  });

  it("that goes on where it was left, or is a new one from its beginning, is no news", () => {
    const before = logins();
    venue.cut(0);
    pass(2);
    expect(logins()).toBe(before + 1);
    expect(alerts()).not.toContain("sequenceJump");
  });
});
