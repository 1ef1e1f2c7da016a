import { commandKinds, scopes } from "../../domain/command";
import { version } from "../../package.json";
import { ChannelTable } from "../../server/adapters/transport";
import type { LoadedDesk } from "../../server/desk/load-desk";
import { createEngine, type Engine } from "../../server/engine/engine";
import type { JournalIdentity } from "../../server/journal/log-header";
import { inputKinds } from "../../server/machine/input-record";
import { createViewSink } from "../../server/machine/view-sink";
import { deskShapeOf } from "../../server/runtime/desk-shape";
import { type Recovered, recover } from "../../server/runtime/recover";
import { Shell } from "../../server/runtime/shell";
import { ShellClock } from "../../server/runtime/shell-clock";
import { symbolBytes } from "../../server/wire/bytes";
import {
  encodeAddOrder,
  encodeOrderCancel,
  encodeOrderDelete,
  encodeOrderExecuted,
} from "../../server/wire/itch-encode";
import { createRandom } from "./random";
import { ScriptedVenue } from "./scripted-venue";
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

/** Where the desk of a recorded journal was read from. */
export type DeskOrigin = LoadedDesk & { readonly source: JournalIdentity["desk"] };

/** Takes the inputs that a world made for its own engine and journals them through the real shell and logs. */
class JournalRecorder {
  readonly engine: Engine;
  private timeNs = 0;
  private readonly shell: Shell;
  private readonly recovered: Recovered;
  private readonly halts: string[] = [];

  constructor(
    directory: string,
    private readonly origin: DeskOrigin,
    segmentLength: number | undefined,
  ) {
    const { desk, hash, source } = origin;
    const recovered = recover({
      directory,
      identity: { machine: "engine", codeVersion: version, deskHash: hash, deskShape: deskShapeOf(desk), desk: source },
      today: "2026-11-20",
      createMachine: () => createEngine(desk),
      report: () => undefined,
      ...(segmentLength === undefined ? {} : { segmentLength }),
    });
    this.engine = recovered.machine;
    this.recovered = recovered;
    this.shell = new Shell({
      recovered,
      channels: new ChannelTable(),
      clock: new ShellClock(0, 0, { wallMs: () => 0, monotonicNs: () => BigInt(this.timeNs) }),
      views: { source: recovered.machine, sink: createViewSink(recovered.machine.viewRowCounts) },
      timerMs: 1_000_000_000,
      onHalt: ({ text }) => this.halts.push(text),
    });
    this.shell.start();
  }

  get records(): number {
    return this.shell.inputCount;
  }

  /** One turn. The `start` input of a fresh day is the shell's own and is left out here. */
  take(kind: number, channel: number, timeNs: number, bytes: Uint8Array): void {
    if (kind === inputKinds.code.start) return;
    this.timeNs = timeNs;
    this.shell.input(kind, channel, bytes, 0, bytes.length);
    this.shell.endTurn();
    if (this.halts.length > 0) throw new Error(this.halts.join("; "));
  }

  finish(virtualStateHash: string): RecordedJournal {
    this.shell.stop();
    return {
      directory: this.recovered.directory,
      deskHash: this.origin.hash,
      records: this.records,
      stateHash: this.engine.registry.hash(),
      virtualStateHash,
    };
  }
}

/**
 * Records a day of a virtual desk, every strategy approved, into `directory` (the engine's), until at least
 * `recordsMin` records are in it; ends in order. Same desk, same journal but for its ids.
 */
export function recordVirtualDay(
  directory: string,
  origin: DeskOrigin,
  recordsMin: number,
  segmentLength?: number,
): RecordedJournal {
  const { desk } = origin;
  const world = new VirtualDesk(desk, { delayNs: 100_000 }, 0);
  world.recordInputs = true;
  const recorder = new JournalRecorder(directory, origin, segmentLength);
  const pour = (): void => {
    for (const { kind, channel, timeNs, bytes } of world.engineInputs.splice(0))
      recorder.take(kind, channel, timeNs, bytes);
  };
  world.run(2_000);
  desk.strategies.forEach((_, strategy) => {
    world.command({ command: commandKinds.code.approve, scope: scopes.code.strategy, target: strategy });
  });
  pour();
  while (recorder.records < recordsMin) {
    world.run(1_000);
    pour();
  }
  return recorder.finish(world.engine.registry.hash());
}

/** Ticks from the middle within which new orders are placed. */
const placedTicks = 10;
const tick = 100;

/**
 * Records a day of scripted venues: one ITCH message a packet (45 % new orders, 45 % deletes, the rest executions and
 * partial cancels) at random walks of prices, 2,000 a second, a timer each 10 ms, every strategy approved; books are
 * never crossed. Much faster to make than a virtual desk's.
 */
export function recordScriptedDay(
  directory: string,
  origin: DeskOrigin,
  recordsMin: number,
  seed = 1,
): RecordedJournal {
  const { desk } = origin;
  const recorder = new JournalRecorder(directory, origin, undefined);
  const venue = new ScriptedVenue(desk, (kind, channel, timeNs, bytes) => recorder.take(kind, channel, timeNs, bytes));
  const market = new ScriptedMarket(venue, seed);
  for (let i = 0; i < desk.instruments.length * desk.venues.length * 8; i++) market.add();
  for (const { name } of desk.strategies)
    venue.command(
      "approve",
      "strategy",
      desk.strategies.findIndex((one) => one.name === name),
    );
  while (recorder.records < recordsMin) {
    for (let i = 0; i < 20; i++) market.message();
    venue.wait(10);
  }
  return recorder.finish(venue.engine.registry.hash());
}

/**
 * Records a scripted day on which everything is killed while orders work, and the shell says `wireNs` later that the
 * cancels have left.
 */
export function recordKill(directory: string, origin: DeskOrigin, wireNs: number): RecordedJournal {
  const { desk } = origin;
  const recorder = new JournalRecorder(directory, origin, undefined);
  const venue = new ScriptedVenue(desk, (kind, channel, timeNs, bytes) => recorder.take(kind, channel, timeNs, bytes));
  venue.passesMarks = false;
  const market = new ScriptedMarket(venue, 1);
  for (let i = 0; i < desk.instruments.length * desk.venues.length * 8; i++) market.add();
  desk.strategies.forEach((_, strategy) => {
    venue.command("approve", "strategy", strategy);
  });
  for (let turn = 0; venue.engine.orders.openCount === 0; turn++) {
    if (turn > 10_000) throw new Error("no order works on the scripted day");
    for (let i = 0; i < 20; i++) market.message();
    venue.wait(10);
  }
  const killedNs = venue.timeNs;
  venue.command("kill", "all", -1);
  venue.wait(10 * Math.ceil(wireNs / 10e6));
  for (const mark of venue.marks) venue.pass(mark, killedNs + wireNs);
  return recorder.finish(venue.engine.registry.hash());
}

type RestingOrder = { readonly reference: number; readonly price: number; quantity: number };

/** Makes a plausible stream of ITCH messages for every symbol and venue of a scripted desk. */
class ScriptedMarket {
  private readonly random: () => number;
  private readonly middles: number[];
  /** Resting orders by venue, symbol and side. */
  private readonly resting: RestingOrder[][];
  private readonly symbols: Uint8Array[];
  private nextReference = 1;
  private nextMatch = 1;

  constructor(
    private readonly script: ScriptedVenue,
    seed: number,
  ) {
    const { instruments, venues } = script.desk;
    this.random = createRandom(seed);
    this.middles = instruments.map(({ referencePrice }) => Math.round(referencePrice / tick) * tick);
    this.resting = Array.from({ length: venues.length * instruments.length * 2 }, () => []);
    this.symbols = instruments.map(({ symbol }) => symbolBytes(symbol));
  }

  /** One more message: see `recordScriptedDay` for the mix. */
  message(): void {
    const draw = this.random();
    if (draw < 0.45) this.add();
    else this.withdraw(draw < 0.9 ? "delete" : draw < 0.96 ? "execute" : "cancel");
    if (draw > 0.98) this.move();
  }

  add(): void {
    const { venue, instrument, side } = this.draw();
    const distance = tick * (1 + Math.floor(this.random() * placedTicks));
    const price = (this.middles[instrument] ?? 0) + (side === 0 ? -distance : distance);
    const quantity = 100 * (1 + Math.floor(this.random() * 5));
    const reference = this.nextReference++;
    this.restingOf(venue, instrument, side).push({ reference, price, quantity });
    const symbol = this.symbols[instrument];
    if (symbol === undefined) return;
    this.script.feed(venue, (bytes, at) =>
      encodeAddOrder(
        bytes,
        at,
        instrument + 1,
        0,
        this.script.timeNs,
        0,
        reference,
        side === 0 ? 0x42 : 0x53,
        quantity,
        symbol,
        0,
        price,
      ),
    );
  }

  private withdraw(how: "delete" | "execute" | "cancel"): void {
    const { venue, instrument, side } = this.draw();
    const orders = this.restingOf(venue, instrument, side);
    const at = Math.floor(this.random() * orders.length);
    const order = orders[at];
    if (order === undefined) return this.add();
    if (how === "delete" || order.quantity <= 100) return this.remove(venue, instrument, orders, at);
    order.quantity -= 100;
    this.script.feed(venue, (bytes, offset) =>
      how === "execute"
        ? encodeOrderExecuted(
            bytes,
            offset,
            instrument + 1,
            0,
            this.script.timeNs,
            0,
            order.reference,
            100,
            0,
            this.nextMatch++,
          )
        : encodeOrderCancel(bytes, offset, instrument + 1, 0, this.script.timeNs, 0, order.reference, 100),
    );
  }

  /** Moves a symbol's middle by a tick and takes away what would then be on the wrong side of it. */
  private move(): void {
    const { instrument } = this.draw();
    const up = this.random() < 0.5;
    const middle = (this.middles[instrument] ?? 0) + (up ? tick : -tick);
    this.middles[instrument] = middle;
    this.script.desk.venues.forEach((_, venue) => {
      const orders = this.restingOf(venue, instrument, up ? 1 : 0);
      for (let i = orders.length - 1; i >= 0; i--) {
        const price = orders[i]?.price ?? middle;
        if (up ? price <= middle : price >= middle) this.remove(venue, instrument, orders, i);
      }
    });
  }

  private remove(venue: number, instrument: number, orders: RestingOrder[], at: number): void {
    const [order] = orders.splice(at, 1);
    if (order === undefined) return;
    this.script.feed(venue, (bytes, offset) =>
      encodeOrderDelete(bytes, offset, instrument + 1, 0, this.script.timeNs, 0, order.reference),
    );
  }

  private draw(): { venue: number; instrument: number; side: number } {
    const { instruments, venues } = this.script.desk;
    return {
      venue: Math.floor(this.random() * venues.length),
      instrument: Math.floor(this.random() * instruments.length),
      side: this.random() < 0.5 ? 0 : 1,
    };
  }

  private restingOf(venue: number, instrument: number, side: number): RestingOrder[] {
    const orders = this.resting[(venue * this.script.desk.instruments.length + instrument) * 2 + side];
    if (orders === undefined) throw new Error(`no side ${side} of instrument ${instrument} at venue ${venue}`);
    return orders;
  }
}
