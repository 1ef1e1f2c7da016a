import { describe, expect, it } from "vitest";
import { noticeOf } from "./notices";
import { sampleDesk } from "./testing/sample-desk";

const desk = sampleDesk();
const at = { number: 7, timeNs: 5, text: "", order: 12 };

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
