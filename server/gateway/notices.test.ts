import { describe, expect, it } from "vitest";
import { type AlertCode, alertCodes, sessionStates } from "../../domain/health";
import { orderStates } from "../../domain/order";
import { orderMessages } from "../../domain/order-life";
import { noticeOf } from "./notices";
import { sampleDesk } from "./testing/sample-desk";

const desk = sampleDesk();
const at = { number: 7, timeNs: 5, text: "", order: 12 };

describe("alerts", () => {
  const textOf = (code: AlertCode, target: number, value: number, limit: number) =>
    noticeOf({ ...at, kind: "alert", code: alertCodes.code[code], target, value, limit }, desk)?.text;
  const venue = desk.venues[1]!.name;
  const symbol = desk.instruments[0]!.symbol;

  it("say where and how much", () => {
    expect(textOf("sessionLost", 1, 1_234, 0)).toBe(
      `venue ${venue}: a session was lost with 1,234 orders open on the desk`,
    );
    expect(textOf("feedGap", 1, 20, 5_000)).toBe(
      `venue ${venue}: 20 messages of market data are missing and asked for`,
    );
    expect(textOf("sequenceJump", 1, 90, 70)).toContain("goes on at message 90 where we left it at 70");
    expect(textOf("overfill", 12, 30, 10)).toBe("order 12: 30 were filled where 10 were open: more than was ordered");
    expect(textOf("dayEndedUnknown", 0, 1, 700)).toContain(`${symbol} at venue ${venue}`);
    expect(textOf("massCancelUnanswered", 1, -1, 2)).toContain(
      `venue ${venue} has not confirmed a mass cancel (asked 2`,
    );
    expect(textOf("massCancelUnanswered", 1, 0, 2)).toContain(`a mass cancel of ${symbol} (asked 2`);
    expect(textOf("messageUnreadable", 1, 0x45, 2)).toContain("a message of type E could not be read");
    expect(textOf("messageUnreadable", 1, 7, 1)).toContain("a message of type 0x07 could not be read");
    expect(textOf("lineSilent", 1, 2, 0)).toBe(`venue ${venue}: line B of its feed is silent; the other goes on alone`);
    expect(textOf("orderContradiction", 12, orderMessages.code.accepted, orderStates.code.partlyFilled)).toBe(
      "order 12: the venue contradicts what it said before (accepted of one that is partly filled)",
    );
  });

  it("have words each, also where a number is none of those it should be", () => {
    for (const code of alertCodes.names)
      for (const number of [-1, 0, 99])
        expect([code, textOf(code, number, number, number)]).toEqual([
          code,
          expect.stringMatching(/^(?!.*undefined).{12,}$/),
        ]);
  });
});

it("tell a session's state in words", () => {
  const told = noticeOf(
    { ...at, kind: "sessionState", venue: 1, session: 1, state: sessionStates.code.loggingIn },
    desk,
  );
  expect(told?.text).toBe(`venue ${desk.venues[1]!.name}: drop copy logging in`);
});

describe("notices about our orders", () => {
  it("name the order that a venue rejected, never saw, or says nothing of", () => {
    const rejected = noticeOf({ ...at, kind: "orderRejected", code: 29, venueTimeNs: 4 }, desk);
    expect(rejected).toMatchObject({
      order: 12,
      severity: "warning",
      text: "order 12: the venue rejected it (code 29)",
    });
    expect(noticeOf({ ...at, kind: "orderLost" }, desk)).toMatchObject({ order: 12, severity: "warning" });
    expect(noticeOf({ ...at, kind: "orderUnknown", message: 0 }, desk)).toMatchObject({ order: 12 });
  });

  it("keep a replace that crossed a fill to a line in the list", () => {
    const refused = noticeOf({ ...at, kind: "orderReplaceRejected", code: 21, userReference: 9, venueTimeNs: 4 }, desk);
    expect(refused?.text).toContain("order 12");
    expect(refused).not.toHaveProperty("order");
  });
});
