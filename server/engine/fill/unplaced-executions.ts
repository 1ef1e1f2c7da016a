import { alertCodes } from "../../../domain/health";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";
import type { Reconciliation } from "./reconciliation";

/** A venue speaks of orders we do not know after a loss of power at most: minutes' worth. */
const rows = 1_024;

/**
 * Executions of references that are none of ours: their message names neither instrument nor side, so nothing can be
 * booked. Each is an alert and holds its venue until a person has taken note, its order turns up, or it is broken. The
 * last 1,024 are remembered, so that the other teller's word for one, or a repeat, is not another.
 */
export class UnplacedExecutions {
  private readonly venueOf: Uint8Array;
  private readonly userReference: Uint32Array;
  private readonly matchHigh: Uint32Array;
  private readonly matchLow: Uint32Array;
  /** Bits of the tellers that have told of it; 0 for an empty row. */
  private readonly toldBy: Uint8Array;
  /** 1 while it holds its venue. */
  private readonly holds: Uint8Array;
  /** 0: the row that is used next; 1: rows in use. */
  private readonly place: Int32Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly reconciliation: Reconciliation,
  ) {
    this.venueOf = registry.allocate("fills.unplacedVenue", "u8", rows);
    this.userReference = registry.allocate("fills.unplacedReference", "u32", rows);
    this.matchHigh = registry.allocate("fills.unplacedMatchHigh", "u32", rows);
    this.matchLow = registry.allocate("fills.unplacedMatchLow", "u32", rows);
    this.toldBy = registry.allocate("fills.unplacedToldBy", "u8", rows);
    this.holds = registry.allocate("fills.unplacedHolds", "u8", rows);
    this.place = registry.allocate("fills.unplacedPlace", "i32", 2);
  }

  /** A teller told of an execution of an order that we do not know. */
  onExecuted(
    venue: number,
    teller: number,
    userReference: number,
    quantity: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    const known = this.find(venue, userReference, matchHigh, matchLow);
    if (known >= 0) {
      if ((this.toldBy[known] >> teller) & 1) return;
      this.toldBy[known] |= 1 << teller;
      if (this.holds[known] === 1) this.reconciliation.tellVenueMore(venue, teller, quantity, 1);
      return;
    }
    const row = this.place[0];
    this.place[0] = (row + 1) % rows;
    if (this.toldBy[row] === 0) this.place[1]++;
    this.venueOf[row] = venue;
    this.userReference[row] = userReference;
    this.matchHigh[row] = matchHigh;
    this.matchLow[row] = matchLow;
    this.toldBy[row] = 1 << teller;
    this.holds[row] = 1;
    this.turn.alert(alertCodes.code.fillOfUnknownOrder, venue, userReference, quantity);
    this.reconciliation.holdVenue(venue, teller, quantity, 1);
  }

  /** Its order has turned up, or it is broken: it is none any more. The bits of its tellers; 0 when there is no such one. */
  take(venue: number, userReference: number, matchHigh: number, matchLow: number): number {
    const row = this.find(venue, userReference, matchHigh, matchLow);
    if (row < 0) return 0;
    const told = this.toldBy[row];
    this.toldBy[row] = 0;
    this.place[1]--;
    if (this.holds[row] === 1) this.reconciliation.releaseVenue(venue);
    this.holds[row] = 0;
    return told;
  }

  /** A person has taken note of all that a venue told of this kind. */
  settle(venue: number): void {
    for (let row = 0; row < rows; row++) if (this.venueOf[row] === venue) this.holds[row] = 0;
    this.reconciliation.settleVenue(venue);
  }

  private find(venue: number, userReference: number, matchHigh: number, matchLow: number): number {
    if (this.place[1] === 0) return -1;
    for (let row = 0; row < rows; row++)
      if (
        this.toldBy[row] !== 0 &&
        this.matchLow[row] === matchLow &&
        this.matchHigh[row] === matchHigh &&
        this.userReference[row] === userReference &&
        this.venueOf[row] === venue
      )
        return row;
    return -1;
  }
}
