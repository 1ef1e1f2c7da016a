import { commandKinds, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { venueCountMax } from "../machine/channels";
import { commandHeaderLength } from "../machine/command-record";
import { type InputRecord, inputKinds, startCauses } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { operatorCommands } from "../machine/operator-commands";
import type { Outbox } from "../machine/outbox";
import { StateRegistry } from "../machine/state-registry";
import { writeSymbol } from "../wire/bytes";
import { Agents, marketStepNs } from "./agents";
import { FairPrices } from "./fair-prices";
import { sendSnapshot } from "./glimpse-server";
import { cancelOnDisconnectNs, orderCapacityFor } from "./limits";
import { MarketFeed, systemEventCode, tradingStateCode } from "./market-feed";
import { type AccountLine, MemberAccount } from "./member-account";
import { MemberStream } from "./member-stream";
import { type ExecutionReports, none, OrderBooks, orderOwner } from "./order-books";
import { answers, crosses, type MemberOrder, OrderGateway } from "./order-gateway";
import { OrderTransit } from "./order-transit";
import { RandomSource } from "./random-source";
import { SoupPeers } from "./soup-peers";

const DAY = 0;
const IS_OPEN = 0;
const CLOCK_NS = 1;
const MARKET_NS = 2;

/** Market steps made up for in one turn at most, one second's worth; after a longer pause the market goes on from now. */
const catchUpStepMax = 100;

/** A price level as an outsider sees it: displayed quantity and orders only. */
export type BookLevel = { readonly price: number; readonly quantity: number; readonly orders: number };

/** A message the venue sent to the member, retained in sequence; `bytes` is the venue's ring, not to be kept. */
export type MemberMessage = {
  readonly sequence: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly length: number;
  /** False for one that an operator had the drop copy leave out. */
  readonly isInDropCopy: boolean;
};

/** The simulated exchange: a machine, and a read-only window on its inside for tests and operators. */
export interface Exchange extends Machine {
  readonly desk: Desk;
  /** True from the first start on. */
  readonly isOpen: boolean;
  /** Ten characters: the session of every feed and every SoupBinTCP port, the same all day. */
  readonly session: string;
  /** What the exchange holds of the member, by instrument, then venue; only listings with fills. */
  account(): AccountLine[];
  /** The member's open orders at a venue, oldest first. */
  memberOrders(venue: number): MemberOrder[];
  /** True while the member's order entry is disabled at a venue. */
  isEntryDisabled(venue: number): boolean;
  /** Everything the venue told the member today that it still holds, oldest first. */
  memberMessages(venue: number): IterableIterator<MemberMessage>;
  /** Messages of the member that were ignored (repeats, unknown orders) or malformed. */
  ignoredMessages(venue: number): { ignored: number; malformed: number };
  /** Displayed levels of a book, best first. Side 0 is bids. */
  bookLevels(venue: number, instrument: number, side: number, depth?: number): BookLevel[];
  /** The price that the agents believe in, in price units, not rounded. */
  fairPrice(instrument: number): number;
  /** Last trade at a venue in price units, 0 before the first. */
  lastPrice(venue: number, instrument: number): number;
  /** Sequence number of the venue's next feed message. */
  nextFeedSequence(venue: number): number;
  /** Orders open over all venues, the agents' included. */
  readonly openOrders: number;
  /** Sessions that are logged in at a venue. */
  sessionsUp(venue: number): { orders: number; dropCopies: number };
}

/**
 * Builds the simulated exchange of a desk: venues with books, feeds, order entry and drop copies, and the agents that
 * make the market. Sans-I/O: bytes and timers in, bytes out. Its inputs are those of `machine/input-record.ts`;
 * a `start` with cause `fresh` opens a new day under a new session name, any other goes on with the day in its state;
 * either way all connections are gone. A `command` of kind `kill` and scope `instrument` halts trading in a name at
 * every venue, `release` resumes it; the operator's other commands stand in `machine/operator-commands.ts`. One of kind
 * `shutdown` ends all sessions and feeds of this run; the day's next start goes on with them. The agents act on `timer`
 * inputs only.
 */
export function createExchange(desk: Desk): Exchange {
  return new ExchangeMachine(desk);
}

class ExchangeMachine implements Exchange, ExecutionReports {
  readonly registry = new StateRegistry();
  private readonly dayNumber: Float64Array;
  private readonly clock: Float64Array;
  private readonly feed: MarketFeed;
  private readonly books: OrderBooks;
  private readonly memberAccount: MemberAccount;
  private readonly streams: readonly MemberStream[];
  private readonly gateway: OrderGateway;
  private readonly transit: OrderTransit;
  private readonly fair: FairPrices;
  private readonly agents: Agents;
  private readonly peers: SoupPeers;
  /** When each venue last had an order session of the member up; a run begins as if it had one. */
  private readonly memberSeenNs: Float64Array;

  constructor(readonly desk: Desk) {
    const { registry } = this;
    const venueCount = desk.venues.length;
    const listingCount = venueCount * desk.instruments.length;
    this.dayNumber = registry.allocate("exchange.dayNumber", "f64", 1, "carried");
    this.clock = registry.allocate("exchange.clock", "f64", 4);
    this.memberSeenNs = registry.allocate("exchange.memberSeenNs", "f64", venueCount);
    this.feed = new MarketFeed(
      registry,
      venueCount,
      desk.instruments.map(({ symbol }) => symbol),
    );
    const orderCapacity = orderCapacityFor(listingCount);
    this.books = new OrderBooks(registry, venueCount, desk.instruments.length, orderCapacity, this.feed);
    this.books.reports = this;
    this.memberAccount = new MemberAccount(registry, desk);
    this.streams = desk.venues.map((_, venue) => new MemberStream(registry, venue));
    this.gateway = new OrderGateway(registry, desk, this.books, this.streams, this.memberAccount);
    this.transit = new OrderTransit(registry, desk.venues, (venue, bytes, offset, length) =>
      this.gateway.receive(venue, bytes, offset, length, this.clock[CLOCK_NS]),
    );
    this.fair = new FairPrices(registry, desk, new RandomSource(registry, "random.prices", desk.seed));
    const random = new RandomSource(registry, "random.agents", desk.seed + 0x5eed);
    this.agents = new Agents(registry, desk, this.books, this.feed, this.fair, random, this.gateway.halted);
    this.peers = new SoupPeers(registry, venueCount, this.feed, this.streams, {
      memberMessage: (venue, bytes, offset, length) =>
        this.transit.send(venue, bytes, offset, length, this.clock[CLOCK_NS]),
      sendSnapshot: (venue, channel, outbox, timeNs) =>
        sendSnapshot(this.books, this.feed, this.gateway.halted, venue, channel, outbox, timeNs),
    });
  }

  step(input: InputRecord, outbox: Outbox): void {
    const { clock, peers } = this;
    if (input.timeNs > clock[CLOCK_NS]) clock[CLOCK_NS] = input.timeNs;
    if (input.kind === inputKinds.code.start) this.start(input);
    if (clock[IS_OPEN] === 0) return;
    this.transit.deliver(clock[CLOCK_NS]);
    switch (input.kind) {
      case inputKinds.code.timer:
        this.advanceMarket();
        peers.tick(outbox, clock[CLOCK_NS]);
        this.missMembers();
        break;
      case inputKinds.code.connected:
        peers.connected(input, outbox);
        break;
      case inputKinds.code.data:
        peers.data(input, outbox);
        break;
      case inputKinds.code.disconnected:
        peers.disconnected(input);
        break;
      case inputKinds.code.command:
        this.command(input);
        break;
    }
    peers.pump(outbox, clock[CLOCK_NS]);
    this.feed.flush(outbox, clock[CLOCK_NS]);
    if (input.kind !== inputKinds.code.command || !isShutdown(input)) return;
    peers.endSessions(outbox);
    this.feed.endSessions(outbox);
  }

  /** Cancels a member's orders at the venues where it has been away for too long. */
  private missMembers(): void {
    const now = this.clock[CLOCK_NS];
    for (let venue = 0; venue < this.memberSeenNs.length; venue++) {
      if (this.peers.sessionsUp(venue).orders > 0) this.memberSeenNs[venue] = now;
      else if (now - this.memberSeenNs[venue] > cancelOnDisconnectNs && this.gateway.hasOpenOrders(venue))
        this.gateway.cancelOnDisconnect(venue, now);
    }
  }

  /** The exchange has nothing to withdraw. */
  lastWords(): void {}

  executed(order: number, quantity: number, price: number, how: number, match: number, timeNs: number): void {
    if (this.books.owner[order] === orderOwner.member)
      this.gateway.executed(order, quantity, price, how, match, timeNs);
  }

  refreshed(order: number, timeNs: number): void {
    if (this.books.owner[order] === orderOwner.member) this.gateway.refreshed(order, timeNs);
  }

  selfMatched(order: number, incomingQuantity: number, timeNs: number): void {
    this.gateway.selfMatched(order, incomingQuantity, timeNs);
  }

  gone(order: number): void {
    if (this.books.owner[order] === orderOwner.member) this.gateway.gone(order);
    else this.agents.gone(order);
  }

  get isOpen(): boolean {
    return this.clock[IS_OPEN] === 1;
  }

  get session(): string {
    return String.fromCharCode(...this.feed.session);
  }

  account(): AccountLine[] {
    return this.memberAccount.traded();
  }

  memberOrders(venue: number): MemberOrder[] {
    return this.gateway.openOrders(venue);
  }

  isEntryDisabled(venue: number): boolean {
    return this.gateway.isDisabled(venue);
  }

  *memberMessages(venue: number): IterableIterator<MemberMessage> {
    const stream = this.streams[venue];
    for (let sequence = stream.oldestSequence; sequence < stream.nextSequence; sequence++)
      yield {
        sequence,
        bytes: stream.buffer,
        offset: stream.offsetOf(sequence),
        length: stream.lengthOf(sequence),
        isInDropCopy: !stream.isWithheld(sequence),
      };
  }

  ignoredMessages(venue: number): { ignored: number; malformed: number } {
    return this.gateway.ignoredMessages(venue);
  }

  bookLevels(venue: number, instrument: number, side: number, depth = Number.POSITIVE_INFINITY): BookLevel[] {
    const { books } = this;
    const levels: BookLevel[] = [];
    let level = books.best[books.ladder(venue, instrument, side)];
    for (; level !== none && levels.length < depth; level = books.levelWorse[level])
      if (books.levelOrders[level] > 0)
        levels.push({
          price: books.levelPrice[level],
          quantity: books.levelQuantity[level],
          orders: books.levelOrders[level],
        });
    return levels;
  }

  fairPrice(instrument: number): number {
    return this.fair.price(instrument);
  }

  lastPrice(venue: number, instrument: number): number {
    return this.books.lastPrice[instrument * this.desk.venues.length + venue];
  }

  nextFeedSequence(venue: number): number {
    return this.feed.nextSequence(venue);
  }

  get openOrders(): number {
    return this.books.openOrders;
  }

  sessionsUp(venue: number): { orders: number; dropCopies: number } {
    return this.peers.sessionsUp(venue);
  }

  private start(input: InputRecord): void {
    this.peers.forgetAll();
    this.memberSeenNs.fill(input.timeNs);
    const cause = input.length >= 5 ? input.bytes[input.offset + 4] : startCauses.code.fresh;
    if (cause !== startCauses.code.fresh && this.clock[IS_OPEN] === 1) return;
    this.clock[CLOCK_NS] = input.timeNs;
    this.openDay();
  }

  private openDay(): void {
    const { clock, feed, desk } = this;
    const timeNs = clock[CLOCK_NS];
    this.books.clear();
    feed.clear();
    this.gateway.clear();
    this.transit.clear();
    this.agents.clear();
    for (const stream of this.streams) stream.clear();
    this.dayNumber[DAY] += 1;
    writeSymbol(feed.session, 0, `HELIO${String(this.dayNumber[DAY] % 100_000).padStart(5, "0")}`, 10);
    for (let venue = 0; venue < desk.venues.length; venue++) {
      feed.systemEvent(venue, timeNs, systemEventCode.startOfMessages);
      feed.systemEvent(venue, timeNs, systemEventCode.startOfSystemHours);
      for (let instrument = 0; instrument < desk.instruments.length; instrument++) {
        feed.stockDirectory(venue, timeNs, instrument);
        feed.tradingAction(venue, timeNs, instrument, tradingStateCode.trading);
      }
      feed.systemEvent(venue, timeNs, systemEventCode.startOfMarketHours);
    }
    this.gateway.openDay(timeNs);
    clock[IS_OPEN] = 1;
    clock[MARKET_NS] = timeNs;
    this.agents.open(timeNs);
  }

  /** Steps the market up to the clock. */
  private advanceMarket(): void {
    const { clock } = this;
    const now = clock[CLOCK_NS];
    if (now - clock[MARKET_NS] > catchUpStepMax * marketStepNs) clock[MARKET_NS] = now - catchUpStepMax * marketStepNs;
    while (clock[MARKET_NS] + marketStepNs <= now) {
      clock[MARKET_NS] += marketStepNs;
      this.agents.step(now);
    }
  }

  private command(input: InputRecord): void {
    if (input.length < commandHeaderLength) return;
    const kind = input.bytes[input.offset];
    const scope = input.bytes[input.offset + 1];
    const target = input.view.getInt32(input.offset + 4);
    if (scope === scopes.code.instrument) this.operateName(kind, target);
    else if (scope === scopes.code.venue) this.operate(kind, target);
  }

  private operate(kind: number, target: number): void {
    const venue = target % venueCountMax;
    const back = Math.floor(target / venueCountMax);
    if (target < 0 || venue >= this.desk.venues.length) return;
    if (kind === operatorCommands.repeatExecution) this.gateway.repeatExecution(venue, back, this.clock[CLOCK_NS]);
    else if (kind === operatorCommands.breakExecution) this.gateway.breakExecution(venue, back, this.clock[CLOCK_NS]);
    else if (kind === operatorCommands.withholdExecution) this.streams[venue].withholdNext(back + 1);
    else if (kind === operatorCommands.withholdAcceptance)
      this.gateway.withholdAnswers(venue, answers.acceptance, back);
    else if (kind === operatorCommands.withholdAccount) this.gateway.withholdAnswers(venue, answers.account, back);
  }

  private operateName(kind: number, instrument: number): void {
    if (instrument < 0 || instrument >= this.desk.instruments.length) return;
    if (kind === operatorCommands.beginCross) return this.gateway.beginCross(instrument, crosses.refusing);
    if (kind === operatorCommands.beginHoldingCross) return this.gateway.beginCross(instrument, crosses.holding);
    if (kind === operatorCommands.endCross) return this.gateway.endCross(instrument, this.clock[CLOCK_NS]);
    const halt = kind === commandKinds.code.kill ? 1 : kind === commandKinds.code.release ? 0 : none;
    if (halt === none) return;
    for (let venue = 0; venue < this.desk.venues.length; venue++) {
      const listing = instrument * this.desk.venues.length + venue;
      if (this.gateway.halted[listing] === halt) continue;
      this.gateway.halted[listing] = halt;
      const state = halt === 1 ? tradingStateCode.halted : tradingStateCode.trading;
      this.feed.tradingAction(venue, this.clock[CLOCK_NS], instrument, state);
      if (halt === 0) this.gateway.queueAnew(venue, instrument, this.clock[CLOCK_NS]);
    }
  }
}

function isShutdown(input: InputRecord): boolean {
  return input.length >= commandHeaderLength && input.bytes[input.offset] === commandKinds.code.shutdown;
}
