import type { Pool } from "pg";
import { migrateDatabase } from "../../db/connect";
import { advancePosition, forgetJournal, type Position, positionOf } from "../../db/queries/progress";
import { renewStatistics } from "../../db/queries/statistics";
import { inTransaction } from "../../db/transaction";
import type { Fact } from "../../domain/facts";
import type { EngineHello } from "../runtime/engine-link";
import { type EngineAddress, EngineLinkClient } from "../runtime/engine-link-client";
import { digestOf } from "./fact-digest";
import { type BeforeStatement, projectFacts } from "./project-facts";

export type FactStoreOptions = {
  readonly pool: Pool;
  readonly migrationsFolder: string;
  readonly engineAddress: EngineAddress;
  /** Facts a transaction; 1,000 by default. */
  readonly batchFactsMax?: number;
  /** Facts wait at most so long for their batch to fill; 250 ms by default. */
  readonly batchMsMax?: number;
  /** Facts held in memory; above it the engine link is not read. 20,000 by default. */
  readonly queueFactsMax?: number;
  readonly now?: () => number;
  /** Called before each step of a transaction with its name; tests crash here. */
  readonly beforeStatement?: BeforeStatement;
};

/** What the store says of itself, for the screen. */
export type FactStoreStatus = {
  readonly state: "starting" | "connected" | "down" | "failed";
  readonly text: string;
  /** Facts in memory that wait for the database. */
  readonly behindFacts: number;
  readonly committedFactNumber: number;
  readonly lastAdvancedMs: number;
};

const retryMsMin = 100;
const retryMsMax = 5_000;

/** Somebody else moved the position, or a commit whose answer was lost went through after all. */
class PositionMoved extends Error {}

/** The database holds facts that the log does not have; the projection of the journal was emptied. */
class ProjectionForgotten extends Error {}

type Queue = { readonly hello: EngineHello; readonly facts: Fact[] };

/** The planner's statistics are renewed after this many facts at first, then whenever they have doubled, up to the most. */
const statisticsFactsMin = 2_000;
const statisticsFactsMax = 256_000;

/**
 * Tails the facts log into the database, exactly once. The position (journal, fact number) moves by compare-and-set
 * in the transaction that writes the rows: a batch is there whole or not at all, and a batch that comes twice moves
 * nothing. While the database is down the store holds a bounded number of facts and stops reading; the log keeps the
 * rest.
 */
export class FactStore {
  private readonly pool: Pool;
  private readonly now: () => number;
  private readonly batchFactsMax: number;
  private readonly batchMsMax: number;
  private readonly queueFactsMax: number;
  private readonly before: BeforeStatement;
  private link: EngineLinkClient | null = null;
  /** Facts of one journal at a time: the next journal is not read before this one is written. */
  private queue: Queue | null = null;
  private position: Position = { factNumber: 0, factDigest: "" };
  private state: FactStoreStatus["state"] = "starting";
  private text = "the database is starting";
  private lastAdvancedMs = 0;
  private stopped = false;
  private migrated = false;
  /** Facts written since the planner's statistics were renewed, and how many there may be before it is done again. */
  private factsSinceStatistics = 0;
  private statisticsEveryFacts = statisticsFactsMin;
  private waiters: (() => void)[] = [];
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly options: FactStoreOptions) {
    this.pool = options.pool;
    this.now = options.now ?? Date.now;
    this.batchFactsMax = options.batchFactsMax ?? 1_000;
    this.batchMsMax = options.batchMsMax ?? 250;
    this.queueFactsMax = options.queueFactsMax ?? 20_000;
    this.before = options.beforeStatement ?? (() => undefined);
  }

  /** Migrates and begins to tail; returns at once and never gives up while the database is down. */
  start(): void {
    this.working = this.work();
  }

  /** Writes what is in memory if the database takes it at once, then lets go. The pool stays its owner's. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.link?.close();
    this.wake();
    await this.working;
  }

  status(): FactStoreStatus {
    return {
      state: this.state,
      text: this.text,
      behindFacts: this.queue?.facts.length ?? 0,
      committedFactNumber: this.position.factNumber,
      lastAdvancedMs: this.lastAdvancedMs,
    };
  }

  private async work(): Promise<void> {
    await this.untilDone(async () => {
      await migrateDatabase(this.pool, this.options.migrationsFolder);
      this.migrated = true;
      await inTransaction(this.pool, renewStatistics);
    });
    if (!this.migrated || this.stopped) return;
    this.openLink();
    while (!this.stopped && this.state !== "failed") {
      await this.batchReady();
      await this.untilDone(() => this.writeBatch());
    }
    await this.writeRest();
  }

  /** The last facts in memory, as far as the database takes them without a wait. */
  private async writeRest(): Promise<void> {
    try {
      while (this.state === "connected" && (this.queue?.facts.length ?? 0) > 0) await this.writeBatch();
    } catch {
      // They are in the log: the next start takes them from there.
    }
  }

  /** Repeats `attempt` until it succeeds, waiting longer each time; ends when stopped or failed for good. */
  private async untilDone(attempt: () => Promise<void>): Promise<void> {
    for (let waitMs = retryMsMin; !this.stopped; waitMs = Math.min(waitMs * 2, retryMsMax)) {
      try {
        await attempt();
        this.state = "connected";
        this.text = "";
        return;
      } catch (error) {
        if (error instanceof PositionMoved || error instanceof ProjectionForgotten) return this.openLink();
        this.text = error instanceof Error ? error.message : String(error);
        if (error instanceof RangeError) {
          this.state = "failed";
          this.link?.close();
          return;
        }
        this.state = "down";
        await this.pause(waitMs);
      }
    }
  }

  /** A link of its own that begins where the database is. What was in memory is read again. */
  private openLink(): void {
    this.link?.close();
    this.queue = null;
    this.wake();
    if (this.stopped) return;
    const link: EngineLinkClient = new EngineLinkClient({
      address: this.options.engineAddress,
      views: false,
      factsFrom: (hello) => this.factsFrom(hello, link),
      onHello: (hello) => {
        if (hello.journal === this.queue?.hello.journal && hello.lastFactNumber < link.lastFactNumber)
          this.reopenLink(link);
      },
      onFacts: (facts) => this.take(facts, link),
    });
    this.link = link;
    link.start();
  }

  private reopenLink(link: EngineLinkClient): void {
    setImmediate(() => {
      if (this.link === link && this.state !== "failed") this.openLink();
    });
  }

  /**
   * Where to begin with this journal: at the last fact the database has, once more, to see that the log still has the
   * same one there. A database that is ahead of the log forgets the journal and takes it from the start.
   */
  private async factsFrom(hello: EngineHello, link: EngineLinkClient): Promise<number | null> {
    while (this.link === link && !this.stopped && (this.queue?.facts.length ?? 0) > 0) await this.nextChange();
    if (this.link !== link || this.stopped) return null;
    let from: number | null = null;
    for (let waitMs = retryMsMin; from === null; waitMs = Math.min(waitMs * 2, retryMsMax)) {
      if (this.link !== link || this.stopped) return null;
      try {
        from = await this.readPosition(hello);
      } catch (error) {
        this.state = "down";
        this.text = error instanceof Error ? error.message : String(error);
        await this.pause(waitMs);
      }
    }
    if (this.link !== link) return null;
    this.state = "connected";
    this.text = "";
    this.queue = { hello, facts: [] };
    return from;
  }

  private async readPosition(hello: EngineHello): Promise<number> {
    return inTransaction(this.pool, async (client) => {
      const { journal, tradingDay, deskHash } = hello;
      let position = await positionOf(client, journal, { tradingDay, deskHash }, this.now());
      if (position.factNumber > hello.lastFactNumber) {
        await forgetJournal(client, journal);
        position = { factNumber: 0, factDigest: "" };
      }
      this.position = position;
      return Math.max(1, position.factNumber);
    });
  }

  /** Queues facts; a promise while the queue is full, which keeps the link from reading on. */
  private take(facts: readonly Fact[], link: EngineLinkClient): void | Promise<void> {
    const { queue } = this;
    if (!queue || this.link !== link) return;
    let last = queue.facts.at(-1)?.number ?? this.position.factNumber;
    for (const fact of facts) {
      if (fact.number === this.position.factNumber && digestOf(fact) !== this.position.factDigest) {
        this.forget(queue.hello.journal, link);
        return;
      }
      if (fact.number <= last) continue;
      queue.facts.push(fact);
      last = fact.number;
    }
    this.wake();
    if (queue.facts.length >= this.queueFactsMax) return this.roomIn(queue, link);
  }

  private async roomIn(queue: Queue, link: EngineLinkClient): Promise<void> {
    while (this.link === link && !this.stopped && queue.facts.length > this.queueFactsMax / 2) await this.nextChange();
  }

  /** The log has another fact where the database has this one: the log lost its tail. Begin again from the start. */
  private forget(journal: string, link: EngineLinkClient): void {
    this.queue = null;
    void this.untilDone(async () => {
      if (this.link !== link) return;
      await rebuildProjection(this.pool, journal);
      throw new ProjectionForgotten();
    });
  }

  private async batchReady(): Promise<void> {
    while (!this.stopped && (this.queue?.facts.length ?? 0) === 0) await this.nextChange();
    const sinceMs = this.now();
    while (!this.stopped && (this.queue?.facts.length ?? 0) < this.batchFactsMax) {
      const leftMs = sinceMs + this.batchMsMax - this.now();
      if (leftMs <= 0) return;
      await Promise.race([this.nextChange(), sleep(leftMs)]);
    }
  }

  private async writeBatch(): Promise<void> {
    const { queue } = this;
    if (!queue || queue.facts.length === 0) return;
    const batch = queue.facts.slice(0, this.batchFactsMax);
    const { journal } = queue.hello;
    const from = batch[0].number - 1;
    const last = batch[batch.length - 1];
    const to: Position = { factNumber: last.number, factDigest: digestOf(last) };
    await this.before("begin");
    await inTransaction(this.pool, async (client) => {
      await this.before("position");
      if (!(await advancePosition(client, journal, from, to, this.now()))) throw new PositionMoved();
      await projectFacts(client, journal, batch, this.before);
      await this.before("commit");
    });
    await this.before("committed");
    if (this.queue !== queue) return;
    queue.facts.splice(0, batch.length);
    this.position = to;
    this.lastAdvancedMs = this.now();
    this.wake();
    await this.renewStatistics(batch.length);
  }

  /** Renews the planner's statistics whenever the day has doubled, up to a step: its cost stays a small share. */
  private async renewStatistics(facts: number): Promise<void> {
    this.factsSinceStatistics += facts;
    if (this.factsSinceStatistics < this.statisticsEveryFacts) return;
    this.factsSinceStatistics = 0;
    this.statisticsEveryFacts = Math.min(statisticsFactsMax, this.statisticsEveryFacts * 2);
    try {
      await inTransaction(this.pool, renewStatistics);
    } catch {
      // The facts are written: the next batch says what is wrong with the database.
    }
  }

  private nextChange(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  private wake(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const resolve of waiters) resolve();
  }

  /** Sleeps, but not past a stop. */
  private async pause(milliseconds: number): Promise<void> {
    const endMs = Date.now() + milliseconds;
    while (!this.stopped && Date.now() < endMs) await sleep(Math.min(50, endMs - Date.now()));
  }
}

/** Empties what the database has of a journal, so that the store takes it from fact 1 again. */
export async function rebuildProjection(pool: Pool, journal: string): Promise<void> {
  await inTransaction(pool, (client) => forgetJournal(client, journal));
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(1, milliseconds)));
}
