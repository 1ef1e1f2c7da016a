import { commandAnswers } from "../../domain/command";
import {
  commandText,
  decodeFact,
  type FactOf,
  factCode,
  factKindOf,
  factLengthOf,
  factNumberOf,
} from "../../domain/facts";
import { type ViewTable, viewColumns, viewTables } from "../../domain/views";
import { FactsFollower } from "../journal/facts-log";
import {
  type EngineAnswer,
  type EngineHello,
  type EngineStatus,
  type EngineSubscribe,
  frameTypes,
} from "./engine-link";
import { normalId } from "./engine-link-client";
import { encodeFrame, encodeJsonFrame } from "./engine-link-frames";
import type { SharedCounters } from "./shared-counters";
import type { SharedViewReader } from "./shared-views";
import { type CommandOutline, WaitingCommands } from "./waiting-commands";

/** A client's connection, as the publisher needs it. */
export interface PublisherClient {
  send(frame: Buffer): void;
  /** Bytes sent that the client has not taken yet. */
  readonly waiting: number;
  /** Bytes the client has taken in all. */
  readonly taken: number;
  /** Ends the connection; the reason goes to the log. */
  cut(reason: string): void;
}

export type PublisherOptions = {
  /** Everything of the hello but the last fact's number. */
  readonly hello: Omit<EngineHello, "lastFactNumber">;
  readonly dayStartMs: number;
  readonly views: SharedViewReader;
  readonly counters: SharedCounters;
  readonly factsFile: string;
  /** Told once a second at most when a round fails; the engine goes on. */
  readonly report: (text: string) => void;
  /** Passes an accepted command on to the engine. */
  readonly forward: (command: Uint8Array) => void;
  readonly limits?: Partial<PublisherLimits>;
};

export type PublisherLimits = {
  /** A client with more waiting gets no views until it has caught up: they are conflated. */
  readonly viewsWaitingMax: number;
  /** A client with more waiting gets no facts until it has caught up: they stay in the log. */
  readonly factsWaitingMax: number;
  /** A client with more waiting is cut. */
  readonly waitingMax: number;
  /** A client that takes nothing for this long while bytes wait is cut. */
  readonly stallMsMax: number;
};

const defaultLimits: PublisherLimits = {
  viewsWaitingMax: 512 << 10,
  factsWaitingMax: 1 << 20,
  waitingMax: 32 << 20,
  stallMsMax: 10_000,
};

/** Milliseconds between two rounds: at most 50 frames of views a second. */
export const publishMs = 20;

/** How long a command may wait for the engine's fact, in milliseconds. */
const answerMsMax = 5_000;

/**
 * Clients that are sent facts and views. Those that subscribed after them are told the status only, and move up when
 * one of them ends.
 */
export const servedMax = 32;

/** First answers remembered for repeated ids. */
const answersMax = 4_096;

/** Facts between two entries of the index from fact number to file offset. */
const indexStep = 1_024;

/** Reads of the facts log per client and round, of about 256 KB each. */
const readsPerRoundMax = 4;

type Subscription = {
  readonly client: PublisherClient;
  follower: FactsFollower | null;
  /** Facts below this number are skipped. */
  factsFrom: number;
  sequences: Readonly<Record<ViewTable, Int32Array>> | null;
  taken: number;
  takenMs: number;
};

/**
 * Serves the engine's clients from the main thread: facts from the log file, in order and from any number; changed
 * view rows, only the newest state of each; answers to commands as their facts pass; a status a second. It holds no
 * queue of its own: a slow client is served more slowly, and cut when it takes nothing at all.
 */
export class Publisher {
  private readonly subscriptions = new Map<PublisherClient, Subscription>();
  private readonly waiting: WaitingCommands<PublisherClient>;
  private readonly answers = new Map<string, EngineAnswer>();
  private readonly limits: PublisherLimits;
  private readonly follower: FactsFollower;
  private readonly indexNumbers: number[] = [];
  private readonly indexOffsets: number[] = [];
  private readonly rowScratch: Readonly<Record<ViewTable, Float64Array>>;
  private readonly viewFrames: Readonly<Record<ViewTable, Uint8Array>>;
  private factsScratch = new Uint8Array(512 << 10);
  private lastNumber = 0;
  private timer: NodeJS.Timeout | undefined;
  private statusMs = Number.NEGATIVE_INFINITY;
  private statusInputs = 0;
  private status: EngineStatus;

  /** Reads the facts log up to what is written, for its index and the first answers; call it after recovery. */
  constructor(private readonly options: PublisherOptions) {
    this.limits = { ...defaultLimits, ...options.limits };
    this.follower = new FactsFollower(options.factsFile);
    const { counts } = options.views.views;
    this.waiting = new WaitingCommands(counts);
    this.rowScratch = Object.fromEntries(
      viewTables.map((table) => [table, new Float64Array(viewColumns[table].length)]),
    ) as Record<ViewTable, Float64Array>;
    this.viewFrames = Object.fromEntries(
      viewTables.map((table) => [table, new Uint8Array(11 + counts[table] * (2 + viewColumns[table].length * 8))]),
    ) as Record<ViewTable, Uint8Array>;
    this.status = this.measure(0);
    this.followFacts();
  }

  /** Begins the rounds. */
  start(): void {
    let reportedMs = 0;
    this.timer = setInterval(() => {
      try {
        this.round();
      } catch (error) {
        if (performance.now() - reportedMs < 1_000) return;
        reportedMs = performance.now();
        this.options.report(`publisher: ${error instanceof Error ? error.message : String(error)}`);
      }
    }, publishMs);
  }

  /** What a new connection is told. */
  hello(): EngineHello {
    return { ...this.options.hello, lastFactNumber: this.lastNumber };
  }

  /**
   * A client's wish replaces its earlier one. It hears the status at once; its first facts and the full set of views go
   * out in the next round, or when it is among those that are served.
   */
  subscribe(client: PublisherClient, wish: EngineSubscribe): void {
    this.endSubscription(client);
    const subscription: Subscription = {
      client,
      follower: null,
      factsFrom: wish.factsFrom ?? 0,
      sequences: null,
      taken: client.taken,
      takenMs: performance.now(),
    };
    if (wish.factsFrom !== null) {
      subscription.follower = new FactsFollower(this.options.factsFile);
      const offset = this.offsetBefore(wish.factsFrom);
      if (offset > 0) subscription.follower.seek(offset);
    }
    if (wish.views) {
      const { counts } = this.options.views.views;
      // -1 is odd, so no sequence that was read equals it: every row is new.
      subscription.sequences = Object.fromEntries(
        viewTables.map((table) => [table, new Int32Array(counts[table]).fill(-1)]),
      ) as Record<ViewTable, Int32Array>;
    }
    this.subscriptions.set(client, subscription);
    client.send(encodeJsonFrame(frameTypes.status, this.status));
  }

  /** True for a client that is sent what it subscribed to. */
  isServed(client: PublisherClient): boolean {
    let place = 0;
    for (const served of this.subscriptions.keys()) {
      if (++place > servedMax) return false;
      if (served === client) return true;
    }
    return false;
  }

  /** Forgets a client that is gone. */
  detach(client: PublisherClient): void {
    this.endSubscription(client);
    this.waiting.forget(client);
  }

  private endSubscription(client: PublisherClient): void {
    this.subscriptions.get(client)?.follower?.close();
    this.subscriptions.delete(client);
  }

  /**
   * Takes an encoded command; its client is answered when the command's fact passes, a repeated id with the first answer.
   * Where too many wait it is answered `invalid`; see `WaitingCommands` for how many that is.
   */
  command(client: PublisherClient, id: string, encoded: Uint8Array, outline: CommandOutline): void {
    const key = normalId(id);
    const answered = this.answers.get(key);
    if (answered) {
      answer(client, { ...answered, id });
      return;
    }
    const asker = { client, id };
    if (this.waiting.join(key, asker)) return;
    const place = this.waiting.add(key, asker, outline, performance.now());
    if (place === "forward") this.options.forward(encoded);
    else if (place !== "joined") answer(client, { id, answer: "invalid", text: place.refused, factNumber: 0 });
  }

  /** Sends one frame to every client that has subscribed. */
  broadcast(frame: Buffer): void {
    for (const client of this.subscriptions.keys()) client.send(frame);
  }

  /** One round: new facts, then each client. Called by the timer, and by hand in tests and at the end. */
  round(): void {
    const nowMs = performance.now();
    this.followFacts();
    for (const { client, id } of this.waiting.takeBefore(nowMs - answerMsMax))
      answer(client, {
        id,
        answer: "invalid",
        text: `the engine did not answer within ${answerMsMax} ms`,
        factNumber: 0,
      });
    const statusDue = nowMs - this.statusMs >= 1_000;
    if (statusDue) this.status = this.measure(nowMs);
    let place = 0;
    for (const subscription of [...this.subscriptions.values()]) {
      const { client } = subscription;
      if (this.isStalled(subscription, nowMs)) continue;
      if (++place <= servedMax) {
        this.sendFacts(subscription);
        if (subscription.sequences && client.waiting <= this.limits.viewsWaitingMax)
          this.sendViews(client, subscription.sequences);
      }
      if (statusDue) client.send(encodeJsonFrame(frameTypes.status, this.status));
    }
  }

  /** True when every client that is served has been sent every fact and has taken it. */
  get drained(): boolean {
    const committed = this.options.counters.factsLength;
    for (const { client, follower } of [...this.subscriptions.values()].slice(0, servedMax))
      if (client.waiting > 0 || (follower && follower.offset < committed)) return false;
    return true;
  }

  close(): void {
    clearInterval(this.timer);
    for (const client of [...this.subscriptions.keys()]) this.detach(client);
    this.follower.close();
  }

  private isStalled(subscription: Subscription, nowMs: number): boolean {
    const { client } = subscription;
    const { taken, waiting } = client;
    if (taken !== subscription.taken || waiting === 0) {
      subscription.taken = taken;
      subscription.takenMs = nowMs;
    }
    if (waiting > this.limits.waitingMax) {
      client.cut(`${waiting} bytes wait for it, at most ${this.limits.waitingMax}`);
      return true;
    }
    if (nowMs - subscription.takenMs > this.limits.stallMsMax) {
      client.cut(`took nothing for ${Math.round(nowMs - subscription.takenMs)} ms while ${waiting} bytes waited`);
      return true;
    }
    return false;
  }

  /** Reads what the engine has written since: index, answers, last number. */
  private followFacts(): void {
    const committed = this.options.counters.factsLength;
    while (
      this.follower.read(committed, (bytes, offset, length, fileOffset) => {
        const { view } = this.follower;
        const first = factNumberOf(view, offset);
        if (this.indexNumbers.length === 0 || first - this.indexNumbers[this.indexNumbers.length - 1] >= indexStep) {
          this.indexNumbers.push(first);
          this.indexOffsets.push(fileOffset);
        }
        for (let at = offset; at < offset + length; at += factLengthOf(view, at)) {
          this.lastNumber = factNumberOf(view, at);
          if (factKindOf(view, at) === factCode.command)
            this.takeAnswer(decodeFact(bytes, at).fact as FactOf<"command">);
        }
      })
    );
  }

  private takeAnswer(fact: FactOf<"command">): void {
    const { id } = commandText(fact);
    const key = normalId(id);
    const made: EngineAnswer = {
      id,
      answer: commandAnswers.names[fact.answer] ?? `answer ${fact.answer}`,
      text: "",
      factNumber: fact.number,
    };
    this.remember(key, made);
    for (const asker of this.waiting.take(key)) {
      const own = { ...made, id: asker.id };
      this.remember(normalId(asker.id), own);
      answer(asker.client, own);
    }
  }

  private remember(key: string, made: EngineAnswer): void {
    if (this.answers.has(key)) return;
    this.answers.set(key, made);
    if (this.answers.size <= answersMax) return;
    const [oldest] = this.answers.keys();
    this.answers.delete(oldest);
  }

  /** File offset of an append at or before the fact's; 0 for the file's first. */
  private offsetBefore(factNumber: number): number {
    let low = 0;
    let high = this.indexNumbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.indexNumbers[middle] <= factNumber) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : this.indexOffsets[low - 1];
  }

  private sendFacts(subscription: Subscription): void {
    const { client, follower } = subscription;
    if (!follower) return;
    const committed = this.options.counters.factsLength;
    for (let i = 0; i < readsPerRoundMax && client.waiting <= this.limits.factsWaitingMax; i++) {
      let used = 0;
      const more = follower.read(committed, (bytes, offset, length) => {
        let at = offset;
        const end = offset + length;
        const { view } = follower;
        while (at < end && factNumberOf(view, at) < subscription.factsFrom) at += factLengthOf(view, at);
        if (at === end) return;
        if (used + end - at > this.factsScratch.length) {
          const grown = new Uint8Array((used + end - at) * 2);
          grown.set(this.factsScratch.subarray(0, used));
          this.factsScratch = grown;
        }
        this.factsScratch.set(bytes.subarray(at, end), used);
        used += end - at;
      });
      if (used > 0) client.send(encodeFrame(frameTypes.facts, this.factsScratch.subarray(0, used)));
      if (!more) return;
    }
  }

  private sendViews(client: PublisherClient, sequences: Readonly<Record<ViewTable, Int32Array>>): void {
    const { views, counters } = this.options;
    for (let index = 0; index < viewTables.length; index++) {
      const table = viewTables[index];
      const sent = sequences[table];
      const scratch = this.rowScratch[table];
      const frame = this.viewFrames[table];
      const view = new DataView(frame.buffer);
      let at = 11;
      let count = 0;
      for (let row = 0; row < sent.length; row++) {
        if (views.sequence(table, row) === sent[row]) continue;
        const sequence = views.read(table, row, scratch);
        if (sequence === -1) continue;
        sent[row] = sequence;
        view.setUint16(at, row);
        at += 2;
        for (let column = 0; column < scratch.length; column++, at += 8) view.setFloat64(at, scratch[column]);
        count++;
      }
      if (count === 0) continue;
      view.setFloat64(0, counters.engineTimeNs);
      view.setUint8(8, index);
      view.setUint16(9, count);
      client.send(encodeFrame(frameTypes.views, frame.subarray(0, at)));
    }
  }

  private measure(nowMs: number): EngineStatus {
    const { counters, dayStartMs } = this.options;
    const inputs = counters.inputs;
    const seconds = (nowMs - this.statusMs) / 1_000;
    const inputsPerSecond = seconds <= 0 ? 0 : (inputs - this.statusInputs) / seconds;
    this.statusMs = nowMs;
    this.statusInputs = inputs;
    return {
      engineTimeNs: counters.engineTimeNs,
      dayStartMs,
      inputsPerSecond: Math.round(inputsPerSecond),
      factNumber: this.lastNumber,
      journalBytes: counters.journalBytes,
    };
  }
}

function answer(client: PublisherClient, made: EngineAnswer): void {
  client.send(encodeJsonFrame(frameTypes.answer, made));
}
