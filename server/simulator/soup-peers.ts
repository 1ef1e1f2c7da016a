import { dropChannel, orderChannel, retransmissionChannel, snapshotChannel, venueCountMax } from "../machine/channels";
import type { InputRecord } from "../machine/input-record";
import type { Outbox } from "../machine/outbox";
import type { StateRegistry } from "../machine/state-registry";
import { copyBytes, readSymbol } from "../wire/bytes";
import { MoldHeader, moldVerdict, readMoldHeader } from "../wire/mold-udp64";
import { ouchEventCode } from "../wire/ouch-codes";
import { encodeOuchSystemEvent } from "../wire/ouch-encode";
import {
  encodeEndOfSession,
  encodeLoginAccepted,
  encodeLoginRejected,
  encodeServerHeartbeat,
  encodeSoupHeader,
  readLoginRequest,
  SoupFrameReader,
  soupHeaderLength,
  soupHeartbeatIntervalNs,
  soupReaderStateLength,
  soupRejectReason,
  soupSilenceLimitNs,
  soupType,
  soupVerdict,
} from "../wire/soup-bin-tcp";
import { allSequencedBytesPerTurnMax, clientPacketLengthMax, peerCountMax, sequencedBytesPerTurnMax } from "./limits";
import type { MarketFeed } from "./market-feed";
import type { MemberStream } from "./member-stream";

/** What a connection is for. */
const listeners = { free: 0, retransmission: 1, snapshot: 2, orders: 3, dropCopy: 4 } as const;

/** Any user name that begins so, with this password, may log in. */
const usernamePrefix = "HELIO";
const password = "HELIO";

const sendLengthMax = 16_384;

/** What the sessions ask of the rest of the exchange. */
export interface SessionOwner {
  /** A message of the member at a venue's order port. */
  memberMessage(venue: number, bytes: Uint8Array, offset: number, length: number): void;
  /** Writes the state of the venue's books as sequenced packets; false when it is too large to send. */
  sendSnapshot(venue: number, channel: number, outbox: Outbox, timeNs: number): boolean;
}

/**
 * The connections of all clients and their SoupBinTCP 3.00 server sessions, plus the peers that ask for feed
 * retransmission. One order session is up at a venue at a time: a new login takes over from a connection that may be
 * half dead. Sessions start at the sequence number asked for (0: only what comes) and are fed from the member's stream at the
 * end of each turn, so a long replay never floods one turn. A client that asks for what is no longer kept, or falls so far
 * behind, is not served with a hole: the login is refused, or the line closed.
 */
export class SoupPeers {
  private readonly channel: Uint16Array;
  private readonly listener: Uint8Array;
  private readonly venue: Uint8Array;
  private readonly loggedIn: Uint8Array;
  private readonly receivedNs: Float64Array;
  private readonly sentNs: Float64Array;
  private readonly nextSequence: Float64Array;
  private readonly readers: readonly SoupFrameReader[];
  private readonly request = new MoldHeader();

  private readonly placeholder = new Uint8Array(16);
  private outbox: Outbox | null = null;
  private timeNs = 0;
  private peer = 0;
  private readonly onFrame = (type: number, bytes: Uint8Array, offset: number, length: number): void =>
    this.frame(type, bytes, offset, length);

  constructor(
    registry: StateRegistry,
    private readonly venueCount: number,
    private readonly feed: MarketFeed,
    private readonly streams: readonly MemberStream[],
    private readonly owner: SessionOwner,
  ) {
    this.channel = registry.allocate("peer.channel", "u16", peerCountMax);
    this.listener = registry.allocate("peer.listener", "u8", peerCountMax);
    this.venue = registry.allocate("peer.venue", "u8", peerCountMax);
    this.loggedIn = registry.allocate("peer.loggedIn", "u8", peerCountMax);
    this.receivedNs = registry.allocate("peer.receivedNs", "f64", peerCountMax);
    this.sentNs = registry.allocate("peer.sentNs", "f64", peerCountMax);
    this.nextSequence = registry.allocate("peer.nextSequence", "f64", peerCountMax);
    const buffers = registry.allocate("peer.buffers", "u8", peerCountMax * clientPacketLengthMax);
    const readerStates = registry.allocate("peer.readerStates", "i32", peerCountMax * soupReaderStateLength);
    this.readers = Array.from(
      { length: peerCountMax },
      (_, peer) =>
        new SoupFrameReader(
          buffers.subarray(peer * clientPacketLengthMax, (peer + 1) * clientPacketLengthMax),
          readerStates.subarray(peer * soupReaderStateLength, (peer + 1) * soupReaderStateLength),
        ),
    );
  }

  /** Every connection is gone: the process has started anew. Streams and their sequence numbers stay. */
  forgetAll(): void {
    this.listener.fill(listeners.free);
    this.loggedIn.fill(0);
  }

  connected(input: InputRecord, outbox: Outbox): void {
    const listenerChannel = input.length >= 2 ? input.view.getUint16(input.offset) : 0;
    const venue = listenerChannel % venueCountMax;
    const listener = listenerOf(listenerChannel - venue);
    this.free(this.find(input.channel));
    if (listener === listeners.free || venue >= this.venueCount) {
      outbox.disconnect(input.channel);
      return;
    }
    let peer = this.listener.indexOf(listeners.free);
    if (peer < 0) peer = this.oldestRetransmissionPeer();
    if (peer < 0) {
      outbox.disconnect(input.channel);
      return;
    }
    this.channel[peer] = input.channel;
    this.listener[peer] = listener;
    this.venue[peer] = venue;
    this.loggedIn[peer] = 0;
    this.receivedNs[peer] = input.timeNs;
    this.sentNs[peer] = input.timeNs;
    this.nextSequence[peer] = 0;
    this.readers[peer].reset();
  }

  disconnected(input: InputRecord): void {
    this.free(this.find(input.channel));
  }

  data(input: InputRecord, outbox: Outbox): void {
    const peer = this.find(input.channel);
    if (peer < 0) return;
    this.receivedNs[peer] = input.timeNs;
    if (this.listener[peer] === listeners.retransmission) {
      this.answerRequest(peer, input, outbox);
      return;
    }
    this.outbox = outbox;
    this.timeNs = input.timeNs;
    this.peer = peer;
    const verdict = this.readers[peer].push(input.bytes, input.offset, input.length, this.onFrame);
    this.outbox = null;
    if (verdict !== soupVerdict.code.ok && this.listener[peer] !== listeners.free) this.close(peer, outbox);
  }

  /** The exchange stops in order: every session ends, and its line is closed. */
  endSessions(outbox: Outbox): void {
    for (let peer = 0; peer < peerCountMax; peer++) {
      if (this.listener[peer] <= listeners.retransmission || this.loggedIn[peer] === 0) continue;
      const at = outbox.begin(soupHeaderLength);
      outbox.end(this.channel[peer], encodeEndOfSession(outbox.bytes, at));
      this.close(peer, outbox);
    }
  }

  /** Heartbeats after a second of our silence; a client silent for fifteen is dropped. */
  tick(outbox: Outbox, timeNs: number): void {
    for (let peer = 0; peer < peerCountMax; peer++) {
      if (this.listener[peer] <= listeners.retransmission) continue;
      if (timeNs - this.receivedNs[peer] >= soupSilenceLimitNs) this.close(peer, outbox);
      else if (
        this.loggedIn[peer] === 1 &&
        timeNs - this.sentNs[peer] >= soupHeartbeatIntervalNs &&
        !this.hasMore(peer)
      ) {
        const at = outbox.begin(soupHeaderLength);
        outbox.end(this.channel[peer], encodeServerHeartbeat(outbox.bytes, at));
        this.sentNs[peer] = timeNs;
      }
    }
  }

  /** Sends every session what is new in its stream, a bounded number of bytes a session and turn. */
  pump(outbox: Outbox, timeNs: number): void {
    let room = allSequencedBytesPerTurnMax;
    for (let peer = 0; peer < peerCountMax; peer++) {
      if (this.loggedIn[peer] === 0 || this.listener[peer] < listeners.orders) continue;
      const stream = this.streams[this.venue[peer]];
      let sequence = this.nextSequence[peer];
      if (sequence < stream.oldestSequence) {
        this.close(peer, outbox);
        continue;
      }
      if (sequence >= stream.nextSequence) continue;
      let budget = Math.min(sequencedBytesPerTurnMax, room);
      room -= budget;
      while (sequence < stream.nextSequence && budget > 0) {
        const at = outbox.begin(sendLengthMax);
        let position = at;
        while (sequence < stream.nextSequence) {
          const isLeftOut = this.listener[peer] === listeners.dropCopy && stream.isWithheld(sequence);
          // Its number stays: a system event stands in its place.
          const length = isLeftOut ? this.encodePlaceholder(timeNs) : stream.lengthOf(sequence);
          if (position + soupHeaderLength + length > at + sendLengthMax) break;
          const payload = encodeSoupHeader(outbox.bytes, position, soupType.sequencedData, length);
          if (isLeftOut) copyBytes(outbox.bytes, payload, this.placeholder, 0, length);
          else copyBytes(outbox.bytes, payload, stream.buffer, stream.offsetOf(sequence), length);
          position = payload + length;
          sequence += 1;
        }
        outbox.end(this.channel[peer], position - at);
        budget -= position - at;
      }
      room += Math.max(0, budget);
      this.nextSequence[peer] = sequence;
      this.sentNs[peer] = timeNs;
    }
  }

  /** True while a session has messages to come: a heartbeat would say that it has none. */
  private hasMore(peer: number): boolean {
    const reads = this.listener[peer] === listeners.orders || this.listener[peer] === listeners.dropCopy;
    return reads && this.nextSequence[peer] < this.streams[this.venue[peer]].nextSequence;
  }

  private encodePlaceholder(timeNs: number): number {
    return encodeOuchSystemEvent(this.placeholder, 0, timeNs, ouchEventCode.startOfDay);
  }

  /** Order sessions that are logged in at a venue, 0 or 1, and drop copies. */
  sessionsUp(venue: number): { orders: number; dropCopies: number } {
    let orders = 0;
    let dropCopies = 0;
    for (let peer = 0; peer < peerCountMax; peer++) {
      if (this.loggedIn[peer] === 0 || this.venue[peer] !== venue) continue;
      if (this.listener[peer] === listeners.orders) orders += 1;
      if (this.listener[peer] === listeners.dropCopy) dropCopies += 1;
    }
    return { orders, dropCopies };
  }

  private frame(type: number, bytes: Uint8Array, offset: number, length: number): void {
    const peer = this.peer;
    const outbox = this.outbox;
    if (outbox === null || this.listener[peer] === listeners.free) return;
    if (type === soupType.loginRequest) this.login(peer, bytes, offset, length, outbox);
    else if (type === soupType.logoutRequest) this.close(peer, outbox);
    else if (type === soupType.unsequencedData && this.loggedIn[peer] === 1) {
      if (this.listener[peer] === listeners.orders) this.owner.memberMessage(this.venue[peer], bytes, offset, length);
    } else if (type !== soupType.clientHeartbeat && type !== soupType.debug) this.close(peer, outbox);
  }

  private login(peer: number, bytes: Uint8Array, offset: number, length: number, outbox: Outbox): void {
    const request = readLoginRequest(bytes, offset, length);
    if (this.loggedIn[peer] === 1 || request === null) {
      this.close(peer, outbox);
      return;
    }
    const session = this.sessionName();
    if (!request.username.startsWith(usernamePrefix) || request.password !== password) {
      this.refuse(peer, soupRejectReason.notAuthorized, outbox);
      return;
    }
    const asked = request.requestedSession.trim();
    if (asked !== "" && asked !== session) {
      this.refuse(peer, soupRejectReason.sessionNotAvailable, outbox);
      return;
    }
    const venue = this.venue[peer];
    const isSnapshot = this.listener[peer] === listeners.snapshot;
    const stream = this.streams[venue];
    const wanted = request.requestedSequence === 0 ? stream.nextSequence : request.requestedSequence;
    if (!isSnapshot && wanted < stream.oldestSequence) {
      this.refuse(peer, soupRejectReason.sessionNotAvailable, outbox);
      return;
    }
    if (this.listener[peer] === listeners.orders) this.dropOtherOrderSession(peer, outbox);
    const sequence = isSnapshot ? 1 : Math.min(wanted, stream.nextSequence);
    const at = outbox.begin(64);
    outbox.end(this.channel[peer], encodeLoginAccepted(outbox.bytes, at, session, sequence));
    this.loggedIn[peer] = 1;
    this.nextSequence[peer] = sequence;
    this.sentNs[peer] = this.timeNs;
    if (isSnapshot && !this.owner.sendSnapshot(venue, this.channel[peer], outbox, this.timeNs))
      this.close(peer, outbox);
  }

  private sessionName(): string {
    return readSymbol(this.feed.session, 0, 10);
  }

  private refuse(peer: number, reason: number, outbox: Outbox): void {
    const at = outbox.begin(8);
    outbox.end(this.channel[peer], encodeLoginRejected(outbox.bytes, at, reason));
    this.close(peer, outbox);
  }

  private dropOtherOrderSession(peer: number, outbox: Outbox): void {
    for (let other = 0; other < peerCountMax; other++) {
      const same = this.listener[other] === listeners.orders && this.venue[other] === this.venue[peer];
      if (other !== peer && same && this.loggedIn[other] === 1) this.close(other, outbox);
    }
  }

  private answerRequest(peer: number, input: InputRecord, outbox: Outbox): void {
    const { request, feed } = this;
    if (readMoldHeader(input.bytes, input.offset, input.length, request) !== moldVerdict.code.ok) return;
    for (let index = 0; index < 10; index++)
      if (input.bytes[request.sessionOffset + index] !== feed.session[index]) return;
    feed.retransmit(outbox, this.channel[peer], this.venue[peer], request.sequence, request.count);
  }

  private close(peer: number, outbox: Outbox): void {
    outbox.disconnect(this.channel[peer]);
    this.free(peer);
  }

  private free(peer: number): void {
    if (peer < 0) return;
    this.listener[peer] = listeners.free;
    this.loggedIn[peer] = 0;
  }

  private find(channel: number): number {
    for (let peer = 0; peer < peerCountMax; peer++)
      if (this.channel[peer] === channel && this.listener[peer] !== listeners.free) return peer;
    return -1;
  }

  private oldestRetransmissionPeer(): number {
    let oldest = -1;
    for (let peer = 0; peer < peerCountMax; peer++)
      if (
        this.listener[peer] === listeners.retransmission &&
        (oldest < 0 || this.receivedNs[peer] < this.receivedNs[oldest])
      )
        oldest = peer;
    return oldest;
  }
}

function listenerOf(base: number): number {
  switch (base) {
    case retransmissionChannel:
      return listeners.retransmission;
    case snapshotChannel:
      return listeners.snapshot;
    case orderChannel:
      return listeners.orders;
    case dropChannel:
      return listeners.dropCopy;
    default:
      return listeners.free;
  }
}
