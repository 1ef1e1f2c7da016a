import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { itWithRecording, recordingPath, recordings } from "../wire/testing/recorded-data";
import { readRecording } from "./recording";

describe("the books of a recording", () => {
  itWithRecording("agree with what the recorder of an ESH4 day counted", "itch/esh4-20231225.itch", (file) => {
    const expected = JSON.parse(readFileSync(recordingPath("itch/esh4-20231225.itch.expected.json"), "utf8")) as {
      messages: Record<string, number>;
      open_orders: number;
      bids: number[][];
      asks: number[][];
    };
    const book = readRecording(file);
    const { "T(not sent)": _notSent, ...messages } = expected.messages;
    expect(book.messages).toEqual(messages);
    expect(book.openOrders).toBe(expected.open_orders);
    const levels = (side: "bid" | "ask") =>
      book.levels(book.busiestSymbol, side, 10).map(([price, size]) => [price, size]);
    expect(levels("bid")).toEqual(expected.bids);
    expect(levels("ask")).toEqual(expected.asks);
    expect(book.problems).toEqual([]);
  });

  itWithRecording("have no errors on a Nasdaq directory", "itch/nasdaq-20191230-directory.itch", (file) => {
    const book = readRecording(file);
    expect(book.problems).toEqual([]);
    expect(Object.values(book.messages).reduce((sum, count) => sum + count, 0)).toBe(1_000);
  });

  itWithRecording("count unseen orders of fragments, without errors", "itch/nasdaq-20230822-fragments.itch", (file) => {
    const book = readRecording(file);
    expect(book.problems).toEqual([]);
    expect(Object.values(book.messages).reduce((sum, count) => sum + count, 0)).toBe(111);
    expect(book.unknownReferences).toBeGreaterThan(0);
  });

  for (const capture of recordings("itch/pcap", ".pcap")) {
    itWithRecording(`have no errors on ${capture}`, capture, (file) => {
      const book = readRecording(file);
      expect(book.problems).toEqual([]);
      expect(Object.keys(book.messages).length).toBeGreaterThan(0);
    });
  }

  it("say where a file is cut off", () => {
    expect(readRecording(new Uint8Array([0, 12, 83])).problems).toEqual(["the file ends inside the message at byte 0"]);
  });

  it("say that a message is damaged", () => {
    expect(readRecording(new Uint8Array([0, 1, 83])).problems).toEqual(["1 messages could not be decoded"]);
  });
});
