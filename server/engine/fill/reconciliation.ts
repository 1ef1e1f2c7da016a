import { factCode } from "../../../domain/facts";
import { breakCauses } from "../../../domain/health";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

/** The two tellers of our executions: the order session and the drop copy. Their codes are a fill's `source`. */
export const tellers = { orders: 0, dropCopy: 1 } as const;

/** What one teller has told and the other has not may be on its way for this long. */
export const differenceNsMax = 3 * nsPerSecond;
const causes = breakCauses.code;
/** In a break's fact: over all that a venue has. */
const everyInstrument = -1;

/**
 * Compares, per listing, what the order session and the drop copy have told: match by match of our executions, and order by
 * order (`OrderWords`) of what became of our orders. They differ for moments; when they differ for three seconds with both
 * sessions up, that is a break: a fact with both sides' numbers, and the instrument takes no new risk until a person has
 * decided, even where both say the same again by then; that is a fact too. What is `held` is a matter of its own. An execution
 * of nobody's order breaks all that its venue has, since its message names no instrument. Open breaks are carried into the
 * next day.
 */
export class Reconciliation {
  /** Signed lots by listing and teller; of earlier days in `carriedNet`, while a break of then is open. */
  private readonly net: Float64Array;
  private readonly fills: Float64Array;
  /** Executions that only this teller has told of, by listing and teller. */
  private readonly alone: Int32Array;
  /** Messages about orders by listing and teller, and by listing the orders over which they differ for too long. */
  private readonly orderMessages: Float64Array;
  private readonly orderDifferences: Int32Array;
  private readonly carriedNet: Float64Array;
  private readonly carriedFills: Float64Array;
  /** Since when the tellers differ, by listing; 0 while they agree. */
  private readonly differsNs: Float64Array;
  /** 1 while a break is open, by listing. */
  private readonly open: Uint8Array;
  /** 1 for an open break over which both have said the same since. */
  private readonly agreed: Uint8Array;
  /** What each alone told of when the break was told last, and since when that is not so any more; 0 for it is. */
  private readonly toldAlone: Int32Array;
  private readonly untoldNs: Float64Array;
  /** Matters that only a person settles, by listing, and a code of `breakCauses` for the last of them. */
  private readonly held: Int32Array;
  private readonly cause: Uint8Array;
  /** By venue: 1 while a break is open, executions that belong to nothing we know, and by teller how much and how many they are. */
  private readonly venueOpen: Uint8Array;
  private readonly venueHeld: Int32Array;
  private readonly venueLots: Float64Array;
  private readonly venueFills: Float64Array;
  private readonly openByInstrument: Int32Array;
  /** 0: listings with an open break; 1: venues with one. */
  private readonly counters: Int32Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly listingCount: number,
    private readonly venueCount: number,
  ) {
    const name = "reconciliation";
    this.net = registry.allocate(`${name}.net`, "f64", listingCount * 2, "carried");
    this.fills = registry.allocate(`${name}.fills`, "f64", listingCount * 2, "carried");
    this.alone = registry.allocate(`${name}.alone`, "i32", listingCount * 2, "carried");
    this.orderMessages = registry.allocate(`${name}.orderMessages`, "f64", listingCount * 2, "carried");
    this.orderDifferences = registry.allocate(`${name}.orderDifferences`, "i32", listingCount, "carried");
    this.carriedNet = registry.allocate(`${name}.carriedNet`, "f64", listingCount * 2, "carried");
    this.carriedFills = registry.allocate(`${name}.carriedFills`, "f64", listingCount * 2, "carried");
    this.differsNs = registry.allocate(`${name}.differsNs`, "f64", listingCount);
    this.open = registry.allocate(`${name}.open`, "u8", listingCount, "carried");
    this.agreed = registry.allocate(`${name}.agreed`, "u8", listingCount);
    this.toldAlone = registry.allocate(`${name}.toldAlone`, "i32", listingCount * 2, "carried");
    this.untoldNs = registry.allocate(`${name}.untoldNs`, "f64", listingCount);
    this.held = registry.allocate(`${name}.held`, "i32", listingCount, "carried");
    this.cause = registry.allocate(`${name}.cause`, "u8", listingCount, "carried");
    this.venueOpen = registry.allocate(`${name}.venueOpen`, "u8", venueCount, "carried");
    this.venueHeld = registry.allocate(`${name}.venueHeld`, "i32", venueCount, "carried");
    this.venueLots = registry.allocate(`${name}.venueLots`, "f64", venueCount * 2, "carried");
    this.venueFills = registry.allocate(`${name}.venueFills`, "f64", venueCount * 2, "carried");
    const instrumentCount = listingCount / venueCount;
    this.openByInstrument = registry.allocate(`${name}.openByInstrument`, "i32", instrumentCount, "carried");
    this.counters = registry.allocate(`${name}.openCounts`, "i32", 2, "carried");
  }

  /**
   * A new day: what agreed begins at nothing; an open break, or a difference that had no time to become one, is a break of
   * the new day from its first instant on, with its numbers, and only a person settles it.
   */
  onNewDay(): void {
    const { alone, net, fills, carriedNet, carriedFills, orderMessages } = this;
    for (let listing = 0; listing < this.listingCount; listing++) {
      const isUnsettled = this.open[listing] === 1 || !this.agrees(listing);
      for (let at = listing * 2; at < listing * 2 + 2; at++) {
        carriedNet[at] = isUnsettled ? carriedNet[at] + net[at] : 0;
        carriedFills[at] = isUnsettled ? carriedFills[at] + fills[at] : 0;
        net[at] = 0;
        fills[at] = 0;
        alone[at] = 0;
        orderMessages[at] = 0;
      }
      this.orderDifferences[listing] = 0;
      if (!isUnsettled) continue;
      this.held[listing] = 1;
      this.cause[listing] = causes.dayEnded;
      if (this.open[listing] === 1) this.tell(listing);
      else this.change(listing, 1);
    }
    for (let venue = 0; venue < this.venueCount; venue++) if (this.venueOpen[venue] === 1) this.tellVenue(venue);
  }

  /** A teller told of an execution it had not told of before; `byBoth`: the other had. Quantity 0 lots never. */
  told(listing: number, teller: number, signedQuantity: number, byBoth: boolean): void {
    this.net[listing * 2 + teller] += signedQuantity;
    this.fills[listing * 2 + teller]++;
    if (byBoth) this.alone[listing * 2 + 1 - teller]--;
    else this.alone[listing * 2 + teller]++;
    this.compare(listing);
  }

  /** An execution that a teller had told of is taken back; `byBoth`: the other still tells of it. */
  takenBack(listing: number, teller: number, signedQuantity: number, byBoth: boolean): void {
    this.net[listing * 2 + teller] -= signedQuantity;
    this.fills[listing * 2 + teller]--;
    if (byBoth) this.alone[listing * 2 + 1 - teller]++;
    else this.alone[listing * 2 + teller]--;
    this.compare(listing);
  }

  /** A teller told of an order's life. */
  toldOfOrder(listing: number, teller: number): void {
    this.orderMessages[listing * 2 + teller]++;
  }

  /** Of an order the tellers have said different things for too long: a break at once. */
  orderDiffers(listing: number): void {
    this.orderDifferences[listing]++;
    this.compare(listing);
    this.lasts(listing);
  }

  /** Of such an order both have said the same since, or a person has decided. */
  orderAgrees(listing: number): void {
    if (this.orderDifferences[listing] > 0) this.orderDifferences[listing]--;
    this.compare(listing);
  }

  /** Something that agreeing totals do not settle. cause: a code of `breakCauses`. */
  hold(listing: number, cause: number): void {
    this.held[listing]++;
    this.cause[listing] = cause;
    this.compare(listing);
  }

  /** One of the matters that hold a listing has gone by itself. */
  release(listing: number): void {
    if (this.held[listing] > 0) this.held[listing]--;
    this.compare(listing);
  }

  /** A person decides about a listing: nothing is told of it until `settle`. */
  beginSettling(listing: number): void {
    this.held[listing]++;
  }

  /** A person has decided about a listing: nothing of before stands open. */
  settle(listing: number, aloneOf: (listing: number, teller: number) => number): void {
    this.held[listing] = 0;
    // Of matches and orders that are too old to be remembered nobody will say more.
    for (const teller of [tellers.orders, tellers.dropCopy])
      this.alone[listing * 2 + teller] = aloneOf(listing, teller);
    this.orderDifferences[listing] = 0;
    for (let at = listing * 2; at < listing * 2 + 2; at++) {
      this.carriedNet[at] = 0;
      this.carriedFills[at] = 0;
    }
    this.differsNs[listing] = this.agrees(listing) ? 0 : this.turn.timeNs;
    if (this.open[listing] === 1) this.change(listing, 0);
  }

  /** The day ends without anybody knowing what was done of a listing's orders: a break from now on. */
  breakAtDayEnd(listing: number): void {
    this.hold(listing, causes.dayEnded);
    if (this.open[listing] === 0) this.change(listing, 1);
  }

  /** An execution, or the bust of one, belongs to nothing we know: no instrument takes new risk. Lots without sign. */
  holdVenue(venue: number, teller: number, lots: number, fills: number): void {
    this.venueHeld[venue]++;
    this.tellVenueMore(venue, teller, lots, fills);
    if (this.venueHeld[venue] > 1) return;
    if (this.venueOpen[venue] === 0) this.counters[1]++;
    this.venueOpen[venue] = 1;
    this.tellVenue(venue);
  }

  /** The other teller has told of one of a venue's such executions too. */
  tellVenueMore(venue: number, teller: number, lots: number, fills: number): void {
    this.venueLots[venue * 2 + teller] += lots;
    this.venueFills[venue * 2 + teller] += fills;
  }

  /** One of a venue's such executions has found its order, or was broken. */
  releaseVenue(venue: number): void {
    if (this.venueHeld[venue] > 0 && --this.venueHeld[venue] === 0) this.tellVenue(venue);
  }

  /** A person has taken note of what a venue told that belongs to nothing. */
  settleVenue(venue: number): void {
    if (this.venueOpen[venue] === 0) return;
    this.venueOpen[venue] = 0;
    this.venueHeld[venue] = 0;
    this.counters[1]--;
    this.tellVenue(venue);
    this.venueLots.fill(0, venue * 2, venue * 2 + 2);
    this.venueFills.fill(0, venue * 2, venue * 2 + 2);
  }

  /** True while an instrument may take no new risk, at any venue. */
  isBroken(instrument: number): boolean {
    return this.openByInstrument[instrument] > 0 || this.counters[1] > 0;
  }

  /** True while a break is open on a listing. */
  isOpen(listing: number): boolean {
    return this.open[listing] === 1;
  }

  /** True while a break is open over all that a venue has. */
  isVenueOpen(venue: number): boolean {
    return this.venueOpen[venue] === 1;
  }

  /** Breaks that are open. */
  get openCount(): number {
    return this.counters[0] + this.counters[1];
  }

  /** True when, of each listing, the tellers agree or their difference is a break that people know of. */
  get isSettled(): boolean {
    for (let listing = 0; listing < this.listingCount; listing++)
      if (this.differsNs[listing] !== 0 && this.open[listing] === 0) return false;
    return true;
  }

  /** Once a second: differences that have lasted become breaks, where both of the venue's sessions are up. */
  onTimer(isVenueUp: (venue: number) => boolean, oldestAloneNs: (listing: number) => number): void {
    for (let listing = 0; listing < this.listingCount; listing++) {
      const since = this.differsNs[listing];
      if (since === 0) continue;
      if (this.open[listing] === 1 && this.agreed[listing] === 0) {
        this.lookForMore(listing);
        continue;
      }
      // What is held waits for no word of a session that is away.
      const mayWait = this.held[listing] === 0 && !isVenueUp(listing % this.venueCount);
      if (mayWait) this.differsNs[listing] = this.turn.timeNs;
      else if (this.turn.timeNs - since >= differenceNsMax) {
        // Where matches come without end some is always on its way.
        const isMatches = this.held[listing] === 0 && this.orderDifferences[listing] === 0;
        if (!isMatches || this.turn.timeNs - oldestAloneNs(listing) >= differenceNsMax) this.lasts(listing);
      }
    }
  }

  private agrees(listing: number): boolean {
    const { alone, held, orderDifferences } = this;
    const at = listing * 2;
    return held[listing] === 0 && alone[at] === 0 && alone[at + 1] === 0 && orderDifferences[listing] === 0;
  }

  private compare(listing: number): void {
    if (!this.agrees(listing)) {
      if (this.differsNs[listing] === 0) this.differsNs[listing] = this.turn.timeNs;
      return;
    }
    this.differsNs[listing] = 0;
    if (this.open[listing] === 0 || this.agreed[listing] === 1) return;
    this.agreed[listing] = 1;
    this.tell(listing);
  }

  /** An open break: more matches that only one tells of, or fewer, are told too, so that a person decides about what is. */
  private lookForMore(listing: number): void {
    const { alone, toldAlone, untoldNs } = this;
    const at = listing * 2;
    if (alone[at] === toldAlone[at] && alone[at + 1] === toldAlone[at + 1]) untoldNs[listing] = 0;
    else if (untoldNs[listing] === 0) untoldNs[listing] = this.turn.timeNs;
    else if (this.turn.timeNs - untoldNs[listing] >= differenceNsMax) this.tell(listing);
  }

  /** A difference has lasted: a break, or one more over which both had agreed meanwhile. */
  private lasts(listing: number): void {
    const wasAgreed = this.agreed[listing] === 1;
    this.agreed[listing] = 0;
    if (this.open[listing] === 0) this.change(listing, 1);
    else if (wasAgreed) this.tell(listing);
  }

  private change(listing: number, open: number): void {
    this.open[listing] = open;
    this.agreed[listing] = 0;
    const instrument = Math.floor(listing / this.venueCount);
    this.openByInstrument[instrument] += open === 1 ? 1 : -1;
    this.counters[0] += open === 1 ? 1 : -1;
    this.tell(listing);
  }

  private tell(listing: number): void {
    const { alone, carriedFills, carriedNet, fills, net, orderMessages, toldAlone } = this;
    const at = listing * 2;
    toldAlone[at] = alone[at];
    toldAlone[at + 1] = alone[at + 1];
    this.untoldNs[listing] = 0;
    const { fields } = this.turn;
    fields[0] = listing % this.venueCount;
    fields[1] = Math.floor(listing / this.venueCount);
    fields[2] = this.open[listing];
    fields[3] = carriedNet[at] + net[at];
    fields[4] = carriedNet[at + 1] + net[at + 1];
    fields[5] = carriedFills[at] + fills[at];
    fields[6] = carriedFills[at + 1] + fills[at + 1];
    fields[7] = this.causeOf(listing);
    fields[8] = orderMessages[at];
    fields[9] = orderMessages[at + 1];
    this.turn.emitFields(factCode.reconciliationBreak);
  }

  private causeOf(listing: number): number {
    if (this.held[listing] > 0) return this.cause[listing];
    if (this.agreed[listing] === 1) return causes.agreed;
    return this.orderDifferences[listing] > 0 ? causes.orders : causes.totals;
  }

  private tellVenue(venue: number): void {
    const at = venue * 2;
    const { fields } = this.turn;
    fields[0] = venue;
    fields[1] = everyInstrument;
    fields[2] = this.venueOpen[venue];
    fields[3] = this.venueLots[at];
    fields[4] = this.venueLots[at + 1];
    fields[5] = this.venueFills[at];
    fields[6] = this.venueFills[at + 1];
    fields[7] = this.venueHeld[venue] > 0 ? causes.unplaced : causes.agreed;
    fields[8] = 0;
    fields[9] = 0;
    this.turn.emitFields(factCode.reconciliationBreak);
  }
}
