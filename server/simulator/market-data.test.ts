import { describe, expect, test } from "vitest";
import { feedChannel, retransmissionChannel, snapshotChannel } from "../machine/channels";
import { readGlimpseSnapshot } from "../wire/glimpse";
import { encodeMoldRequest, moldPayloadLimit } from "../wire/mold-udp64";
import { ExchangeDriver } from "./testing/exchange-driver";
import { MemberClient } from "./testing/member-client";
import { moldSequenceOf, NaiveBook } from "./testing/naive-book";
import { smallDesk } from "./testing/small-desk";

function expectSameBooks(driver: ExchangeDriver, venue: number, book: NaiveBook): void {
  const { exchange } = driver;
  expect(book.problems).toEqual([]);
  exchange.desk.instruments.forEach((_, instrument) => {
    expect(book.levels(instrument + 1, "B")).toEqual(exchange.bookLevels(venue, instrument, 0));
    expect(book.levels(instrument + 1, "S")).toEqual(exchange.bookLevels(venue, instrument, 1));
  });
}

describe("a venue's market data", () => {
  test("an outsider who follows the feed has the exchange's own books", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 6, pairs: 2 }));
    const books = [new NaiveBook(), new NaiveBook()];
    const lengths: number[] = [];
    driver.onOutput = ({ channel, bytes }) => {
      lengths.push(bytes.length);
      books[channel - feedChannel].packet(bytes);
    };
    driver.start();
    for (let round = 0; round < 30; round++) {
      driver.run(1_000);
      books.forEach((book, venue) => {
        expectSameBooks(driver, venue, book);
      });
    }
    expect(Math.max(...lengths)).toBeLessThanOrEqual(moldPayloadLimit);
    for (const book of books) {
      expect(Object.keys(book.countByType).sort()).toEqual(["A", "D", "E", "H", "P", "R", "S", "U", "X"]);
      expect(book.countByType).toMatchObject({ S: 3, R: 6, H: 6 });
    }
  });

  test("a lost packet is had again from the retransmission server", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 4 }));
    const book = new NaiveBook();
    const session = new Uint8Array(10);
    let lost: Uint8Array | null = null;
    let count = 0;
    const held: Uint8Array[] = [];
    driver.onOutput = ({ channel, bytes }) => {
      if (channel === 1_030) book.packet(bytes);
      if (channel !== feedChannel) return;
      session.set(bytes.subarray(0, 10));
      count += 1;
      if (count === 40) lost = bytes;
      else if (lost) held.push(bytes);
      else book.packet(bytes);
    };
    driver.start().run(5_000);
    expect(lost).not.toBeNull();
    driver.connect(1_030, retransmissionChannel);
    const request = new Uint8Array(20);
    const missing = moldSequenceOf(held[0]) - book.nextSequence;
    encodeMoldRequest(request, 0, session, 0, book.nextSequence, missing);
    driver.send(1_030, request);
    for (const bytes of held) book.packet(bytes);
    expectSameBooks(driver, 0, book);
  });

  test("retransmission is bounded, and silent on what is not held, not yet sent, or of another session", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 40 }));
    const session = new Uint8Array(10);
    let answers = 0;
    let messages = 0;
    driver.onOutput = ({ channel, bytes }) => {
      if (channel === feedChannel) session.set(bytes.subarray(0, 10));
      if (channel !== 1_030) return;
      answers += 1;
      messages += bytes[18] * 256 + bytes[19];
    };
    driver.start().run(3_000);
    driver.connect(1_030, retransmissionChannel);
    const ask = (from: number, count: number): void => {
      answers = 0;
      messages = 0;
      const request = new Uint8Array(20);
      encodeMoldRequest(request, 0, session, 0, from, count);
      driver.send(1_030, request);
    };
    ask(1, 60_000);
    expect(messages).toBe(1_000);
    ask(driver.exchange.nextFeedSequence(0), 10);
    expect(answers).toBe(0);
    ask(0, 10);
    expect(answers).toBe(0);
    session.fill(0x20);
    ask(1, 10);
    expect(answers).toBe(0);
  });

  test("the line is never silent for longer than a second", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 1, messagesPerSecond: 0.001 }));
    let lastNs = 0;
    let longest = 0;
    driver.onOutput = ({ channel }) => {
      if (channel !== feedChannel) return;
      longest = Math.max(longest, driver.timeNs - lastNs);
      lastNs = driver.timeNs;
    };
    driver.start().run(20_000);
    expect(longest).toBeLessThanOrEqual(1_000_000_000);
  });

  test("a snapshot holds the books of its sequence number, and the feed goes on from there", () => {
    const driver = new ExchangeDriver(smallDesk({ names: 6 }));
    const late = new NaiveBook();
    let fromFeed = Number.POSITIVE_INFINITY;
    driver.start().run(10_000);
    const client = new MemberClient(driver, 1_040, snapshotChannel + 1);
    driver.onOutput = (output) => {
      client.hear(output);
      if (output.channel === feedChannel + 1 && driver.timeNs > fromFeed) late.packet(output.bytes);
    };
    client.login();
    for (const payload of client.payloads.slice(0, -1)) late.message(payload, 0, payload.length);
    const last = client.payloads[client.payloads.length - 1];
    late.nextSequence = readGlimpseSnapshot(last, 0, last.length);
    expect(late.nextSequence).toBe(driver.exchange.nextFeedSequence(1));
    expectSameBooks(driver, 1, late);
    fromFeed = driver.timeNs;
    driver.run(5_000);
    expectSameBooks(driver, 1, late);
  });
});
