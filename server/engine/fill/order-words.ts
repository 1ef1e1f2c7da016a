import { listingOf } from "../../../domain/ids";
import type { StateRegistry } from "../../machine/state-registry";
import { readU32 } from "../../wire/bytes";
import { ouchOutboundType } from "../../wire/ouch-codes";
import type { Orders } from "../order/orders";
import type { Turn } from "../turn";
import { differenceNsMax, type Reconciliation, tellers } from "./reconciliation";

/** Where an OUCH message about an order names it, and how much follows up to its quantity (OUCH 5.0 section 3). */
const referenceOffset = 9;
const newReferenceOffset = 13;
const saidLength = 13;

/**
 * How an order stands: both have said the same; different things, which may be on their way; so for too long, and its name is
 * broken; a person has decided, and it is being cancelled; or that is done. From a person's decision on nothing that either
 * says of it is compared. All but the first and the last are listed.
 */
const standings = { alike: 0, differs: 1, broken: 2, doubted: 3, settled: 4 } as const;

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
 * both have said all; the sums are unlike otherwise. An order of which they have said different things for three seconds with
 * both sessions up breaks its name: one of them knows of an order, or of an end, that the other does not. Executions are
 * compared match by match, in `Fills`.
 *
 * There are drop copies that tell of executions only: a venue's is held to account for orders once it has told of one.
 */
export class OrderWords {
  /** Sum of what was said of an order, by row and teller; 32 bits, in any order. */
  private readonly sums: Int32Array;
  /** The order that a row's numbers belong to. */
  private readonly idAt: Int32Array;
  /** Its listing, which the row's next order may not have. */
  private readonly listingAt: Int32Array;
  /** The reference under which the drop copy told of it last; 0 for none. */
  private readonly copyReference: Uint32Array;
  /** Since when they differ; of one in doubt when its cancels were sent, 0 for not yet. */
  private readonly sinceNs: Float64Array;
  /** A code of `standings`. */
  private readonly standing: Uint8Array;
  /** Rows that do not stand alike, dense, and where each row's place among them is. */
  private readonly listed: Int32Array;
  private readonly placeAt: Int32Array;
  /** 0: rows in `listed`. */
  private readonly counters: Int32Array;
  /** By venue: 1 once its drop copy has told of an order. */
  private readonly copyTellsOrders: Uint8Array;
  /** By venue: since when both sessions are up; 0 while they are not. */
  private readonly upNs: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly orders: Orders,
    private readonly reconciliation: Reconciliation,
    private readonly rows: number,
    private readonly venueCount: number,
  ) {
    const name = "reconciliation.orders";
    this.sums = registry.allocate(`${name}.sums`, "i32", rows * 2);
    this.idAt = registry.allocate(`${name}.ids`, "i32", rows);
    this.listingAt = registry.allocate(`${name}.listings`, "i32", rows);
    this.copyReference = registry.allocate(`${name}.copyReferences`, "u32", rows);
    this.sinceNs = registry.allocate(`${name}.sinceNs`, "f64", rows);
    this.standing = registry.allocate(`${name}.standing`, "u8", rows);
    this.listed = registry.allocate(`${name}.listed`, "i32", rows);
    this.placeAt = registry.allocate(`${name}.places`, "i32", rows);
    this.counters = registry.allocate(`${name}.counters`, "i32", 1);
    this.copyTellsOrders = registry.allocate(`${name}.copyTells`, "u8", venueCount);
    this.upNs = registry.allocate(`${name}.upNs`, "f64", venueCount);
  }

  /** A teller's sound message, of whatever type; after the order's own state has heard of it. */
  readonly told = (venue: number, teller: number, bytes: Uint8Array, offset: number, length: number): void => {
    const type = bytes[offset];
    if (isOfOrder[type] === 0) return;
    const reference = readU32(bytes, offset + referenceOffset);
    const isReplace = type === ouchOutboundType.replaced;
    const newReference = isReplace ? readU32(bytes, offset + newReferenceOffset) : reference;
    const row = this.rowOf(venue, teller, reference, newReference);
    if (teller === tellers.dropCopy) this.copyTellsOrders[venue] = 1;
    if (row === 0) return;
    if (this.idAt[row] !== this.orders.idOf[row]) this.begin(row);
    if (teller === tellers.dropCopy && (isReplace || type === ouchOutboundType.accepted))
      this.copyReference[row] = newReference;
    if (this.standing[row] >= standings.doubted) return;
    this.sums[row * 2 + teller] = (this.sums[row * 2 + teller] + sumOf(bytes, offset, length)) | 0;
    this.reconciliation.toldOfOrder(this.listingAt[row], teller);
    const differs = this.sums[row * 2] !== this.sums[row * 2 + 1];
    if (differs && this.standing[row] === standings.alike) {
      if (this.copyTellsOrders[venue] === 1) this.enter(row);
    } else if (!differs && this.standing[row] !== standings.alike) {
      if (this.standing[row] === standings.broken) this.reconciliation.orderAgrees(this.listingAt[row]);
      this.leave(row, standings.alike);
    }
  };

  /**
   * Once a second: what has been unlike for long enough breaks its name; what is in doubt is cancelled by `cancel`, which
   * says whether that left, again over each new line, until one that stays up has had its time to answer.
   */
  readonly onTimer = (
    isVenueUp: (venue: number) => boolean,
    cancel: (venue: number, reference: number) => boolean,
  ): void => {
    const { listed, sinceNs, standing, turn, upNs } = this;
    for (let venue = 0; venue < this.venueCount; venue++)
      if (upNs[venue] === 0 && isVenueUp(venue)) upNs[venue] = turn.timeNs;
    for (let i = this.counters[0] - 1; i >= 0; i--) {
      const row = listed[i];
      const venue = this.listingAt[row] % this.venueCount;
      if (upNs[venue] === 0 || standing[row] === standings.broken) continue;
      const hasLasted = turn.timeNs - Math.max(sinceNs[row], upNs[venue]) >= differenceNsMax;
      if (standing[row] === standings.differs) {
        if (!hasLasted) continue;
        standing[row] = standings.broken;
        this.reconciliation.orderDiffers(this.listingAt[row]);
      } else if (sinceNs[row] === 0 || sinceNs[row] < upNs[venue]) {
        if (this.cancelBoth(row, venue, cancel)) sinceNs[row] = turn.timeNs;
      } else if (hasLasted) this.leave(row, standings.settled);
    }
  };

  /** One of a venue's sessions is not ready any more: what it has to say, and what was asked of it, begins anew when both are. */
  readonly onSessionDown = (venue: number): void => {
    this.upNs[venue] = 0;
  };

  /** True when of no order something is unlike that has not broken its name yet. */
  get isSettled(): boolean {
    for (let i = 0; i < this.counters[0]; i++) if (this.standing[this.listed[i]] === standings.differs) return false;
    return true;
  }

  /** A person settles a name's break: its orders that have broken it are compared no more, and cancelled from `onTimer` on. */
  readonly settle = (listing: number): void => {
    for (let i = 0; i < this.counters[0]; i++) {
      const row = this.listed[i];
      if (this.standing[row] !== standings.broken || this.listingAt[row] !== listing) continue;
      this.standing[row] = standings.doubted;
      this.sinceNs[row] = 0;
      this.reconciliation.orderAgrees(listing);
    }
  };

  /** A person did not believe what was told of an order's fills: nobody can tell what of it is open, and it goes. */
  readonly doubt = (row: number): void => {
    if (this.idAt[row] !== this.orders.idOf[row]) this.begin(row);
    if (this.standing[row] === standings.broken) this.reconciliation.orderAgrees(this.listingAt[row]);
    if (this.standing[row] === standings.alike || this.standing[row] === standings.settled) this.enter(row);
    this.standing[row] = standings.doubted;
    this.sinceNs[row] = 0;
  };

  /** The venue would not cancel an order now, which is in a cross: one in doubt is asked about again. */
  readonly onCancelRefused = (row: number): void => {
    if (this.standing[row] === standings.doubted && this.idAt[row] === this.orders.idOf[row]) this.sinceNs[row] = 0;
  };

  /** The day ends: what is unlike now is a break of the next, since nobody says more of it. */
  readonly breakAtDayEnd = (): void => {
    for (let i = 0; i < this.counters[0]; i++)
      if (this.standing[this.listed[i]] === standings.differs)
        this.reconciliation.breakAtDayEnd(this.listingAt[this.listed[i]]);
  };

  /**
   * The row of what is told; 0 for none that we know. The original of a replace may be forgotten. A replace that our logs
   * have lost is first heard of by the drop copy, maybe: the references after it are known here alone until the order
   * session tells of them.
   */
  private readonly rowOf = (venue: number, teller: number, reference: number, newReference: number): number => {
    const row = this.orders.ofReference(venue, reference);
    if (row !== 0) return row;
    const renewed = newReference === reference ? 0 : this.orders.ofReference(venue, newReference);
    if (renewed !== 0 || teller === tellers.orders) return renewed;
    for (let other = 1; other < this.rows; other++)
      if (
        this.copyReference[other] === reference &&
        this.idAt[other] === this.orders.idOf[other] &&
        this.listingAt[other] % this.venueCount === venue
      )
        return other;
    return 0;
  };

  private readonly cancelBoth = (
    row: number,
    venue: number,
    cancel: (venue: number, reference: number) => boolean,
  ): boolean => {
    const told = this.copyReference[row];
    const own = this.idAt[row] === this.orders.idOf[row] ? this.orders.userReference[row] : told;
    if (own !== 0 && !cancel(venue, own)) return false;
    return told === 0 || told === own || cancel(venue, told);
  };

  /** A row's next order; of the one before nobody can ask any more, so that what was unlike of it is a break. */
  private readonly begin = (row: number): void => {
    const { orders, standing } = this;
    if (standing[row] === standings.differs) this.reconciliation.orderDiffers(this.listingAt[row]);
    if (standing[row] === standings.settled) standing[row] = standings.alike;
    if (standing[row] !== standings.alike) this.leave(row, standings.alike);
    this.idAt[row] = orders.idOf[row];
    this.listingAt[row] = listingOf(orders.instrument[row], orders.venue[row], this.venueCount);
    this.copyReference[row] = 0;
    this.sums[row * 2] = 0;
    this.sums[row * 2 + 1] = 0;
  };

  private readonly enter = (row: number): void => {
    this.standing[row] = standings.differs;
    this.sinceNs[row] = this.turn.timeNs;
    this.placeAt[row] = this.counters[0];
    this.listed[this.counters[0]++] = row;
  };

  private readonly leave = (row: number, standing: number): void => {
    this.standing[row] = standing;
    const last = this.listed[--this.counters[0]];
    this.listed[this.placeAt[row]] = last;
    this.placeAt[last] = this.placeAt[row];
  };
}

/** Type, references, side and quantity of a message in one number. */
function sumOf(bytes: Uint8Array, offset: number, length: number): number {
  let sum = bytes[offset];
  const end = offset + Math.min(length, referenceOffset + saidLength);
  for (let at = offset + referenceOffset; at < end; at++) sum = (Math.imul(sum, 0x01000193) ^ bytes[at]) | 0;
  return sum;
}
