import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { breakCauses } from "../../domain/health";
import { nsPerMillisecond, nsPerSecond } from "../../domain/time";
import type { Engine } from "../engine/engine";
import { AppendError } from "../journal/journal-error";
import { decodeLogHeader } from "../journal/log-header";
import { orderChannel, venueCountMax } from "../machine/channels";
import { encodeCommand } from "../machine/command-record";
import { FactsOutbox } from "../machine/facts-outbox";
import { InputRecord, inputKinds, startCauses } from "../machine/input-record";
import { operatorCommands } from "../machine/operator-commands";
import { Outbox } from "../machine/outbox";
import type { Halt, Shell } from "../runtime/shell";
import { createExchange, type Exchange } from "../simulator/exchange-machine";
import { Disk, makeLogFolder, removeLogFolder } from "./disk";
import { draw } from "./draws";
import { EngineHost, isRefusal } from "./engine-host";
import { EventQueue } from "./event-queue";
import { type AimedDeath, type Fault, type FaultKind, faultKinds, marketNs, planFaults } from "./fault-plan";
import { findFrame } from "./frames";
import { Ledger } from "./ledger";
import { Lines } from "./lines";
import { checkAtRest, checkLiveOrders, unrestOf } from "./rest-checks";
import { SentOrders } from "./sent-orders";
import { smallDesk } from "./small-desk";
import { countVenueMoves, type VenueMoveCounts } from "./venue-moves";

const kinds = inputKinds.code;
const noBytes = new Uint8Array(0);
const dayNs = 14 * 3_600 * nsPerSecond;
/** Time for books and sessions to come up before strategies run and faults begin. */
const warmUpNs = 500 * nsPerMillisecond;
const tickNs = 10 * nsPerMillisecond;
/** Longest that a world may take to come to rest once the faults have ended. */
const convergeNsMax = 60 * nsPerSecond;
/** A venue hears of a dead session after 15 s of silence at the latest, and cancels 10 s after it. */
const givenUpNs = 26 * nsPerSecond;
/** Share of inputs after which the turn stays open for the next. */
const joinedTurnShare = 0.15;
/** Share of the looks at a break over which the tellers still differ that end with its adoption. */
const earlyAdoptionShare = 0.2;
const joinedTurnNs = 40_000;

export type WorldOptions = {
  readonly seed: number;
  /** Kinds of faults to plan; all by default. */
  readonly kinds?: readonly FaultKind[];
  /** Other faults than the seed's own: a part of them, when the least that fails is looked for. */
  readonly plan?: readonly Fault[];
  /** How long the market runs with faults, at most 30 s. */
  readonly marketNs?: number;
  /** Changes each engine and shell that is made: how mutants come in. */
  readonly alter?: (engine: Engine) => void;
  readonly alterShell?: (shell: Shell) => void;
};

/** Something that must always hold and did not. */
export type Break = { readonly invariant: string; readonly text: string; readonly atNs: number };

export type WorldResult = {
  readonly seed: number;
  readonly plan: readonly Fault[];
  readonly breaks: readonly Break[];
  /** Over every byte of the facts and every byte sent: equal for equal runs. */
  readonly hash: string;
  readonly simulatedNs: number;
  /** Faults that struck, by kind; datagrams count one by one. */
  readonly struck: Readonly<Record<FaultKind, number>>;
  readonly orders: number;
  readonly replaces: number;
  readonly fills: number;
  readonly brokenFills: number;
  readonly cancels: number;
  readonly runs: number;
  readonly replayedRecords: number;
  readonly moves: VenueMoveCounts;
  /** The logs did not allow another start (only after a loss of power). */
  readonly wasRefused: boolean;
  /** The last facts, oldest first. */
  readonly recent: Ledger["recent"];
};

/** Runs a seed's world to its end; never throws for what the world does. */
export function runWorld(options: WorldOptions): WorldResult {
  const world = new World(options);
  try {
    return world.run();
  } finally {
    world.remove();
  }
}

/** Enough breaks to see what is wrong. */
const breaksMax = 20;

class Finished extends Error {}

class World {
  private readonly desk: Desk;
  private readonly plan: readonly Fault[];
  private readonly queue = new EventQueue();
  private readonly lines: Lines;
  private readonly disk: Disk;
  private readonly host: EngineHost;
  private readonly exchange: Exchange;
  private readonly folder = makeLogFolder();
  private ledger: Ledger;
  private readonly sent: SentOrders;
  private readonly breaks: Break[] = [];
  private readonly hash = createHash("sha256");
  private readonly struck: Record<FaultKind, number>;
  private readonly marketNs: number;
  private nowNs = dayNs;
  private nextTickNs = dayNs + tickNs;
  private commandNumber = 0;
  private inputs = 0;
  private hasLostPower = false;
  private wasRefused = false;
  private isDisturbed = true;
  /** How long our side stays away after it dies next. */
  private downNs = 100 * nsPerMillisecond;
  private isDiskFull = false;
  private aimedDeath: AimedDeath | null = null;
  private isTurnOpen = false;
  /** What takes back faults that last, once each: at its time, or when the faults end before it. */
  private readonly mends = new Set<() => void>();
  private readonly exchangeInput = new InputRecord();
  private readonly exchangeOutbox = new Outbox();
  private readonly exchangeFacts = new FactsOutbox(64);

  constructor(private readonly options: WorldOptions) {
    const { seed } = options;
    this.desk = smallDesk(seed);
    this.plan = options.plan ?? planFaults(seed, this.desk, options.kinds ?? faultKinds.names);
    this.marketNs = Math.min(options.marketNs ?? marketNs, marketNs);
    this.struck = Object.fromEntries(faultKinds.names.map((kind) => [kind, 0])) as Record<FaultKind, number>;
    const now = (): number => this.nowNs;
    this.lines = new Lines(
      seed,
      this.desk.venues.length,
      this.queue,
      now,
      {
        engine: (kind, channel, bytes) => this.toEngine(kind, channel, bytes),
        exchange: (kind, channel, bytes) => this.toExchange(kind, channel, bytes),
      },
      (what) => {
        this.struck[what]++;
      },
    );
    this.ledger = new Ledger(this.desk, this.broken);
    this.sent = new SentOrders(() => this.ledger, this.broken);
    this.disk = new Disk((bytes, offset, length) => {
      this.hash.update(bytes.subarray(offset, offset + length));
      this.ledger.append(bytes, offset, length);
    });
    this.host = new EngineHost({
      desk: this.desk,
      folder: this.folder,
      disk: this.disk,
      lines: this.lines,
      now,
      alter: options.alter ?? (() => undefined),
      alterShell: options.alterShell ?? (() => undefined),
      onSend: (channel, bytes, offset, length) => {
        this.hash.update(bytes.subarray(offset, offset + length));
        this.sent.sends(channel, bytes, offset, length);
      },
      onHalt: (halt) => this.halted(halt),
      onReserve: () => {
        this.struck.fullDisk++;
      },
      onRecovered: () => this.readFacts(),
    });
    this.exchange = createExchange(this.desk);
  }

  run(): WorldResult {
    try {
      this.live();
    } catch (error) {
      if (!(error instanceof Finished))
        this.breaks.push({
          invariant: "nothing throws",
          text: error instanceof Error ? (error.stack ?? error.message) : String(error),
          atNs: this.nowNs,
        });
    }
    const { ledger } = this;
    return {
      seed: this.options.seed,
      plan: this.plan,
      breaks: this.breaks,
      hash: this.hash.digest("hex"),
      simulatedNs: this.nowNs - dayNs,
      struck: this.struck,
      orders: ledger.counts.orders,
      replaces: ledger.counts.replaces,
      fills: ledger.counts.fills,
      brokenFills: ledger.counts.broken,
      cancels: this.sent.counts.cancels,
      runs: this.host.runs,
      replayedRecords: this.host.replayedRecords,
      moves: countVenueMoves(this.exchange, this.lines.history),
      wasRefused: this.wasRefused,
      recent: ledger.recent,
    };
  }

  remove(): void {
    if (this.host.isUp) this.host.die();
    removeLogFolder(this.folder);
  }

  private live(): void {
    this.exchangeStarts("fresh");
    this.startEngine();
    this.runUntil(dayNs + warmUpNs);
    this.desk.strategies.forEach((_, strategy) => {
      this.command(commandKinds.code.approve, scopes.code.strategy, strategy, roles.code.trader);
    });
    for (const fault of this.plan)
      if (fault.atNs < this.marketNs)
        this.queue.put(dayNs + warmUpNs + fault.atNs, () => {
          if (this.isDisturbed) this.strike(fault);
        });
    this.runUntil(dayNs + warmUpNs + this.marketNs);
    this.heal();
    this.comeToRest();
    this.settle();
    this.checkRest();
    this.takeNote();
    this.drill();
    this.endDay();
  }

  private readonly broken = (invariant: string, text: string): void => {
    this.breaks.push({ invariant, text, atNs: this.nowNs });
    if (this.breaks.length >= breaksMax) throw new Finished();
  };

  /** Lets time pass: what is on its way arrives, both sides get their ticks. */
  private runUntil(endNs: number): void {
    while (this.nowNs < endNs) {
      const next = Math.min(this.queue.nextNs, this.nextTickNs, endNs);
      if (next > this.nowNs) this.nowNs = next;
      if (this.queue.nextNs <= this.nowNs) this.queue.take().happen();
      else if (this.nextTickNs <= this.nowNs) {
        this.nextTickNs += tickNs;
        if ((this.nextTickNs - dayNs) % nsPerSecond < tickNs) this.lookAtBreaks();
        if (this.lines.isExchangeUp) this.toExchange(kinds.timer, 0, noBytes);
        this.isTurnOpen = false;
        this.host.tick();
      }
      if (this.host.hasDied) this.died();
      if (this.breaks.length > 0) throw new Finished();
    }
  }

  /** Lets what is on its way arrive with no tick in between, so that the market stands still. */
  private settle(): void {
    for (let round = 0; round < 400; round++) {
      let moved = false;
      while (this.queue.nextNs <= this.nowNs + 10 * nsPerMillisecond) {
        const item = this.queue.take();
        if (item.atNs > this.nowNs) this.nowNs = item.atNs;
        item.happen();
        moved = true;
      }
      this.endTurn();
      if (!moved && round > 2) return;
      // Messages under way within a venue arrive with its next input.
      this.nowNs += 5 * nsPerMillisecond;
      this.toExchange(kinds.disconnected, 0, noBytes);
    }
    this.broken("everything converges", "messages go to and fro without end while the market stands still");
  }

  private comeToRest(): void {
    const endNs = this.nowNs + convergeNsMax;
    let unrest: string | null = "the engine is down";
    this.runUntil(this.nowNs + nsPerSecond);
    while (this.nowNs < endNs) {
      this.runUntil(this.nowNs + 200 * nsPerMillisecond);
      if (!this.host.isUp) unrest = "the engine is down";
      else if (this.host.isOnReserve) unrest = "the logs are in the reserve";
      else unrest = unrestOf({ desk: this.desk, views: this.host.views });
      if (unrest === null) return;
    }
    const unsettled = [...this.ledger.open.values()].filter(
      ({ state }) => state !== "working" && state !== "partlyFilled",
    );
    const words = unsettled.map((order) => `order ${order.id} (${order.userReference}) is ${order.state}`);
    this.broken(
      "everything converges",
      `${unrest}, ${convergeNsMax / nsPerSecond} s after the last fault; ${words.join(", ")}`,
    );
    throw new Finished();
  }

  private checkRest(): void {
    const { desk, ledger, exchange, hasLostPower } = this;
    const { engine, views } = this.host;
    engine.publishViews(views, true);
    checkAtRest({ desk, ledger, engine, views, exchange, hasLostPower }, this.broken);
    if (this.breaks.length > 0) throw new Finished();
  }

  /** A person looks at what is broken once a second: what agrees again is adopted, and now and then what does not yet. */
  private lookAtBreaks(): void {
    for (const { venue, instrument, cause } of [...this.ledger.breaks.values()])
      if (
        cause === breakCauses.code.agreed ||
        draw(this.options.seed, 37, this.inputs, instrument) < earlyAdoptionShare
      )
        this.adopt(venue, instrument);
  }

  private adopt(venue: number, instrument: number): void {
    if (!this.host.isUp || this.host.hasDied) return;
    const [scope, target] = instrument < 0 ? (["venue", venue] as const) : (["instrument", instrument] as const);
    this.command(commandKinds.code.adopt, scopes.code[scope], target, roles.code.trader);
  }

  /** At rest a person takes note of every break that is left, and none is left. */
  private takeNote(): void {
    for (const { venue, instrument } of [...this.ledger.breaks.values()]) this.adopt(venue, instrument);
    this.settle();
    for (const listing of this.ledger.breaks.keys())
      this.broken("a person ends every break", `the one over ${listing} stays open`);
    this.checkRest();
  }

  /** A kill at rest: it must leave nothing of its scope open on either side, and everything must agree again. */
  private drill(): void {
    const { seed } = this.options;
    const { desk } = this;
    const scope = (["strategy", "instrument", "venue", "all"] as const)[seed % 4];
    const target = { strategy: desk.strategies.length - 1, instrument: 6, venue: seed % 8 < 4 ? 0 : 1, all: -1 }[scope];
    this.resumeTicks();
    this.command(commandKinds.code.kill, scopes.code[scope], target, roles.code.risk);
    this.runUntil(this.nowNs + 500 * nsPerMillisecond);
    this.settle();
    this.checkRest();
  }

  private resumeTicks(): void {
    this.nextTickNs = Math.ceil(this.nowNs / tickNs) * tickNs + tickNs;
  }

  /** An orderly stop leaves nothing open on either side. */
  private endDay(): void {
    this.resumeTicks();
    this.command(commandKinds.code.shutdown, scopes.code.all, -1, roles.code.system);
    const endNs = this.nowNs + 5 * nsPerSecond;
    const isStopped = (): boolean => this.ledger.recent.some((fact) => fact.kind === "engineStopped");
    while (this.nowNs < endNs && !isStopped()) this.runUntil(this.nowNs + 50 * nsPerMillisecond);
    if (!isStopped()) this.broken("an orderly stop ends", "no engineStopped within 5 s");
    if (this.ledger.open.size > 0 && !this.hasLostPower)
      this.broken("an orderly stop leaves nothing open", `${this.ledger.open.size} orders here`);
    this.desk.venues.forEach((_, venue) => {
      const open = this.exchange.memberOrders(venue).length;
      if (open > 0) this.broken("an orderly stop leaves nothing open", `${open} orders at venue ${venue}`);
    });
  }

  private toEngine(kind: number, channel: number, bytes: Uint8Array): void {
    this.host.input(kind, channel, bytes, false);
    this.inputs++;
    if (draw(this.options.seed, 31, this.inputs) < joinedTurnShare) {
      this.isTurnOpen = true;
      this.queue.put(this.nowNs + joinedTurnNs, () => {
        if (this.isTurnOpen) this.endTurn();
      });
    } else this.endTurn();
    if (channel >= orderChannel && channel < orderChannel + venueCountMax) {
      this.checkExposure();
      this.diesHearing(channel, bytes);
    }
  }

  private endTurn(): void {
    this.isTurnOpen = false;
    this.host.endTurn();
  }

  /** Whatever the engine has just been told: what is live at a venue counts as exposure here. */
  private checkExposure(): void {
    if (!this.host.isUp || this.host.hasDied || this.hasLostPower) return;
    const { desk, exchange } = this;
    checkLiveOrders({ desk, exchange, engine: this.host.engine }, this.broken);
  }

  private toExchange(kind: number, channel: number, bytes: Uint8Array): void {
    const { exchangeInput: input, exchangeOutbox: outbox } = this;
    outbox.clear();
    input.attach(bytes);
    input.set(kind, channel, this.nowNs, 0, bytes.length);
    this.exchange.step(input, outbox, this.exchangeFacts);
    if (this.lines.isExchangeUp) this.lines.fromExchange(outbox);
  }

  private exchangeStarts(cause: keyof typeof startCauses.code): void {
    this.lines.isExchangeUp = true;
    this.toExchange(kinds.start, 0, new Uint8Array([0, 0, 0, 1, startCauses.code[cause]]));
  }

  private command(command: number, scope: number, target: number, role: number): void {
    const id = `00000000-0000-4000-8000-${(++this.commandNumber).toString(16).padStart(12, "0")}`;
    const record = { command, scope, target, role, id, actor: "desk", reason: "simulation" };
    this.host.input(kinds.command, 0, encodeCommand(record), true);
  }

  private operate(command: number, scope: number, target: number): void {
    const id = "00000000-0000-4000-8000-000000000000";
    const record = { command, scope, target, role: 0, id, actor: "", reason: "" };
    if (this.lines.isExchangeUp) this.toExchange(kinds.command, 0, encodeCommand(record));
  }

  private startEngine(): void {
    try {
      this.host.start();
    } catch (error) {
      if (this.hasLostPower && isRefusal(error)) return this.refused();
      if (!this.isDiskFull || !(error instanceof AppendError)) throw error;
      // No start without room: the supervisor tries again, as often as it takes.
      this.isDiskFull = false;
      this.disk.setRoom(Number.POSITIVE_INFINITY);
      this.queue.put(this.nowNs + this.downNs, () => {
        if (!this.host.isUp) this.startEngine();
      });
    }
  }

  /** The logs do not allow a start: safe when the venue has nothing of ours working any more. */
  private refused(): never {
    this.wasRefused = true;
    this.lines.heal();
    if (!this.lines.isExchangeUp) this.exchangeStarts("crashed");
    for (let passed = 0; passed < givenUpNs; passed += tickNs) {
      this.nowNs += tickNs;
      this.toExchange(kinds.timer, 0, noBytes);
    }
    this.desk.venues.forEach((_, venue) => {
      const open = this.exchange.memberOrders(venue).length;
      if (open > 0) this.broken("a desk that cannot start leaves nothing working", `${open} orders at venue ${venue}`);
    });
    throw new Finished();
  }

  /** The facts log as it lies on disk after a recovery. */
  private readFacts(): void {
    const file = this.host.factsFile;
    const bytes = new Uint8Array(readFileSync(file));
    const header = decodeLogHeader(Buffer.from(bytes.buffer), file)?.length ?? bytes.length;
    this.ledger.recover(bytes.subarray(header));
  }

  private died(): void {
    this.host.die();
    this.isTurnOpen = false;
    const { downNs } = this;
    this.queue.put(this.nowNs + downNs, () => {
      if (!this.host.isUp) this.startEngine();
    });
  }

  private halted(halt: Halt): void {
    if (halt.kind !== "journal" || !this.isDiskFull)
      this.broken("the engine never halts by itself", `${halt.kind}: ${halt.text}`);
    this.struck.fullDisk++;
    this.isDiskFull = false;
    this.isTurnOpen = false;
    this.queue.put(this.nowNs, () => this.host.leave());
    this.queue.put(this.nowNs + this.downNs, () => {
      this.disk.setRoom(Number.POSITIVE_INFINITY);
      if (!this.host.isUp) this.startEngine();
    });
  }

  private heal(): void {
    this.isDisturbed = false;
    this.aimedDeath = null;
    this.lines.heal();
    for (const mend of this.mends) mend();
    for (let venue = 0; venue < this.desk.venues.length; venue++)
      for (const command of [operatorCommands.withholdAcceptance, operatorCommands.withholdAccount])
        this.tellVenues(command, scopes.code.venue, venue);
    this.isDiskFull = false;
    this.disk.setRoom(Number.POSITIVE_INFINITY);
    this.disk.disarm();
  }

  private strike(fault: Fault): void {
    const { lines } = this;
    const later = (atNs: number, happen: () => void): void => this.queue.put(dayNs + warmUpNs + atNs, happen);
    const mendAt = (atNs: number, happen: () => void): void => {
      const mend = (): void => {
        if (this.mends.delete(mend)) happen();
      };
      this.mends.add(mend);
      later(atNs, mend);
    };
    switch (fault.kind) {
      case "loss":
      case "duplicates":
      case "reordering": {
        const venue = lines.disturbance.venues[fault.venue];
        venue[fault.kind] = fault.share;
        venue.salt = fault.salt;
        later(fault.untilNs, () => {
          venue[fault.kind] = 0;
        });
        return;
      }
      case "delay":
        this.struck.delay++;
        lines.disturbance.delayNs = fault.delayNs;
        later(fault.untilNs, () => {
          lines.disturbance.delayNs = 0;
        });
        return;
      case "oneWayCut":
      case "lateFills":
        this.struck[fault.kind]++;
        return lines.stall(fault.channel, fault.way, dayNs + warmUpNs + fault.untilNs);
      case "cut":
        if (fault.within !== undefined) return lines.aimCut(fault.channel, fault.way, fault.within, fault.bytes);
        return lines.armCut(fault.channel, fault.way, fault.bytes);
      case "lostAcknowledgement":
        return lines.armLostAcknowledgement(fault.venue);
      case "venueRestart":
        if (!lines.isExchangeUp) return;
        this.struck.venueRestart++;
        lines.exchangeGone();
        this.queue.put(this.nowNs + fault.downNs, () => this.exchangeStarts("crashed"));
        return;
      case "repeatedFills":
        for (let i = 0; i < fault.times; i++) {
          this.struck.repeatedFills++;
          const target = fault.venue + fault.back * venueCountMax;
          this.operate(operatorCommands.repeatExecution, scopes.code.venue, target);
        }
        return;
      case "busts":
        this.struck.busts++;
        return this.operate(
          operatorCommands.breakExecution,
          scopes.code.venue,
          fault.venue + fault.back * venueCountMax,
        );
      case "halts":
        this.struck.halts++;
        this.operate(commandKinds.code.kill, scopes.code.instrument, fault.instrument);
        mendAt(fault.untilNs, () =>
          this.tellVenues(commandKinds.code.release, scopes.code.instrument, fault.instrument),
        );
        return;
      case "crosses":
      case "heldCancels": {
        this.struck[fault.kind]++;
        const { beginCross, beginHoldingCross } = operatorCommands;
        const begin = fault.kind === "crosses" ? beginCross : beginHoldingCross;
        this.operate(begin, scopes.code.instrument, fault.instrument);
        if (fault.kind === "heldCancels" && fault.aimed !== null) this.aim(fault.aimed);
        mendAt(fault.untilNs, () =>
          this.tellVenues(operatorCommands.endCross, scopes.code.instrument, fault.instrument),
        );
        return;
      }
      case "withheldAnswers":
        this.struck.withheldAnswers++;
        return this.operate(
          fault.of === "acceptance" ? operatorCommands.withholdAcceptance : operatorCommands.withholdAccount,
          scopes.code.venue,
          fault.venue + fault.answers * venueCountMax,
        );
      case "clockJump":
        this.host.wallErrorNs += fault.byNs;
        if (!this.host.isUp) return;
        this.struck.clockJump++;
        this.downNs = fault.downNs;
        return this.died();
      case "crash":
      case "tornWrite":
        if (!this.host.isUp || this.disk.armedPoint !== null) return;
        this.struck[fault.kind]++;
        this.downNs = fault.downNs;
        return this.disk.arm(fault.point, fault.depth);
      case "fullDisk":
        if (!this.host.isUp) return;
        this.isDiskFull = true;
        this.downNs = fault.downNs;
        // Sometimes the reserve is too small as well, and the shell halts with its last words.
        this.disk.setRoom(fault.depth * 2_000, fault.depth < 0.3 ? 400 : undefined);
        this.queue.put(this.nowNs + fault.downNs, () => {
          this.isDiskFull = false;
          this.disk.setRoom(Number.POSITIVE_INFINITY);
        });
        return;
      case "powerLoss":
        if (!this.host.isUp) return;
        this.struck.powerLoss++;
        this.hasLostPower = true;
        this.host.losePower(fault.inputsLostNs, fault.factsLostNs);
        this.ledger = new Ledger(this.desk, this.broken);
        this.isTurnOpen = false;
        this.queue.put(this.nowNs + fault.downNs, () => {
          if (!this.host.isUp) this.startEngine();
        });
        return;
      case "commands":
        if (!this.host.isUp) return;
        this.struck.commands++;
        return this.command(fault.command, fault.scope, fault.target, fault.role);
    }
  }

  private aim(death: AimedDeath): void {
    if (death.of === "engine") this.aimedDeath = death;
    else this.lines.aimCut(orderChannel + death.venue, "in", death.within, death.bytes);
  }

  /** Our side dies as it hears the message that its death waits for: logged or not, as the turn goes. */
  private diesHearing(channel: number, bytes: Uint8Array): void {
    const death = this.aimedDeath;
    if (death?.of !== "engine" || channel !== orderChannel + death.venue || !this.host.isUp) return;
    if (findFrame(bytes, "in", death.within) < 0) return;
    this.aimedDeath = null;
    this.struck.crash++;
    this.downNs = death.downNs;
    this.died();
  }

  /** The exchange may be away just then: it is told again until it hears. */
  private tellVenues(command: number, scope: number, target: number): void {
    if (this.lines.isExchangeUp) this.operate(command, scope, target);
    else this.queue.put(this.nowNs + 100 * nsPerMillisecond, () => this.tellVenues(command, scope, target));
  }
}
