import { nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";

/** A mass cancel that its venue has not acknowledged within this is overdue. */
const acknowledgedNsMax = 3 * nsPerSecond;

/**
 * The mass cancels that a venue has not acknowledged: the last one of each instrument, and the last one of all (-1). What
 * an acknowledgement tells is only that it was taken; what was cancelled, each order's own message says.
 */
export class MassCancels {
  /** By scope, all instruments first: the reference; 0 while none is open. */
  private readonly reference: Float64Array;
  private readonly askedNs: Float64Array;
  /** How often it was asked. */
  private readonly asks: Uint8Array;
  private readonly open: Int32Array;

  constructor(
    registry: StateRegistry,
    venue: number,
    readonly instrumentCount: number,
  ) {
    const scopes = instrumentCount + 1;
    this.reference = registry.allocate(`venue.massCancels${venue}.reference`, "f64", scopes);
    this.askedNs = registry.allocate(`venue.massCancels${venue}.askedNs`, "f64", scopes);
    this.asks = registry.allocate(`venue.massCancels${venue}.asks`, "u8", scopes);
    this.open = registry.allocate(`venue.massCancels${venue}.open`, "i32", 1);
  }

  /** How many are not acknowledged. */
  get openCount(): number {
    return this.open[0];
  }

  /** One leaves, for the first time or again; it takes the place of another of its scope. */
  sent(instrument: number, userReference: number, timeNs: number, isAgain: boolean): void {
    const scope = instrument + 1;
    if (this.reference[scope] === 0) this.open[0]++;
    this.reference[scope] = userReference;
    this.askedNs[scope] = timeNs;
    this.asks[scope] = isAgain ? this.asks[scope] + 1 : 1;
  }

  acknowledged(userReference: number): void {
    if (this.open[0] === 0 || userReference === 0) return;
    const scope = this.reference.indexOf(userReference);
    if (scope >= 0) this.forget(scope - 1);
  }

  /** The line over which they were asked is gone: what is open once a new one has told everything was never taken. */
  onLineLost(): void {
    this.askedNs.fill(Number.NEGATIVE_INFINITY);
  }

  isOverdue(instrument: number, timeNs: number): boolean {
    const scope = instrument + 1;
    return this.reference[scope] !== 0 && timeNs - this.askedNs[scope] >= acknowledgedNsMax;
  }

  asksOf(instrument: number): number {
    return this.asks[instrument + 1];
  }

  forget(instrument: number): void {
    this.reference[instrument + 1] = 0;
    this.open[0]--;
  }
}
