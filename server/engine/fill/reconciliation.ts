import { factCode } from "../../../domain/facts";
import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

/** The two tellers of our executions: the order session and the drop copy. Their codes are a fill's `source`. */
export const tellers = { orders: 0, dropCopy: 1 } as const;

/** What one teller has told and the other has not may be on its way for this long. */
const differenceNsMax = 3 * nsPerSecond;

/**
 * Compares, per listing, what the order session and the drop copy have told of our executions today: how many, and how
 * much net. They differ for moments; when they differ for three seconds with both sessions up, that is a break: a fact
 * with both sides' numbers, and the instrument takes no new risk until they agree again or a person has decided.
 */
export class Reconciliation {
  /** Signed lots by listing and teller. */
  private readonly net: Float64Array;
  private readonly fills: Float64Array;
  /** Since when the tellers differ, by listing; 0 while they agree. */
  private readonly differsNs: Float64Array;
  /** 1 while a break is open, by listing. */
  private readonly open: Uint8Array;
  private readonly openByInstrument: Int32Array;
  private readonly counters: Int32Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly listingCount: number,
    private readonly venueCount: number,
  ) {
    this.net = registry.allocate("reconciliation.net", "f64", listingCount * 2);
    this.fills = registry.allocate("reconciliation.fills", "f64", listingCount * 2);
    this.differsNs = registry.allocate("reconciliation.differsNs", "f64", listingCount);
    this.open = registry.allocate("reconciliation.open", "u8", listingCount);
    this.openByInstrument = registry.allocate("reconciliation.openByInstrument", "i32", listingCount / venueCount);
    this.counters = registry.allocate("reconciliation.counters", "i32", 1);
  }

  /** A teller told of an execution it had not told of before; quantity 0 lots never. */
  told(listing: number, teller: number, signedQuantity: number): void {
    this.net[listing * 2 + teller] += signedQuantity;
    this.fills[listing * 2 + teller]++;
    this.compare(listing);
  }

  /** An execution that a teller had told of is taken back. */
  takenBack(listing: number, teller: number, signedQuantity: number): void {
    this.net[listing * 2 + teller] -= signedQuantity;
    this.fills[listing * 2 + teller]--;
    this.compare(listing);
  }

  /** True while an instrument may take no new risk, at any venue. */
  isBroken(instrument: number): boolean {
    return this.openByInstrument[instrument] > 0;
  }

  /** True while a break is open on a listing. */
  isOpen(listing: number): boolean {
    return this.open[listing] === 1;
  }

  /** Breaks that are open. */
  get openCount(): number {
    return this.counters[0];
  }

  /** True when, of each listing, the tellers agree or their difference is a break that people know of. */
  get isSettled(): boolean {
    for (let listing = 0; listing < this.listingCount; listing++)
      if (this.differsNs[listing] !== 0 && this.open[listing] === 0) return false;
    return true;
  }

  /** Once a second: differences that have lasted become breaks, where both of the venue's sessions are up. */
  onTimer(isVenueUp: (venue: number) => boolean): void {
    for (let listing = 0; listing < this.listingCount; listing++) {
      const since = this.differsNs[listing];
      if (since === 0 || this.open[listing] === 1) continue;
      if (!isVenueUp(listing % this.venueCount)) this.differsNs[listing] = this.turn.timeNs;
      else if (this.turn.timeNs - since >= differenceNsMax) this.change(listing, 1);
    }
  }

  private compare(listing: number): void {
    const { net, fills } = this;
    const at = listing * 2;
    const agrees = net[at] === net[at + 1] && fills[at] === fills[at + 1];
    if (!agrees) {
      if (this.differsNs[listing] === 0) this.differsNs[listing] = this.turn.timeNs;
      return;
    }
    this.differsNs[listing] = 0;
    if (this.open[listing] === 1) this.change(listing, 0);
  }

  private change(listing: number, open: number): void {
    this.open[listing] = open;
    const instrument = Math.floor(listing / this.venueCount);
    this.openByInstrument[instrument] += open === 1 ? 1 : -1;
    this.counters[0] += open === 1 ? 1 : -1;
    this.turn.emit(
      factCode.reconciliationBreak,
      listing % this.venueCount,
      instrument,
      open,
      this.net[listing * 2],
      this.net[listing * 2 + 1],
      this.fills[listing * 2],
      this.fills[listing * 2 + 1],
    );
  }
}
