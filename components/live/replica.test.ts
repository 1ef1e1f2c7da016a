import { beforeEach, describe, expect, it } from "vitest";
import type { Envelope } from "@/protocol/envelope";
import { gapWaitMs, hiddenGraceMs, lingerMs, pendingMax, Replica, resyncRetryMs } from "./replica";

class ManualClock {
  private time = 0;
  private readonly timers = new Map<number, { at: number; run: () => void }>();
  private nextId = 1;

  now(): number {
    return this.time;
  }

  after(milliseconds: number, run: () => void): () => void {
    const id = this.nextId++;
    this.timers.set(id, { at: this.time + milliseconds, run });
    return () => this.timers.delete(id);
  }

  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = [...this.timers].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (next === undefined) break;
      this.timers.delete(next[0]);
      this.time = next[1].at;
      next[1].run();
    }
    this.time = end;
  }
}

let clock: ManualClock;
let asked: string[];
let seen: Record<string, unknown[]>;
let replica: Replica;

function envelope(kind: Envelope["kind"], seq: number, rest: Partial<Envelope> = {}): Envelope {
  return {
    topic: "orders",
    epoch: "day.1",
    seq,
    kind,
    engineTimeNs: seq * 1e6,
    sentMs: 0,
    payload: `${kind}${seq}`,
    ...rest,
  };
}

function seqs(topic = "orders"): unknown[] {
  return seen[topic] ?? [];
}

beforeEach(() => {
  clock = new ManualClock();
  asked = [];
  seen = {};
  replica = new Replica(
    {
      subscribe: (topics) => asked.push(`subscribe ${topics.join(" ")}`),
      unsubscribe: (topics) => asked.push(`unsubscribe ${topics.join(" ")}`),
      resync: (topic) => asked.push(`resync ${topic}`),
    },
    clock,
    (topic) => {
      seen[topic] = [];
      return {
        snapshot: (payload) => seen[topic].push(payload),
        delta: (payload) => seen[topic].push(payload),
        clear: () => seen[topic].push("clear"),
      };
    },
  );
});

function live(...topics: string[]): void {
  for (const topic of topics) replica.acquire(topic);
  replica.greeted("day.1");
  for (const topic of topics) replica.receive([envelope("snapshot", 10, { topic })]);
  for (const topic of topics) seen[topic] = seen[topic].filter((each) => each !== "clear");
  asked = [];
}

describe("a topic", () => {
  it("begins with a snapshot and goes on with the deltas that count up by one", () => {
    live("orders");
    replica.receive([envelope("delta", 11), envelope("delta", 12)]);
    expect(seqs()).toEqual(["snapshot10", "delta11", "delta12"]);
    expect(replica.view("orders")).toMatchObject({ status: "live", seq: 12, epoch: "day.1" });
    expect(replica.gaps).toBe(0);
  });

  it("drops duplicates and whatever is older than what it holds", () => {
    live("orders");
    replica.receive([envelope("delta", 11), envelope("delta", 11), envelope("delta", 9), envelope("snapshot", 8)]);
    expect(seqs()).toEqual(["snapshot10", "delta11"]);
    expect(asked).toEqual([]);
  });

  it("waits for a late envelope and then applies both in order", () => {
    live("orders");
    replica.receive([envelope("delta", 12)]);
    clock.advance(gapWaitMs - 1);
    replica.receive([envelope("delta", 11)]);
    clock.advance(10_000);
    expect(seqs()).toEqual(["snapshot10", "delta11", "delta12"]);
    expect(asked).toEqual([]);
    expect(replica.gaps).toBe(1);
  });

  it("asks for this one topic again when a gap stays open, and goes on from the new snapshot", () => {
    live("orders", "fills");
    replica.receive([envelope("delta", 13)]);
    clock.advance(gapWaitMs);
    expect(asked).toEqual(["resync orders"]);
    expect(replica.view("orders").status).toBe("resyncing");
    expect(replica.view("fills").status).toBe("live");
    replica.receive([envelope("delta", 14), envelope("delta", 16), envelope("snapshot", 15)]);
    replica.receive([envelope("delta", 17)]);
    expect(seqs()).toEqual(["snapshot10", "snapshot15", "delta16", "delta17"]);
    clock.advance(10_000);
    expect(asked).toEqual(["resync orders"]);
  });

  it("asks again when the snapshot does not come", () => {
    live("orders");
    replica.receive([envelope("delta", 13)]);
    clock.advance(gapWaitMs + resyncRetryMs * 2);
    expect(asked).toEqual(["resync orders", "resync orders", "resync orders"]);
  });

  it("asks at once rather than hold more behind a gap than it may", () => {
    live("orders");
    for (let seq = 12; seq <= 12 + pendingMax; seq++) replica.receive([envelope("delta", seq)]);
    expect(asked).toEqual(["resync orders"]);
  });

  it("keeps deltas that overtook its first snapshot", () => {
    replica.acquire("orders");
    replica.greeted("day.1");
    replica.receive([envelope("delta", 11), envelope("snapshot", 10)]);
    expect(seqs().filter((each) => each !== "clear")).toEqual(["snapshot10", "delta11"]);
  });
});

describe("a new epoch", () => {
  it("voids everything held and asks for all topics again", () => {
    live("orders", "fills");
    replica.receive([envelope("snapshot", 1, { epoch: "day.2" })]);
    expect(seqs()).toEqual(["snapshot10", "clear", "snapshot1"]);
    expect(seqs("fills")).toEqual(["snapshot10", "clear"]);
    expect(asked).toEqual(["subscribe fills"]);
    expect(replica.view("fills")).toMatchObject({ status: "waiting", receivedAt: null });
  });

  it("announced by a delta asks for that topic too", () => {
    live("orders", "fills");
    replica.receive([envelope("delta", 11, { epoch: "day.2" })]);
    expect(asked).toEqual(["subscribe orders fills"]);
    expect(seqs()).toEqual(["snapshot10", "clear"]);
  });

  it("makes envelopes of the old one worthless", () => {
    live("orders");
    replica.receive([envelope("snapshot", 1, { epoch: "day.2" }), envelope("delta", 11)]);
    expect(seqs()).toEqual(["snapshot10", "clear", "snapshot1"]);
  });
});

describe("a connection", () => {
  it("that was lost keeps what is held, and asks for everything when it is back", () => {
    live("orders", "fills");
    replica.disconnected();
    expect(replica.view("orders").status).toBe("idle");
    expect(seqs()).toEqual(["snapshot10"]);
    replica.greeted("day.1");
    expect(asked).toEqual(["subscribe orders fills"]);
    replica.receive([envelope("snapshot", 3)]);
    expect(seqs()).toEqual(["snapshot10", "snapshot3"]);
    expect(replica.view("orders").status).toBe("live");
  });

  it("ages what is held by the engine's clock", () => {
    live("orders");
    clock.advance(4_000);
    expect(replica.engineAgeMs()).toBe(4_000);
    expect(replica.engineNowNs()).toBe(10e6 + 4_000e6);
    replica.receive([envelope("delta", 11, { engineTimeNs: 10e6 })]);
    expect(replica.engineAgeMs()).toBe(4_000);
    replica.receive([envelope("delta", 12)]);
    expect(replica.engineAgeMs()).toBe(0);
  });
});

describe("a subscription", () => {
  it("is shared and outlives a quick switch away and back", () => {
    replica.greeted("day.1");
    const first = replica.acquire("book:AAPL");
    const second = replica.acquire("book:AAPL");
    replica.receive([envelope("snapshot", 1, { topic: "book:AAPL" })]);
    first();
    first();
    second();
    clock.advance(lingerMs - 1);
    const third = replica.acquire("book:AAPL");
    clock.advance(lingerMs * 2);
    expect(asked).toEqual(["subscribe book:AAPL"]);
    third();
    clock.advance(lingerMs);
    expect(asked).toEqual(["subscribe book:AAPL", "unsubscribe book:AAPL"]);
    expect(replica.view("book:AAPL").status).toBe("idle");
  });

  it("to market data is given up by a hidden tab after a grace, and taken up on return", () => {
    live("orders", "watch", "book:AAPL");
    replica.setHidden(true);
    clock.advance(hiddenGraceMs - 1);
    replica.setHidden(false);
    clock.advance(10_000);
    expect(asked).toEqual([]);
    replica.setHidden(true);
    clock.advance(hiddenGraceMs);
    expect(asked).toEqual(["unsubscribe watch book:AAPL"]);
    replica.receive([envelope("delta", 11, { topic: "watch" }), envelope("delta", 11)]);
    expect(seqs("watch")).toEqual(["snapshot10"]);
    expect(seqs()).toEqual(["snapshot10", "delta11"]);
    replica.setHidden(false);
    expect(asked.at(-1)).toBe("subscribe watch book:AAPL");
  });
});
