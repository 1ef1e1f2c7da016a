import { beforeEach, describe, expect, test } from "vitest";
import { dropChannel, orderChannel } from "../machine/channels";
import { InputRecord, inputKinds } from "../machine/input-record";
import { Outbox, outputKinds } from "../machine/outbox";
import { StateRegistry } from "../machine/state-registry";
import { encodeLoginRequest, soupType } from "../wire/soup-bin-tcp";
import { memberStreamMessageCount } from "./limits";
import { MarketFeed } from "./market-feed";
import { MemberStream } from "./member-stream";
import { SoupPeers } from "./soup-peers";

const member = 1_024;
const copy = 1_025;

describe("a venue's sessions when it no longer keeps what a member has to hear", () => {
  let peers: SoupPeers;
  let stream: MemberStream;
  let outbox: Outbox;
  let sent: string[];
  let timeNs = 0;

  beforeEach(() => {
    const registry = new StateRegistry();
    stream = new MemberStream(registry, 0);
    peers = new SoupPeers(registry, 1, new MarketFeed(registry, 1, ["AA"]), [stream], {
      memberMessage: () => undefined,
      sendSnapshot: () => false,
    });
    outbox = new Outbox();
    sent = [];
    timeNs = 0;
    say(10);
  });

  function say(messages: number): void {
    const message = new Uint8Array(20);
    for (let i = 0; i < messages; i++) stream.append(message, 0, message.length);
  }

  /** What left, by channel and packet type, or "closed". */
  function take(): string[] {
    for (let i = 0; i < outbox.count; i++) {
      const type = String.fromCharCode(outbox.bytes[outbox.offsetAt(i) + 2] ?? 0);
      sent.push(`${outbox.channelAt(i)} ${outbox.kindAt(i) === outputKinds.code.send ? type : "closed"}`);
    }
    outbox.clear();
    return sent.splice(0);
  }

  function give(kind: number, channel: number, bytes: Uint8Array): void {
    const input = new InputRecord();
    input.attach(bytes);
    input.set(kind, channel, timeNs, 0, bytes.length);
    if (kind === inputKinds.code.connected) peers.connected(input, outbox);
    else peers.data(input, outbox);
  }

  function logIn(channel: number, listener: number, sequence: number): string[] {
    give(inputKinds.code.connected, channel, new Uint8Array([listener >> 8, listener & 0xff]));
    const bytes = new Uint8Array(64);
    give(inputKinds.code.data, channel, bytes.slice(0, encodeLoginRequest(bytes, 0, "HELIO1", "HELIO", "", sequence)));
    return take();
  }

  test("refuse a login below the oldest message, and leave the session that is up alone", () => {
    say(memberStreamMessageCount);
    expect(logIn(member, orderChannel, stream.oldestSequence)).toEqual([`${member} A`]);
    expect(logIn(copy, orderChannel, stream.oldestSequence - 1)).toEqual([`${copy} J`, `${copy} closed`]);
    expect(peers.sessionsUp(0).orders).toBe(1);
  });

  test("close a session that fell behind: never a message left out in silence", () => {
    expect(logIn(copy, dropChannel, 1)).toEqual([`${copy} A`]);
    peers.pump(outbox, timeNs);
    expect(take()).toEqual([`${copy} S`]);
    say(memberStreamMessageCount + 1);
    peers.pump(outbox, timeNs);
    expect(take()).toEqual([`${copy} closed`]);
    expect(peers.sessionsUp(0).dropCopies).toBe(0);
  });

  test("send no heartbeat, which says that there is nothing to come, while there is", () => {
    logIn(copy, dropChannel, 1);
    timeNs = 2_000_000_000;
    peers.tick(outbox, timeNs);
    expect(take()).toEqual([]);
    peers.pump(outbox, timeNs);
    timeNs += 1_000_000_000;
    peers.tick(outbox, timeNs);
    expect(take()).toEqual([`${copy} S`, `${copy} ${String.fromCharCode(soupType.serverHeartbeat)}`]);
  });
});
