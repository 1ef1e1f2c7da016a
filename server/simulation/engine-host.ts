import { join } from "node:path";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { ChannelTable } from "../adapters/transport";
import { createEngine, type Engine } from "../engine/engine";
import { factsFile } from "../journal/facts-log";
import { JournalError } from "../journal/journal-error";
import { isMarketData } from "../machine/channels";
import { encodeCommand } from "../machine/command-record";
import { createViewSink, type ViewSink } from "../machine/view-sink";
import { type Recovered, recover } from "../runtime/recover";
import { type Halt, Shell } from "../runtime/shell";
import { dayStartMsOf, ShellClock } from "../runtime/shell-clock";
import type { Disk } from "./disk";
import { engineChannels, type Lines } from "./lines";

const tradingDay = "2026-01-05";
const identity = {
  machine: "engine",
  codeVersion: "simulation",
  deskHash: "0",
  deskShape: "0",
  desk: { file: "", names: null, pairs: null, seed: null },
} as const;
const dayStartMs = dayStartMsOf(tradingDay);

/** Arrays of the engine for ten names and half a minute. */
/** Bytes of facts and outputs of a turn: a world is small, and is started hundreds of times. */
const turnLengthMax = 1 << 20;
const sizes = { restingOrdersMax: 4_096, levelsMax: 6_144, orderRows: 4_096, fillRows: 4_096 };

export type EngineHostOptions = {
  readonly desk: Desk;
  readonly folder: string;
  readonly disk: Disk;
  readonly lines: Lines;
  /** Virtual time, ns since the trading day's start. */
  readonly now: () => number;
  /** Changes each engine that is made: how mutants come in. */
  readonly alter: (engine: Engine) => void;
  /** Changes each shell that is made. */
  readonly alterShell: (shell: Shell) => void;
  /** Told of every send before it leaves: channel and bytes. */
  readonly onSend: (channel: number, bytes: Uint8Array, offset: number, length: number) => void;
  readonly onHalt: (halt: Halt) => void;
  /** The shell draws on its reserve, or has room again; in words. */
  readonly onReserve: (text: string) => void;
  /** The logs have been read and completed; the run has not begun. */
  readonly onRecovered: () => void;
};

/**
 * Our side as a process: recovery from the logs, the real shell around the real engine, and its death. Between runs
 * nothing of it is left but the logs.
 */
export class EngineHost {
  private recovered: Recovered<Engine> | null = null;
  private shell: Shell | null = null;
  private viewSink: ViewSink | null = null;
  private sendsLeft = Number.POSITIVE_INFINITY;
  /** The wall clock's error, ns: clocks jump. */
  wallErrorNs = 0;
  private reserves = 0;
  /** Runs so far. */
  runs = 0;
  /** Records stepped again by recoveries. */
  replayedRecords = 0;

  constructor(private readonly options: EngineHostOptions) {}

  get isUp(): boolean {
    return this.shell?.live ?? false;
  }

  /** True while the shell writes into its reserve. */
  get isOnReserve(): boolean {
    return this.shell?.isOnReserve ?? false;
  }

  /** The running engine; throws when there is none. */
  get engine(): Engine {
    if (this.recovered === null) throw new Error("the engine is not running");
    return this.recovered.machine;
  }

  /** The views as the engine has published them. */
  get views(): ViewSink {
    if (this.viewSink === null) throw new Error("the engine is not running");
    return this.viewSink;
  }

  get factsFile(): string {
    return factsFile(join(this.options.folder, tradingDay));
  }

  /** Starts a run. Throws a JournalError when the logs do not allow one. */
  start(): void {
    const { desk, folder, disk, lines, now, alter, alterShell, onHalt } = this.options;
    disk.beginRun();
    const recovered = recover({
      directory: folder,
      identity,
      today: tradingDay,
      createMachine: () => {
        const engine = createEngine(desk, sizes);
        alter(engine);
        return engine;
      },
      report: () => undefined,
      write: disk.write,
      turnLengthMax,
    });
    this.runs++;
    this.replayedRecords += recovered.replayedRecords;
    this.recovered = recovered;
    disk.setFactsBase(recovered.facts.fileLength);
    this.options.onRecovered();
    const channels = new ChannelTable();
    const port = {
      stream: true,
      waiting: 0,
      connect: (channel: number) => {
        if (this.maySend()) lines.connect(channel);
      },
      send: (channel: number, bytes: Uint8Array, offset: number, length: number) => {
        if (!this.maySend()) return;
        this.options.onSend(channel, bytes, offset, length);
        lines.send(channel, bytes, offset, length);
      },
      disconnect: (channel: number) => {
        if (this.maySend()) lines.disconnect(channel);
      },
      close: () => undefined,
    };
    for (const channel of engineChannels(desk.venues.length)) channels.set(channel, port);
    this.sendsLeft = Number.POSITIVE_INFINITY;
    this.viewSink = createViewSink(recovered.machine.viewRowCounts);
    const clock = new ShellClock(dayStartMs, recovered.timeNs, {
      wallMs: () => dayStartMs + (now() + this.wallErrorNs) / 1e6,
      monotonicNs: () => BigInt(Math.floor(now())),
    });
    const shell = new Shell({
      recovered,
      clock,
      channels,
      views: { source: recovered.machine, sink: this.viewSink },
      viewsMs: 100,
      timerMs: 0,
      reserve: {
        room: disk.reserve,
        haltCommand: (reason) => {
          const id = `00000000-0000-4000-9000-${(++this.reserves).toString(16).padStart(12, "0")}`;
          const { kill } = commandKinds.code;
          const what = { command: kill, scope: scopes.code.all, target: -1, role: roles.code.system };
          return encodeCommand({ ...what, id, actor: "engine", reason });
        },
        isDispensable: isMarketData,
        report: this.options.onReserve,
      },
      onHalt: (halt) => {
        if (!disk.isDead) onHalt(halt);
      },
    });
    alterShell(shell);
    this.shell = shell;
    lines.isEngineUp = true;
    shell.start();
    this.afterTurn();
  }

  /** One input, journaled and stepped; `ends` closes the turn with it. */
  input(kind: number, channel: number, bytes: Uint8Array, ends: boolean): void {
    const { shell } = this;
    if (shell === null || !shell.live) return;
    shell.input(kind, channel, bytes, 0, bytes.length);
    if (ends) this.endTurn();
  }

  endTurn(): void {
    this.beforeTurn();
    this.shell?.endTurn();
    this.afterTurn();
  }

  tick(): void {
    this.beforeTurn();
    this.shell?.tick();
    this.afterTurn();
  }

  /** True once an armed crash has struck, until `die`. */
  get hasDied(): boolean {
    return this.recovered !== null && this.options.disk.isDead;
  }

  /** Our side dies, between two turns or within one: only the logs stay. */
  die(): void {
    this.options.disk.isDead = true;
    // A dead process says no last words: the disk and the lines take nothing from it any more.
    if (this.shell?.live) this.shell.halt(new Error("dead"));
    this.leave();
  }

  /** As `die`, and what was written last is lost with it. */
  losePower(inputsLostNs: number, factsLostNs: number): void {
    const now = this.options.now();
    this.options.disk.forgetSince(now - inputsLostNs, now - factsLostNs);
    this.die();
  }

  /** The shell has stopped by itself (a full disk, a record that throws): what it leaves is a dead process. */
  leave(): void {
    const { disk, lines } = this.options;
    lines.engineGone();
    if (this.recovered !== null) disk.settle(this.recovered.inputs.file, this.factsFile);
    this.shell = null;
    this.recovered = null;
    this.viewSink = null;
  }

  private beforeTurn(): void {
    const { disk } = this.options;
    if (disk.armedPoint === "withinSends" && this.sendsLeft === Number.POSITIVE_INFINITY)
      this.sendsLeft = Math.floor(disk.armedDepth * 4);
  }

  private afterTurn(): void {
    const { disk, now } = this.options;
    if (!disk.isDead) disk.noteTurn(now());
    if (disk.armedPoint === "afterSends") disk.isDead = true;
  }

  private maySend(): boolean {
    const { disk } = this.options;
    if (disk.isDead) return false;
    if (this.sendsLeft <= 0) {
      disk.isDead = true;
      return false;
    }
    this.sendsLeft--;
    return true;
  }
}

/** True for an error that says the logs do not allow a start. */
export function isRefusal(error: unknown): boolean {
  return error instanceof JournalError;
}
