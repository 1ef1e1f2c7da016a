import { viewOf } from "./view-of";

/**
 * What the engine decides, as it goes to the facts log, to the database and to the screen.
 *
 * Layout of one fact, little-endian, a multiple of 8 bytes: length u16 (whole fact), kind u8 with the bit 0x80, field
 * count u8, length of the text u32, number f64, time f64 (ns since the trading day's start), fields f64 each, then an
 * optional UTF-8 text and zeros up to the length. The engine writes fields where they stay, so they lie as the processor
 * has them.
 *
 * Journals up to format 3 hold facts without the bit 0x80, big-endian: length u16, kind u8, field count u8, number f64,
 * time f64, fields, text to the end. Both are read.
 *
 * A kind's code is its place in `factKinds`; fields keep their place for ever. New kinds and fields are appended.
 * 64-bit venue references travel as two u32 halves.
 */
export const factHeaderLength = 24;
/** The same in doubles. */
export const factHeaderWords = factHeaderLength / 8;
/** In a fact's kind: it has the layout above. */
export const factLayoutBit = 0x80;
const olderHeaderLength = 20;

/** Field names of each kind, in order. `code` fields are codes of the closed sets named in the comments. */
export const factFields = {
  /** cause: startCauses. */
  engineStarted: ["epoch", "cause", "replayedRecords"],
  /** ordersOpen is 0 after an orderly stop. */
  engineStopped: ["epoch", "ordersOpen"],
  /** command: commandKinds; scope: scopes; answer: commandAnswers; role: roles. Text: id, actor, reason, split by U+001F. */
  command: ["command", "scope", "target", "role", "answer", "detail"],
  /** from, to: strategyStates; stage: strategyStages. */
  strategyState: ["strategy", "from", "to", "stage"],
  /** scope: scopes; engaged 1 or 0. orders: working orders to cancel; cancelled, unknown: how far that is. */
  kill: [
    "scope",
    "target",
    "engaged",
    "orders",
    "cancelled",
    "unknown",
    /** When new orders were blocked, and when the last cancel had been handed to the sockets, as the shell told; 0 before it did. */
    "blockedNs",
    "lastCancelNs",
  ],
  /** side: sides; reason: parentReasons; signal: what led to it (z-score, imbalance), a float. */
  parentCreated: [
    "parent",
    "strategy",
    "pair",
    "instrument",
    "side",
    "quantity",
    "limitPrice",
    "reason",
    "arrivalBid",
    "arrivalAsk",
    "signal",
  ],
  /** state: parentStates; none in records older than the field. */
  parentDone: ["parent", "strategy", "pair", "instrument", "filledQuantity", "quantity", "state"],
  /** side: sides; timeInForce: timesInForce; bid, ask: consolidated, at the decision. */
  orderSubmitted: [
    "order",
    "parent",
    "strategy",
    "pair",
    "instrument",
    "venue",
    "userReference",
    "side",
    "quantity",
    "price",
    "timeInForce",
    "postOnly",
    "displayQuantity",
    "minimumQuantity",
    "bid",
    "ask",
  ],
  orderAccepted: ["order", "venueReferenceHigh", "venueReferenceLow", "venueTimeNs", "quantity", "price"],
  /** code: the venue's reject code (OUCH 5.0 appendix). */
  orderRejected: ["order", "code", "venueTimeNs"],
  /** A replace was sent; the order goes on under a new user reference. */
  orderReplaceSent: ["order", "userReference", "quantity", "price"],
  orderReplaced: ["order", "userReference", "quantity", "price", "venueTimeNs"],
  /** cause: cancelCauses. */
  orderCancelSent: ["order", "cause"],
  /** quantity: cancelled now; leaves: still open; reason: the venue's reason character. */
  orderCancelled: ["order", "quantity", "leavesQuantity", "reason", "venueTimeNs"],
  /** The venue says that it never saw this order. */
  orderLost: ["order"],
  /**
   * source: 0 order session, 1 drop copy. side: sides. fee: money, positive is a cost. positionQuantity, averagePrice:
   * the instrument's position after it, over all strategies. realised: money, of this fill, before the fee.
   */
  fill: [
    "fill",
    "order",
    "parent",
    "strategy",
    "pair",
    "instrument",
    "venue",
    "side",
    "quantity",
    "price",
    "fee",
    "liquidity",
    "matchHigh",
    "matchLow",
    "source",
    "venueTimeNs",
    "realised",
    "positionQuantity",
    "averagePrice",
    "leavesQuantity",
  ],
  /** A fill taken back by the venue. */
  fillBroken: ["fill", "order", "strategy", "pair", "instrument", "venue", "side", "quantity", "price", "fee"],
  /** side: sides; code: refusalCodes. */
  refusal: ["strategy", "pair", "instrument", "venue", "side", "quantity", "price", "code", "limit", "value"],
  /** After each fill: the position of one strategy (and pair) in one instrument. Money fields are integers. */
  position: [
    "strategy",
    "pair",
    "instrument",
    "quantity",
    "totalCost",
    "realised",
    "fees",
    "boughtQuantity",
    "soldQuantity",
  ],
  /** from, to: pairStates; parentReason: parentReasons; z: a float. */
  pairState: ["pair", "strategy", "from", "to", "reason", "z", "quantityA", "quantityB", "realised", "fees"],
  /** A finished minute bar; minute counts from the trading day's start. */
  bar: ["instrument", "minute", "open", "high", "low", "close", "volume", "trades"],
  /** Each minute, per strategy; strategy -1 is the desk. Money fields are integers. */
  mark: ["strategy", "realised", "unrealised", "fees", "grossExposure", "netExposure"],
  /** state: feedStates. */
  feedState: ["venue", "state", "expectedSequence", "missing"],
  /** session: 0 orders, 1 drop copy; state: sessionStates. */
  sessionState: ["venue", "session", "state"],
  /** code: alertCodes. Text: more words. */
  alert: ["code", "target", "value", "limit"],
  /** The venue refused a replace; the order stands as it was. code: the venue's reject code. */
  orderReplaceRejected: ["order", "userReference", "code", "venueTimeNs"],
  /** The venue answered a cancel: pending 1, it will cancel later; 0, it will not (OUCH 5.0 sections 3.9, 3.10). */
  orderCancelAnswered: ["order", "pending"],
  /** Nobody here can tell an order's fate; it stays in exposure. message: orderMessages, `sessionLost` or `noAnswer`. */
  orderUnknown: ["order", "message"],
  /** The venue was asked: it has the order, and all it had to say of it has come. */
  orderConfirmed: ["order"],
  /**
   * Order session and drop copy differ over a listing, or say the same again (open 1); or a person has settled it (0). Net:
   * signed lots of today as each has told; fills: how many executions; messages: how many about orders' lives. instrument -1:
   * over all that a venue has, by executions of orders that we do not know; then the lots have no sign. cause: breakCauses.
   */
  reconciliationBreak: [
    "venue",
    "instrument",
    "open",
    "orderNet",
    "dropNet",
    "orderFills",
    "dropFills",
    "cause",
    "orderMessages",
    "dropMessages",
  ],
  /**
   * The market at the instant of another fact about an order, whose number is `fact`: the consolidated best prices
   * with the quantity shown and the venue (-1 for none), then the best five levels a side of the order's own venue, 0
   * for none. Levels that neither side has are not written; a venue whose data is not live shows none.
   */
  orderBook: [
    "order",
    "fact",
    "bid",
    "bidQuantity",
    "bidVenue",
    "ask",
    "askQuantity",
    "askVenue",
    "bidPrice1",
    "bidQuantity1",
    "askPrice1",
    "askQuantity1",
    "bidPrice2",
    "bidQuantity2",
    "askPrice2",
    "askQuantity2",
    "bidPrice3",
    "bidQuantity3",
    "askPrice3",
    "askQuantity3",
    "bidPrice4",
    "bidQuantity4",
    "askPrice4",
    "askQuantity4",
    "bidPrice5",
    "bidQuantity5",
    "askPrice5",
    "askQuantity5",
  ],
  /**
   * What the gate saw when it let message `fact` (an order or a replace) pass: each value beside its limit. Positions
   * and exposures are worst cases with all working orders and this one. A limit of 0: not held to it, as a
   * replace that adds nothing, or beyond it, as only what brings a position back may be.
   */
  approval: [
    "order",
    "fact",
    "quantity",
    "quantityMax",
    "notional",
    "notionalMax",
    "price",
    "priceLow",
    "priceHigh",
    "position",
    "positionMax",
    "strategyPosition",
    "strategyPositionMax",
    "grossExposure",
    "grossExposureMax",
    "strategyGrossExposure",
    "strategyGrossExposureMax",
    "dataAgeNs",
    "dataAgeNsMax",
  ],
  /** What a pairs strategy saw when it wished a parent: floats, mids in price units (0 for none), its bands in z. */
  pairSignal: [
    "parent",
    "pair",
    "z",
    "spread",
    "mean",
    "deviation",
    "hedgeRatio",
    "midA",
    "midB",
    "entryZ",
    "exitZ",
    "stopZ",
  ],
  /** What a maker saw when it wished a quote. behind: price units that the quote rests behind the best price. */
  quoteSignal: [
    "parent",
    "bid",
    "bidQuantity",
    "ask",
    "askQuantity",
    "spreadBps",
    "spreadBpsMin",
    "inventoryQuantity",
    "inventoryQuantityMax",
    "behind",
  ],
  /** The consolidated best prices a horizon after a fill, 0 for an empty side, and how late they were read. */
  fillMark: ["fill", "order", "horizonSeconds", "bid", "ask", "lateNs"],
  /** A limit changed, from this record on. limit: limitCodes; scope: scopes; role: roles. Effective at input `record` of the day. */
  limitChanged: ["limit", "scope", "target", "from", "to", "role", "record"],
  /** scope: scopes; from, to: tradingModes; cause: modeCauses; limit and value: of the cause, 0 for a command. */
  modeChanged: ["scope", "target", "from", "to", "cause", "limit", "value"],
  /** What a scope still has open, on request. what: 0 an order, 1 a position; unknown: 1 when nobody can tell an order's fate now. */
  standing: [
    "scope",
    "target",
    "what",
    "order",
    "strategy",
    "pair",
    "instrument",
    "venue",
    "side",
    "quantity",
    "price",
    "state",
    "unknown",
  ],
  /**
   * The venue moved an order by itself. reason: the letter T (another place in the queue, at `price`), or of OUCH 5.0 section
   * 3.13. display: what the venue shows of it, 0 for not told; reference: of its new place, 0 for unchanged.
   */
  orderRestated: [
    "order",
    "reason",
    "price",
    "displayQuantity",
    "displayPrice",
    "venueReferenceHigh",
    "venueReferenceLow",
    "leavesQuantity",
    "venueTimeNs",
  ],
  /**
   * The day ended and nobody could tell the order's fate: its venue's session was over or away. It is not followed any
   * more; its instrument has a break that the next day begins with.
   */
  orderAbandoned: ["order", "leavesQuantity"],
} as const satisfies Record<string, readonly string[]>;

export type FactKind = keyof typeof factFields;

/** Kinds in the order of their codes. */
export const factKinds = Object.keys(factFields) as FactKind[];

/** The code of each kind. */
export const factCode = Object.fromEntries(factKinds.map((kind, index) => [kind, index])) as Readonly<
  Record<FactKind, number>
>;

type FieldsOf<Kind extends FactKind> = { readonly [Name in (typeof factFields)[Kind][number]]: number };

/** A decoded fact: its kind, number, time, fields by name, and text ("" when it has none). */
export type FactOf<Kind extends FactKind> = {
  readonly kind: Kind;
  readonly number: number;
  readonly timeNs: number;
  readonly text: string;
} & FieldsOf<Kind>;
export type Fact = { [Kind in FactKind]: FactOf<Kind> }[FactKind];

const textDecoder = new TextDecoder();

/** Bytes of the fact at `offset`, which needs four bytes there. */
export function factLengthOf(view: DataView, offset: number): number {
  return view.getUint16(offset, isLittleEndian(view, offset));
}

/** Code of the kind of the fact at `offset`. */
export function factKindOf(view: DataView, offset: number): number {
  return view.getUint8(offset + 2) & ~factLayoutBit;
}

/** Number of the fact at `offset`, whose header must be there. */
export function factNumberOf(view: DataView, offset: number): number {
  return isLittleEndian(view, offset) ? view.getFloat64(offset + 8, true) : view.getFloat64(offset + 4);
}

/** Bytes of the header of the fact at `offset`. */
export function factHeaderLengthOf(view: DataView, offset: number): number {
  return isLittleEndian(view, offset) ? factHeaderLength : olderHeaderLength;
}

function isLittleEndian(view: DataView, offset: number): boolean {
  return (view.getUint8(offset + 2) & factLayoutBit) !== 0;
}

/** Fewest bytes that a fact has. */
export const factLengthMin = olderHeaderLength;

/**
 * Decodes the fact at `offset`. Throws a RangeError that names offset and numbers when the bytes are not a whole
 * fact of a known kind; fields the kind gained later than the record read as 0.
 */
export function decodeFact(bytes: Uint8Array, offset: number): { fact: Fact; length: number } {
  const view = viewOf(bytes);
  const left = bytes.length - offset;
  if (left < factLengthMin)
    throw new RangeError(`fact at ${offset}: header needs ${factLengthMin} bytes, ${left} are left`);
  const little = isLittleEndian(view, offset);
  const length = factLengthOf(view, offset);
  const kind = factKinds[factKindOf(view, offset)];
  const fieldCount = view.getUint8(offset + 3);
  if (kind === undefined) throw new RangeError(`fact at ${offset}: unknown kind ${factKindOf(view, offset)}`);
  const fieldsAt = factHeaderLengthOf(view, offset);
  const textAt = fieldsAt + fieldCount * 8;
  const textLength = little && left >= factHeaderLength ? view.getUint32(offset + 4, true) : length - textAt;
  if (length > left || length < textAt || textAt + textLength > length)
    throw new RangeError(
      `fact at ${offset}: length ${length}, ${fieldCount} fields, text of ${textLength}, ${left} bytes are left`,
    );
  const fact: Record<string, unknown> = {
    kind,
    number: factNumberOf(view, offset),
    timeNs: view.getFloat64(offset + fieldsAt - 8, little),
  };
  const names: readonly string[] = factFields[kind];
  for (let i = 0; i < names.length; i++)
    fact[names[i]] = i < fieldCount ? view.getFloat64(offset + fieldsAt + i * 8, little) : 0;
  const text = textDecoder.decode(bytes.subarray(offset + textAt, offset + textAt + textLength));
  // A log may hold what no database can keep: one such fact would hold up all that come after it.
  fact.text = text.includes("\u0000") ? text.replaceAll("\u0000", "\ufffd") : text;
  return { fact: fact as Fact, length };
}

/** Splits a command fact's text into its parts. */
export function commandText(fact: FactOf<"command">): { id: string; actor: string; reason: string } {
  const [id = "", actor = "", reason = ""] = fact.text.split("\u001f");
  return { id, actor, reason };
}
