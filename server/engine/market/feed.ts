import { factCode } from "../../../domain/facts";
import { alertCodes, feedStates } from "../../../domain/health";
import { nsPerMillisecond, nsPerSecond } from "../../../domain/time";
import { feedChannel, snapshotChannel } from "../../machine/channels";
import type { StateRegistry } from "../../machine/state-registry";
import { copyBytes, readU16, readU32, writeU32 } from "../../wire/bytes";
import { readGlimpseSnapshot } from "../../wire/glimpse";
import {
  checkMoldBlocks,
  encodeMoldRequest,
  MoldHeader,
  moldBlockCount,
  moldEndOfSessionCount,
  moldHeaderLength,
  moldSessionLength,
  moldVerdict,
  readMoldHeader,
} from "../../wire/mold-udp64";
import { soupSilenceLimitNs } from "../../wire/soup-bin-tcp";
import { SoupClient, type SoupClientOwner } from "../session/soup-client";
import type { Turn } from "../turn";
import { FeedColumn, type FeedRows, StandingColumn } from "./feed-rows";
import type { ItchNormaliser } from "./itch-normaliser";

const states = feedStates.code;
/** A venue sends a heartbeat a second; after this silence its data may not price an order. */
const staleAfterNs = 3 * nsPerSecond;
const requestAgainNs = 50 * nsPerMillisecond;
const requestsWithoutProgressMax = 40;
/** A gap longer than this is closed by a snapshot. */
const retransmissionMessagesMax = 50_000;
const requestCountMax = 1_000;
const heldBytesMax = 1 << 19;

/** The other line may bring what is missing for this long before the venue is asked. */
const arbitrationNsMax = 5 * nsPerMillisecond;
/** A line that was heard within this counts on to bring what the other has lost. */
const lineAliveNs = nsPerSecond;

/** Who hears that a feed's standing changed, and that its books start anew. */
export interface FeedOwner {
  onFeedState(venue: number, state: number): void;
  onBooksCleared(venue: number): void;
  /** A packet in sequence of a feed that is live; the venue's packet before it came `silenceNs` earlier. */
  onPacket(venue: number, silenceNs: number): void;
}

/**
 * One venue's feed over two lines, for all that is not usual (`usual-packets.ts` takes the rest): MoldUDP64 packets put in sequence, whichever line brings them first; what both have
 * lost is held back, re-requested and closed, a GLIMPSE snapshot where a gap is too long or nothing is known yet, silence noticed. Only
 * messages in sequence reach the normaliser.
 */
export class Feed implements SoupClientOwner {
  readonly numbers: Float64Array;
  /** See `StandingColumn`. */
  private readonly standing: Int32Array;
  private readonly session: Uint8Array;
  /** Packets that came too early: length u32, packet, one after another in order of arrival. */
  private readonly held: Uint8Array;
  private readonly snapshot: SoupClient;
  private readonly header = new MoldHeader();

  constructor(
    registry: StateRegistry,
    rows: FeedRows,
    private readonly turn: Turn,
    private readonly venue: number,
    private readonly normaliser: Pick<ItchNormaliser, "message" | "blocks" | "onNewSession" | "malformed">,
    private readonly owner: FeedOwner,
  ) {
    const name = `market.feed${venue}`;
    this.numbers = rows.numbersOf(venue);
    this.standing = rows.standingOf(venue);
    this.session = rows.sessionOf(venue);
    this.held = registry.allocate(`${name}.held`, "u8", heldBytesMax);
    this.snapshot = new SoupClient(registry, `${name}.snapshot`, turn, snapshotChannel + venue, "HELIO1", false, this);
  }

  /** A code of `feedStates`. */
  get state(): number {
    return this.standing[StandingColumn.state];
  }

  get lastPacketNs(): number {
    return this.numbers[FeedColumn.lastPacketNs];
  }

  get expectedSequence(): number {
    return this.numbers[FeedColumn.expected];
  }

  get messages(): number {
    return this.numbers[FeedColumn.messages];
  }

  get gaps(): number {
    return this.numbers[FeedColumn.gaps];
  }

  get missingMessages(): number {
    return this.numbers[FeedColumn.missing];
  }

  get retransmitted(): number {
    return this.numbers[FeedColumn.retransmitted];
  }

  /** Packets and messages that could not be read. */
  get malformed(): number {
    return this.numbers[FeedColumn.malformed] + this.normaliser.malformed(this.venue);
  }

  /** A new run: what is known stays, but nothing is live before the venue has spoken. */
  onStart(): void {
    this.snapshot.onStart();
    this.enter(states.waiting);
    if (this.numbers[FeedColumn.expected] === 0) this.needSnapshot();
    else if (this.standing[StandingColumn.needsSnapshot] === 1) this.snapshot.want(true);
  }

  onTimer(): void {
    this.snapshot.onTimer();
    const now = this.turn.timeNs;
    const { numbers } = this;
    if (this.state === states.gap) this.requestMissing();
    else if (numbers[FeedColumn.missingSinceNs] !== 0 && now - numbers[FeedColumn.missingSinceNs] >= arbitrationNsMax)
      this.declareGap();
    else if (this.state === states.live && now - this.lastPacketNs > staleAfterNs) this.enter(states.stale);
    this.watchLines();
  }

  /** Last packet on a line (0, 1); 0 before the first. */
  lineTimeNs(line: number): number {
    return this.numbers[FeedColumn.lineNs + line];
  }

  /** Packets that a line brought first. */
  lineWins(line: number): number {
    return this.numbers[FeedColumn.lineWins + line];
  }

  /** The line (0, 1) that is silent while the other is not; -1 for none. */
  get silentLine(): number {
    return this.numbers[FeedColumn.silentLine] - 1;
  }

  /** A datagram of one of the feed's lines (0, 1), or of the retransmission server, which answers on the first. */
  onDatagram(bytes: Uint8Array, offset: number, length: number, line: number): void {
    const { header, numbers } = this;
    if (
      readMoldHeader(bytes, offset, length, header) !== moldVerdict.code.ok ||
      checkMoldBlocks(bytes, offset, length, header) !== moldVerdict.code.ok
    ) {
      numbers[FeedColumn.malformed]++;
      return;
    }
    if (!this.isSameSession(bytes, offset)) this.adoptSession(bytes, offset);
    numbers[FeedColumn.lineNs + line] = this.turn.timeNs;
    const next = header.sequence + moldBlockCount(header.count);
    // What the other line has brought already is no news and makes nothing fresher, nor does a heartbeat from before it.
    const isNews =
      next > numbers[FeedColumn.expected] || (next === header.sequence && next === numbers[FeedColumn.expected]);
    const silenceNs = this.turn.timeNs - numbers[FeedColumn.lastPacketNs];
    if (isNews) numbers[FeedColumn.lastPacketNs] = this.turn.timeNs;
    if (next > numbers[FeedColumn.venueNext]) numbers[FeedColumn.venueNext] = next;
    if (header.count === moldEndOfSessionCount) numbers[FeedColumn.end] = next;
    if (this.standing[StandingColumn.needsSnapshot] === 1 || !isNews) return;
    if (header.sequence > numbers[FeedColumn.expected]) this.hold(bytes, offset, length);
    else if (next > numbers[FeedColumn.expected]) {
      numbers[FeedColumn.lineWins + line]++;
      this.apply(bytes, offset, length);
      if (this.standing[StandingColumn.heldBytes] > 0) this.applyHeld();
    }
    if (numbers[FeedColumn.expected] < numbers[FeedColumn.venueNext]) return this.noticeMissing(line);
    numbers[FeedColumn.missingSinceNs] = 0;
    // What comes late of a session that has ended, from the other line or asked for, makes it no fresher; only more of it does.
    if (numbers[FeedColumn.end] !== 0 && numbers[FeedColumn.expected] > numbers[FeedColumn.end])
      numbers[FeedColumn.end] = 0;
    this.enter(numbers[FeedColumn.end] === 0 ? states.live : states.ended);
    if (numbers[FeedColumn.end] === 0) this.owner.onPacket(this.venue, silenceNs);
  }

  snapshotConnected(): void {
    this.snapshot.onConnected();
  }

  snapshotDisconnected(): void {
    this.snapshot.onDisconnected();
  }

  snapshotData(bytes: Uint8Array, offset: number, length: number): void {
    this.snapshot.onData(bytes, offset, length);
  }

  onLoggedIn(): void {
    this.enter(states.snapshot);
    this.owner.onBooksCleared(this.venue);
  }

  onSequenced(bytes: Uint8Array, offset: number, length: number): void {
    const nextSequence = readGlimpseSnapshot(bytes, offset, length);
    if (nextSequence < 0) return this.normaliser.message(this.venue, bytes, offset, length);
    this.numbers[FeedColumn.expected] = nextSequence;
    this.standing[StandingColumn.needsSnapshot] = 0;
    this.standing[StandingColumn.heldBytes] = 0;
    this.snapshot.want(false);
    if (this.numbers[FeedColumn.venueNext] - nextSequence > retransmissionMessagesMax) {
      // A number no retransmission leads up to, and that the venue itself does not know: it says anew where it is.
      this.numbers[FeedColumn.venueNext] = nextSequence;
      this.numbers[FeedColumn.end] = 0;
      this.enter(states.waiting);
    } else if (nextSequence < this.numbers[FeedColumn.venueNext]) this.closeGap();
    else if (nextSequence <= this.numbers[FeedColumn.end]) this.enter(states.ended);
    else this.enter(this.turn.timeNs - this.lastPacketNs > staleAfterNs ? states.waiting : states.live);
  }

  /** A snapshot without its beginning is none. */
  onSequenceJump(): void {
    this.snapshot.giveUp();
  }

  /** A server that only beats in the middle of a snapshot would be waited for for ever. */
  onQuiet(): void {
    if (this.turn.timeNs - this.snapshot.lastMessageNs > soupSilenceLimitNs) this.snapshot.giveUp();
  }

  onSessionLost(): void {
    if (this.standing[StandingColumn.needsSnapshot] === 1) this.enter(states.waiting);
  }

  private needSnapshot(): void {
    this.standing[StandingColumn.needsSnapshot] = 1;
    this.standing[StandingColumn.heldBytes] = 0;
    this.numbers[FeedColumn.missingSinceNs] = 0;
    this.snapshot.want(true);
  }

  private isSameSession(bytes: Uint8Array, offset: number): boolean {
    return this.session.every((byte, at) => byte === bytes[offset + at]);
  }

  /** Sequence numbers of another session mean nothing here: start from a snapshot. */
  private adoptSession(bytes: Uint8Array, offset: number): void {
    const first = this.session[0] === 0;
    copyBytes(this.session, 0, bytes, offset, moldSessionLength);
    // A snapshot taken before the feed was first heard is of this session when the feed is as far.
    if (first && this.header.sequence + moldBlockCount(this.header.count) >= this.numbers[FeedColumn.expected]) return;
    this.normaliser.onNewSession(this.venue);
    this.numbers[FeedColumn.expected] = 0;
    this.numbers[FeedColumn.venueNext] = 0;
    this.numbers[FeedColumn.end] = 0;
    // One on its way is of the session before, and its locates are forgotten.
    this.snapshot.giveUp();
    this.enter(states.waiting);
    this.needSnapshot();
  }

  /** Hands the blocks not seen before to the normaliser; the packet is known to be sound. */
  private apply(bytes: Uint8Array, offset: number, length: number): void {
    const { header, numbers } = this;
    const skip = numbers[FeedColumn.expected] - header.sequence;
    const blocks = moldBlockCount(header.count);
    let at = offset + moldHeaderLength;
    for (let block = 0; block < skip; block++) at += 2 + readU16(bytes, at);
    this.normaliser.blocks(this.venue, bytes, at, offset + length);
    numbers[FeedColumn.expected] += blocks - skip;
    numbers[FeedColumn.messages] += blocks - skip;
    if (this.state === states.gap) {
      numbers[FeedColumn.retransmitted] += blocks - skip;
      numbers[FeedColumn.requests] = 0;
    }
  }

  private hold(bytes: Uint8Array, offset: number, length: number): void {
    const used = this.standing[StandingColumn.heldBytes];
    if (used + 4 + length > heldBytesMax) return;
    writeU32(this.held, used, length);
    copyBytes(this.held, used + 4, bytes, offset, length);
    this.standing[StandingColumn.heldBytes] = used + 4 + length;
  }

  /** Goes through the held packets until none fits any more; keeps those still too early. */
  private applyHeld(): void {
    const { held, header, numbers } = this;
    let progress = true;
    while (progress) {
      progress = false;
      let kept = 0;
      const used = this.standing[StandingColumn.heldBytes];
      for (let at = 0; at < used; ) {
        const length = readU32(held, at);
        readMoldHeader(held, at + 4, length, header);
        const next = header.sequence + moldBlockCount(header.count);
        if (header.sequence > numbers[FeedColumn.expected]) {
          held.copyWithin(kept, at, at + 4 + length);
          kept += 4 + length;
        } else if (next > numbers[FeedColumn.expected]) {
          this.apply(held, at + 4, length);
          progress = true;
        }
        at += 4 + length;
      }
      this.standing[StandingColumn.heldBytes] = kept;
    }
  }

  /**
   * Something is missing: a gap, unless the other line is alive and may bring it within moments. Until then nothing behind
   * the hole is applied, so the books stand where they were and grow older.
   */
  private noticeMissing(line: number): void {
    const { numbers } = this;
    const otherNs = numbers[FeedColumn.lineNs + 1 - line];
    const mayCome = otherNs !== 0 && this.turn.timeNs - otherNs < lineAliveNs && this.state === states.live;
    if (!mayCome) return this.declareGap();
    if (numbers[FeedColumn.missingSinceNs] === 0) numbers[FeedColumn.missingSinceNs] = this.turn.timeNs;
  }

  /** Tells once when a line falls silent that has spoken before, while the other goes on; and when both are heard again. */
  private watchLines(): void {
    const { numbers } = this;
    const first = this.isLineSilent(0);
    const second = this.isLineSilent(1);
    if (first && second) return;
    const silent = first ? 1 : second ? 2 : 0;
    const before = numbers[FeedColumn.silentLine];
    if (silent === before) return;
    numbers[FeedColumn.silentLine] = silent;
    if (silent !== 0) this.turn.alert(alertCodes.code.lineSilent, this.venue, silent, 0);
    else this.turn.alert(alertCodes.code.lineBack, this.venue, before, 0);
  }

  private isLineSilent(line: number): boolean {
    const heardNs = this.numbers[FeedColumn.lineNs + line];
    return heardNs !== 0 && this.turn.timeNs - heardNs > staleAfterNs;
  }

  private declareGap(): void {
    const { numbers } = this;
    numbers[FeedColumn.missingSinceNs] = 0;
    if (this.state === states.gap) {
      // The last request is answered in full: ask for the next part without waiting for the timer.
      if (numbers[FeedColumn.expected] >= numbers[FeedColumn.requestedUpTo]) {
        numbers[FeedColumn.requestedNs] = 0;
        this.requestMissing();
      }
      return;
    }
    const missing = numbers[FeedColumn.venueNext] - numbers[FeedColumn.expected];
    numbers[FeedColumn.gaps]++;
    numbers[FeedColumn.missing] += missing;
    this.turn.alert(alertCodes.code.feedGap, this.venue, missing, retransmissionMessagesMax);
    this.closeGap();
  }

  /** Asks for what lies between us and the venue: a gap, or what it sent while a snapshot was on its way. */
  private closeGap(): void {
    this.numbers[FeedColumn.requests] = 0;
    this.numbers[FeedColumn.requestedNs] = 0;
    this.enter(states.gap);
    this.requestMissing();
  }

  private requestMissing(): void {
    const { numbers, turn } = this;
    if (turn.timeNs - numbers[FeedColumn.requestedNs] < requestAgainNs) return;
    const missing = numbers[FeedColumn.venueNext] - numbers[FeedColumn.expected];
    if (missing > retransmissionMessagesMax || numbers[FeedColumn.requests] >= requestsWithoutProgressMax) {
      this.enter(states.waiting);
      return this.needSnapshot();
    }
    numbers[FeedColumn.requestedNs] = turn.timeNs;
    numbers[FeedColumn.requests]++;
    const at = turn.outbox.begin(moldHeaderLength);
    const count = Math.min(missing, requestCountMax);
    numbers[FeedColumn.requestedUpTo] = numbers[FeedColumn.expected] + count;
    turn.outbox.end(
      feedChannel + this.venue,
      encodeMoldRequest(turn.outbox.bytes, at, this.session, 0, numbers[FeedColumn.expected], count),
    );
  }

  private enter(state: number): void {
    if (this.standing[StandingColumn.state] === state) return;
    this.standing[StandingColumn.state] = state;
    const missing = this.numbers[FeedColumn.venueNext] - this.numbers[FeedColumn.expected];
    this.turn.emit(factCode.feedState, this.venue, state, this.numbers[FeedColumn.expected], Math.max(missing, 0));
    this.owner.onFeedState(this.venue, state);
  }
}
