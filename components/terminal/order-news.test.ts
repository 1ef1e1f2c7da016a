import { describe, expect, it } from "vitest";
import type { FillRow } from "@/protocol/topics";
import { Burst, burstMs, type FillNames, FillNews, isOrderTrouble } from "./order-news";

const names: FillNames = {
  symbol: (id) => ["AAPL", "MSFT"][id],
  venue: () => "NORTH",
  strategy: (id) => ["pairs-technology", "maker"][id],
  decimals: () => 2,
  isMaker: (id) => id === 1,
};
const second = 1e9;

function fill(id: number, part: Partial<FillRow> = {}): FillRow {
  const what = { order: id, strategy: 0, pair: 0, instrument: 0, venue: 0, side: "buy", quantity: 100 } as const;
  const money = { price: 1_582_000, fee: 0, realised: 0, reason: "entry", broken: false } as const;
  return { id, ...what, ...money, timeNs: 100 * second, ...part };
}

/** Opened at 99 seconds, before any fill. */
function opened(): FillNews {
  const news = new FillNews();
  expect(news.take([], 99 * second, -burstMs, names)).toBeNull();
  return news;
}

describe("toasts of our fills", () => {
  it("tell one fill with side, quantity, price and who", () => {
    expect(opened().take([fill(1)], 101 * second, 0, names)).toEqual({
      title: "Bought 100 AAPL at 158.20",
      description: "NORTH · pairs-technology",
    });
  });

  it("tell a burst by its last and how many there were, and begin anew after it", () => {
    const news = opened();
    news.take([fill(1)], 100 * second, 0, names);
    const rows = [fill(1), fill(2), fill(3, { side: "sellShort", instrument: 1, price: 1_020_500 })];
    expect(news.take(rows, 100 * second, 500, names)).toEqual({
      title: "3 fills",
      description: "last: sold short 100 MSFT at 102.05, NORTH · pairs-technology",
    });
    expect(news.take([...rows, fill(4)], 100 * second, burstMs + 1, names)?.title).toBe("Bought 100 AAPL at 158.20");
  });

  it("leave out what a page finds when it opens, what was told already, and a maker's", () => {
    const late = new FillNews();
    expect(late.take([fill(1)], 101 * second, 0, names)).toBeNull();
    const news = opened();
    expect(news.take([fill(1, { strategy: 1 })], 101 * second, 1, names)).toBeNull();
    expect(news.take([fill(1, { strategy: 1 }), fill(2)], 101 * second, 2, names)).not.toBeNull();
    expect(news.take([fill(1, { strategy: 1 }), fill(2)], 101 * second, 3, names)).toBeNull();
  });

  it("wait for the engine's clock and for the names", () => {
    const news = new FillNews();
    expect(news.take([fill(1)], null, 0, names)).toBeNull();
    expect(news.take([fill(1), fill(2)], 99 * second, 1, null)).toBeNull();
    expect(news.take([fill(1), fill(2), fill(3)], 100 * second, 2, names)?.title).toBe("Bought 100 AAPL at 158.20");
  });

  it("tell the fills of another day, which are counted from one again", () => {
    const news = opened();
    news.take([fill(900)], 100 * second, 0, names);
    expect(news.take([fill(1)], 100 * second, burstMs + 1, names)?.title).toBe("Bought 100 AAPL at 158.20");
  });
});

describe("a burst", () => {
  it("is over some seconds after it began", () => {
    const burst = new Burst();
    expect([burst.add(0), burst.add(10), burst.add(burstMs), burst.add(burstMs + 1)]).toEqual([1, 2, 3, 1]);
  });
});

describe("trouble with one of our orders", () => {
  const notice = { id: 1, timeNs: 0, severity: "warning", text: "", strategy: null, refusal: null } as const;

  it("is a warning about an order, and no other one", () => {
    expect(isOrderTrouble({ ...notice, order: 12 })).toBe(true);
    expect(isOrderTrouble(notice)).toBe(false);
    expect(isOrderTrouble({ ...notice, severity: "info", order: 12 })).toBe(false);
  });
});
