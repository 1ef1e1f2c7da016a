import { commandKinds, scopes } from "../../domain/command";
import { ChannelTable } from "../../server/adapters/transport";
import type { LoadedDesk } from "../../server/desk/load-desk";
import { createEngine } from "../../server/engine/engine";
import type { JournalIdentity } from "../../server/journal/log-header";
import { createViewSink } from "../../server/machine/view-sink";
import { deskShapeOf } from "../../server/runtime/desk-shape";
import { recover } from "../../server/runtime/recover";
import { Shell } from "../../server/runtime/shell";
import { ShellClock } from "../../server/runtime/shell-clock";
import { VirtualDesk } from "./virtual-desk";

export type RecordedJournal = {
  /** The day's directory. */
  readonly directory: string;
  readonly deskHash: string;
  readonly records: number;
  /** State of the engine that recorded it. */
  readonly stateHash: string;
  /** State of the virtual desk's own engine, which had the same inputs without a journal. */
  readonly virtualStateHash: string;
};

/**
 * Records a day of a virtual desk, every strategy approved, through the real shell and logs into `directory` (the
 * engine's), until at least `recordsMin` records are in it; ends in order. Same desk, same journal but for its ids.
 */
export function recordVirtualDay(
  directory: string,
  loaded: LoadedDesk,
  source: JournalIdentity["desk"],
  recordsMin: number,
  segmentLength?: number,
): RecordedJournal {
  const { desk, hash } = loaded;
  const world = new VirtualDesk(desk, { delayNs: 100_000 }, 0);
  world.recordInputs = true;
  let timeNs = 0;
  const recovered = recover({
    directory,
    identity: { machine: "engine", codeVersion: "0.1.0", deskHash: hash, deskShape: deskShapeOf(desk), desk: source },
    today: "2026-11-20",
    createMachine: () => createEngine(desk),
    report: () => undefined,
    ...(segmentLength === undefined ? {} : { segmentLength }),
  });
  const halts: string[] = [];
  const shell = new Shell({
    recovered,
    channels: new ChannelTable(),
    clock: new ShellClock(0, 0, { wallMs: () => 0, monotonicNs: () => BigInt(timeNs) }),
    views: { source: recovered.machine, sink: createViewSink(recovered.machine.viewRowCounts) },
    timerMs: 1_000_000_000,
    onHalt: ({ text }) => halts.push(text),
  });
  shell.start();
  const pour = (): void => {
    for (const input of world.engineInputs.splice(0)) {
      ({ timeNs } = input);
      shell.input(input.kind, input.channel, input.bytes, 0, input.bytes.length);
      shell.endTurn();
    }
    if (halts.length > 0) throw new Error(halts.join("; "));
  };
  world.run(2_000);
  desk.strategies.forEach((_, strategy) => {
    world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
  pour();
  while (shell.inputCount < recordsMin) {
    world.run(1_000);
    pour();
  }
  shell.stop();
  return {
    directory: recovered.directory,
    deskHash: hash,
    records: shell.inputCount,
    stateHash: recovered.machine.registry.hash(),
    virtualStateHash: world.engine.registry.hash(),
  };
}
