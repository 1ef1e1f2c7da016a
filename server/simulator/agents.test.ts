import { describe, expect, test } from "vitest";
import { feedChannel, orderChannel } from "../machine/channels";
import { ouchSide } from "../wire/ouch-codes";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient } from "./testing/member-client";
import { NaiveBook } from "./testing/naive-book";
import { smallDesk } from "./testing/small-desk";

/** Half an hour of the market, looked at every second: best prices of both venues, and messages. */
function watch(driver: ExchangeDriver, seconds: number) {
  const { exchange } = driver;
  const names = exchange.desk.instruments.length;
  const mids: number[][] = Array.from({ length: names }, () => []);
  const messages: number[] = [];
  let crossed = 0;
  let venuesCrossed = 0;
  let shallow = 0;
  let empty = 0;
  let looks = 0;
  const spreadsBps: number[] = [];
  let before = exchange.nextFeedSequence(0) + exchange.nextFeedSequence(1);
  for (let second = 0; second < seconds; second++) {
    driver.run(1_000);
    const now = exchange.nextFeedSequence(0) + exchange.nextFeedSequence(1);
    messages.push(now - before);
    before = now;
    for (let instrument = 0; instrument < names; instrument++) {
      let best = 0;
      let offered = Number.POSITIVE_INFINITY;
      for (let venue = 0; venue < 2; venue++) {
        const bids = exchange.bookLevels(venue, instrument, 0, 10);
        const asks = exchange.bookLevels(venue, instrument, 1, 10);
        looks += 1;
        if (bids.length === 0 || asks.length === 0) empty += 1;
        else {
          if (bids[0].price >= asks[0].price) crossed += 1;
          if (bids.length < 10 || asks.length < 10) shallow += 1;
          best = Math.max(best, bids[0].price);
          offered = Math.min(offered, asks[0].price);
        }
      }
      if (best > offered) venuesCrossed += 1;
      mids[instrument].push((best + offered) / 2);
      spreadsBps.push(((offered - best) / best) * 10_000);
    }
  }
  spreadsBps.sort((a, b) => a - b);
  return { mids, messages, crossed, venuesCrossed, shallow, empty, looks, spreadsBps };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function returnsOf(mids: readonly number[], step: number): number[] {
  const found: number[] = [];
  for (let at = step; at < mids.length; at += step) found.push(Math.log(mids[at] / mids[at - step]));
  return found;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const middleA = mean(a);
  const middleB = mean(b);
  return mean(a.map((value, at) => (value - middleA) * (b[at] - middleB))) / (deviation(a) * deviation(b));
}

describe("the market the agents make", () => {
  const seconds = 1_800;
  const desk = smallDesk({ names: 20, pairs: 6 });
  const driver = new ExchangeDriver(desk).start();
  const market = watch(driver, seconds);

  test("books are two-sided, ten levels deep and never crossed", () => {
    expect(market.crossed).toBe(0);
    expect(market.empty).toBe(0);
    expect(market.shallow / market.looks).toBeLessThan(0.01);
  });

  test("the venues are rarely crossed against each other", () => {
    expect(market.venuesCrossed / market.looks).toBeLessThan(0.002);
  });

  test("spreads are a few basis points", () => {
    const middle = market.spreadsBps[Math.floor(market.spreadsBps.length / 2)];
    expect(middle).toBeGreaterThan(0.3);
    expect(middle).toBeLessThan(5);
  });

  test("the message rate is near the desk's target, with quiet and busy spells", () => {
    const target = desk.market.messagesPerSecond;
    expect(mean(market.messages) / target).toBeGreaterThan(0.85);
    expect(mean(market.messages) / target).toBeLessThan(1.15);
    const sorted = [...market.messages].sort((a, b) => a - b);
    const busy = sorted[Math.floor(sorted.length * 0.95)];
    const quiet = sorted[Math.floor(sorted.length * 0.05)];
    expect(busy / quiet).toBeGreaterThan(2.5);
  });

  test("prices move as much as the names' volatilities say, and together", () => {
    const roots = desk.instruments.map((_, index) => index).filter((index) => index >= 12);
    const ratios = roots.map((index) => {
      const expected = desk.instruments[index].dailyVolatility * Math.sqrt((desk.market.timeCompression * 10) / 23_400);
      return deviation(returnsOf(market.mids[index], 10)) / expected;
    });
    expect(mean(ratios)).toBeGreaterThan(0.75);
    expect(mean(ratios)).toBeLessThan(1.25);
    const returns = roots.map((index) => returnsOf(market.mids[index], 10));
    const correlations = returns.flatMap((a, at) => returns.slice(0, at).map((b) => correlation(a, b)));
    expect(mean(correlations)).toBeGreaterThan(0.1);
    expect(mean(correlations)).toBeLessThan(0.7);
  });

  test("pair spreads keep to their deviation and come back within their half life", () => {
    const deviations: number[] = [];
    const halfLives: number[] = [];
    for (const pair of desk.pairs) {
      const spread = market.mids[pair.instrumentA].map(
        (mid, at) => Math.log(mid) - pair.hedgeRatio * Math.log(market.mids[pair.instrumentB][at]),
      );
      const middle = mean(spread);
      const centred = spread.map((value) => value - middle);
      const lag = 10;
      const now = centred.slice(lag);
      const then = centred.slice(0, -lag);
      const kept = mean(now.map((value, at) => value * then[at])) / mean(then.map((value) => value * value));
      deviations.push(deviation(spread) / pair.spreadDeviation);
      halfLives.push((lag * Math.log(0.5)) / Math.log(kept) / pair.halfLifeSeconds);
    }
    expect(mean(deviations)).toBeGreaterThan(0.6);
    expect(mean(deviations)).toBeLessThan(1.4);
    expect(mean(halfLives)).toBeGreaterThan(0.4);
    expect(mean(halfLives)).toBeLessThan(1.8);
  });

  test("a broken relation takes the spread far from its mean for a while", () => {
    const largest = (breakSecondsMean: number): number => {
      const broken = smallDesk({ names: 4, pairs: 2, breakSecondsMean });
      const run = watch(new ExchangeDriver(broken).start(), 900);
      return Math.max(
        ...broken.pairs.flatMap(({ instrumentA, instrumentB, hedgeRatio, spreadMean, spreadDeviation }) =>
          run.mids[instrumentA].map((mid, at) => {
            const other = Math.log(run.mids[instrumentB][at] / 10_000);
            return Math.abs(Math.log(mid / 10_000) - hedgeRatio * other - spreadMean) / spreadDeviation;
          }),
        ),
      );
    };
    expect(largest(0)).toBeLessThan(4.5);
    expect(largest(60)).toBeGreaterThan(4.5);
  });

  test("a large desk of 500 names and 400 pairs opens with books everywhere and stays near its rate", () => {
    const large = new ExchangeDriver(smallDesk({ names: 500, pairs: 400, messagesPerSecond: 4_000 })).start();
    const { exchange } = large;
    for (let instrument = 0; instrument < 500; instrument++)
      for (let venue = 0; venue < 2; venue++)
        expect(exchange.bookLevels(venue, instrument, instrument % 2).length).toBeGreaterThanOrEqual(10);
    const before = exchange.nextFeedSequence(0) + exchange.nextFeedSequence(1);
    large.run(60_000);
    const rate = (exchange.nextFeedSequence(0) + exchange.nextFeedSequence(1) - before) / 60;
    expect(rate).toBeGreaterThan(2_000);
    expect(rate).toBeLessThan(8_000);
  });

  test("prices stay sane for days", () => {
    const wild = smallDesk({ names: 6, pairs: 2, timeCompression: 2_000, breakSecondsMean: 30, messagesPerSecond: 60 });
    const days = new ExchangeDriver(wild).start();
    for (let minute = 0; minute < 60; minute++) {
      days.run(60_000);
      wild.instruments.forEach(({ referencePrice }, instrument) => {
        expect(days.exchange.fairPrice(instrument) / referencePrice).toBeGreaterThan(0.1);
        expect(days.exchange.fairPrice(instrument) / referencePrice).toBeLessThan(10);
      });
    }
  });
});

describe("the agents and the member", () => {
  test("a resting order of the member is traded with when the market comes to it", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 2 })).start().run(1_000);
    const member = new MemberClient(driver, 1_024, orderChannel);
    driver.onOutput = (output) => member.hear(output);
    member.login();
    const [bid] = driver.exchange.bookLevels(0, 0, 0, 1);
    const [ask] = driver.exchange.bookLevels(0, 0, 1, 1);
    const buy = member.enter({ quantity: 50, price: bid.price });
    const sell = member.enter({ quantity: 50, price: ask.price, side: ouchSide.sell });
    for (let round = 0; round < 60; round++) {
      driver.run(1_000);
      member.heartbeat();
    }
    const filled = [buy, sell].some((reference) => member.about(reference).some(({ kind }) => kind === "executed"));
    expect(filled).toBe(true);
  });

  test("a bid left above the other venue's ask is arbitraged away", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 2 })).start().run(1_000);
    const member = new MemberClient(driver, 1_024, orderChannel);
    driver.onOutput = (output) => member.hear(output);
    member.login();
    const away = driver.exchange.bookLevels(1, 0, 1, 1)[0].price + 3_000;
    const reference = member.enter({ quantity: 20_000, price: away });
    driver.run(500);
    const here = driver.exchange.bookLevels(0, 0, 0, 1)[0]?.price ?? 0;
    const there = driver.exchange.bookLevels(1, 0, 1, 1)[0]?.price ?? Number.POSITIVE_INFINITY;
    expect(here).toBeLessThanOrEqual(there);
    expect(member.about(reference).filter(({ kind }) => kind === "executed").length).toBeGreaterThan(1);
  });

  test("every venue trades, by its share of the liquidity", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 8 }));
    const books = [new NaiveBook(), new NaiveBook()];
    driver.onOutput = ({ channel, bytes }) => books[channel - feedChannel].packet(bytes);
    driver.start().run(120_000);
    const [north, south] = books.map((book) => book.trades.reduce((sum, { shares }) => sum + shares, 0));
    expect(north).toBeGreaterThan(south);
    expect(south).toBeGreaterThan(0);
    expect(books[0].trades.length / driver.exchange.nextFeedSequence(0)).toBeGreaterThan(0.03);
  });
});
