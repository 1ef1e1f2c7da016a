import { describe, expect, it } from "vitest";
import { first, second, TwoLines } from "./testing/two-lines";

describe("a feed whose session changes", () => {
  it("while a snapshot is on its way does not go on from it: it is of the session before", () => {
    const lines = new TwoLines();
    lines.heartbeat(60_000);
    lines.wait(20);
    expect(lines.state).toBe("waiting");
    lines.beginSnapshot();
    expect(lines.state).toBe("snapshot");
    const { disconnects } = lines;
    lines.session = "DAY2";
    lines.packet(first, 1, 3);
    // What of the old snapshot is still on its way.
    lines.endSnapshot(60_000);
    expect(lines.state).toBe("waiting");
    expect(lines.disconnects).toBe(disconnects + 1);
    lines.wait(1_000);
    lines.takeSnapshot(4);
    lines.heartbeat(4);
    lines.packet(first, 4, 6);
    expect(lines.taken).toEqual([4, 5, 6]);
    expect(lines.feed.expectedSequence).toBe(7);
    expect(lines.state).toBe("live");
  });

  it("between the first snapshot and the first packet does not take the packets for old ones", () => {
    const lines = new TwoLines(60_000, false);
    lines.session = "DAY2";
    lines.packet(first, 1, 3);
    expect(lines.state).toBe("waiting");
    lines.wait(1_000);
    lines.takeSnapshot(4);
    lines.packet(first, 4, 6);
    expect(lines.taken).toEqual([4, 5, 6]);
    expect(lines.state).toBe("live");
  });

  it("while something of the session before is missing tells of no gap in the new one", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 2);
    lines.packet(second, 1, 2);
    lines.packet(first, 5, 6);
    lines.session = "DAY2";
    lines.packet(first, 7_000, 7_001);
    lines.wait(20);
    expect(lines.alerts()).toEqual([]);
    expect(lines.requests).toEqual([]);
    expect(lines.state).toBe("waiting");
  });
});

describe("a packet whose sequence number is far beyond the venue's", () => {
  it("costs a snapshot, and not the feed for the rest of the day", () => {
    const lines = new TwoLines();
    lines.packet(first, 1, 3);
    lines.heartbeat(2 ** 40, [second]);
    for (let round = 0; round < 20; round++) {
      lines.wait(500);
      if (lines.snapshots > round + 1) lines.takeSnapshot(4);
      lines.heartbeat(4);
    }
    expect(lines.state).toBe("live");
    expect(lines.feed.expectedSequence).toBe(4);
    expect(lines.snapshots).toBe(2);
    lines.packet(first, 4, 6);
    expect(lines.taken).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

describe("a line that is behind the other", () => {
  it("makes nothing fresher with what the other has brought already", () => {
    const lines = new TwoLines();
    for (let sequence = 1; sequence <= 100; sequence++) lines.packet(first, sequence, sequence);
    // The first line is dead from now on; the second goes on, ten seconds behind.
    for (let sequence = 1; sequence <= 40; sequence++) {
      lines.wait(100);
      lines.packet(second, sequence, sequence);
    }
    expect(lines.state).toBe("stale");
    lines.heartbeat(41, [second]);
    expect(lines.state).toBe("stale");
    for (let sequence = 41; sequence <= 101; sequence++) lines.packet(second, sequence, sequence);
    expect(lines.state).toBe("live");
    expect(lines.taken.length).toBe(101);
  });
});

describe("a snapshot whose server stops in its middle and goes on beating", () => {
  it("is given up after fifteen seconds and asked for again", () => {
    const lines = new TwoLines();
    lines.heartbeat(60_000);
    lines.wait(20);
    lines.beginSnapshot();
    const { snapshots } = lines;
    for (let second = 0; second < 60 && lines.state === "snapshot"; second++) {
      lines.wait(1_000);
      lines.heartbeat(60_000);
      lines.beat();
    }
    expect(lines.state).toBe("waiting");
    lines.wait(1_000);
    expect(lines.snapshots).toBe(snapshots + 1);
    lines.takeSnapshot(60_000);
    expect(lines.state).toBe("live");
  });
});
