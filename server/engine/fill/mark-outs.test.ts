import { describe, expect, it } from "vitest";
import { decodeFact, type FactOf } from "../../../domain/facts";
import { FactsOutbox } from "../../machine/facts-outbox";
import { Outbox } from "../../machine/outbox";
import { StateRegistry } from "../../machine/state-registry";
import { QuoteColumn, Quotes } from "../book/quotes";
import { Turn } from "../turn";
import { MarkOuts } from "./mark-outs";

const second = 1_000_000_000;

/** Mark-outs over a market of two instruments that the test sets. */
function createDesk(rows = 8) {
  const registry = new StateRegistry();
  const turn = new Turn(registry);
  const quotes = new Quotes(registry, 2, 1);
  const markOuts = new MarkOuts(registry, turn, quotes, rows);
  const facts = new FactsOutbox();
  const outbox = new Outbox();
  return {
    registry,
    markOuts,
    market: (instrument: number, bid: number, ask: number) => {
      quotes.rows[instrument * QuoteColumn.count + QuoteColumn.bidPrice] = bid;
      quotes.rows[instrument * QuoteColumn.count + QuoteColumn.askPrice] = ask;
    },
    fill: (timeNs: number, ...fills: [fill: number, instrument: number][]) => {
      turn.begin(timeNs, outbox, facts);
      for (const [fill, instrument] of fills) markOuts.follow(fill, fill * 10, instrument);
    },
    tick: (timeNs: number): FactOf<"fillMark">[] => {
      facts.clear();
      turn.begin(timeNs, outbox, facts);
      markOuts.onTimer();
      const found: FactOf<"fillMark">[] = [];
      for (let at = 0; at < facts.used; ) {
        const { fact, length } = decodeFact(facts.bytes, at);
        if (fact.kind === "fillMark") found.push(fact);
        at += length;
      }
      return found;
    },
  };
}

const short = (marks: FactOf<"fillMark">[]) => marks.map(({ fill, horizonSeconds }) => [fill, horizonSeconds]);

describe("mark-outs", () => {
  it("a mark is due at its instant, not a nanosecond before", () => {
    const desk = createDesk();
    desk.market(0, 1_000_000, 1_000_200);
    desk.fill(5 * second, [1, 0]);
    expect(desk.tick(6 * second - 1)).toEqual([]);
    expect(desk.tick(6 * second)).toMatchObject([
      { fill: 1, order: 10, horizonSeconds: 1, bid: 1_000_000, ask: 1_000_200, lateNs: 0 },
    ]);
    expect(desk.tick(6 * second)).toEqual([]);
    expect(desk.tick(15 * second - 1)).toEqual([]);
    expect(desk.tick(15 * second + 3)).toMatchObject([{ fill: 1, horizonSeconds: 10, lateNs: 3 }]);
    expect(short(desk.tick(65 * second))).toEqual([[1, 60]]);
    expect(desk.tick(1_000 * second)).toEqual([]);
  });

  it("several fills of one turn each get their own marks, of their own instrument", () => {
    const desk = createDesk();
    desk.market(0, 100, 200);
    desk.market(1, 0, 300);
    desk.fill(second, [1, 0], [2, 1], [3, 0]);
    expect(desk.tick(2 * second).map(({ fill, bid, ask }) => [fill, bid, ask])).toEqual([
      [1, 100, 200],
      [2, 0, 300],
      [3, 100, 200],
    ]);
  });

  it("after a restart from a snapshot what was due meanwhile is read at once and says how late it is", () => {
    const before = createDesk();
    before.fill(second, [1, 0]);
    before.tick(2 * second);
    const state = new Uint8Array(before.registry.byteLength);
    before.registry.copyInto(state);
    const after = createDesk();
    after.registry.restore(state, before.registry.layout());
    expect(after.tick(20 * second)).toMatchObject([{ fill: 1, horizonSeconds: 10, lateNs: 9 * second }]);
    const nextDay = createDesk();
    nextDay.registry.restore(state, before.registry.layout(), true);
    expect(nextDay.tick(70 * second)).toEqual([]);
  });

  it("a full ring drops the oldest fill's marks, counts them, and keeps the others right", () => {
    const desk = createDesk(4);
    for (let fill = 1; fill <= 4; fill++) desk.fill(fill * second, [fill, 0]);
    expect(short(desk.tick(4 * second))).toEqual([
      [1, 1],
      [2, 1],
      [3, 1],
    ]);
    desk.fill(5 * second, [5, 0]);
    desk.fill(5 * second, [6, 0]);
    expect(desk.markOuts.droppedCount).toBe(4);
    expect(short(desk.tick(100 * second))).toEqual([
      [4, 1],
      [5, 1],
      [6, 1],
      [3, 10],
      [4, 10],
      [5, 10],
      [6, 10],
      [3, 60],
      [4, 60],
      [5, 60],
      [6, 60],
    ]);
  });
});
