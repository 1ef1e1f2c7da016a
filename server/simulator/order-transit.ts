import type { VenueSpec } from "../../domain/desk";
import type { StateRegistry } from "../machine/state-registry";
import { copyBytes } from "../wire/bytes";
import { ouchLongestMessage } from "../wire/ouch-encode";
import { latencyResolutionNs, messagesUnderWayMax } from "./limits";

/** Takes a member's message at its venue. */
export type Arrival = (venue: number, bytes: Uint8Array, offset: number, length: number) => void;

const HEAD = 0;
const TAIL = 1;

/**
 * The member's messages on their way to a venue. Each is held for the venue's latency and arrives, in order, with the
 * first input at or after its time; so the shell's timer is the resolution. Latencies below a millisecond are let
 * through at once: the agents act on a coarser grid, and nobody else could come in between.
 */
export class OrderTransit {
  private readonly bytes: Uint8Array;
  private readonly lengths: Float64Array;
  private readonly dueNs: Float64Array;
  private readonly ends: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly venues: readonly VenueSpec[],
    private readonly arrive: Arrival,
  ) {
    const slots = venues.length * messagesUnderWayMax;
    this.bytes = registry.allocate("transit.bytes", "u8", slots * ouchLongestMessage);
    this.lengths = registry.allocate("transit.lengths", "f64", slots);
    this.dueNs = registry.allocate("transit.dueNs", "f64", slots);
    this.ends = registry.allocate("transit.ends", "f64", venues.length * 2);
  }

  /** Nothing is under way on a new day. */
  clear(): void {
    this.ends.fill(0);
  }

  /** A message leaves the member; longer ones than any OUCH message are passed on at once, to be counted as malformed. */
  send(venue: number, bytes: Uint8Array, offset: number, length: number, timeNs: number): void {
    const latencyNs = this.venues[venue].latencyMicroseconds * 1_000;
    if (latencyNs < latencyResolutionNs || length > ouchLongestMessage) {
      this.arrive(venue, bytes, offset, length);
      return;
    }
    const { ends } = this;
    if (ends[venue * 2 + TAIL] - ends[venue * 2 + HEAD] >= messagesUnderWayMax) this.deliverOldest(venue);
    const slot = this.slotOf(venue, ends[venue * 2 + TAIL]);
    copyBytes(this.bytes, slot * ouchLongestMessage, bytes, offset, length);
    this.lengths[slot] = length;
    this.dueNs[slot] = timeNs + latencyNs;
    ends[venue * 2 + TAIL] += 1;
  }

  /** Lets arrive what is due. */
  deliver(timeNs: number): void {
    const { ends } = this;
    for (let venue = 0; venue < this.venues.length; venue++)
      while (
        ends[venue * 2 + HEAD] < ends[venue * 2 + TAIL] &&
        this.dueNs[this.slotOf(venue, ends[venue * 2 + HEAD])] <= timeNs
      )
        this.deliverOldest(venue);
  }

  private deliverOldest(venue: number): void {
    const slot = this.slotOf(venue, this.ends[venue * 2 + HEAD]);
    this.ends[venue * 2 + HEAD] += 1;
    this.arrive(venue, this.bytes, slot * ouchLongestMessage, this.lengths[slot]);
  }

  private slotOf(venue: number, index: number): number {
    return venue * messagesUnderWayMax + (index % messagesUnderWayMax);
  }
}
