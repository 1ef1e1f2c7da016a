import { describe, expect, test } from "vitest";
import type { FactOf } from "../../domain/facts";
import { BreakReplica } from "./break-replica";

function fact(open: number, orderNet: number, dropNet: number): FactOf<"reconciliationBreak"> {
  return {
    kind: "reconciliationBreak",
    number: 1,
    timeNs: 5e9,
    text: "",
    venue: 1,
    instrument: 7,
    open,
    orderNet,
    dropNet,
    orderFills: 1,
    dropFills: 0,
    cause: 0,
    orderMessages: 3,
    dropMessages: 3,
  };
}

describe("breaks on the screen", () => {
  test("a break is there with both sides' numbers until it is settled, and a late browser hears of none then", () => {
    const breaks = new BreakReplica();
    const before = breaks.topic.version;
    breaks.apply(fact(1, 40, 0));
    expect(breaks.topic.snapshot()).toMatchObject({ rows: [{ id: "1:7", open: true, orderNet: 40, dropNet: 0 }] });
    breaks.apply(fact(0, 40, 40));
    expect(breaks.topic.snapshot()).toEqual({ rows: [] });
    expect(breaks.topic.since(before)).toMatchObject({ rows: [{ open: true }, { open: false }] });
  });
});
