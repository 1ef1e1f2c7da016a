import { describe, expect, it } from "vitest";
import type { FactOf } from "../../domain/facts";
import { type RefusalCode, refusalCodes } from "../../domain/refusal";
import type { RefusalsPayload } from "../../protocol/topics";
import { DeskReplica } from "./desk-replica";
import { RefusalHistory } from "./refusal-history";
import { FactWriter } from "./testing/fact-writer";
import { sampleDesk } from "./testing/sample-desk";

const writer = new FactWriter();
const refusal = (seconds: number, strategy: number, reason: RefusalCode) =>
  writer.write("refusal", seconds * 1e9, { strategy, code: refusalCodes.code[reason] }) as FactOf<"refusal">;

describe("refusals over time", () => {
  it("are counted by the minute, the strategy and the reason", () => {
    const history = new RefusalHistory(86_400_000);
    history.apply(refusal(59, 0, "priceCollar"));
    history.apply(refusal(60, 0, "priceCollar"));
    history.apply(refusal(119, 0, "priceCollar"));
    history.apply(refusal(119, 1, "capital"));
    expect(history.topic.snapshot()).toEqual({
      last: [],
      minutes: [
        { timeSeconds: 86_400, counts: [{ strategy: 0, reason: "priceCollar", count: 1 }] },
        {
          timeSeconds: 86_460,
          counts: [
            { strategy: 0, reason: "priceCollar", count: 2 },
            { strategy: 1, reason: "capital", count: 1 },
          ],
        },
      ],
    });
  });

  it("tell a reader only the minutes that changed since", () => {
    const history = new RefusalHistory(0);
    history.apply(refusal(10, 0, "priceCollar"));
    const seen = history.topic.version;
    history.apply(refusal(70, 0, "staleData"));
    const { minutes } = history.topic.since(seen) as RefusalsPayload;
    expect(minutes.map(({ timeSeconds }) => timeSeconds)).toEqual([60]);
  });

  it("forget what is more than an hour old", () => {
    const history = new RefusalHistory(0);
    history.apply(refusal(0, 0, "priceCollar"));
    history.apply(refusal(60, 0, "priceCollar"));
    history.apply(refusal(61 * 60, 0, "priceCollar"));
    const { minutes } = history.topic.snapshot() as RefusalsPayload;
    expect(minutes.map(({ timeSeconds }) => timeSeconds)).toEqual([60, 3_660]);
  });

  it("keep the last one of each strategy and reason, whatever else is told since", () => {
    const replica = new DeskReplica(sampleDesk(), { tradingDay: "2026-11-20", dayStartMs: 0, version: "test" });
    const { topic } = replica.refusals;
    const first = refusal(1, 0, "priceCollar");
    const other = refusal(2, 1, "priceCollar");
    replica.applyFacts([first, other]);
    const seen = topic.version;
    const later = Array.from({ length: 1_000 }, (_, second) => refusal(3 + second, 0, "messageRate"));
    replica.applyFacts(later);
    const { last } = topic.snapshot() as RefusalsPayload;
    expect(last.map(({ id, strategy, refusal: reason }) => [id, strategy, reason])).toEqual([
      [first.number, 0, "priceCollar"],
      [other.number, 1, "priceCollar"],
      [later[999].number, 0, "messageRate"],
    ]);
    expect(last[0].text).toContain("price");
    const news = topic.since(seen) as RefusalsPayload;
    expect(news.last.map(({ id }) => id)).toEqual([later[999].number]);
  });
});
