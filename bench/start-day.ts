import { version } from "../package.json";
import { ChannelTable, type Transport } from "../server/adapters/transport";
import type { LoadedDesk } from "../server/desk/load-desk";
import { createEngine } from "../server/engine/engine";
import type { JournalIdentity } from "../server/journal/log-header";
import { listSnapshots } from "../server/journal/snapshot-file";
import { dropChannel, feedChannel, orderChannel, snapshotChannel } from "../server/machine/channels";
import { outputKinds } from "../server/machine/outbox";
import { createViewSink } from "../server/machine/view-sink";
import { deskShapeOf } from "../server/runtime/desk-shape";
import { Follower } from "../server/runtime/follower";
import { snapshotSecondsDefault } from "../server/runtime/follower-thread";
import { recover } from "../server/runtime/recover";
import { SharedCounters } from "../server/runtime/shared-counters";
import { Shell } from "../server/runtime/shell";
import { ShellClock } from "../server/runtime/shell-clock";
import type { EngineLine, ScriptedDesk } from "./scripted-desk";

/** Time between two inputs of the recorded day, ns: the demonstration desk's rate, 2,000 messages and 100 timers a second. */
const everyNs = Math.round(1e9 / 2_100);
/** Inputs between two looks of the follower: about a second. */
const inputsPerLook = 2_000;
/** The day's last input comes so long after a snapshot, s: just before the next. */
const afterSnapshotSeconds = snapshotSecondsDefault - 1;

export type KilledDay = {
  /** The day's directory. */
  readonly directory: string;
  readonly records: number;
  readonly recordsAfterSnapshot: number;
};

/** Hands what the engine sends to the scripted desk. */
class Taker implements Transport {
  readonly stream = true;
  readonly waiting = 0;

  constructor(private readonly scripted: ScriptedDesk) {}

  connect(channel: number): void {
    this.scripted.take(outputKinds.code.connect, channel, this.scripted.bytes, 0, 0);
  }

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    this.scripted.take(outputKinds.code.send, channel, bytes, offset, length);
  }

  disconnect(): void {}

  close(): void {}
}

/**
 * Journals a day of at least `records` inputs through the real shell on made time, every strategy approved, followed by the
 * real follower, and leaves it as a kill between two turns does: no final snapshot, no mark of an orderly stop.
 */
export function recordKilledDay(options: {
  readonly folder: string;
  readonly desk: LoadedDesk["desk"];
  readonly hash: string;
  readonly source: JournalIdentity["desk"];
  readonly scripted: ScriptedDesk;
  readonly records: number;
  readonly report: (text: string) => void;
}): KilledDay {
  const { desk, hash, source, scripted, records, report } = options;
  const identity: JournalIdentity = {
    machine: "engine",
    codeVersion: version,
    deskHash: hash,
    deskShape: deskShapeOf(desk),
    desk: source,
  };
  const recovered = recover({
    directory: options.folder,
    identity,
    today: new Date().toISOString().slice(0, 10),
    createMachine: () => createEngine(desk),
    report,
  });
  let timeNs = 0;
  const counters = new SharedCounters();
  const channels = new ChannelTable();
  const taker = new Taker(scripted);
  desk.venues.forEach((_, venue) => {
    for (const base of [feedChannel, snapshotChannel, orderChannel, dropChannel]) channels.set(base + venue, taker);
  });
  const problems: string[] = [];
  const shell = new Shell({
    recovered,
    channels,
    clock: new ShellClock(0, 0, { wallMs: () => 0, monotonicNs: () => BigInt(timeNs) }),
    views: { source: recovered.machine, sink: createViewSink(recovered.machine.viewRowCounts) },
    timerMs: 0,
    onWritten: (segment, length, factsLength) => counters.commitInputs(segment, length, factsLength),
    onHalt: ({ text }) => problems.push(text),
  });
  const follower = new Follower(
    {
      directory: recovered.directory,
      identity,
      journal: recovered.journal,
      tradingDay: recovered.tradingDay,
      epoch: recovered.epoch,
      record: recovered.inputs.nextRecord - 1,
      counters: counters.memory,
      snapshotSeconds: snapshotSecondsDefault,
      isForced: false,
    },
    createEngine(desk),
    (text) => problems.push(text),
  );
  const line: EngineLine = {
    turn: (kind, channel, offset, length) => {
      timeNs += everyNs;
      shell.input(kind, channel, scripted.bytes, offset, length);
      shell.endTurn();
    },
  };
  scripted.bringUp(
    line,
    recovered.machine,
    () => shell.start(),
    (ns) => {
      timeNs += ns;
    },
  );
  let told = 0;
  let sinceLook = 0;
  let snapshot = 0;
  let snapshotNs = timeNs;
  while (shell.inputCount < records || timeNs < snapshotNs + afterSnapshotSeconds * 1e9) {
    scripted.packet();
    scripted.answer();
    if (++sinceLook < inputsPerLook) continue;
    sinceLook = 0;
    while (follower.round());
    const newest = listSnapshots(recovered.directory)[0]?.record ?? 0;
    if (newest !== snapshot) snapshotNs = timeNs;
    snapshot = newest;
    if (problems.length > 0) throw new Error(problems.join("; "));
    if (shell.inputCount - told < 1_000_000) continue;
    told = shell.inputCount;
    report(`${told.toLocaleString("en")} inputs are journaled`);
  }
  follower.close();
  return {
    directory: recovered.directory,
    records: shell.inputCount,
    recordsAfterSnapshot: recovered.inputs.nextRecord - 1 - snapshot,
  };
}
