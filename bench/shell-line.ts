import { mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelTable, type Transport } from "../server/adapters/transport";
import { createEngine, type Engine } from "../server/engine/engine";
import { listSegments } from "../server/journal/segments";
import { dropChannel, feedChannel, orderChannel, snapshotChannel } from "../server/machine/channels";
import { outputKinds } from "../server/machine/outbox";
import { recover } from "../server/runtime/recover";
import { createSharedViews, SharedViewSink } from "../server/runtime/shared-views";
import { Shell } from "../server/runtime/shell";
import { ShellClock } from "../server/runtime/shell-clock";
import type { EngineLine, ScriptedDesk } from "./scripted-desk";
import { syntheticDesk } from "./synthetic-desk";

const tradingDay = "2026-11-20";
const timerMs = 1_000_000_000;

/** Takes what the engine sends on one channel, and when. */
class TakingTransport implements Transport {
  readonly stream = true;
  readonly waiting = 0;

  constructor(
    private readonly desk: ScriptedDesk,
    /** [0]: when a send was handed over last, in milliseconds of `performance.now`. */
    private readonly sentMs: Float64Array,
  ) {}

  connect(channel: number): void {
    this.desk.take(outputKinds.code.connect, channel, this.desk.bytes, 0, 0);
  }

  disconnect(): void {}

  close(): void {}

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    this.sentMs[0] = performance.now();
    this.desk.take(outputKinds.code.send, channel, bytes, offset, length);
  }
}

/**
 * An engine line through the real shell: clock, inputs log, step, facts log, dispatch, views in shared memory. The
 * logs lie in a temporary folder; only the sockets are not there.
 */
export class ShellLine implements EngineLine {
  readonly engine: Engine;
  readonly sentMs = new Float64Array(1);
  private readonly shell: Shell;
  private readonly folder = mkdtempSync(join(tmpdir(), "heliograph-bench-"));
  private readonly dayFolder: string;

  constructor(
    size: Parameters<typeof syntheticDesk>[0],
    private readonly scripted: ScriptedDesk,
  ) {
    const desk = syntheticDesk(size);
    const recovered = recover({
      directory: this.folder,
      identity: {
        machine: "engine",
        codeVersion: "bench",
        deskHash: "bench",
        deskShape: "bench",
        desk: { file: "made desk", names: null, pairs: null, seed: null },
      },
      today: tradingDay,
      createMachine: () => createEngine(desk),
      report: () => undefined,
    });
    this.engine = recovered.machine;
    this.engine.registry.makeResident();
    this.dayFolder = recovered.directory;
    const channels = new ChannelTable();
    const transport = new TakingTransport(scripted, this.sentMs);
    desk.venues.forEach((_, venue) => {
      for (const base of [feedChannel, snapshotChannel, orderChannel, dropChannel])
        channels.set(base + venue, transport);
    });
    const views = createSharedViews(recovered.machine.viewRowCounts);
    this.shell = new Shell({
      recovered,
      channels,
      clock: new ShellClock(Date.now() - 1_000, recovered.timeNs),
      views: { source: recovered.machine, sink: new SharedViewSink(views) },
      timerMs,
      onHalt: (halt) => {
        throw new Error(`the shell halted: ${halt.text}`);
      },
    });
  }

  /** Steps the start input. */
  start(): void {
    this.shell.start();
  }

  turn(kind: number, channel: number, offset: number, length: number): void {
    this.shell.input(kind, channel, this.scripted.bytes, offset, length);
    this.shell.endTurn();
  }

  /** Deletes the segments that are done with; a bench writes gigabytes. */
  deleteOldSegments(): void {
    for (const { file } of listSegments(this.dayFolder).slice(0, -1)) unlinkSync(file);
  }

  close(): void {
    this.shell.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
