import { listingOf } from "../../../domain/ids";
import type { StateRegistry } from "../../machine/state-registry";
import { readU32 } from "../../wire/bytes";
import { ouchOutboundType } from "../../wire/ouch-codes";
import type { Orders } from "../order/orders";
import type { Turn } from "../turn";
import { differenceNsMax, type Reconciliation, tellers } from "./reconciliation";

/** Where an OUCH message about an order names it, and what follows up to its quantity (OUCH 5.0 section 3). */
const referenceOffset = 9;
const newReferenceOffset = 13;
const saidLength = 13;

/**
 * How an order stands: both have said the same; different things, which may be on their way; so for too long, and its name is
 * broken; or a person has decided, and what either says of it from then on is not compared. The middle two are in `differing`.
 */
const standings = { alike: 0, differs: 1, broken: 2, settled: 3 } as const;

/** Messages that begin, change or end an order other than by an execution. */
const isOfOrder = new Uint8Array(256);
for (const type of [
  ouchOutboundType.accepted,
  ouchOutboundType.replaced,
  ouchOutboundType.canceled,
  ouchOutboundType.selfMatchCanceled,
  ouchOutboundType.modified,
  ouchOutboundType.rejected,
])
  isOfOrder[type] = 1;

/**
 * What order session and drop copy have said of our orders' lives: accepted, replaced, cancelled, rejected, with
 * references and quantities. Both tell the same messages, so that of each order the sums of what they said are equal once
 * both have said all; the sums are unlike otherwise. An order of which they have said different things for three seconds,
 * with nothing new and both sessions up, breaks its name: one of them knows of an order, or of an end, that the other does
 * not. Executions are compared match by match, in `Fills`.
 *
 * There are drop copies that tell of executions only: a venue's is held to account for orders once it has told of one.
 */
export class OrderWords {
  /** Sum of what was said of an order, by row and teller; 32 bits, in any order. */
  private readonly sums: Int32Array;
  /** The order that a row's sums belong to. */
  private readonly idAt: Int32Array;
  /** Its listing, which the row's next order may not have. */
  private readonly listingAt: Int32Array;
  /** When something was said of it last. */
  private readonly saidNs: Float64Array;
  /** A code of `standings`. */
  private readonly standing: Uint8Array;
  /** Rows whose sums are unlike, dense. */
  private readonly differing: Int32Array;
  /** 0: rows in `differing`. */
  private readonly counters: Int32Array;
  /** By venue: 1 once its drop copy has told of an order. */
  private readonly copyTellsOrders: Uint8Array;
  /** By venue: since when both sessions are up. */
  private readonly upNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly orders: Orders,
    private readonly reconciliation: Reconciliation,
    rows: number,
    private readonly venueCount: number,
  ) {
    const name = "reconciliation.orders";
    this.sums = registry.allocate(`${name}.sums`, "i32", rows * 2);
    this.idAt = registry.allocate(`${name}.ids`, "i32", rows);
    this.listingAt = registry.allocate(`${name}.listings`, "i32", rows);
    this.saidNs = registry.allocate(`${name}.saidNs`, "f64", rows);
    this.standing = registry.allocate(`${name}.standing`, "u8", rows);
    this.differing = registry.allocate(`${name}.differing`, "i32", rows);
    this.counters = registry.allocate(`${name}.counters`, "i32", 1);
    this.copyTellsOrders = registry.allocate(`${name}.copyTells`, "u8", venueCount);
    this.upNs = registry.allocate(`${name}.upNs`, "f64", venueCount);
  }

  /** A teller's sound message, of whatever type; after the order's own state has heard of it. */
  readonly told = (venue: number, teller: number, bytes: Uint8Array, offset: number, length: number): void => {
    const type = bytes[offset];
    if (isOfOrder[type] === 0) return;
    if (teller === tellers.dropCopy) this.copyTellsOrders[venue] = 1;
    let row = this.orders.ofReference(venue, readU32(bytes, offset + referenceOffset));
    // The original of a replace that our logs have lost may be forgotten.
    if (row === 0 && type === ouchOutboundType.replaced)
      row = this.orders.ofReference(venue, readU32(bytes, offset + newReferenceOffset));
    if (row === 0) return;
    if (this.idAt[row] !== this.orders.idOf[row]) this.begin(row);
    else if (this.standing[row] === standings.settled) return;
    this.sums[row * 2 + teller] = (this.sums[row * 2 + teller] + sumOf(bytes, offset, length)) | 0;
    this.saidNs[row] = this.turn.timeNs;
    this.reconciliation.toldOfOrder(this.listingAt[row], teller);
    if (this.differs(row)) {
      if (this.standing[row] === standings.alike) this.enter(row);
    } else if (this.standing[row] !== standings.alike) this.leave(row, this.placeOf(row), standings.alike);
  };

  /** Once a second: what has been unlike for long enough breaks its name. */
  readonly onTimer = (isVenueUp: (venue: number) => boolean): void => {
    const { differing, standing, turn, upNs } = this;
    for (let venue = 0; venue < this.venueCount; venue++) {
      if (!isVenueUp(venue)) upNs[venue] = 0;
      else if (upNs[venue] === 0) upNs[venue] = turn.timeNs;
    }
    for (let i = this.counters[0] - 1; i >= 0; i--) {
      const row = differing[i];
      const venue = this.listingAt[row] % this.venueCount;
      if (standing[row] !== standings.differs || upNs[venue] === 0 || this.copyTellsOrders[venue] === 0) continue;
      if (turn.timeNs - Math.max(this.saidNs[row], upNs[venue]) < differenceNsMax) continue;
      standing[row] = standings.broken;
      this.reconciliation.orderDiffers(this.listingAt[row]);
    }
  };

  /** True when of no order something is unlike that has not broken its name yet, at a venue whose drop copy tells of orders. */
  get isSettled(): boolean {
    for (let i = 0; i < this.counters[0]; i++) {
      const row = this.differing[i];
      const isNew = this.standing[row] === standings.differs;
      if (isNew && this.copyTellsOrders[this.listingAt[row] % this.venueCount] === 1) return false;
    }
    return true;
  }

  /**
   * A person settles a name's break: its orders that have broken it are compared no more. `onOrder` has each of them
   * cancelled, which is right whoever of the two was.
   */
  readonly settle = (listing: number, onOrder: (row: number) => void): void => {
    for (let i = this.counters[0] - 1; i >= 0; i--) {
      const row = this.differing[i];
      if (this.standing[row] !== standings.broken || this.listingAt[row] !== listing) continue;
      this.leave(row, i, standings.settled);
      if (this.idAt[row] === this.orders.idOf[row]) onOrder(row);
    }
  };

  private readonly begin = (row: number): void => {
    if (this.standing[row] === standings.settled) this.standing[row] = standings.alike;
    if (this.standing[row] !== standings.alike) this.leave(row, this.placeOf(row), standings.alike);
    const { orders } = this;
    this.idAt[row] = orders.idOf[row];
    this.listingAt[row] = listingOf(orders.instrument[row], orders.venue[row], this.venueCount);
    this.sums[row * 2] = 0;
    this.sums[row * 2 + 1] = 0;
  };

  private readonly differs = (row: number): boolean => this.sums[row * 2] !== this.sums[row * 2 + 1];

  private readonly enter = (row: number): void => {
    this.standing[row] = standings.differs;
    this.differing[this.counters[0]++] = row;
  };

  private readonly leave = (row: number, place: number, standing: number): void => {
    const hadBroken = this.standing[row] === standings.broken;
    this.standing[row] = standing;
    this.differing[place] = this.differing[--this.counters[0]];
    if (hadBroken) this.reconciliation.orderAgrees(this.listingAt[row]);
  };

  /** Newest first: what is answered next is what was said last. */
  private readonly placeOf = (row: number): number => {
    let place = this.counters[0] - 1;
    while (this.differing[place] !== row) place--;
    return place;
  };
}

/** Type, references, side and quantity of a message in one number. */
function sumOf(bytes: Uint8Array, offset: number, length: number): number {
  let sum = bytes[offset];
  const end = offset + Math.min(length, referenceOffset + saidLength);
  for (let at = offset + referenceOffset; at < end; at++) sum = (Math.imul(sum, 0x01000193) ^ bytes[at]) | 0;
  return sum;
}
