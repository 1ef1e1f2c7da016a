import type { ChannelTable, InputSink } from "../adapters/transport";
import { AppendError } from "../journal/journal-error";
import { type SnapshotHeader, writeSnapshot } from "../journal/snapshot-file";
import { FactsOutbox } from "../machine/facts-outbox";
import { InputRecord, inputKinds, startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { Outbox } from "../machine/outbox";
import type { ViewSink, ViewSource } from "../machine/view-sink";
import type { Recovered } from "./recover";
import type { ShellClock } from "./shell-clock";

/** Process exit codes of a halted shell. */
export const haltExitCodes = { poisoned: 3, journal: 4, broken: 5 } as const;

/**
 * Why a shell stopped by itself. `poisoned`: a step threw, the record is named and skipped by the next start;
 * `journal`: an append failed; `broken`: the shell's own code threw.
 */
export type Halt = {
  readonly kind: keyof typeof haltExitCodes;
  readonly text: string;
  readonly exitCode: number;
  /** Number of the record whose step threw; 0 otherwise. */
  readonly record: number;
};

/** Writes snapshots on another thread. The state's bytes are shared memory that is not touched until `done`. */
export type SnapshotWriter = (header: SnapshotHeader, state: Uint8Array, done: () => void) => void;

export type ShellOptions = {
  readonly recovered: Recovered;
  readonly clock: ShellClock;
  readonly channels: ChannelTable;
  /** Where changed view rows go, for a machine that has views. */
  readonly views?: { readonly source: ViewSource; readonly sink: ViewSink };
  /** Milliseconds between timer inputs. */
  readonly timerMs: number;
  /** Milliseconds between two copies of changed views, at least. Default 5. */
  readonly viewsMs?: number;
  /** Periodic snapshots; none without it (start and stop take theirs anyway). */
  readonly snapshotWriter?: SnapshotWriter;
  /** Seconds between periodic snapshots. Default 60. */
  readonly snapshotSeconds?: number;
  /** Called when facts of a turn are in the log: the log's length, and the turn's facts (valid during the call). */
  readonly onFacts?: (fileLength: number, facts: FactsOutbox) => void;
  /** Called once when a new segment of the inputs log was begun; old ones may be deleted elsewhere. */
  readonly onSegment?: () => void;
  /** Called once; last words have been handed to the transports, whose owner drains them and exits. */
  readonly onHalt: (halt: Halt) => void;
};

/**
 * The loop around a machine: input → inputs log → step → facts log → dispatch. An input is put into the append buffer
 * and stepped there; at the turn's end everything is written, inputs first, and only then do outputs leave. When
 * anything fails on the way, the turn's outputs never leave; the machine's last words do.
 */
export class Shell implements InputSink {
  private readonly machine: Machine;
  private readonly record = new InputRecord();
  private readonly outbox = new Outbox();
  private readonly facts = new FactsOutbox();
  private readonly payload = new Uint8Array(5);
  private readonly viewsNs: number;
  private readonly snapshotNs: number;
  private readonly layout: SnapshotHeader["layout"];
  private timer: NodeJS.Timeout | undefined;
  private state: Uint8Array | undefined;
  private snapshotBusy = false;
  private lastSnapshotNs = 0;
  private lastViewsNs = 0;
  private lastRecord: number;
  private lastFact: number;
  private lastTimeNs: number;
  private stepping = 0;
  private dispatching = false;
  private begun = false;
  private over = false;
  /** Inputs stepped by this run. */
  inputCount = 0;

  constructor(private readonly options: ShellOptions) {
    const { recovered } = options;
    this.machine = recovered.machine;
    this.record.attach(recovered.inputs.bytes);
    this.viewsNs = (options.viewsMs ?? 5) * 1e6;
    this.snapshotNs = (options.snapshotSeconds ?? 60) * 1e9;
    this.layout = recovered.machine.registry.layout();
    this.lastRecord = recovered.inputs.nextRecord - 1;
    this.lastFact = recovered.factNumber;
    this.lastTimeNs = recovered.timeNs;
  }

  /** Number of the last fact. */
  get factNumber(): number {
    return this.lastFact;
  }

  /** Time of the last input. */
  get timeNs(): number {
    return this.lastTimeNs;
  }

  /** Bytes this run has written to the inputs log, and the whole facts log. */
  get journalBytes(): number {
    return this.options.recovered.inputs.byteLength + this.options.recovered.facts.fileLength;
  }

  get live(): boolean {
    return this.begun && !this.over;
  }

  /** Steps the `start` input, copies all views and begins the timer. */
  start(): void {
    const { recovered, views, timerMs, snapshotWriter } = this.options;
    this.begun = true;
    this.lastSnapshotNs = this.options.clock.read();
    if (snapshotWriter) {
      // Copied once before anything is live: the first touch of so many pages costs ten times a later copy.
      const { registry } = this.machine;
      this.state = new Uint8Array(new SharedArrayBuffer(registry.byteLength));
      registry.copyInto(this.state);
    }
    new DataView(this.payload.buffer).setUint32(0, recovered.epoch);
    this.payload[4] = startCauses.code[recovered.cause];
    this.input(inputKinds.code.start, 0, this.payload, 0, this.payload.length);
    this.endTurn();
    if (this.over) return;
    if (views) views.source.publishViews(views.sink, true);
    this.timer = setInterval(() => {
      this.input(inputKinds.code.timer, 0, this.payload, 0, 0);
      this.endTurn();
    }, timerMs);
  }

  /** Journals and steps one input. Ignored before `start`, whose input opens every run, and after the end. */
  input(kind: number, channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (!this.live) return;
    const { inputs } = this.options.recovered;
    try {
      if (this.dispatching) throw new Error(`input on channel ${channel} from within a dispatch`);
      const at = inputs.begin(length);
      // A loop for small payloads: `subarray` costs more than it saves.
      const target = inputs.bytes;
      if (length <= 64) for (let i = 0; i < length; i++) target[at + i] = bytes[offset + i];
      else target.set(bytes.subarray(offset, offset + length), at);
      const timeNs = this.options.clock.read();
      const record = inputs.end(kind, channel, timeNs, at, length);
      this.lastTimeNs = timeNs;
      this.record.set(kind, channel, timeNs, at, length);
      const factsUsed = this.facts.used;
      const factsCount = this.facts.count;
      this.stepping = record;
      try {
        this.machine.step(this.record, this.outbox, this.facts);
      } catch (error) {
        this.facts.used = factsUsed;
        this.facts.count = factsCount;
        throw error;
      }
      this.stepping = 0;
      this.lastRecord = record;
      this.inputCount++;
    } catch (error) {
      this.halt(error);
    }
  }

  /** Writes the turn's inputs and facts, then sends its outputs; views and snapshots follow when they are due. */
  endTurn(): void {
    if (!this.live) return;
    try {
      const { recovered, channels, views, onFacts, onSegment } = this.options;
      const rolled = recovered.inputs.flush();
      this.flushFacts();
      if (this.outbox.count > 0) {
        this.dispatching = true;
        channels.dispatch(this.outbox);
        this.dispatching = false;
        this.outbox.clear();
      }
      if (this.facts.count > 0) {
        onFacts?.(recovered.facts.fileLength, this.facts);
        this.facts.clear();
      }
      if (views && this.lastTimeNs - this.lastViewsNs >= this.viewsNs) {
        this.lastViewsNs = this.lastTimeNs;
        views.source.publishViews(views.sink, false);
      }
      if (rolled) onSegment?.();
      if (this.lastTimeNs - this.lastSnapshotNs >= this.snapshotNs) this.takeSnapshot();
    } catch (error) {
      this.halt(error);
    }
  }

  /** Orderly end, between turns: the final snapshot, the mark of a clean stop, both logs closed. */
  stop(): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    const { recovered } = this.options;
    const { registry } = this.machine;
    const state = new Uint8Array(registry.byteLength);
    registry.copyInto(state);
    try {
      writeSnapshot(recovered.directory, this.snapshotHeader(), state);
      recovered.inputs.markOrderlyStop();
    } finally {
      recovered.inputs.close();
      recovered.facts.close();
    }
  }

  private flushFacts(): void {
    if (this.facts.count === 0) return;
    this.options.recovered.facts.append(this.facts.bytes, this.facts.used);
    this.lastFact += this.facts.count;
  }

  private takeSnapshot(): void {
    this.lastSnapshotNs = this.lastTimeNs;
    const { snapshotWriter } = this.options;
    if (!snapshotWriter || !this.state || this.snapshotBusy) return;
    this.machine.registry.copyInto(this.state);
    this.snapshotBusy = true;
    snapshotWriter(this.snapshotHeader(), this.state, () => {
      this.snapshotBusy = false;
    });
  }

  private snapshotHeader(): SnapshotHeader {
    const { recovered } = this.options;
    return {
      ...recovered.identity,
      journal: recovered.journal,
      tradingDay: recovered.tradingDay,
      epoch: recovered.epoch,
      nodeVersion: process.version,
      record: this.lastRecord,
      factsOffset: recovered.facts.fileLength,
      factNumber: this.lastFact,
      timeNs: this.lastTimeNs,
      layout: this.layout,
    };
  }

  /**
   * Ends the run after an error, the shell's own or one that nobody caught: what the turn wanted to send is forgotten,
   * the last words go out instead.
   */
  halt(error: unknown): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.timer);
    const { recovered, channels } = this.options;
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const record = this.stepping;
    const kind: Halt["kind"] = error instanceof AppendError ? "journal" : record > 0 ? "poisoned" : "broken";
    let text = kind === "poisoned" ? `record ${record} could not be stepped: ${words}` : words;
    if (error instanceof AppendError) text = error.message;
    try {
      this.outbox.clear();
      this.machine.lastWords(this.outbox);
      channels.dispatch(this.outbox);
    } catch (second) {
      text += `; last words failed too: ${second instanceof Error ? second.message : String(second)}`;
    }
    if (kind === "poisoned")
      try {
        recovered.inputs.flush();
        this.flushFacts();
        recovered.inputs.markPoison(record, error instanceof Error ? error.message : String(error));
      } catch (second) {
        text += `; the mark could not be journaled: ${second instanceof Error ? second.message : String(second)}`;
      }
    recovered.inputs.close();
    recovered.facts.close();
    this.options.onHalt({ kind, text, exitCode: haltExitCodes[kind], record: kind === "poisoned" ? record : 0 });
  }
}
