import type { Desk } from "../domain/desk";
import { createEngine, type Engine } from "../server/engine/engine";
import { dropChannel, feedChannel, orderChannel, snapshotChannel } from "../server/machine/channels";
import { FactsOutbox } from "../server/machine/facts-outbox";
import { InputRecord, inputKinds } from "../server/machine/input-record";
import { Outbox, outputKinds } from "../server/machine/outbox";
import { StateRegistry } from "../server/machine/state-registry";
import { RandomSource } from "../server/simulator/random-source";
import { isSafeU64, readSymbol, readU16, symbolBytes, writeU16 } from "../server/wire/bytes";
import { encodeGlimpseSnapshot } from "../server/wire/glimpse";
import { itchMessageLength, itchVerdict } from "../server/wire/itch";
import { encodeStockDirectory } from "../server/wire/itch-encode";
import { AddOffset, OrderOffset } from "../server/wire/itch-offsets";
import {
  checkMoldBlocks,
  encodeMoldHeader,
  MoldHeader,
  moldBlockCount,
  moldHeaderLength,
  moldVerdict,
  readMoldHeader,
} from "../server/wire/mold-udp64";
import { encodeLoginAccepted, encodeSequencedData } from "../server/wire/soup-bin-tcp";
import { ItchGenerator } from "./itch-generator";

/** What is done to a packet, and how many of a hundred it is done to. */
const kinds = {
  sound: 50,
  flippedBits: 20,
  randomMessages: 12,
  truncated: 5,
  randomBytes: 5,
  repeated: 3,
  heartbeatAhead: 1,
  randomOrderEntry: 4,
} as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

const packetNs = 20_000;
const packetsPerTick = 500;
/** Then the venues open new sessions with empty books: random prices would make them ever deeper. */
const packetsPerSession = 5_000;
const messagesPerDay = 100_000;
const blocksMax = 8;
const types = Array.from(itchMessageLength.keys()).filter((type) => itchMessageLength[type] > 0);

/** What came of a run. `thrown` and `strayChanges` must be 0. */
export type FuzzResult = {
  readonly packets: number;
  readonly seed: number;
  readonly byKind: Readonly<Record<Kind, number>>;
  /** Exceptions out of `step`. */
  readonly thrown: number;
  /** Packets after which the book of a listing had changed that no message in them named. */
  readonly strayChanges: number;
  /** The first few of both, in words, with the packet in hex. */
  readonly failures: readonly string[];
  /** Packets after which some book had changed: the damage reaches the books. */
  readonly packetsThatChangedBooks: number;
  readonly snapshots: number;
  readonly messages: number;
  /** What the engine counted, over all venues. */
  readonly counted: {
    readonly malformedPackets: number;
    readonly unknownType: number;
    readonly badLength: number;
    readonly outOfRange: number;
    readonly unknownReferences: number;
    readonly foreignReferences: number;
    readonly repeatedReferences: number;
    readonly overdrawn: number;
    readonly outOfCapacity: number;
  };
};

/**
 * Random and mutated packets into the whole engine. Every packet goes through `step`; nothing may be thrown, and of the
 * books only those may change whose listing a message in the packet names.
 */
export class PacketFuzz {
  private readonly engine: Engine;
  private readonly random: RandomSource;
  private readonly venues: FuzzedVenue[];
  private readonly input = new InputRecord();
  private readonly outbox = new Outbox();
  private readonly facts = new FactsOutbox();
  private readonly signatures: Int32Array;
  private readonly byKind = Object.fromEntries(kindNames.map((kind) => [kind, 0])) as Record<Kind, number>;
  private readonly failures: string[] = [];
  private timeNs = 0;
  private thrown = 0;
  private strayChanges = 0;
  private packetsThatChangedBooks = 0;
  private snapshots = 0;
  private snapshotsSeen = 0;

  constructor(
    private readonly desk: Desk,
    private readonly seed: number,
  ) {
    this.engine = createEngine(desk);
    this.random = new RandomSource(new StateRegistry(), "fuzz", seed);
    this.venues = desk.venues.map((_, venue) => new FuzzedVenue(desk, venue, seed + venue));
    this.signatures = new Int32Array(desk.instruments.length * desk.venues.length);
    this.give(inputKinds.code.start, 0, new Uint8Array([0, 0, 0, 1, 0]), 5);
    this.tick();
    this.signatures.forEach((_, listing) => {
      this.signatures[listing] = this.signatureOf(listing);
    });
  }

  run(packets: number): FuzzResult {
    for (let i = 0; i < packets; i++) {
      if (i % packetsPerTick === 0) this.tick();
      if (i % packetsPerSession === packetsPerSession - 1) for (const venue of this.venues) venue.openSession();
      this.onePacket();
    }
    return this.result(packets);
  }

  private onePacket(): void {
    const { random } = this;
    const venue = this.venues[random.below(this.venues.length)];
    const kind = this.drawKind();
    this.byKind[kind]++;
    const length = venue.makePacket(kind, random);
    this.timeNs += packetNs;
    const isFeed = kind !== "randomOrderEntry";
    const base = isFeed ? feedChannel : random.below(2) === 0 ? orderChannel : dropChannel;
    const allowed = isFeed ? venue.listingsNamed(length) : noListings;
    this.give(inputKinds.code.data, base + venue.id, venue.packet, length);
    venue.follow(this.engine.feeds[venue.id].expectedSequence);
    // A snapshot since the last packet, asked for by a timer or by this packet, empties books: that is no damage.
    this.compareBooks(this.snapshots === this.snapshotsSeen ? allowed : null, kind, venue, length);
    this.snapshotsSeen = this.snapshots;
  }

  /** Notes which books changed; `allowed` null: any may. */
  private compareBooks(allowed: ReadonlySet<number> | null, kind: Kind, venue: FuzzedVenue, length: number): void {
    const { signatures } = this;
    let changed = 0;
    for (let listing = 0; listing < signatures.length; listing++) {
      const now = this.signatureOf(listing);
      if (now === signatures[listing]) continue;
      signatures[listing] = now;
      changed++;
      if (allowed === null || allowed.has(listing)) continue;
      this.strayChanges++;
      this.fail(`listing ${listing} changed by a packet of venue ${venue.id} (${kind})`, venue.packet, length);
    }
    if (changed > 0) this.packetsThatChangedBooks++;
  }

  private signatureOf(listing: number): number {
    const { ladders } = this.engine.books;
    let hash = 0x811c9dc5;
    for (let ladder = listing * 2; ladder < listing * 2 + 2; ladder++) {
      const count = ladders.countOf(ladder);
      hash = Math.imul(hash ^ count, 0x01000193);
      for (let depth = 0; depth < count; depth++) {
        const level = ladders.levelAt(ladder, depth);
        hash = Math.imul(hash ^ ladders.priceOf(level), 0x01000193);
        hash = Math.imul(hash ^ ladders.quantityOf(level) ^ (ladders.ordersOf(level) << 20), 0x01000193);
      }
    }
    return hash;
  }

  private tick(): void {
    this.timeNs += packetNs;
    this.give(inputKinds.code.timer, 0, noBytes, 0);
  }

  /** One input; answers what it makes the engine ask for. */
  private give(kind: number, channel: number, bytes: Uint8Array, length: number): void {
    const { input, outbox, facts } = this;
    if (input.bytes !== bytes) input.attach(bytes);
    input.set(kind, channel, this.timeNs, 0, length);
    outbox.clear();
    facts.clear();
    try {
      this.engine.step(input, outbox, facts);
    } catch (error) {
      this.thrown++;
      this.fail(`step threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, bytes, length);
    }
    if (outbox.count === 0) return;
    const asked = Array.from({ length: outbox.count }, (_, i) =>
      outbox.kindAt(i) === outputKinds.code.connect ? outbox.channelAt(i) : -1,
    );
    for (const venue of this.venues)
      if (asked.includes(snapshotChannel + venue.id)) this.giveSnapshot(venue, snapshotChannel + venue.id);
  }

  /** An empty book with all symbols, from the sequence number that the feed goes on with. */
  private giveSnapshot(venue: FuzzedVenue, channel: number): void {
    this.snapshots++;
    venue.beginSession();
    this.give(inputKinds.code.connected, channel, noBytes, 0);
    const frame = new Uint8Array(128);
    this.give(inputKinds.code.data, channel, frame, encodeLoginAccepted(frame, 0, "FUZZ", 1));
    const message = new Uint8Array(64);
    this.desk.instruments.forEach((_, instrument) => {
      const bytes = new Uint8Array(128);
      const length = venue.encodeDirectory(message, instrument);
      this.give(inputKinds.code.data, channel, bytes, encodeSequencedData(bytes, 0, message, 0, length));
    });
    const last = new Uint8Array(128);
    const length = encodeGlimpseSnapshot(message, 0, venue.sequence);
    this.give(inputKinds.code.data, channel, last, encodeSequencedData(last, 0, message, 0, length));
  }

  private drawKind(): Kind {
    let draw = this.random.below(100);
    for (const kind of kindNames) {
      draw -= kinds[kind];
      if (draw < 0) return kind;
    }
    return "sound";
  }

  private fail(what: string, bytes: Uint8Array, length: number): void {
    if (this.failures.length < 10)
      this.failures.push(`${what}: ${Buffer.from(bytes.subarray(0, length)).toString("hex")}`);
  }

  private result(packets: number): FuzzResult {
    const { books, feeds, normaliser } = this.engine;
    const overVenues = (count: (venue: number) => number) => this.venues.reduce((sum, { id }) => sum + count(id), 0);
    const verdict = (code: number) => overVenues((venue) => normaliser.malformedAs(venue, code));
    return {
      packets,
      seed: this.seed,
      byKind: this.byKind,
      thrown: this.thrown,
      strayChanges: this.strayChanges,
      failures: this.failures,
      packetsThatChangedBooks: this.packetsThatChangedBooks,
      snapshots: this.snapshots,
      messages: overVenues((venue) => feeds[venue].messages),
      counted: {
        malformedPackets: overVenues((venue) => feeds[venue].malformed - normaliser.malformed(venue)),
        unknownType: verdict(itchVerdict.code.unknownType),
        badLength: verdict(itchVerdict.code.badLength),
        outOfRange: verdict(itchVerdict.code.outOfRange),
        unknownReferences: overVenues((venue) => books.unknownReferences(venue)),
        foreignReferences: overVenues((venue) => books.foreignReferences(venue)),
        repeatedReferences: overVenues((venue) => books.repeatedReferences(venue)),
        overdrawn: overVenues((venue) => books.overdrawn(venue)),
        outOfCapacity: overVenues((venue) => books.outOfCapacity(venue)),
      },
    };
  }
}

const noBytes = new Uint8Array(0);
const noListings: ReadonlySet<number> = new Set();

/** One venue's feed: a generated day in packets, damaged on demand. */
class FuzzedVenue {
  readonly packet = new Uint8Array(2_048);
  /** Sequence number of its next message, as the engine expects it. */
  sequence = 1;
  private readonly chunk: Uint8Array;
  private chunkUsed = 0;
  private chunkLength = 0;
  private day: ItchGenerator;
  private daySeed: number;
  private readonly header = new MoldHeader();
  /** Instrument by locate, -1 for none of the desk's: as its directory says, or the first order. */
  private readonly instrumentOf = new Map<number, number>();
  private readonly names: readonly string[];
  private session = symbolBytes("FUZZ", 10);
  private sessionNumber = 0;

  constructor(
    private readonly desk: Desk,
    readonly id: number,
    seed: number,
  ) {
    this.names = desk.instruments.map(({ symbol }) => symbol);
    this.daySeed = seed;
    this.day = this.nextDay();
    this.chunk = new Uint8Array(Math.max(1 << 16, this.day.openingLength));
    this.beginSession();
  }

  /** Packets are of another session from now on; the engine will ask for a snapshot. */
  openSession(): void {
    this.session = symbolBytes(`FUZZ${++this.sessionNumber}`, 10);
    this.sequence = 1;
    this.day = this.nextDay();
    this.chunkLength = 0;
    this.chunkUsed = 0;
  }

  /** Locates stand for the desk's instruments, in order. */
  beginSession(): void {
    this.instrumentOf.clear();
    this.names.forEach((_, instrument) => {
      this.instrumentOf.set(instrument + 1, instrument);
    });
  }

  encodeDirectory(bytes: Uint8Array, instrument: number): number {
    const name = symbolBytes(this.names[instrument]);
    const fields = [0x51, 0x4e, 100, 0x4e, 0x43, 0x5a20, 0x50, 0x4e, 0x4e, 0x31, 0x4e, 0, 0x4e] as const;
    return encodeStockDirectory(bytes, 0, instrument + 1, 0, 0, name, 0, ...fields);
  }

  /** The engine took what it could: goes on from what it expects next. */
  follow(expected: number): void {
    if (expected > 0) this.sequence = expected;
  }

  /** Makes the next packet; its length. */
  makePacket(kind: Kind, random: RandomSource): number {
    const { packet } = this;
    if (kind === "randomBytes" || kind === "randomOrderEntry") {
      const length = random.below(200);
      for (let i = 0; i < length; i++) packet[i] = random.nextWord();
      return length;
    }
    if (kind === "repeated") {
      const back = Math.min(this.sequence - 1, 1 + random.below(50));
      return this.close(this.sequence - back, Math.min(back, 3), this.putBlocks(Math.min(back, 3)));
    }
    if (kind === "heartbeatAhead") return this.close(this.sequence + 1 + random.below(3), 0, moldHeaderLength);
    const count = 1 + random.below(blocksMax);
    const length = kind === "randomMessages" ? this.putRandomBlocks(count, random) : this.putBlocks(count);
    this.close(this.sequence, count, length);
    if (kind === "truncated") return random.below(length);
    if (kind === "flippedBits") {
      const flips = 1 + random.below(4);
      for (let i = 0; i < flips; i++) {
        const at = moldHeaderLength - 2 + random.below(length - moldHeaderLength + 2);
        packet[at] ^= 1 << random.below(8);
      }
    }
    return length;
  }

  /** Listings that the packet's messages name by their locates; the first order of an unknown one tells its symbol. */
  listingsNamed(length: number): ReadonlySet<number> {
    const { packet, header, instrumentOf } = this;
    const listings = new Set<number>();
    if (readMoldHeader(packet, 0, length, header) !== moldVerdict.code.ok) return listings;
    if (checkMoldBlocks(packet, 0, length, header) !== moldVerdict.code.ok) return listings;
    const isRead = header.sequence <= this.sequence && header.sequence + header.count > this.sequence;
    let at = moldHeaderLength;
    for (let block = 0; block < moldBlockCount(header.count); block++) {
      const size = readU16(packet, at);
      const message = at + 2;
      at = message + size;
      if (!isRead || size === 0 || itchMessageLength[packet[message]] !== size) continue;
      const locate = readU16(packet, message + OrderOffset.locate);
      // A cross trade of more shares than any market has is refused, symbol and all.
      if (packet[message] === 0x51 && !isSafeU64(packet, message + 11)) continue;
      const symbolAt = symbolOffsetOf(packet[message]);
      if (symbolAt > 0 && !instrumentOf.has(locate))
        instrumentOf.set(locate, this.names.indexOf(readSymbol(packet, message + symbolAt, 8)));
      const instrument = instrumentOf.get(locate) ?? -1;
      if (instrument >= 0) listings.add(instrument * this.desk.venues.length + this.id);
    }
    return listings;
  }

  private close(sequence: number, count: number, length: number): number {
    encodeMoldHeader(this.packet, 0, this.session, 0, sequence, count);
    return length;
  }

  /** The day's next blocks into the packet; where they end. */
  private putBlocks(count: number): number {
    let at = moldHeaderLength;
    for (let block = 0; block < count; block++) {
      if (this.chunkUsed === this.chunkLength) this.refill();
      const size = 2 + readU16(this.chunk, this.chunkUsed);
      this.packet.set(this.chunk.subarray(this.chunkUsed, this.chunkUsed + size), at);
      this.chunkUsed += size;
      at += size;
    }
    return at;
  }

  /** Messages of all types with any content, half of them of a symbol that exists. */
  private putRandomBlocks(count: number, random: RandomSource): number {
    const { packet } = this;
    let at = moldHeaderLength;
    for (let block = 0; block < count; block++) {
      const type = random.below(3) === 0 ? types[random.below(types.length)] : 0x41;
      const size = itchMessageLength[type];
      writeU16(packet, at, size);
      for (let i = 0; i < size; i++) packet[at + 2 + i] = random.nextWord();
      packet[at + 2] = type;
      if (random.below(2) === 0) writeU16(packet, at + 2 + OrderOffset.locate, 1 + random.below(this.names.length));
      at += 2 + size;
    }
    return at;
  }

  private refill(): void {
    this.chunkUsed = 0;
    this.chunkLength = this.day.fill(this.chunk);
    if (this.chunkLength > 0) return;
    this.day = this.nextDay();
    this.chunkLength = this.day.fill(this.chunk);
  }

  private nextDay(): ItchGenerator {
    const { names } = this;
    return new ItchGenerator({ messages: messagesPerDay, symbols: names.length, seed: this.daySeed++, names });
  }
}

/** Where a message has a symbol by which the engine learns a locate; 0 for none. */
function symbolOffsetOf(type: number): number {
  switch (type) {
    case 0x52: // R
    case 0x48: // H
      return 11;
    case 0x41: // A
    case 0x46: // F
    case 0x50: // P
      return AddOffset.symbol;
    case 0x51: // Q
      return 19;
    default:
      return 0;
  }
}
