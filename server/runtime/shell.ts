import type { ChannelTable, InputSink, Transport } from "../adapters/transport";
import { AppendError, SegmentError } from "../journal/journal-error";
import { type Forcer, type FsyncMode, LogSync } from "../journal/log-sync";
import type { Reserve } from "../journal/reserve";
import { type SnapshotHeader, writeSnapshot } from "../journal/snapshot-file";
import type { FactsOutbox } from "../machine/facts-outbox";
import { InputRecord, inputKinds, outputsSentLength, startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { type Outbox, outputKinds } from "../machine/outbox";
import type { ViewSink, ViewSource } from "../machine/view-sink";
import { GroupCommit } from "./group-commit";
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

/** See `ShellOptions.reserve`. */
export type ShellReserve = {
  readonly room: Reserve;
  /** The command that closes everything to new risk, for a reason in words; stepped in the turn that found no room. */
  readonly haltCommand: (reason: string) => Uint8Array;
  /** Channels whose data is not taken while the reserve is used: it would fill it within seconds. */
  readonly isDispensable: (channel: number) => boolean;
  /** Told in words when the reserve is drawn on, and when there is room again. */
  readonly report: (text: string) => void;
};

/** How often room for a new reserve is looked for, ns. */
const renewNs = 10e9;

export type ShellOptions = {
  readonly recovered: Recovered;
  readonly clock: Pick<ShellClock, "read">;
  readonly channels: ChannelTable;
  /** Where changed view rows go, for a machine that has views. */
  readonly views?: { readonly source: ViewSource; readonly sink: ViewSink };
  /** Milliseconds between timer inputs; 0 when the owner gives them itself (a simulation on virtual time). */
  readonly timerMs: number;
  /** Milliseconds between two copies of changed views, at least. Default 5. */
  readonly viewsMs?: number;
  /** When logs are forced to the disk; `never` unless given. */
  readonly fsync?: FsyncMode;
  /** Milliseconds between two forced writes of the mode `interval`. Default 100. */
  readonly fsyncMs?: number;
  /** How logs are forced to the disk. */
  readonly force?: Forcer;
  /** Called at the end of each turn: the run's segment that is written, its length, the facts log's length. */
  readonly onWritten?: (segment: number, segmentLength: number, factsLength: number) => void;
  /** Called when facts of a turn are in the log, with the turn's facts (valid during the call). */
  readonly onFacts?: (facts: FactsOutbox) => void;
  /** Called when facts may be shown to others: the facts log's length up to them, the last one's number. */
  readonly onCommitted?: (factsLength: number, factNumber: number) => void;
  /**
   * What a log that cannot be written leaves possible: room held back for what takes risk away. Without it the shell
   * halts at the first append that fails.
   */
  readonly reserve?: ShellReserve;
  /**
   * Turns on a slow disk: after one that took longer than `slowNs` the next are ended together by what `defer` calls
   * back, so that what has arrived meanwhile shares one write and a kill never queues behind a write for each packet.
   */
  readonly joined?: { readonly slowNs: number; readonly defer: (end: () => void) => void };
  /** Called once; last words have been handed to the transports, whose owner drains them and exits. */
  readonly onHalt: (halt: Halt) => void;
};

const fsyncMsDefault = 100;

/** A joined turn is ended at once when it holds so much: far below what the outboxes have room for. */
const joinedOutputsMax = 4_096;
const joinedFactBytesMax = 1 << 20;
/** And half of the append buffer: where it is full in the middle of a turn, the reserve could not be used. */
const joinedInputBytesMax = 512 << 10;

/** Marks that may wait to be told; of more the oldest are forgotten. A machine marks at most once a step. */
const marksMax = 4_096;

/**
 * A mark whose turn has been dispatched: what it asks for has left when none of these transports holds anything back, unless one has
 * lost something since. `sentNs` is no number until then.
 */
type PassedMark = {
  readonly token: number;
  sentNs: number;
  readonly transports: ReadonlySet<Transport>;
  /** How often the transports had lost something before these outputs. */
  readonly losses: number;
};

/**
 * The loop around a machine: input → inputs log → step → facts log → dispatch. An input is put into the append buffer
 * and stepped there; at the turn's end everything is written, inputs first, and only then do outputs leave (with fsync
 * `always` once it is on the disk). When anything fails on the way, the turn's outputs never leave; the machine's last
 * words do.
 */
export class Shell implements InputSink {
  private readonly machine: Machine;
  private readonly record = new InputRecord();
  private readonly outbox: Outbox;
  private readonly facts: FactsOutbox;
  private readonly payload = new Uint8Array(5);
  private readonly sentPayload = new DataView(new ArrayBuffer(outputsSentLength));
  /** Marks that the machine has not been told of, oldest first. */
  private passedMarks: PassedMark[] = [];
  private readonly viewsNs: number;
  private readonly layout: SnapshotHeader["layout"];
  private timer: NodeJS.Timeout | undefined;
  private readonly sync: LogSync | null;
  private readonly commit: GroupCommit | null;
  private syncTimer: NodeJS.Timeout | undefined;
  private lastViewsNs = 0;
  private lastRecord: number;
  private lastFact: number;
  private lastTimeNs: number;
  /** Time of the turn's first input; -1 before it. */
  private turnNs = -1;
  private stepping = 0;
  private dispatching = false;
  private begun = false;
  /** True while the logs are written into what was held back. */
  private onReserve = false;
  private lastRenewNs = 0;
  /** The last turn took long, and whether the next ones wait for their common end. */
  private isSlow = false;
  private isEndDue = false;
  private over = false;
  /** Inputs stepped by this run. */
  inputCount = 0;

  constructor(private readonly options: ShellOptions) {
    const { recovered } = options;
    this.machine = recovered.machine;
    this.outbox = recovered.outputs.outbox;
    this.facts = recovered.outputs.facts;
    this.outbox.clear();
    this.facts.clear();
    this.record.attach(recovered.inputs.bytes);
    this.viewsNs = (options.viewsMs ?? 5) * 1e6;
    this.layout = recovered.machine.registry.layout();
    this.lastRecord = recovered.inputs.nextRecord - 1;
    this.lastFact = recovered.factNumber;
    this.lastTimeNs = recovered.timeNs;
    const { fsync = "never", force } = options;
    const { inputs, facts, directory } = recovered;
    this.sync = fsync === "never" ? null : new LogSync(inputs, facts, directory, force);
    this.commit =
      fsync !== "always" || this.sync === null
        ? null
        : new GroupCommit({
            sync: this.sync,
            send: (outbox) => this.sendHeldOutbox(outbox),
            onCommitted: (length, number) => options.onCommitted?.(length, number),
            onFailure: (error) => this.halt(error),
          });
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

  /** True while the logs are written into the reserve or a held-up segment, and market data is not taken. */
  get isOnReserve(): boolean {
    return this.onReserve;
  }

  /** Steps the `start` input, copies all views and begins the timer. */
  start(): void {
    const { recovered, views, timerMs, fsync, fsyncMs } = this.options;
    this.begun = true;
    new DataView(this.payload.buffer).setUint32(0, recovered.epoch);
    this.payload[4] = startCauses.code[recovered.cause];
    this.input(inputKinds.code.start, 0, this.payload, 0, this.payload.length);
    this.endTurn();
    if (this.over) return;
    if (views) views.source.publishViews(views.sink, true);
    if (timerMs > 0) this.timer = setInterval(() => this.tick(), timerMs);
    if (fsync === "interval") this.syncTimer = setInterval(() => this.syncInBackground(), fsyncMs ?? fsyncMsDefault);
  }

  /** Goes on from a state that was stepped before, with neither a start input nor a timer of its own; copies all views. */
  resume(): void {
    const { views } = this.options;
    this.begun = true;
    if (views) views.source.publishViews(views.sink, true);
  }

  /** One timer input, a turn of its own; it first says which marks have been passed. */
  tick(): void {
    if (this.passedMarks.length > 0) this.tellPassedMarks();
    this.input(inputKinds.code.timer, 0, this.payload, 0, 0);
    this.endTurn();
  }

  /** Journals and steps one input. Ignored before `start`, whose input opens every run, and after the end. */
  input(kind: number, channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (!this.live) return;
    if (this.onReserve && this.options.reserve?.isDispensable(channel)) return;
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
      if (this.turnNs < 0) this.turnNs = timeNs;
      this.record.set(kind, channel, timeNs, at, length);
      const { outbox, facts } = this;
      const factsUsed = facts.used;
      const factsCount = facts.count;
      const outputCount = outbox.count;
      this.stepping = record;
      try {
        this.machine.step(this.record, outbox, facts);
      } catch (error) {
        facts.used = factsUsed;
        facts.count = factsCount;
        throw error;
      }
      this.options.recovered.runningHash.mixRecord(record, outbox, outputCount, facts, factsUsed);
      this.stepping = 0;
      this.lastRecord = record;
      this.inputCount++;
    } catch (error) {
      this.halt(error);
    }
  }

  /**
   * Writes the turn's inputs and facts, then sends its outputs; views follow when they are due. On a slow disk that is
   * done for several turns at once; see `ShellOptions.joined`.
   */
  endTurn(): void {
    const { joined } = this.options;
    if (joined === undefined || !this.isSlow || !this.live || this.isTurnLarge) {
      this.finishTurn();
      return;
    }
    if (this.isEndDue) return;
    this.isEndDue = true;
    joined.defer(() => {
      if (this.isEndDue) this.finishTurn();
    });
  }

  private get isTurnLarge(): boolean {
    const { waiting } = this.options.recovered.inputs;
    return (
      this.outbox.count >= joinedOutputsMax || this.facts.used >= joinedFactBytesMax || waiting >= joinedInputBytesMax
    );
  }

  private finishTurn(): void {
    if (!this.live) return;
    this.isEndDue = false;
    try {
      const { outbox, facts, commit } = this;
      const { recovered, views, onWritten, onFacts, onCommitted } = this.options;
      const { inputs } = recovered;
      if (outbox.count > 0 || facts.count > 0 || inputs.isSegmentFull) inputs.putHash(recovered.runningHash, null);
      this.writeTurn();
      if (this.over) return;
      this.turnNs = -1;
      const { joined, clock } = this.options;
      if (joined !== undefined) this.isSlow = clock.read() - this.lastTimeNs > joined.slowNs;
      onWritten?.(inputs.segmentCount, inputs.segmentByteLength, recovered.facts.fileLength);
      if (outbox.count > 0 || facts.count > 0) {
        if (commit !== null) commit.hold(outbox, recovered.facts.fileLength, this.lastFact);
        else {
          this.dispatch(outbox);
          if (facts.count > 0) onCommitted?.(recovered.facts.fileLength, this.lastFact);
        }
        outbox.clear();
        if (facts.count > 0) {
          onFacts?.(facts);
          facts.clear();
        }
      }
      if (views && this.lastTimeNs - this.lastViewsNs >= this.viewsNs) {
        this.lastViewsNs = this.lastTimeNs;
        views.source.publishViews(views.sink, false);
      }
      if (this.onReserve && this.lastTimeNs - this.lastRenewNs >= renewNs) this.renewReserve();
    } catch (error) {
      this.halt(error);
    }
  }

  /** Sends what waits to be forced to the disk, forcing it now. */
  sendHeld(): void {
    if (this.isEndDue) this.finishTurn();
    if (this.over) return;
    try {
      this.commit?.sendNow();
    } catch (error) {
      this.halt(error);
    }
  }

  /** Orderly end, between turns: the final snapshot, the mark of a clean stop, both logs closed. */
  stop(): void {
    this.sendHeld();
    if (this.over) return;
    this.over = true;
    this.stopTimers();
    const { recovered } = this.options;
    const { registry } = this.machine;
    try {
      recovered.inputs.putHash(recovered.runningHash, registry.groupHashes());
      recovered.inputs.flush();
      this.sync?.now();
      writeSnapshot(recovered.directory, this.snapshotHeader(), registry, this.sync !== null);
      recovered.inputs.markOrderlyStop();
      this.sync?.now();
    } finally {
      this.sync?.close();
      recovered.inputs.close();
      recovered.facts.close();
    }
  }

  private dispatch(outbox: Outbox): void {
    if (outbox.count === 0) return;
    const { channels } = this.options;
    const transports = outbox.markCount > 0 ? channels.transportsOf(outbox) : null;
    const losses = transports === null ? 0 : lossesOf(transports);
    this.dispatching = true;
    channels.dispatch(outbox);
    this.dispatching = false;
    if (transports !== null) this.passMarks(outbox, transports, losses);
  }

  /**
   * What these outputs send is with the sockets. Where a peer does not read, some of it still waits on our side: the mark
   * is passed when that has gone too. What is lost with its connection never left: then it is not told at all.
   */
  private passMarks(outbox: Outbox, transports: ReadonlySet<Transport>, losses: number): void {
    if (lossesOf(transports) !== losses) return;
    const sentNs = isWaiting(transports) ? Number.NaN : this.options.clock.read();
    for (let i = 0; i < outbox.count; i++)
      if (outbox.kindAt(i) === outputKinds.code.mark)
        this.passedMarks.push({ token: outbox.view.getUint32(outbox.offsetAt(i)), sentNs, transports, losses });
    if (this.passedMarks.length > marksMax) this.passedMarks.splice(0, this.passedMarks.length - marksMax);
  }

  private tellPassedMarks(): void {
    const { sentPayload } = this;
    const waiting: PassedMark[] = [];
    for (const mark of this.passedMarks) {
      if (Number.isNaN(mark.sentNs)) {
        if (lossesOf(mark.transports) !== mark.losses) continue;
        if (!isWaiting(mark.transports)) mark.sentNs = this.options.clock.read();
      }
      // In their order: what a later one asks for may have left before it, what it stands for has not.
      if (Number.isNaN(mark.sentNs) || waiting.length > 0) {
        waiting.push(mark);
        continue;
      }
      sentPayload.setUint32(0, mark.token);
      sentPayload.setFloat64(4, mark.sentNs);
      this.input(inputKinds.code.outputsSent, 0, new Uint8Array(sentPayload.buffer), 0, outputsSentLength);
    }
    this.passedMarks = waiting;
  }

  private sendHeldOutbox(outbox: Outbox): void {
    try {
      this.dispatch(outbox);
    } catch (error) {
      this.halt(error);
    }
  }

  private syncInBackground(): void {
    const { sync } = this;
    if (sync === null || sync.isUnderway || sync.isCovered) return;
    sync.start((error) => {
      if (error !== null) this.halt(error);
    });
  }

  private stopTimers(): void {
    clearInterval(this.timer);
    clearInterval(this.syncTimer);
  }

  /**
   * Inputs, then facts. Where there is no room the reserve is given up, a halt is stepped in the same turn, and all of it
   * is written into what became free; where only no new segment can be begun, into the old one. What the turn wanted to
   * send is dropped, and the machine told so; what the halt sends, and what the machine then sends again, leaves.
   */
  private writeTurn(): void {
    const { recovered, reserve } = this.options;
    try {
      recovered.inputs.flush();
      this.flushFacts();
    } catch (error) {
      if (!(error instanceof AppendError) || !reserve || this.onReserve) throw error;
      if (!reserve.room.release() && !(error instanceof SegmentError)) throw error;
      this.onReserve = true;
      this.lastRenewNs = this.lastTimeNs;
      const place = error instanceof SegmentError ? "old segment" : "reserve";
      reserve.report(`${error.message}: halted; cancels are journaled in the ${place}`);
      this.outbox.clear();
      const command = reserve.haltCommand(error.message);
      const lost = new Uint8Array(8);
      new DataView(lost.buffer).setFloat64(0, this.turnNs);
      this.input(inputKinds.code.command, 0, command, 0, command.length);
      this.input(inputKinds.code.outputsLost, 0, lost, 0, lost.length);
      if (this.over) return;
      recovered.inputs.putHash(recovered.runningHash, null);
      recovered.inputs.flush();
      this.flushFacts();
    }
  }

  private renewReserve(): void {
    this.lastRenewNs = this.lastTimeNs;
    const { reserve } = this.options;
    if (!this.options.recovered.inputs.retrySegment() || !reserve?.room.renew()) return;
    this.onReserve = false;
    reserve.report("the logs can be written again; the halt stays until it is released");
  }

  private flushFacts(): void {
    if (this.facts.count === 0) return;
    this.options.recovered.facts.append(this.facts.bytes, this.facts.used);
    this.lastFact += this.facts.count;
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
      runningHash: recovered.runningHash.toString(),
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
    this.stopTimers();
    this.commit?.drop();
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
    this.sync?.close();
    recovered.inputs.close();
    recovered.facts.close();
    this.options.onHalt({ kind, text, exitCode: haltExitCodes[kind], record: kind === "poisoned" ? record : 0 });
  }
}

function lossesOf(transports: ReadonlySet<Transport>): number {
  let losses = 0;
  for (const transport of transports) losses += transport.losses ?? 0;
  return losses;
}

function isWaiting(transports: ReadonlySet<Transport>): boolean {
  for (const { waiting } of transports) if (waiting > 0) return true;
  return false;
}
