import { sessionStates } from "../../../domain/health";
import { dropChannel } from "../../machine/channels";
import type { StateRegistry } from "../../machine/state-registry";
import { decodeOuchOutbound, OuchOutboundHandlerBase } from "../../wire/ouch";
import { ouchOutboundType } from "../../wire/ouch-codes";
import { ouchVerdict } from "../../wire/ouch-options";
import { SoupClient, type SoupClientOwner } from "../session/soup-client";
import type { Turn } from "../turn";
import { isSoundExecution, type OrderSession, type OrderSessionOwner, ouchTimeNs } from "./order-session";

/** Columns of `numbers`. */
const Column = {
  malformed: 0,
  /** How far the order session's account goes that this one has to come up to, in the venue's time; 0 for not known. */
  toldNs: 1,
} as const;

/**
 * A venue's drop copy: a second account of our executions and orders over a session of its own. Whichever of the two tells
 * of a fill first has it booked; the other is recognised. What it says of an order's life is compared only: the order session
 * has the say. The session is ready once it has told what the venue knew at its
 * login: it has come as far as the order session had then, in the venue's time, or the venue has nothing more to say.
 */
export class DropCopySession extends OuchOutboundHandlerBase implements SoupClientOwner {
  private readonly client: SoupClient;
  private readonly numbers: Float64Array;

  constructor(
    registry: StateRegistry,
    turn: Turn,
    private readonly venue: number,
    private readonly owner: Pick<
      OrderSessionOwner,
      "onExecuted" | "onBroken" | "onTold" | "onUnreadable" | "onSessionState" | "onSequenceJump"
    >,
    private readonly orderSession: Pick<OrderSession, "venueTimeNs">,
  ) {
    super();
    this.client = new SoupClient(registry, `venue.drop${venue}`, turn, dropChannel + venue, "HELIOD", true, this);
    this.numbers = registry.allocate(`venue.drop${venue}.numbers`, "f64", 2);
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
    this.numbers[Column.toldNs] = this.orderSession.venueTimeNs;
    this.owner.onSessionState(this.venue, 1, this.client.stateCode);
  }

  onSequenceJump(asked: number, given: number): void {
    this.owner.onSequenceJump(this.venue, 1, asked, given);
  }

  onQuiet(): void {
    this.becomeReady();
  }

  /** The order session has told all that the venue knew at its login, at this time of the venue's. */
  onAccountTold(venueTimeNs: number): void {
    this.numbers[Column.toldNs] = venueTimeNs;
  }

  onSequenced(bytes: Uint8Array, offset: number, length: number): void {
    if (decodeOuchOutbound(bytes, offset, length, this) !== ouchVerdict.code.ok) return this.unreadable(bytes[offset]);
    this.owner.onTold(this.venue, 1, bytes, offset, length);
    if (this.isReady) return;
    const toldNs = this.numbers[Column.toldNs];
    if (toldNs > 0 && ouchTimeNs(bytes, offset) >= toldNs) this.becomeReady();
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
    if (!isSoundExecution(quantity, price)) return this.unreadable(ouchOutboundType.executed);
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

  private unreadable(type: number): void {
    this.owner.onUnreadable(this.venue, type, ++this.numbers[Column.malformed]);
  }

  private becomeReady(): void {
    if (this.isReady || !this.client.isLoggedIn) return;
    this.client.markReady();
    this.owner.onSessionState(this.venue, 1, this.client.stateCode);
  }
}
