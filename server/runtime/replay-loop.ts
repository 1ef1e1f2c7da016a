import { decodeFact, factHeaderLength, factHeaderLengthOf, factLengthOf, factNumberOf } from "../../domain/facts";
import type { FactsReader } from "../journal/facts-log";
import { isHashedAlike } from "../journal/log-header";
import type { SegmentReader } from "../journal/segment-reader";
import type { FactsOutbox } from "../machine/facts-outbox";
import { InputRecord } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { type Outbox, outputKinds } from "../machine/outbox";
import { hashText, RunningHash } from "../machine/running-hash";
import { StepOutputs } from "../machine/step-outputs";

/** The first place where a replay is not what was recorded. */
export type Difference = {
  /** `facts`, `outputs`, `state` or `step` (it threw), and more closely which: a fact's kind, a state group's name. */
  readonly stage: string;
  readonly record: number;
  /** What was recorded, in words. */
  readonly expected: string;
  /** What the replay made, in words. */
  readonly got: string;
  /** The fact's number where facts differ, 0 elsewhere. */
  readonly factNumber: number;
};

/** Where a replay begins: what a snapshot's header says. */
export type ReplayStart = {
  readonly record: number;
  readonly factNumber: number;
  readonly timeNs: number;
  readonly runningHash: string;
};

/** What a replay is compared with. */
export type ReplayChecks = {
  readonly facts: FactsReader;
  /**
   * Takes facts that the log does not hold any more, decided just before a crash: their bytes (valid during the call),
   * from `offset` on, and how many facts they are.
   */
  readonly onUnrecorded: (bytes: Uint8Array, offset: number, length: number, count: number) => void;
};

/**
 * Steps a machine through recorded inputs: the one loop of recovery, replay, verification and the follower. With
 * checks, facts are compared byte for byte, and each hash mark with the running hash and the state.
 */
export class ReplayLoop<Kind extends Machine = Machine> {
  readonly hash = new RunningHash();
  /** Number of the last record passed. */
  record: number;
  timeNs: number;
  /** Number of the last fact decided. */
  factNumber: number;
  /** Records stepped. */
  replayedRecords = 0;
  /** Hash marks, and those with a state hash, that were compared. */
  comparedHashes = 0;
  comparedStates = 0;
  private readonly input = new InputRecord();
  private readonly outbox: Outbox;
  private readonly facts: FactsOutbox;
  private factsEnded = false;
  private hasOlderFacts = false;

  constructor(
    readonly machine: Kind,
    start: ReplayStart,
    private readonly checks: ReplayChecks | null,
    outputs = new StepOutputs(),
  ) {
    this.outbox = outputs.outbox;
    this.facts = outputs.facts;
    this.outbox.clear();
    this.facts.clear();
    this.record = start.record;
    this.timeNs = start.timeNs;
    this.factNumber = start.factNumber;
    this.hash.restore(start.runningHash);
  }

  /**
   * Passes the record the reader stands at; a poisoned one is not stepped. Returns the first difference to what was
   * recorded, null when there is none. Throws what the machine's step throws.
   */
  pass(reader: SegmentReader): Difference | null {
    const { input, outbox, facts, hash, checks } = this;
    if (input.bytes !== reader.bytes) input.attach(reader.bytes);
    input.decode(reader.offset, reader.length);
    this.record = reader.record;
    this.timeNs = input.timeNs;
    if (reader.poison === null) {
      if (outbox.count > 0) outbox.clear();
      if (facts.count > 0) facts.clear();
      this.machine.step(input, outbox, facts);
      this.replayedRecords++;
      hash.mixRecord(reader.record, outbox, 0, facts, 0);
      this.factNumber += facts.count;
      if (checks && facts.count > 0) {
        const difference = this.compareFacts(checks);
        if (difference) return difference;
      }
    }
    return reader.hashes.length > 0 ? this.compareHashes(reader) : null;
  }

  /** Compares hash marks with where the replay stands; those of other records are not its business. */
  compareHashes({ header, hashes }: Pick<SegmentReader, "header" | "hashes">): Difference | null {
    if (!this.checks) return null;
    if (header !== null && !isHashedAlike(header.version)) this.hasOlderFacts = true;
    for (const mark of hashes) {
      if (mark.record !== this.record) continue;
      // A hash is over the bytes of facts, and facts of an older format had others.
      if (!this.hasOlderFacts) {
        if (mark.high !== this.hash.high || mark.low !== this.hash.low)
          return {
            stage: "outputs",
            record: this.record,
            expected: `running hash ${hashText(mark.high, mark.low)}`,
            got: `${this.hash}; facts agree, ${this.describeOutputs()}`,
            factNumber: 0,
          };
        this.comparedHashes++;
      }
      const isComparable = mark.groups !== null && header !== null && isHashedAlike(header.version);
      const difference = isComparable ? this.compareState(mark.groups) : null;
      if (difference) return difference;
    }
    return null;
  }

  /** Compares the state with recorded hashes of its groups. */
  compareState(expected: Uint32Array): Difference | null {
    const { registry } = this.machine;
    const { groups } = registry;
    const got = registry.groupHashes();
    const base = { record: this.record, factNumber: 0 };
    if (got.length !== expected.length) {
      const [recorded, now] = [`${expected.length / 2} groups of state`, `${groups.length}: ${groups.join(", ")}`];
      return { ...base, stage: "state", expected: recorded, got: now };
    }
    const differing = groups.filter((_, i) => got[i * 2] !== expected[i * 2] || got[i * 2 + 1] !== expected[i * 2 + 1]);
    if (differing.length > 0) {
      const at = groups.indexOf(differing[0]) * 2;
      const others = differing.length > 1 ? `; ${differing.slice(1).join(", ")} differ too` : "";
      return {
        ...base,
        stage: `state: ${differing[0]}`,
        expected: `hash ${hashText(expected[at], expected[at + 1])}`,
        got: hashText(got[at], got[at + 1]) + others,
      };
    }
    this.comparedStates++;
    return null;
  }

  /** True when the recorded fact is one of an older format of the journal and says the same as ours at `at`. */
  private isSameInOlderFormat(at: number): boolean {
    const recorded = this.checks?.facts;
    if (!recorded || factHeaderLengthOf(recorded.view, recorded.offset) === factHeaderLength) return false;
    const [expected, got] = [factOf(recorded.bytes, recorded.offset), factOf(this.facts.bytes, at)];
    return expected.text === got.text;
  }

  private compareFacts({ facts: recorded, onUnrecorded }: ReplayChecks): Difference | null {
    const { bytes, used, view } = this.facts;
    let count = 0;
    for (let at = 0; at < used; count++) {
      const length = factLengthOf(view, at);
      if (this.factsEnded || !recorded.next()) {
        this.factsEnded = true;
        onUnrecorded(bytes, at, used - at, this.facts.count - count);
        return null;
      }
      const isSame = recorded.length === length && isEqual(bytes, at, recorded.bytes, recorded.offset, length);
      if (!isSame && this.isSameInOlderFormat(at)) this.hasOlderFacts = true;
      else if (!isSame) {
        const expected = factOf(recorded.bytes, recorded.offset);
        const got = factOf(bytes, at);
        return {
          stage: `facts: ${got.kind}`,
          record: this.record,
          expected: expected.text,
          got: got.text,
          factNumber: factNumberOf(view, at),
        };
      }
      at += length;
    }
    return null;
  }

  private describeOutputs(): string {
    const { outbox } = this;
    const parts = Array.from({ length: Math.min(outbox.count, 4) }, (_, i) => {
      const bytes = Buffer.from(outbox.bytes.subarray(outbox.offsetAt(i), outbox.offsetAt(i) + outbox.lengthAt(i)));
      return `${outputKinds.names[outbox.kindAt(i)]} on channel ${outbox.channelAt(i)} ${bytes.subarray(0, 48).toString("hex")}`;
    });
    return outbox.count === 0
      ? "the record sends nothing in the replay"
      : `the record's ${outbox.count} outputs are: ${parts.join(", ")}${outbox.count > 4 ? ", …" : ""}`;
  }
}

function isEqual(first: Uint8Array, at: number, second: Uint8Array, secondAt: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (first[at + i] !== second[secondAt + i]) return false;
  return true;
}

/** A fact in words, for a message about it. */
export function factOf(bytes: Uint8Array, offset: number): { readonly kind: string; readonly text: string } {
  try {
    const { fact } = decodeFact(bytes, offset);
    return { kind: fact.kind, text: JSON.stringify(fact) };
  } catch (error) {
    return { kind: "unknown", text: error instanceof Error ? error.message : String(error) };
  }
}
