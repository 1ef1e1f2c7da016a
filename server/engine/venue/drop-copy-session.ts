import { sessionStates } from "../../../domain/health";
import { dropChannel } from "../../machine/channels";
import type { StateRegistry } from "../../machine/state-registry";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../../wire/ouch";
import { ouchVerdict } from "../../wire/ouch-options";
import { SoupClient, type SoupClientOwner } from "../session/soup-client";
import type { Turn } from "../turn";
import { isSoundExecution, type OrderSessionOwner } from "./order-session";

/**
 * A venue's drop copy: a second account of our executions over a session of its own. Whichever of the two tells of a
 * fill first has it booked; the other is recognised.
 */
export class DropCopySession extends OuchOutboundHandlerBase implements SoupClientOwner {
  private readonly client: SoupClient;
  private readonly numbers: Float64Array;

  constructor(
    registry: StateRegistry,
    turn: Turn,
    private readonly venue: number,
    private readonly owner: Pick<OrderSessionOwner, "onExecuted" | "onBroken" | "onSessionState">,
  ) {
    super();
    this.client = new SoupClient(registry, `venue.drop${venue}`, turn, dropChannel + venue, "HELIOD", true, this);
    this.numbers = registry.allocate(`venue.drop${venue}.numbers`, "f64", 1);
  }

  get stateCode(): number {
    return this.client.stateCode;
  }

  get isReady(): boolean {
    return this.client.stateCode === sessionStates.code.ready;
  }

  get lastMessageNs(): number {
    return this.client.lastReceivedNs;
  }

  onStart(): void {
    this.client.onStart();
    this.client.want(true);
  }

  onTimer(): void {
    this.client.onTimer();
  }

  close(): void {
    this.client.want(false);
  }

  onConnected(): void {
    this.client.onConnected();
  }

  onDisconnected(): void {
    this.client.onDisconnected();
  }

  onData(bytes: Uint8Array, offset: number, length: number): void {
    this.client.onData(bytes, offset, length);
  }

  onLoggedIn(): void {
    this.client.markReady();
    this.owner.onSessionState(this.venue, 1, this.client.stateCode);
  }

  onSequenced(bytes: Uint8Array, offset: number, length: number): void {
    if (decodeOuchOutbound(bytes, offset, length, this) !== ouchVerdict.code.ok) this.numbers[0]++;
  }

  onSessionLost(): void {
    this.owner.onSessionState(this.venue, 1, this.client.stateCode);
  }

  override executed(
    _bytes: Uint8Array,
    timeNs: number,
    userReference: number,
    quantity: number,
    price: number,
    liquidityFlag: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    if (!isSoundExecution(quantity, price)) {
      this.numbers[0]++;
      return;
    }
    this.owner.onExecuted(this.venue, 1, timeNs, userReference, quantity, price, liquidityFlag, matchHigh, matchLow);
  }

  override brokenTrade(
    _bytes: Uint8Array,
    _timeNs: number,
    userReference: number,
    matchHigh: number,
    matchLow: number,
  ): void {
    this.owner.onBroken(this.venue, userReference, matchHigh, matchLow);
  }
}
