import { createHash } from "node:crypto";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { decodeFact, type Fact } from "../../domain/facts";
import type { PlaybackState } from "../../domain/playback";
import { ChannelTable } from "../../server/adapters/transport";
import { bookSizesOf, type RecordingCensus } from "../../server/desk/desk-of-recording";
import { createEngine, type Engine } from "../../server/engine/engine";
import { dropChannel, orderChannel, snapshotChannel, venueCountMax } from "../../server/machine/channels";
import { encodeCommand } from "../../server/machine/command-record";
import { FactsOutbox } from "../../server/machine/facts-outbox";
import { InputRecord, inputKinds, startCauses } from "../../server/machine/input-record";
import { Outbox } from "../../server/machine/outbox";
import { PlaybackDriver } from "../../server/runtime/playback-driver";

type Waiting = { readonly atNs: number; readonly run: () => void; readonly order: number };

/** What one run of the recording led to. */
export type PlayedRun = {
  readonly engine: Engine;
  readonly facts: Fact[];
  /** All facts. */
  bytes(): Buffer;
  /** Over all facts' bytes. */
  digest(): string;
  /** True when it went on from a checkpoint. */
  readonly resumed: boolean;
  /** Everything the engine wanted to send or connect on order and drop copy channels. */
  orderOutputs: number;
};

/** A replay without a process around it: the real driver, feed and engine, on a wall clock that tests turn. */
export class PlaybackWorld {
  readonly driver: PlaybackDriver;
  readonly runs: PlayedRun[] = [];
  readonly states: PlaybackState[] = [];
  /** Nanoseconds on the wall. Asking the time costs some, so that long stretches fall into several slices. */
  wallNs = 0;
  private waiting: Waiting[] = [];
  private order = 0;

  constructor(
    file: string,
    census: RecordingCensus,
    desk: Desk,
    speed: PlaybackState["speed"] = "max",
    askingNs = 20_000,
  ) {
    this.driver = new PlaybackDriver(
      file,
      census,
      {
        openRun: (_run, timeNs, snapshot, from, go) => {
          const engine = createEngine(desk, bookSizesOf(census));
          const channels = new ChannelTable();
          channels.set(snapshotChannel, snapshot);
          const outbox = new Outbox();
          const facts = new FactsOutbox();
          const record = new InputRecord();
          const { runs } = this;
          const kept = from === null ? [] : runs[runs.length - 1].bytes().subarray(0, from.factsLength);
          let written = Buffer.from(kept);
          const run: PlayedRun = {
            engine,
            facts: from === null ? [] : runs[runs.length - 1].facts.slice(0, from.factNumber),
            bytes: () => written,
            digest: () => createHash("sha256").update(written).digest("hex"),
            resumed: from !== null,
            orderOutputs: 0,
          };
          if (from !== null) engine.registry.restore(from.state, engine.registry.layout());
          this.runs.push(run);
          const step = (kind: number, channel: number, bytes: Uint8Array, offset: number, length: number) => {
            record.attach(bytes);
            record.set(kind, channel, timeNs(), offset, length);
            engine.step(record, outbox, facts);
          };
          const endTurn = () => {
            if (facts.used > 0) written = Buffer.concat([written, facts.bytes.subarray(0, facts.used)]);
            for (let at = 0; at < facts.used; ) {
              const { fact, length } = decodeFact(facts.bytes, at);
              run.facts.push(fact);
              at += length;
            }
            facts.clear();
            for (let i = 0; i < outbox.count; i++) {
              const base = outbox.channelAt(i) & ~(venueCountMax - 1);
              if (base === orderChannel || base === dropChannel) run.orderOutputs++;
            }
            channels.dispatch(outbox);
            outbox.clear();
          };
          this.after(0, go);
          return {
            sink: { input: step, endTurn },
            save: () => {
              const state = new Uint8Array(engine.registry.byteLength);
              engine.registry.copyInto(state);
              return { state, factNumber: run.facts.length, factsLength: written.length };
            },
            start: () => {
              if (from !== null) return;
              const payload = new Uint8Array(5);
              payload[3] = 1;
              payload[4] = startCauses.code.replay;
              step(inputKinds.code.start, 0, payload, 0, payload.length);
              endTurn();
            },
            publish: () => undefined,
            close: () => undefined,
          };
        },
        onState: (state) => this.states.push(state),
        onFailure: (error) => {
          throw error;
        },
      },
      speed,
      {
        nowNs: () => {
          this.wallNs += askingNs;
          return this.wallNs;
        },
        after: (milliseconds, run) => this.after(milliseconds * 1e6, run),
        soon: (run) => void this.after(0, run),
      },
    );
  }

  /** The run that is played now. */
  get run(): PlayedRun {
    return this.runs[this.runs.length - 1];
  }

  /** Runs what is planned for the next `seconds` of the wall. */
  pass(seconds: number): this {
    const endNs = this.wallNs + seconds * 1e9;
    for (;;) {
      const [next] = this.waiting.sort((a, b) => a.atNs - b.atNs || a.order - b.order);
      if (next === undefined || next.atNs > endNs) break;
      this.waiting = this.waiting.filter((each) => each !== next);
      this.wallNs = Math.max(this.wallNs, next.atNs);
      next.run();
    }
    this.wallNs = Math.max(this.wallNs, endNs);
    return this;
  }

  /** Passes time until nothing is planned any more: paused, or at the end. */
  settle(): this {
    for (let i = 0; i < 100_000 && this.waiting.length > 0; i++) this.pass(1);
    return this;
  }

  approve(strategy: number): void {
    this.driver.command(
      encodeCommand({
        command: commandKinds.code.approve,
        scope: scopes.code.strategy,
        role: roles.code.trader,
        target: strategy,
        id: `00000000-0000-4000-8000-${String(strategy).padStart(12, "0")}`,
        actor: "test",
        reason: "to see what it would do",
      }),
    );
  }

  private after(waitNs: number, run: () => void): () => void {
    const entry = { atNs: this.wallNs + waitNs, run, order: this.order++ };
    this.waiting.push(entry);
    return () => {
      this.waiting = this.waiting.filter((each) => each !== entry);
    };
  }
}
