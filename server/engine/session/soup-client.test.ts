import { beforeEach, describe, expect, it } from "vitest";
import { sessionStates } from "../../../domain/health";
import { nsPerMillisecond } from "../../../domain/time";
import { FactsOutbox } from "../../machine/facts-outbox";
import { Outbox, outputKinds } from "../../machine/outbox";
import { StateRegistry } from "../../machine/state-registry";
import {
  encodeEndOfSession,
  encodeLoginAccepted,
  encodeLoginRejected,
  encodeSequencedData,
  encodeServerHeartbeat,
  readLoginRequest,
  soupHeaderLength,
  soupRejectReason,
  soupType,
} from "../../wire/soup-bin-tcp";
import { Turn } from "../turn";
import { SoupClient } from "./soup-client";

const channel = 48;

/** A session client against a server that does what the test says. */
class Line {
  readonly outbox = new Outbox();
  readonly turn: Turn;
  readonly client: SoupClient;
  readonly heard: string[] = [];
  stateWhenLost = "";
  /** When the client asked for a connection, in milliseconds. */
  readonly connects: number[] = [];
  readonly sent: { type: string; bytes: Uint8Array }[] = [];
  private readonly facts = new FactsOutbox();
  private timeNs = 0;

  constructor(seed = 7) {
    const registry = new StateRegistry();
    this.turn = new Turn(registry, seed);
    this.client = new SoupClient(registry, "test", this.turn, channel, "HELIO1", true, {
      onLoggedIn: () => this.heard.push("logged in"),
      onSequenced: (bytes, offset, length) =>
        this.heard.push(`message ${String.fromCharCode(...bytes.subarray(offset, offset + length))}`),
      onSessionLost: () => {
        this.heard.push("lost");
        this.stateWhenLost = this.state;
      },
      onSequenceJump: (asked, given) => this.heard.push(`asked ${asked}, given ${given}`),
      onQuiet: () => this.heard.push("quiet"),
    });
    this.at(0, () => {
      this.client.onStart();
      this.client.want(true);
    });
  }

  get state(): string {
    return sessionStates.name(this.client.stateCode);
  }

  at(afterMs: number, act: () => void): void {
    this.timeNs += afterMs * nsPerMillisecond;
    this.outbox.clear();
    this.turn.begin(this.timeNs, this.outbox, this.facts);
    act();
    for (let i = 0; i < this.outbox.count; i++) {
      const bytes = this.outbox.bytes.slice(this.outbox.offsetAt(i), this.outbox.offsetAt(i) + this.outbox.lengthAt(i));
      if (this.outbox.kindAt(i) === outputKinds.code.connect) this.connects.push(this.timeNs / nsPerMillisecond);
      else if (this.outbox.kindAt(i) === outputKinds.code.send)
        this.sent.push({ type: String.fromCharCode(bytes[2] ?? 0), bytes });
    }
  }

  wait(milliseconds: number, alive = false): void {
    for (let passed = 0; passed < milliseconds; passed += 10) {
      this.at(10, () => this.client.onTimer());
      if (alive && passed % 1_000 === 0) this.tell((bytes) => encodeServerHeartbeat(bytes, 0));
    }
  }

  tell(encode: (bytes: Uint8Array) => number, from = 0, to = Number.POSITIVE_INFINITY): void {
    const bytes = new Uint8Array(200);
    const length = encode(bytes);
    const end = Math.min(length, to);
    this.at(0, () => this.client.onData(bytes, from, end - from));
  }

  message(text: string): void {
    const payload = new TextEncoder().encode(text);
    this.tell((bytes) => encodeSequencedData(bytes, 0, payload, 0, payload.length));
  }

  logIn(sequence = 1): void {
    this.wait(20);
    this.at(0, () => this.client.onConnected());
    this.tell((bytes) => encodeLoginAccepted(bytes, 0, "DAY1", sequence));
  }

  /** Types of the packets sent, in order: L login, R heartbeat, O logout, U message. */
  typesSent(): string[] {
    return this.sent.map(({ type }) => type);
  }

  lastLogin() {
    const login = this.sent.filter(({ type }) => type.charCodeAt(0) === soupType.loginRequest).at(-1);
    return login && readLoginRequest(login.bytes, soupHeaderLength, login.bytes.length - soupHeaderLength);
  }
}

describe("a SoupBinTCP session, from the client's side", () => {
  let line: Line;
  beforeEach(() => {
    line = new Line();
  });

  it("logs in anew where it stopped: the session's name, and the next sequence number", () => {
    line.logIn();
    line.message("a");
    line.message("b");
    line.at(0, () => line.client.onDisconnected());
    expect(line.heard).toEqual(["logged in", "message a", "message b", "lost"]);
    line.wait(400);
    line.at(0, () => line.client.onConnected());
    expect(line.lastLogin()).toMatchObject({ requestedSession: "DAY1", requestedSequence: 3 });
  });

  it("takes a packet cut at any byte, and no message twice", () => {
    const payload = new TextEncoder().encode("order 1");
    const whole = encodeSequencedData(new Uint8Array(200), 0, payload, 0, payload.length);
    for (let cut = 1; cut < whole; cut++) {
      const other = new Line();
      other.logIn();
      const encode = (bytes: Uint8Array) => encodeSequencedData(bytes, 0, payload, 0, payload.length);
      other.tell(encode, 0, cut);
      other.tell(encode, cut);
      expect(other.heard).toEqual(["logged in", "message order 1"]);
    }
  });

  it("tells when a session goes on at another number than it asked for; a new session begins at its first", () => {
    line.logIn();
    line.message("a");
    const logInAs = (session: string, sequence: number) => {
      line.at(0, () => line.client.onDisconnected());
      line.wait(400);
      line.at(0, () => line.client.onConnected());
      line.tell((bytes) => encodeLoginAccepted(bytes, 0, session, sequence));
      return line.heard.splice(0).filter((heard) => heard.startsWith("asked"));
    };
    expect(logInAs("DAY1", 2)).toEqual([]);
    expect(logInAs("DAY1", 7)).toEqual(["asked 2, given 7"]);
    expect(logInAs("DAY1", 7)).toEqual([]);
    expect(logInAs("DAY1", 3)).toEqual(["asked 7, given 3"]);
    expect(logInAs("DAY2", 1)).toEqual([]);
    expect(logInAs("DAY3", 4)).toEqual(["asked 1, given 4"]);
    const fresh = new Line();
    fresh.logIn(9);
    expect(fresh.heard).toEqual(["logged in", "asked 1, given 9"]);
  });

  it("takes a heartbeat after a second without a message, and no earlier one, for the end of what was to be told", () => {
    line.logIn();
    line.wait(500);
    line.tell((bytes) => encodeServerHeartbeat(bytes, 0));
    line.message("late");
    line.wait(700);
    line.tell((bytes) => encodeServerHeartbeat(bytes, 0));
    expect(line.heard).toEqual(["logged in", "message late"]);
    line.wait(300);
    line.tell((bytes) => encodeServerHeartbeat(bytes, 0));
    expect(line.heard.at(-1)).toBe("quiet");
  });

  it("sends a heartbeat a second while it has nothing to say", () => {
    line.logIn();
    line.wait(5_000, true);
    const beats = line.typesSent().filter((type) => type === "R").length;
    expect(beats).toBeGreaterThanOrEqual(4);
    expect(beats).toBeLessThanOrEqual(6);
  });

  it("sends nothing but its login before that is answered, and gives a server up that leaves it so for fifteen seconds", () => {
    line.wait(20);
    line.at(0, () => line.client.onConnected());
    line.wait(14_900);
    expect(line.state).toBe("loggingIn");
    expect(line.typesSent()).toEqual(["L"]);
    line.tell((bytes) => encodeLoginAccepted(bytes, 0, "DAY1", 1));
    line.wait(10);
    expect(line.typesSent()).toEqual(["L", "R"]);

    const unanswered = new Line();
    unanswered.wait(20);
    unanswered.at(0, () => unanswered.client.onConnected());
    unanswered.wait(15_100);
    expect(unanswered.state).toBe("disconnected");
    expect(unanswered.typesSent()).toEqual(["L"]);
    expect(unanswered.heard).toEqual([]);

    // Its heartbeats are no answer: the line would stand for ever, and nothing of the session come.
    const beating = new Line();
    beating.wait(20);
    beating.at(0, () => beating.client.onConnected());
    beating.wait(15_100, true);
    expect(beating.state).toBe("disconnected");
  });

  it("gives a server up that says nothing for fifteen seconds", () => {
    line.logIn();
    line.wait(14_900);
    expect(line.state).toBe("reconciling");
    line.wait(200);
    expect(line.heard).toEqual(["logged in", "lost"]);
  });

  it("tries again later and later, up to about two seconds, and not at the same instants with another seed", () => {
    const triesOf = (seed: number) => {
      const tried = new Line(seed);
      for (let attempt = 0; attempt < 8; attempt++) {
        tried.wait(3_000);
        tried.at(0, () => tried.client.onDisconnected());
      }
      return tried.connects;
    };
    const delaysOf = (seed: number) => {
      const refused = new Line(seed);
      const delays: number[] = [];
      for (let attempt = 0; attempt < 8; attempt++) {
        const before = refused.connects.length;
        let waited = 0;
        for (; refused.connects.length === before; waited += 10) refused.wait(10);
        delays.push(waited);
        refused.at(0, () => refused.client.onDisconnected());
      }
      return delays.slice(1);
    };
    expect(triesOf(7)).toEqual(triesOf(7));
    const delays = delaysOf(7);
    expect(delays).not.toEqual(delaysOf(8));
    expect(delays[0]).toBeLessThan(400);
    for (const delay of delays) expect(delay).toBeLessThanOrEqual(2_510);
    expect(Math.min(...delays.slice(-3))).toBeGreaterThanOrEqual(1_500);
  });

  it("tells of a refused login once, and asks again every five seconds", () => {
    for (let attempt = 0; attempt < 3; attempt++) {
      line.wait(attempt === 0 ? 20 : 5_020);
      line.at(0, () => line.client.onConnected());
      line.tell((bytes) => encodeLoginRejected(bytes, 0, soupRejectReason.notAuthorized));
      expect(line.state).toBe("refused");
      line.at(0, () => line.client.onDisconnected());
    }
    expect([line.heard, line.stateWhenLost]).toEqual([["lost"], "refused"]);
    expect(line.connects).toHaveLength(3);
  });

  it("takes the end of the session for what it is: nothing more comes, and the line is let go", () => {
    line.logIn();
    line.tell((bytes) => encodeEndOfSession(bytes, 0));
    expect(line.heard).toEqual(["logged in", "lost"]);
    line.message("late");
    expect(line.heard).toEqual(["logged in", "lost"]);
  });

  it("lets a connection attempt go that hangs for three seconds", () => {
    line.wait(20);
    expect(line.state).toBe("connecting");
    line.wait(3_100);
    expect(line.state).not.toBe("loggingIn");
    line.wait(1_000);
    expect(line.connects.length).toBeGreaterThanOrEqual(2);
  });
});
