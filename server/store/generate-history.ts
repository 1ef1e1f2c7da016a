import type { Desk } from "../../domain/desk";
import type { Fact, FactKind, FactOf } from "../../domain/facts";
import { markHorizonsSeconds } from "../../domain/fill-marks";
import { notionalOf, roundHalfAway } from "../../domain/money";
import { cancelCauses, parentReasons, parentStates, sides, timesInForce } from "../../domain/order";
import { refusalCodes } from "../../domain/refusal";
import { pairStates } from "../../domain/strategy";
import { nsPerSecond } from "../../domain/time";

export type GenerateHistoryOptions = {
  readonly desk: Desk;
  /** How many fills, exactly. */
  readonly fills: number;
  readonly seed: number;
  /**
   * So many fills at the day's end have all that is recorded beside them; 1,000 by default, since it triples what a
   * database has to take.
   */
  readonly detailedFills?: number;
};

type Fields<Kind extends FactKind> = Omit<FactOf<Kind>, "kind" | "number" | "timeNs" | "text">;
type Holding = { quantity: number; totalCost: number; realised: number; fees: number; bought: number; sold: number };

const openNs = 34_200 * nsPerSecond;
const sessionNs = 23_400 * nsPerSecond;
/** Fills of a round trip at most: four parents with up to three each. */
const tripFillsMax = 12;
const tripFillsMin = 4;
const batchFacts = 1_000;
const detailedFillsDefault = 1_000;

/**
 * Facts of a day that never was: seeded round trips and quotes whose orders, fills, positions and pair states agree
 * with each other, for tests and benches of the history. The last of them also have what led to them and what followed:
 * signals, books, approvals, marks. In batches, numbered from 1 without holes; marks that would be due after the last
 * fill are not there.
 */
export function* generateHistory(options: GenerateHistoryOptions): Generator<readonly Fact[]> {
  const day = new GeneratedDay(options);
  while (day.fillCount < options.fills) {
    day.step();
    while (day.facts.length >= batchFacts) yield day.facts.splice(0, batchFacts);
  }
  if (day.facts.length > 0) yield day.facts.splice(0);
}

class GeneratedDay {
  readonly facts: Fact[] = [];
  fillCount = 0;
  private readonly desk: Desk;
  private readonly target: number;
  private readonly detailedFills: number;
  private readonly strategyOfPair: ReadonlyMap<number, number>;
  private readonly tradedPairs: readonly number[];
  private readonly maker: number;
  private readonly holdings = new Map<string, Holding>();
  private readonly instrumentQuantity: Float64Array;
  private readonly prices: Float64Array;
  private state: number;
  private factCount = 0;
  private parentCount = 0;
  private orderCount = 0;
  private timeNs = openNs;
  private readonly stepNs: number;
  /** Fills that wait for a mark, oldest first, for each horizon. */
  private readonly unmarked = markHorizonsSeconds.map(
    (): { fill: number; order: number; instrument: number; dueNs: number }[] => [],
  );

  constructor({ desk, fills, seed, detailedFills = detailedFillsDefault }: GenerateHistoryOptions) {
    this.desk = desk;
    this.detailedFills = detailedFills;
    this.target = fills;
    this.state = (seed >>> 0) + 1;
    this.strategyOfPair = new Map(
      desk.strategies.flatMap(({ parameters }, id) =>
        parameters.kind === "pairs" ? parameters.pairs.map((pair) => [pair, id] as const) : [],
      ),
    );
    this.tradedPairs = [...this.strategyOfPair.keys()].sort((a, b) => a - b);
    this.maker = Math.max(
      0,
      desk.strategies.findIndex(({ kind }) => kind === "maker"),
    );
    this.instrumentQuantity = new Float64Array(desk.instruments.length);
    this.prices = Float64Array.from(desk.instruments, ({ referencePrice }) => referencePrice);
    // Some fourteen steps of time a fill at most.
    this.stepNs = Math.max(1_000, Math.floor(sessionNs / (fills * 14 + 100)));
  }

  /** One round trip, or a single fill when no trip fits any more, and now and then. */
  step(): void {
    const left = this.target - this.fillCount;
    if (left < tripFillsMin || this.tradedPairs.length === 0 || this.below(20) === 0) return this.quoteFill();
    const pair = this.tradedPairs[this.below(this.tradedPairs.length)];
    this.roundTrip(pair, left < tripFillsMax ? 1 : 3);
  }

  private roundTrip(pair: number, fillsMax: number): void {
    const strategy = this.strategyOfPair.get(pair) ?? 0;
    const { instrumentA, instrumentB } = this.desk.pairs[pair];
    const direction = this.below(2) === 0 ? 1 : -1;
    const quantityA = direction * (50 + this.below(400));
    const quantityB = -direction * (50 + this.below(400));
    const entryZ = -direction * (2 + this.below(150) / 100);
    const states = pairStates.code;
    const because = parentReasons.code;
    const record = (from: number, to: number, reason: number, z: number) => {
      const a = this.holding(strategy, pair, instrumentA);
      const b = this.holding(strategy, pair, instrumentB);
      this.emit("pairState", {
        pair,
        strategy,
        from,
        to,
        reason,
        z,
        quantityA: to === states.flat ? 0 : quantityA,
        quantityB: to === states.flat ? 0 : quantityB,
        realised: a.realised + b.realised,
        fees: a.fees + b.fees,
      });
    };
    record(states.flat, states.entering, because.entry, entryZ);
    if (this.below(25) === 0) this.refuse(strategy, pair, instrumentA, quantityA);
    this.trade(strategy, pair, instrumentA, quantityA, because.entry, entryZ, fillsMax);
    this.trade(strategy, pair, instrumentB, quantityB, because.entry, entryZ, fillsMax);
    record(states.entering, states.open, because.entry, entryZ);
    const [reason, exitZ] = this.choose([
      [because.exit, entryZ / 5],
      [because.exit, entryZ / 8],
      [because.stop, entryZ * 1.8],
      [because.timeout, entryZ / 1.5],
    ]);
    record(states.open, states.exiting, reason, exitZ);
    this.trade(strategy, pair, instrumentA, -quantityA, reason, exitZ, fillsMax);
    this.trade(strategy, pair, instrumentB, -quantityB, reason, exitZ, fillsMax);
    record(states.exiting, states.flat, reason, exitZ);
  }

  private quoteFill(): void {
    const instrument = this.below(this.desk.instruments.length);
    const size = 10 + this.below(90);
    this.trade(this.maker, -1, instrument, this.below(2) === 0 ? size : -size, parentReasons.code.quote, 0, 1);
  }

  /** One parent with one order; sometimes an order before it that the venue cancelled unfilled. */
  private trade(
    strategy: number,
    pair: number,
    instrument: number,
    signed: number,
    reason: number,
    signal: number,
    fillsMax: number,
  ): void {
    const { tick } = this.desk.instruments[instrument];
    const move = (this.below(5) - 2) * tick;
    this.prices[instrument] = Math.max(20 * tick, this.prices[instrument] + move);
    const bid = this.prices[instrument];
    const ask = bid + tick * (1 + this.below(3));
    const quantity = Math.abs(signed);
    const side = signed > 0 ? sides.code.buy : this.instrumentQuantity[instrument] > 0 ? sides.code.sell : 2;
    const price = signed > 0 ? ask : bid;
    const parent = ++this.parentCount;
    this.emit("parentCreated", {
      parent,
      strategy,
      pair,
      instrument,
      side,
      quantity,
      limitPrice: price,
      reason,
      arrivalBid: bid,
      arrivalAsk: ask,
      signal,
    });
    this.seen(parent, strategy, pair, instrument, signal, bid, ask);
    if (this.below(12) === 0) this.order(parent, strategy, pair, instrument, side, quantity, price, bid, ask, 0);
    this.order(parent, strategy, pair, instrument, side, quantity, price, bid, ask, 1 + this.below(fillsMax));
    const state = parentStates.code.filled;
    this.emit("parentDone", { parent, strategy, pair, instrument, filledQuantity: quantity, quantity, state });
  }

  private order(
    parent: number,
    strategy: number,
    pair: number,
    instrument: number,
    side: number,
    quantity: number,
    price: number,
    bid: number,
    ask: number,
    fills: number,
  ): void {
    const order = ++this.orderCount;
    const venue = this.below(this.desk.venues.length);
    const quoted = pair < 0;
    this.emit("orderSubmitted", {
      order,
      parent,
      strategy,
      pair,
      instrument,
      venue,
      userReference: order,
      side,
      quantity,
      price,
      timeInForce: quoted ? timesInForce.code.day : timesInForce.code.immediateOrCancel,
      postOnly: quoted ? 1 : 0,
      displayQuantity: quantity,
      minimumQuantity: 0,
      bid,
      ask,
    });
    this.approved(order, strategy, instrument, venue, quantity, price, bid, ask);
    const venueTimeNs = this.timeNs + 40_000;
    this.emit("orderAccepted", {
      order,
      venueReferenceHigh: 0,
      venueReferenceLow: order,
      venueTimeNs,
      quantity,
      price,
    });
    this.bookOf(order, venue, instrument, bid, ask);
    if (fills === 0) {
      this.emit("orderCancelSent", { order, cause: cancelCauses.code.timeout });
      this.bookOf(order, venue, instrument, bid, ask);
      this.emit("orderCancelled", {
        order,
        quantity,
        leavesQuantity: 0,
        reason: 85,
        venueTimeNs: this.timeNs - 10_000,
      });
      this.bookOf(order, venue, instrument, bid, ask);
      return;
    }
    for (let left = quantity, fill = 1; left > 0; fill++) {
      const part = fill >= fills || left === 1 ? left : 1 + this.below(left - 1);
      left -= part;
      this.fill(order, parent, strategy, pair, instrument, venue, side, part, price, left, bid, ask);
    }
  }

  private fill(
    order: number,
    parent: number,
    strategy: number,
    pair: number,
    instrument: number,
    venue: number,
    side: number,
    quantity: number,
    price: number,
    leavesQuantity: number,
    bid: number,
    ask: number,
  ): void {
    const fill = ++this.fillCount;
    const spec = this.desk.venues[venue];
    const fee = (pair < 0 ? spec.makerFeePerShare : spec.takerFeePerShare) * quantity;
    const signed = side === sides.code.buy ? quantity : -quantity;
    const holding = this.holding(strategy, pair, instrument);
    const realised = book(holding, signed, price, fee);
    this.instrumentQuantity[instrument] += signed;
    this.emit("fill", {
      fill,
      order,
      parent,
      strategy,
      pair,
      instrument,
      venue,
      side,
      quantity,
      price,
      fee,
      liquidity: pair < 0 ? 65 : 82,
      matchHigh: 0,
      matchLow: fill,
      source: 0,
      venueTimeNs: this.timeNs - 20_000,
      realised,
      positionQuantity: this.instrumentQuantity[instrument],
      averagePrice: price,
      leavesQuantity,
    });
    this.bookOf(order, venue, instrument, bid, ask);
    this.followFill(fill, order, instrument);
    this.emit("position", {
      strategy,
      pair,
      instrument,
      quantity: holding.quantity,
      totalCost: holding.totalCost,
      realised: holding.realised,
      fees: holding.fees,
      boughtQuantity: holding.bought,
      soldQuantity: holding.sold,
    });
  }

  private refuse(strategy: number, pair: number, instrument: number, signed: number): void {
    this.emit("refusal", {
      strategy,
      pair,
      instrument,
      venue: 0,
      side: signed > 0 ? sides.code.buy : sides.code.sell,
      quantity: Math.abs(signed),
      price: this.prices[instrument],
      code: refusalCodes.code.messageRate,
      limit: this.desk.limits.messagesPerSecondMax,
      value: this.desk.limits.messagesPerSecondMax + 1,
    });
  }

  /** What the strategy saw: the pair's signal, or the maker's. */
  private seen(
    parent: number,
    strategy: number,
    pair: number,
    instrument: number,
    z: number,
    bid: number,
    ask: number,
  ): void {
    if (!this.isDetailed) return;
    const { parameters } = this.desk.strategies[strategy];
    if (pair >= 0 && parameters.kind === "pairs") {
      const { instrumentA, instrumentB, hedgeRatio, spreadMean, spreadDeviation } = this.desk.pairs[pair];
      const { entryZ, exitZ, stopZ } = parameters;
      const spread = spreadMean + z * spreadDeviation;
      const mids = { midA: this.prices[instrumentA], midB: this.prices[instrumentB] };
      const learnt = { mean: spreadMean, deviation: spreadDeviation, hedgeRatio };
      this.emitAtOnce("pairSignal", { parent, pair, z, spread, ...learnt, ...mids, entryZ, exitZ, stopZ });
    } else
      this.emitAtOnce("quoteSignal", {
        parent,
        bid,
        bidQuantity: 100 * (1 + this.below(9)),
        ask,
        askQuantity: 100 * (1 + this.below(9)),
        spreadBps: ((ask - bid) / ((bid + ask) / 2)) * 10_000,
        spreadBpsMin: parameters.kind === "maker" ? parameters.spreadBpsMin : 0,
        inventoryQuantity: this.instrumentQuantity[instrument],
        inventoryQuantityMax: parameters.kind === "maker" ? parameters.inventoryQuantityMax : 0,
        behind: 0,
      });
  }

  /** The book beside the order just sent, and the gate's numbers. */
  private approved(
    order: number,
    strategy: number,
    instrument: number,
    venue: number,
    quantity: number,
    price: number,
    bid: number,
    ask: number,
  ): void {
    if (!this.isDetailed) return;
    const fact = this.factCount;
    const { limits } = this.desk;
    const own = this.desk.strategies[strategy].limits;
    const mid = (bid + ask) / 2;
    const reach = (mid * limits.priceCollarBps) / 10_000;
    const position = Math.abs(this.instrumentQuantity[instrument]) + quantity;
    this.bookOf(order, venue, instrument, bid, ask);
    this.emitAtOnce("approval", {
      order,
      fact,
      quantity,
      quantityMax: limits.orderQuantityMax,
      notional: notionalOf(price, quantity),
      notionalMax: limits.orderNotionalMax,
      price,
      priceLow: mid - reach,
      priceHigh: mid + reach,
      position,
      positionMax: limits.positionQuantityMax,
      strategyPosition: position,
      strategyPositionMax: own.positionQuantityMax,
      grossExposure: notionalOf(price, position),
      grossExposureMax: limits.grossExposureMax,
      strategyGrossExposure: notionalOf(price, position),
      strategyGrossExposureMax: own.grossExposureMax,
      dataAgeNs: this.below(2_000_000),
      dataAgeNsMax: limits.dataAgeSecondsMax * nsPerSecond,
    });
  }

  /** The market beside the fact just emitted: the order's venue has the best prices, each level a tick apart. */
  private bookOf(order: number, venue: number, instrument: number, bid: number, ask: number): void {
    if (!this.isDetailed) return;
    const { tick } = this.desk.instruments[instrument];
    const size = () => 100 * (1 + this.below(9));
    const [b1, b2, b3, b4, b5] = [size(), size(), size(), size(), size()];
    const [a1, a2, a3, a4, a5] = [size(), size(), size(), size(), size()];
    this.emitAtOnce("orderBook", {
      order,
      fact: this.factCount,
      bid,
      bidQuantity: b1,
      bidVenue: venue,
      ask,
      askQuantity: a1,
      askVenue: venue,
      bidPrice1: bid,
      bidQuantity1: b1,
      askPrice1: ask,
      askQuantity1: a1,
      bidPrice2: bid - tick,
      bidQuantity2: b2,
      askPrice2: ask + tick,
      askQuantity2: a2,
      bidPrice3: bid - 2 * tick,
      bidQuantity3: b3,
      askPrice3: ask + 2 * tick,
      askQuantity3: a3,
      bidPrice4: bid - 3 * tick,
      bidQuantity4: b4,
      askPrice4: ask + 3 * tick,
      askQuantity4: a4,
      bidPrice5: bid - 4 * tick,
      bidQuantity5: b5,
      askPrice5: ask + 4 * tick,
      askQuantity5: a5,
    });
  }

  private followFill(fill: number, order: number, instrument: number): void {
    if (!this.isDetailed) return;
    markHorizonsSeconds.forEach((seconds, horizon) => {
      this.unmarked[horizon].push({ fill, order, instrument, dueNs: this.timeNs + seconds * nsPerSecond });
    });
  }

  private get isDetailed(): boolean {
    return this.target - this.fillCount < this.detailedFills;
  }

  /** The marks that are due by now, each at its own time; now and then a side is empty. */
  private markUntil(timeNs: number): void {
    for (;;) {
      let next = -1;
      for (let horizon = 0; horizon < this.unmarked.length; horizon++) {
        const due = this.unmarked[horizon].at(0)?.dueNs ?? Number.POSITIVE_INFINITY;
        if (due <= timeNs && (next < 0 || due < (this.unmarked[next].at(0)?.dueNs ?? 0))) next = horizon;
      }
      const mark = this.unmarked[next]?.shift();
      if (mark === undefined) return;
      const { fill, order, instrument, dueNs } = mark;
      const { tick } = this.desk.instruments[instrument];
      const bid = this.prices[instrument] + (this.below(7) - 3) * tick;
      const ask = this.below(200) === 0 ? 0 : bid + tick * (1 + this.below(3));
      const lateNs = Math.min(timeNs - dueNs, this.below(10_000_000));
      const fields = { fill, order, horizonSeconds: markHorizonsSeconds[next], bid, ask, lateNs };
      this.push("fillMark", dueNs + lateNs, fields);
    }
  }

  private holding(strategy: number, pair: number, instrument: number): Holding {
    const key = `${strategy}:${pair}:${instrument}`;
    let holding = this.holdings.get(key);
    if (holding === undefined) {
      holding = { quantity: 0, totalCost: 0, realised: 0, fees: 0, bought: 0, sold: 0 };
      this.holdings.set(key, holding);
    }
    return holding;
  }

  private emit<Kind extends FactKind>(kind: Kind, fields: Fields<Kind>): void {
    const timeNs = this.timeNs + 1 + this.below(2 * this.stepNs);
    this.markUntil(timeNs);
    this.timeNs = timeNs;
    this.push(kind, timeNs, fields);
  }

  /** Emits a fact in the turn of the one before. */
  private emitAtOnce<Kind extends FactKind>(kind: Kind, fields: Fields<Kind>): void {
    this.push(kind, this.timeNs, fields);
  }

  private push<Kind extends FactKind>(kind: Kind, timeNs: number, fields: Fields<Kind>): void {
    this.facts.push({ kind, number: ++this.factCount, timeNs, text: "", ...fields } as unknown as Fact);
  }

  private choose<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)];
  }

  /** xorshift32: a whole number from 0 to below `limit`. */
  private below(limit: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    this.state >>>= 0;
    return this.state % limit;
  }
}

/** Books a fill by the house's rule (average cost, half away from zero); returns what it realised before the fee. */
function book(holding: Holding, signed: number, price: number, fee: number): number {
  const held = holding.quantity;
  holding.fees += fee;
  if (signed > 0) holding.bought += signed;
  else holding.sold -= signed;
  const reduces = held !== 0 && held > 0 !== signed > 0;
  const closing = !reduces ? 0 : Math.abs(signed) < Math.abs(held) ? signed : -held;
  const costOut = closing === 0 ? 0 : roundHalfAway((holding.totalCost * -closing) / held);
  const realised = closing === 0 ? 0 : -notionalOf(price, closing) - costOut;
  holding.totalCost += notionalOf(price, signed - closing) - costOut;
  holding.realised += realised;
  holding.quantity = held + signed;
  return realised;
}
