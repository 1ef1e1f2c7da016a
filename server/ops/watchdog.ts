import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type EngineAddress, EngineLinkClient } from "../runtime/engine-link-client";
import { Heartbeat, type HeartbeatLimits, heartbeatLimits } from "./heartbeat";
import { memberLogin, withdrawFromVenue } from "./venue-withdrawal";

export type WatchdogOptions = {
  readonly engineAddress: EngineAddress;
  /** Order ports, by venue id. */
  readonly orderPorts: readonly { readonly host: string; readonly port: number }[];
  /** Says in words what it saw and did. */
  readonly report: (text: string) => void;
  readonly limits?: HeartbeatLimits;
  /** How long a venue that took a login and confirmed nothing is left alone, in milliseconds; see `aloneMs`. */
  readonly aloneMs?: number;
  /** Milliseconds of a steady clock; performance.now by default. */
  readonly now?: () => number;
};

const lookMs = 250;
/** A look that comes so late says that this process stood still: what the engine said meanwhile is still to be read. */
const lateLookMs = 1_000;
/** A withdrawal gets its answer within this, or is tried again. */
const withdrawalMsMax = 1_500;
/** The pause before a withdrawal is tried again doubles from the first to the last: a refused one fails at once. */
const pauseMsMin = 50;
const pauseMsMax = 1_000;
/**
 * Each login puts off the venue's own cancel on disconnect, ten seconds after the last session's end: one that takes logins
 * and answers nothing is left alone for longer than that, so that it cancels by itself.
 */
const aloneMs = 12_000;
/** A command's wait is renewed after this: the engine may be stopped for long. */
const commandMs = 60_000;
/** Before a halt that was not done is sent again. */
const commandAgainMs = 1_000;

/** Milliseconds from the last beat of an engine that hangs until a venue that answers has withdrawn, at most. */
export function withdrawnMsMax(limits: HeartbeatLimits): number {
  return limits.silentMsMax + lookMs + withdrawalMsMax;
}

/**
 * Watches the engine over its control socket. When the heartbeat stops it withdraws the member's orders at every
 * venue over connections of its own, and leaves a kill of everything for the engine: it waits in the engine's socket,
 * so that an engine that wakes up or comes back is halted before it decides anything. Acts once, until the engine
 * beats again; a venue that does not confirm is come back to until it does, or until then. It needs no web process, no database and no feed.
 */
export class Watchdog {
  private readonly heartbeat: Heartbeat;
  private readonly link: EngineLinkClient;
  private readonly now: () => number;
  private timer: NodeJS.Timeout | undefined;
  private lookedMs: number;
  private acted = false;
  /** How often it has acted: a withdrawal ends with the silence that it is of. */
  private silences = 0;
  private halting = false;
  private closed = false;

  constructor(private readonly options: WatchdogOptions) {
    this.now = options.now ?? (() => performance.now());
    this.lookedMs = this.now();
    this.heartbeat = new Heartbeat(this.lookedMs, options.limits ?? heartbeatLimits);
    this.link = new EngineLinkClient({
      address: options.engineAddress,
      factsFrom: null,
      views: false,
      // The heartbeat judges silence; the connection to a stopped engine is kept, for the command that waits in it.
      silenceMsMax: 24 * 3_600_000,
      onConnect: () => this.heartbeat.connection(true, this.now()),
      onHello: ({ journal, epoch }) => this.heartbeat.greeted(`${journal}.${epoch}`, this.now()),
      onStatus: (status) => this.heartbeat.told(status.engineTimeNs, this.now()),
      onDown: () => this.heartbeat.connection(false, this.now()),
    });
  }

  start(): void {
    this.link.start();
    this.timer = setInterval(() => this.look(), lookMs);
  }

  close(): void {
    this.closed = true;
    clearInterval(this.timer);
    this.link.close();
  }

  private look(): void {
    const sinceMs = this.lookedMs;
    this.lookedMs = this.now();
    if (this.lookedMs - sinceMs > lateLookMs) return;
    const verdict = this.heartbeat.verdict(this.lookedMs);
    if (verdict === "beating") this.acted = false;
    if (verdict === "beating" || this.acted) return;
    this.acted = true;
    this.silences++;
    const seconds = (this.heartbeat.silenceMs(this.now()) / 1_000).toFixed(1);
    const why = verdict === "silent" ? `the engine hangs: silent for ${seconds} s` : `no engine for ${seconds} s`;
    this.options.report(`${why}; withdrawing at ${this.options.orderPorts.length} venues and halting`);
    this.options.orderPorts.forEach((address, venue) => void this.withdraw(venue, address));
    void this.halt(why);
  }

  private async withdraw(venue: number, address: { host: string; port: number }): Promise<void> {
    const silence = this.silences;
    for (let pauseMs = pauseMsMin; ; pauseMs = Math.min(2 * pauseMs, pauseMsMax)) {
      const withdrawal = await withdrawFromVenue(address, withdrawalMsMax, memberLogin);
      const { confirmed, loggedIn, cancelledOrders, problem } = withdrawal;
      if (this.closed) return;
      if (confirmed) {
        this.options.report(`venue ${venue}: order entry disabled, ${cancelledOrders} orders cancelled`);
        return;
      }
      if (pauseMs === pauseMsMin)
        this.options.report(
          `venue ${venue}: NOT confirmed (${problem}); trying on, meanwhile its own cancel on disconnect remains`,
        );
      await sleep(loggedIn ? (this.options.aloneMs ?? aloneMs) : pauseMs);
      if (this.closed) return;
      if (!this.acted || this.silences !== silence) {
        this.options.report(`venue ${venue}: not confirmed, left to the engine, which beats again`);
        return;
      }
    }
  }

  /** Leaves the kill for the engine, under one id however often it has to be sent. */
  private async halt(why: string): Promise<void> {
    if (this.halting) return;
    this.halting = true;
    const command = {
      id: randomUUID(),
      command: "kill",
      scope: "all",
      target: -1,
      actor: "watchdog",
      role: "system",
      reason: why,
    };
    for (let answered = false; !answered && !this.closed; ) {
      try {
        const { answer } = await this.link.command(command, commandMs);
        // An engine whose worker hangs says that nothing became of it; the one after it has to be told.
        answered = answer !== "invalid";
        if (answered && !this.closed) this.options.report(`the engine took the halt: ${answer}`);
      } catch {
        // Not answered yet: it is sent again, and a repeated id is answered once.
      }
      if (!answered) await sleep(commandAgainMs);
    }
    this.halting = false;
  }
}
