import { sessionStates } from "../../../domain/health";
import { nsPerMillisecond, nsPerSecond } from "../../../domain/time";
import type { StateRegistry } from "../../machine/state-registry";
import {
  encodeClientHeartbeat,
  encodeLoginRequest,
  encodeLogoutRequest,
  encodeSoupHeader,
  readLoginAccepted,
  SoupFrameReader,
  soupHeaderLength,
  soupHeartbeatIntervalNs,
  soupReaderStateLength,
  soupSilenceLimitNs,
  soupType,
  soupVerdict,
} from "../../wire/soup-bin-tcp";
import type { Turn } from "../turn";

const states = sessionStates.code;
const reconnectNsMin = 250 * nsPerMillisecond;
const reconnectNsMax = 2 * nsPerSecond;
const refusedDelayNs = 5 * nsPerSecond;
const connectTimeoutNs = 3 * nsPerSecond;
/** A server's heartbeat says that it has sent nothing for a second; the way here may shorten that by a fifth. */
const quietNs = 800 * nsPerMillisecond;

/** What the owner of a session hears from it. */
export interface SoupClientOwner {
  /** Logged in; sequenced messages missed meanwhile follow. */
  onLoggedIn(): void;
  /** One sequenced message. */
  onSequenced(bytes: Uint8Array, offset: number, length: number): void;
  /** The connection or the session is gone. */
  onSessionLost(): void;
  /** Logged in, but the session goes on at another sequence number than was asked for. Comes after `onLoggedIn`. */
  onSequenceJump(asked: number, given: number): void;
  /**
   * The server's heartbeat after a second without a message: it sends one only when it has nothing else to send (section
   * 2.2), so all it had to say at login has been heard.
   */
  onQuiet?(): void;
}

/** Words of a client's standing. */
export const soupClientStateLength = 3;

/**
 * The client side of a SoupBinTCP 3.00 session (sections 1.2, 2.3): connects, logs in from the next sequence number
 * expected, counts sequenced messages, keeps the line alive, and starts again when it dies, each try later than the
 * one before and never quite at the same time. All state is in the registry; it acts through the outbox and hears bytes and time only through its methods.
 */
export class SoupClient {
  private readonly state: Int32Array;
  private readonly times: Float64Array;
  private readonly session: Uint8Array;
  private readonly reader: SoupFrameReader;
  private readonly onFrame: (type: number, bytes: Uint8Array, offset: number, length: number) => void;

  /**
   * `resumes`: log in at the next expected sequence number (orders), or always from the first (snapshots). `state`:
   * `soupClientStateLength` words for its standing, of which the first is the code of its session state.
   */
  constructor(
    registry: StateRegistry,
    name: string,
    private readonly turn: Turn,
    private readonly channel: number,
    private readonly username: string,
    private readonly resumes: boolean,
    private readonly owner: SoupClientOwner,
    state: Int32Array = registry.allocate(`${name}.state`, "i32", soupClientStateLength),
  ) {
    // 0: session state; 1: wanted; 2: where the jitter of reconnects stands.
    this.state = state;
    this.state[2] = Math.imul(turn.seed ^ channel, 0x9e3779b1) | 1;
    // When last sent, last received, the next try is due; next sequence number; delay of the last try; last message or login.
    this.times = registry.allocate(`${name}.times`, "f64", 6);
    this.session = registry.allocate(`${name}.session`, "u8", 10);
    this.reader = new SoupFrameReader(
      registry.allocate(`${name}.frame`, "u8", 4_096),
      registry.allocate(`${name}.reader`, "i32", soupReaderStateLength),
    );
    this.onFrame = (type, bytes, offset, length) => this.handleFrame(type, bytes, offset, length);
  }

  /** A code of `sessionStates`. */
  get stateCode(): number {
    return this.state[0];
  }

  /** The owner moves the session on from `reconciling` to `ready`. */
  markReady(): void {
    this.state[0] = states.ready;
  }

  /** True from login on. */
  get isLoggedIn(): boolean {
    return this.state[0] === states.reconciling || this.state[0] === states.ready;
  }

  /** When the last sequenced message came, or the login was accepted. */
  get lastMessageNs(): number {
    return this.times[5];
  }

  get lastReceivedNs(): number {
    return this.times[1];
  }

  /** Wanted sessions connect and reconnect by themselves; unwanted ones log out and stay away. */
  want(wanted: boolean): void {
    if ((this.state[1] === 1) === wanted) return;
    this.state[1] = wanted ? 1 : 0;
    if (wanted) this.times[2] = this.turn.timeNs;
    else if (this.state[0] !== states.disconnected) this.logOut();
  }

  /** A new run: whatever connection there was is gone. */
  onStart(): void {
    this.state[0] = states.disconnected;
    this.reader.reset();
    this.times[2] = this.turn.timeNs;
  }

  /** Lets the line go, which is of no use as it is; the session starts again as after any loss. */
  giveUp(): void {
    if (this.state[0] !== states.disconnected) this.drop();
  }

  onTimer(): void {
    const now = this.turn.timeNs;
    const state = this.state[0];
    if (state === states.disconnected || state === states.refused) {
      if (this.state[1] === 1 && now >= this.times[2]) {
        this.state[0] = states.connecting;
        this.times[1] = now;
        this.turn.outbox.connect(this.channel);
      }
    } else if (state === states.connecting) {
      if (now - this.times[1] > connectTimeoutNs) this.drop();
    } else {
      // A login is answered by nothing but its answer: a server that only beats would be waited for for ever.
      const heardNs = state === states.loggingIn ? this.times[0] : this.times[1];
      if (now - heardNs > soupSilenceLimitNs) this.drop();
      // Heartbeats belong to a session (section 2.3): a server that has not answered the login has none with us yet.
      else if (this.isLoggedIn && now - this.times[0] >= soupHeartbeatIntervalNs)
        this.send(encodeClientHeartbeat(this.room(8), this.at));
    }
  }

  onConnected(): void {
    this.reader.reset();
    this.state[0] = states.loggingIn;
    this.times[1] = this.turn.timeNs;
    this.send(
      encodeLoginRequest(this.room(64), this.at, this.username, "HELIO", this.askedSession, this.askedSequence),
    );
  }

  onDisconnected(): void {
    this.reader.reset();
    if (this.state[0] === states.refused) return;
    this.fallBack();
  }

  onData(bytes: Uint8Array, offset: number, length: number): void {
    this.times[1] = this.turn.timeNs;
    if (this.reader.push(bytes, offset, length, this.onFrame) !== soupVerdict.code.ok) this.drop();
  }

  /**
   * Begins a message of up to `lengthMax` bytes, unsequenced, as everything of a client is: where to write it in the
   * outbox's bytes. Only while logged in; `endMessage` sends it.
   */
  beginMessage(lengthMax: number): number {
    this.at = this.turn.outbox.begin(soupHeaderLength + lengthMax);
    return this.at + soupHeaderLength;
  }

  /** Sends the message begun last, `length` bytes long. */
  endMessage(length: number): void {
    encodeSoupHeader(this.turn.outbox.bytes, this.at, soupType.unsequencedData, length);
    this.send(soupHeaderLength + length);
  }

  private get nextSequence(): number {
    return this.times[3] === 0 ? 1 : this.times[3];
  }

  /** The session to go on with; empty for the one that is open. */
  private get askedSession(): string {
    let session = "";
    if (this.resumes) for (const byte of this.session) if (byte > 32) session += String.fromCharCode(byte);
    return session;
  }

  private get askedSequence(): number {
    return this.resumes ? this.nextSequence : 1;
  }

  private handleFrame(type: number, bytes: Uint8Array, offset: number, length: number): void {
    switch (type) {
      case soupType.sequencedData:
        if (!this.isLoggedIn) return;
        this.times[3] = this.nextSequence + 1;
        this.times[5] = this.turn.timeNs;
        this.owner.onSequenced(bytes, offset, length);
        return;
      case soupType.loginAccepted: {
        const accepted = readLoginAccepted(bytes, offset, length);
        if (accepted === null) return this.drop();
        // Another session than the one asked for is read from its beginning.
        const { askedSession } = this;
        const asked = askedSession === "" || accepted.session.trim() === askedSession ? this.askedSequence : 1;
        for (let i = 0; i < 10; i++) this.session[i] = i < accepted.session.length ? accepted.session.charCodeAt(i) : 0;
        this.times[3] = accepted.sequence;
        this.times[4] = 0;
        this.times[5] = this.turn.timeNs;
        this.state[0] = states.reconciling;
        this.owner.onLoggedIn();
        if (accepted.sequence !== asked) this.owner.onSequenceJump(asked, accepted.sequence);
        return;
      }
      case soupType.serverHeartbeat:
        if (this.isLoggedIn && this.turn.timeNs - this.times[5] >= quietNs) this.owner.onQuiet?.();
        return;
      case soupType.loginRejected:
        this.state[0] = states.refused;
        // Told once: the same refusal comes again with every try.
        if (this.times[4] !== refusedDelayNs) this.owner.onSessionLost();
        this.times[4] = refusedDelayNs;
        this.times[2] = this.turn.timeNs + refusedDelayNs;
        this.turn.outbox.disconnect(this.channel);
        return;
      case soupType.endOfSession:
        this.drop();
        return;
      default:
        return;
    }
  }

  private logOut(): void {
    if (this.isLoggedIn) this.send(encodeLogoutRequest(this.room(8), this.at));
    this.drop();
  }

  private drop(): void {
    this.turn.outbox.disconnect(this.channel);
    this.reader.reset();
    this.fallBack();
  }

  /** Back to disconnected, each try later than the one before; the owner hears of it only if it had been logged in. */
  private fallBack(): void {
    const wasLoggedIn = this.isLoggedIn;
    if (this.state[0] === states.disconnected) return;
    this.state[0] = states.disconnected;
    const delayNs = wasLoggedIn
      ? reconnectNsMin
      : Math.min(Math.max(this.times[4] * 2, reconnectNsMin), reconnectNsMax);
    this.times[4] = delayNs;
    this.times[2] = this.turn.timeNs + this.jittered(delayNs);
    if (wasLoggedIn) this.owner.onSessionLost();
  }

  /**
   * A delay made up to a quarter shorter or longer, by a sequence from the seed (linear congruential, Numerical Recipes'
   * constants): clients that lost a venue together do not all come back together.
   */
  private jittered(delayNs: number): number {
    const next = (Math.imul(this.state[2], 1_664_525) + 1_013_904_223) | 0;
    this.state[2] = next;
    return Math.floor(delayNs * (0.75 + (next >>> 8) / 0x200_0000));
  }

  private at = 0;

  private room(length: number): Uint8Array {
    this.at = this.turn.outbox.begin(length);
    return this.turn.outbox.bytes;
  }

  private send(length: number): void {
    this.turn.outbox.end(this.channel, length);
    this.times[0] = this.turn.timeNs;
  }
}
