import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { FactOf } from "../../domain/facts";
import { feedStates } from "../../domain/health";
import { sides } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { deskOfRecording } from "../../server/desk/desk-of-recording";
import { loadDesk } from "../../server/desk/load-desk";
import { takeCensus } from "../../server/runtime/recording-census";
import {
  directoryEntry,
  orderAdded,
  orderDeleted,
  orderExecuted,
  RecordedFiles,
  type RecordedMessage,
  systemEvent,
} from "../../server/runtime/testing/recorded-file";
import { recordingPath } from "../../server/wire/testing/recorded-data";
import { PlaybackWorld } from "../support/playback-world";
import { createRandom } from "../support/random";

const files = new RecordedFiles();
afterAll(() => files.remove());

/** Whole numbers below the bound given each time, from a seed. */
function randomIntegers(seed: number): (bound: number) => number {
  const random = createRandom(seed);
  return (bound) => Math.floor(random() * bound);
}

/** A message as it stands in a recording, its length put before it. */
function recordedBytes(hexadecimal: string): RecordedMessage {
  const body = Buffer.from(hexadecimal, "hex");
  return Buffer.concat([Uint8Array.of(body.length >> 8, body.length & 0xff), body]);
}

const levelsSchema = z.array(z.tuple([z.number(), z.number()]));
const expectedSchema = z.object({ open_orders: z.number(), bids: levelsSchema, asks: levelsSchema });

const second = 1e9;
const start = 36_000 * second;
const base = loadDesk(fileURLToPath(new URL("../../desks/demo.yaml", import.meta.url)), {
  names: null,
  pairs: null,
  seed: null,
});

/** Two minutes of a market that walks, with an idle half minute in the middle and a burst of one time stamp. */
function evening(): string {
  const next = randomIntegers(7);
  const messages: RecordedMessage[] = [systemEvent(start - 3_600 * second), directoryEntry(start - 5, "AAPL")];
  let reference = 1;
  let mid = 1_500_000;
  for (let at = 0; at < 120; at++) {
    if (at > 50 && at < 80) continue;
    mid += (next(3) - 1) * 100;
    const stamp = start + at * second + next(900) * 1e6;
    for (let level = 1; level <= (at === 90 ? 60 : 2); level++) {
      messages.push(orderAdded(stamp, reference++, "B", 100 + next(5) * 100, mid - level * 100));
      messages.push(orderAdded(stamp, reference++, "S", 100 + next(5) * 100, mid + level * 100));
    }
    if (at % 3 === 0) messages.push(orderExecuted(stamp + 1, reference - 4, 50));
    for (let gone = reference - 12; gone < reference - 8; gone++)
      if (gone > 0) messages.push(orderDeleted(stamp + 2_000, gone));
  }
  return files.write("evening-20240105.itch", ...messages);
}

function worldOf(file: string, speed: "1" | "10" | "60" | "max" = "max", askingNs?: number) {
  const census = takeCensus(file);
  const { desk } = deskOfRecording(census, base);
  return new PlaybackWorld(file, census, desk, speed, askingNs);
}

/** Plays a recording from its start to its end, the maker approved at its first moment. */
function playThrough(file: string) {
  const world = worldOf(file);
  world.driver.request({ action: "pause" });
  world.driver.open(0);
  world.settle();
  world.approve(world.run.engine.desk.strategies.length - 1);
  world.driver.request({ action: "play" });
  return world.settle();
}

describe("a recording played", () => {
  const file = evening();

  it("has a live feed, complete books and all its messages at the end", () => {
    const world = worldOf(file);
    world.driver.open(0);
    world.settle();
    const { state } = world.driver;
    expect(state.state).toBe("ended");
    expect(state.messages).toBe(state.messagesTotal);
    const { engine } = world.run;
    expect(feedStates.name(engine.feeds[0].state)).toBe("live");
    expect(engine.feeds[0].malformed).toBe(0);
    expect(engine.books.openOrders(0)).toBeGreaterThan(50);
    expect(world.run.facts.filter(({ kind }) => kind === "bar").length).toBeGreaterThan(0);
  });

  it("gives the same state and the same facts however it was paused, stepped, hurried and sought", () => {
    const straight = playThrough(file);
    const next = randomIntegers(11);
    for (let attempt = 0; attempt < 2; attempt++) {
      const world = worldOf(file, "1", 1_000 + next(200_000));
      world.driver.request({ action: "pause" });
      world.driver.open(0);
      world.settle();
      world.approve(world.run.engine.desk.strategies.length - 1);
      for (let i = 0; i < 50; i++) {
        const { driver } = world;
        const wish = next(6);
        if (wish === 0) driver.request({ action: "stepPacket" });
        else if (wish === 1) driver.request({ action: "stepSecond" });
        else if (wish === 2) driver.request({ action: "speed", speed: (["1", "10", "60", "max"] as const)[next(3)] });
        else if (wish === 3) driver.request({ action: "seek", toNs: start + next(100) * second + next(1_000_000) });
        else if (wish === 4) driver.request({ action: "play" });
        else driver.request({ action: "pause" });
        world.pass(next(1_500) / 1_000);
      }
      world.driver.request({ action: "speed", speed: "max" });
      world.driver.request({ action: "play" });
      world.settle();
      if (world.driver.state.state !== "ended") world.driver.request({ action: "play" });
      world.settle();
      expect(world.driver.state.state).toBe("ended");
      expect(world.run.digest()).toBe(straight.run.digest());
      expect(world.run.engine.registry.hash()).toBe(straight.run.engine.registry.hash());
    }
  });

  it("steps to the next time stamp, all of its messages, and stands there", () => {
    const world = worldOf(file, "1");
    world.driver.request({ action: "pause" });
    world.driver.open(start + 90 * second - 1);
    world.settle();
    const before = world.driver.state.messages;
    world.driver.request({ action: "stepPacket" });
    world.settle();
    expect(world.driver.state.messages - before).toBe(120);
    expect(world.driver.state.state).toBe("paused");
    const at = world.driver.state.positionNs;
    world.driver.request({ action: "stepSecond" });
    world.settle();
    expect(world.driver.state.positionNs).toBe((Math.floor(at / second) + 1) * second);
  });

  it("jumps the idle half minute when it plays at a pace, and says so", () => {
    const world = worldOf(file, "1");
    world.driver.open(start + 48 * second);
    world.pass(5);
    const { lastSkip, positionNs } = world.driver.state;
    expect(lastSkip).not.toBeNull();
    expect((lastSkip?.toNs ?? 0) - (lastSkip?.fromNs ?? 0)).toBeGreaterThan(25 * second);
    expect(positionNs).toBeGreaterThan(start + 80 * second);
  });

  it("begins where --from says, books complete, and goes on at its pace", () => {
    const world = worldOf(file, "10");
    world.driver.open(start + 100 * second);
    world.pass(0.1);
    expect(world.driver.state.state).toBe("playing");
    expect(world.driver.state.positionNs / second).toBeCloseTo(start / second + 101, -1);
    const straight = worldOf(file);
    straight.driver.request({ action: "pause" });
    straight.driver.open(world.driver.state.positionNs);
    straight.settle();
    expect(world.run.digest()).toBe(straight.run.digest());
  });

  it("seeks back in a journal of its own, with the commands given before that place and none given after", () => {
    const world = worldOf(file, "max");
    world.driver.request({ action: "pause" });
    world.driver.open(start + 10 * second);
    world.settle();
    const maker = world.run.engine.desk.strategies.length - 1;
    world.approve(maker);
    world.driver.request({ action: "seek", toNs: start + 30 * second });
    world.settle();
    const commandsOf = (run = world.run) =>
      run.facts.filter(({ kind }) => kind === "command").map(({ timeNs }) => timeNs);
    expect(world.run.engine.strategyStates.isRunning(maker)).toBe(true);
    world.driver.request({ action: "seek", toNs: start + 20 * second });
    world.settle();
    expect(world.runs).toHaveLength(2);
    expect(commandsOf()).toEqual([start + 10 * second]);
    expect(world.run.engine.strategyStates.isRunning(maker)).toBe(true);
    world.driver.request({ action: "seek", toNs: start + 5 * second });
    world.settle();
    expect(commandsOf()).toEqual([]);
    world.driver.request({ action: "seek", toNs: start + 30 * second });
    world.settle();
    expect(world.run.engine.strategyStates.isRunning(maker)).toBe(false);
    expect(world.run.facts[0].number).toBe(1);
  });

  it("goes back to a checkpoint where one was kept, with the history and the state of one played through", () => {
    // Asking the time costs so much that a checkpoint falls due every few seconds of the recording.
    const world = worldOf(file, "max", 50_000_000);
    world.driver.request({ action: "pause" });
    world.driver.open(0);
    world.settle();
    world.approve(world.run.engine.desk.strategies.length - 1);
    world.driver.request({ action: "play" });
    world.settle();
    for (const seconds of [100, 85, 30, 20]) {
      world.driver.request({ action: "seek", toNs: start + seconds * second });
      world.settle();
    }
    expect(world.runs.filter(({ resumed }) => resumed).length).toBeGreaterThan(1);
    world.driver.request({ action: "play" });
    world.settle();
    const straight = playThrough(file);
    expect(world.driver.state.messages).toBe(world.driver.state.messagesTotal);
    expect(world.run.digest()).toBe(straight.run.digest());
    expect(world.run.engine.registry.hash()).toBe(straight.run.engine.registry.hash());
  });

  it("plays from the start again when play is asked for at the end, and steps no further", () => {
    const world = worldOf(file);
    world.driver.open(0);
    world.settle();
    expect(world.driver.request({ action: "stepSecond" })).toMatch(/end of the recording/);
    world.driver.request({ action: "play" });
    world.settle();
    expect(world.runs).toHaveLength(2);
    expect(world.runs[1].digest()).toBe(world.runs[0].digest());
  });

  it("says where the recording goes when a place outside of it is sought", () => {
    const world = worldOf(file);
    world.driver.open(0);
    world.settle();
    expect(world.driver.request({ action: "seek", toNs: 3 * 3_600 * second })).toMatch(/from 10:00:00 to 10:01:5\d/);
  });
});

describe("the tape of a recording", () => {
  const dayBar = (world: PlaybackWorld) => {
    const { high, low, close, volume, trades } = world.run.engine.bars.day;
    return { high: high[0], low: low[0], close: close[0], volume: volume[0], trades: trades[0] };
  };
  const play = (name: string, ...messages: RecordedMessage[]) => {
    const world = worldOf(files.write(name, ...messages));
    world.driver.open(0);
    return world.settle();
  };

  it("has no print at the old price of an order that was moved into the market", () => {
    // The evening of the future at 23:08:32. An order 400 ticks below the bid is executed, for its new price comes after
    // its execution or never; the offer it met tells the trade. Bytes of the recording but for the first order.
    const orderPlaced = orderAdded(83_309_536_151_497, 0x460b, "B", 12, 47_060_000, "ESH4");
    const bytes = [
      "55000100004bc5034f07ca000000000000460b00000000000046180000000c02ce27a8", // replaced: 12 at 4,706.50
      "41000100004bc5ac0a79fa00000000000046335300000001455348342020202002dd8734", // an offer of 1 at 4,807.25
      "41000100004bc5ac0fa19800000000000046474200000001455348342020202002dd7d70", // a bid for 1 at 4,807.00
      "45000100004bc5ac147f990000000000004618000000010000000000000494", // 1 of the order at 4,706.50 executed
      "44000100004bc5ac147f990000000000004618", // and the rest of it gone
      "45000100004bc5ac147f990000000000004633000000010000000000000495", // the offer executed
    ].map(recordedBytes);
    const world = play("moved-20231225.itch", directoryEntry(0, "ESH4"), orderPlaced, ...bytes);
    expect(dayBar(world)).toEqual({ high: 48_072_500, low: 48_072_500, close: 48_072_500, volume: 1, trades: 1 });
    expect(world.run.engine.books.levels(0, 0, 5)).toEqual([[48_070_000, 1, 1]]);
    expect(world.run.engine.books.levels(0, 1, 5)).toEqual([]);
  });

  it("begins where an auction has brought bid and offer together, not at the prices its orders stood at", () => {
    const at = start;
    const world = play(
      "auction-20240105.itch",
      directoryEntry(at - 2, "AAPL"),
      orderAdded(at, 1, "B", 300, 1_020_000),
      orderAdded(at, 2, "B", 100, 1_000_000),
      orderAdded(at, 3, "S", 300, 980_000),
      orderAdded(at, 4, "S", 100, 1_000_000),
      orderExecuted(at + second, 1, 300),
      orderExecuted(at + second, 3, 300),
      orderExecuted(at + second, 4, 50),
    );
    expect(dayBar(world)).toEqual({ high: 1_000_000, low: 1_000_000, close: 1_000_000, volume: 50, trades: 1 });
  });

  it("keeps the prints of a taker whose order is told before what it took", () => {
    const at = start;
    const world = play(
      "taker-20240105.itch",
      directoryEntry(at - 2, "AAPL"),
      orderAdded(at, 1, "S", 100, 1_000_000),
      orderAdded(at, 2, "S", 100, 1_000_100),
      orderAdded(at + second, 3, "B", 50, 1_000_100),
      orderExecuted(at + second, 1, 100),
      orderExecuted(at + second, 2, 100),
    );
    expect(dayBar(world)).toEqual({ high: 1_000_100, low: 1_000_000, close: 1_000_100, volume: 200, trades: 2 });
  });
});

describe("strategies in a replay", () => {
  it("tell what they would do, with side, quantity and price, and send nothing", () => {
    const world = playThrough(evening());
    const refusals = world.run.facts.filter((fact): fact is FactOf<"refusal"> => fact.kind === "refusal");
    const wishes = refusals.filter(({ code }) => refusalCodes.name(code) === "replayOnly");
    expect(wishes.length).toBeGreaterThan(10);
    expect(new Set(wishes.map(({ side }) => sides.name(side)))).toEqual(new Set(["buy", "sell"]));
    expect(wishes.every(({ quantity, price }) => quantity > 0 && price % 100 === 0)).toBe(true);
    expect(world.run.orderOutputs).toBe(0);
    const kinds = new Set(world.run.facts.map(({ kind }) => kind));
    for (const kind of ["parentCreated", "orderSubmitted", "fill", "sessionState"] as const)
      expect(kinds.has(kind)).toBe(false);
  });

  it("do not fill the record: one wish a side and symbol in five seconds", () => {
    const world = playThrough(evening());
    const wishes = world.run.facts.filter((fact): fact is FactOf<"refusal"> => fact.kind === "refusal");
    for (const side of [0, 1]) {
      const times = wishes.filter((wish) => wish.side === side).map(({ timeNs }) => timeNs);
      for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeGreaterThanOrEqual(5 * second);
    }
  });
});

describe("recordings nobody here made", () => {
  const itPlays = (title: string, name: string, check: (world: PlaybackWorld) => void) => {
    const file = recordingPath(name);
    if (!existsSync(file)) return it.skip(`${title} (skipped: no recording ${name})`, () => undefined);
    return it(title, () => {
      const world = worldOf(file);
      world.driver.open(0);
      check(world.settle());
    });
  };

  itPlays("the evening of the future is whole at its end", "itch/esh4-20231225.itch", (world) => {
    expect(world.driver.state.messages).toBe(59_488);
    const { open_orders, bids, asks } = expectedSchema.parse(
      JSON.parse(readFileSync(recordingPath("itch/esh4-20231225.itch.expected.json"), "utf8")),
    );
    const { books } = world.run.engine;
    expect(books.openOrders(0)).toBe(open_orders);
    const levels = (side: 0 | 1) => books.levels(0, side, bids.length).map(([price, quantity]) => [price, quantity]);
    expect(levels(0)).toEqual(bids);
    expect(levels(1)).toEqual(asks);
    // Counted apart from this code: of 5,426 executions 43 are of orders that others of their side stood before, and 23
    // are the opening auction's, all but the 7 lots that stood at its price.
    const { trades, volume, low, high, close } = world.run.engine.bars.day;
    expect([trades[0], volume[0]]).toEqual([5_360, 8_101]);
    expect([low[0], high[0], close[0]]).toEqual([48_000_000, 48_117_500, 48_100_000]);
  });
  itPlays("a directory alone", "itch/nasdaq-20191230-directory.itch", (world) => {
    expect(world.driver.state.state).toBe("ended");
    expect(world.run.engine.feeds[0].malformed).toBe(0);
  });
  itPlays("fragments, half of whose orders nobody knows", "itch/nasdaq-20230822-fragments.itch", (world) => {
    expect(world.driver.state.state).toBe("ended");
    expect(world.driver.state.messages).toBe(111);
  });
});
