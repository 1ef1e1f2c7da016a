import { writeSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import { decodeFact } from "../../domain/facts";
import { ChannelTable } from "../adapters/transport";
import { verifyJournal } from "../journal/verify-journal";
import { encodeCommand } from "../machine/command-record";
import { inputKinds } from "../machine/input-record";
import { replayJournal } from "./replay-journal";
import {
  RecordingTransport,
  startTestRun,
  type TestRun,
  type TestRunOptions,
  temporaryDirectory,
  testChannel,
  testIdentity,
} from "./testing/run-fixture";
import { ToyMachine, toyMarkByte } from "./testing/toy-machine";

/** A turn whose echo has a mark behind it. */
const marked = String.fromCharCode(toyMarkByte);

let directory: string;
let remove: () => void;
let nowNs: number;
/** What a write to a log takes. */
let writeNs: number;
/** The next write finds the disk full. */
let isFull: boolean;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
  nowNs = 1e9;
  writeNs = 0;
  isFull = false;
});
afterEach(() => remove());

/** Of a peer that takes nothing while `waiting` is not 0. */
class SlowTransport extends RecordingTransport {
  override waiting = 0;
  losses = 0;
  /** There is no connection. */
  isGone = false;

  override send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (this.isGone) this.losses++;
    else super.send(channel, bytes, offset, length);
  }
}

function start(shell: TestRunOptions["shell"] = {}): TestRun & { told(): { token: number; sentNs: number }[] } {
  const told: { token: number; sentNs: number }[] = [];
  const run = startTestRun({
    directory,
    write: (descriptor, bytes, offset, length) => {
      nowNs += writeNs;
      if (isFull) {
        isFull = false;
        throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
      }
      return writeSync(descriptor, bytes, offset, length);
    },
    shell: {
      clock: { read: () => nowNs },
      onFacts: (facts) => {
        for (let at = 0; at < facts.used; ) {
          const { fact, length } = decodeFact(facts.bytes, at);
          if (fact.kind === "alert" && fact.code === toyMarkByte) told.push({ token: fact.target, sentNs: fact.value });
          at += length;
        }
      },
      ...shell,
    },
  });
  return { ...run, told: () => told.splice(0) };
}

describe("a mark in the outbox", () => {
  it("comes back with the time at which the sends before it left, behind the slow writes of their turn", () => {
    const run = start();
    writeNs = 20e6;
    run.data(marked);
    writeNs = 0;
    expect(run.transport.sent).toHaveLength(1);
    const sentNs = nowNs;
    // Its inputs and its facts were written before anything left.
    expect(sentNs).toBe(1e9 + 40e6);
    expect(run.told()).toEqual([]);
    nowNs += 7e6;
    run.shell.tick();
    expect(run.told()).toEqual([{ token: 1, sentNs }]);
    run.shell.tick();
    expect(run.told()).toEqual([]);
    expect(run.halts).toEqual([]);
  });

  it("reaches no socket, and is not counted as a send that nobody took", () => {
    const channels = new ChannelTable();
    const transport = new RecordingTransport();
    channels.set(testChannel, transport);
    const run = start({ channels });
    run.data(marked, "one");
    run.data(...Array.from({ length: 20 }, () => marked));
    expect(transport.sent.map(({ text }) => text).join("")).toBe(`${marked}one${marked.repeat(20)}`);
    expect(channels.dropped).toBe(0);
    run.shell.tick();
    expect(run.told().map(({ token }) => token)).toEqual([1, ...Array.from({ length: 20 }, (_, i) => 3 + i)]);
  });

  it("does not come back while what stands before it waits for a peer that does not read", () => {
    const channels = new ChannelTable();
    const transport = new SlowTransport();
    channels.set(testChannel, transport);
    const run = start({ channels });
    transport.waiting = 100;
    run.data(marked);
    nowNs += 30e6;
    run.shell.tick();
    expect(run.told()).toEqual([]);
    transport.waiting = 0;
    nowNs += 30e6;
    run.shell.tick();
    expect(run.told()).toEqual([{ token: 1, sentNs: 1e9 + 60e6 }]);
  });

  it("is never told where what stood before it was lost with its connection, or found none", () => {
    const channels = new ChannelTable();
    const transport = new SlowTransport();
    channels.set(testChannel, transport);
    const run = start({ channels });
    transport.waiting = 100;
    run.data(marked);
    transport.waiting = 0;
    transport.losses++;
    run.shell.tick();
    run.shell.tick();
    expect(run.told()).toEqual([]);
    transport.isGone = true;
    run.data(marked);
    transport.isGone = false;
    run.shell.tick();
    expect(run.told()).toEqual([]);
    run.data(marked);
    run.shell.tick();
    expect(run.told().map(({ token }) => token)).toEqual([3]);
  });

  it("waits for the mark before it, whose sends a peer has not read yet", () => {
    const channels = new ChannelTable();
    const slow = new SlowTransport();
    channels.set(testChannel, slow);
    channels.set(testChannel + 1, new RecordingTransport());
    const run = start({ channels });
    const bytes = Buffer.from(marked, "latin1");
    const turn = (channel: number) => {
      run.shell.input(inputKinds.code.data, channel, bytes, 0, bytes.length);
      run.shell.endTurn();
    };
    slow.waiting = 100;
    turn(testChannel);
    turn(testChannel + 1);
    run.shell.tick();
    expect(run.told()).toEqual([]);
    slow.waiting = 0;
    run.shell.tick();
    expect(run.told().map(({ token }) => token)).toEqual([1, 2]);
  });

  it("waits with its turn on a slow disk, where turns are written together", () => {
    const due: (() => void)[] = [];
    writeNs = 2e6;
    const run = start({ joined: { slowNs: 1e6, defer: (end) => due.push(end) } });
    run.data(marked);
    nowNs += 50e6;
    expect(due).toHaveLength(1);
    due.shift()?.();
    const sentNs = nowNs;
    run.shell.tick();
    due.shift()?.();
    expect(run.told()).toEqual([{ token: 1, sentNs }]);
    expect(sentNs).toBeGreaterThan(1e9 + 50e6);
  });

  it("waits with its turn for the sync that covers it", () => {
    const syncs: ((error: Error | null) => void)[] = [];
    const run = start({ fsync: "always", force: (_, done) => syncs.push(done) });
    while (syncs.length > 0) syncs.shift()?.(null);
    run.data(marked);
    run.shell.tick();
    expect(run.told()).toEqual([]);
    nowNs += 25e6;
    while (syncs.length > 0) syncs.shift()?.(null);
    run.shell.tick();
    expect(run.told()).toEqual([{ token: 1, sentNs: 1e9 + 25e6 }]);
  });

  it("never comes back where its turn could not be written and sent nothing", () => {
    const run = start({
      reserve: {
        room: { release: () => true, renew: () => true },
        haltCommand: (reason) =>
          encodeCommand({
            id: "00000000-0000-4000-9000-000000000001",
            command: commandKinds.code.kill,
            scope: scopes.code.all,
            target: -1,
            role: roles.code.system,
            actor: "engine",
            reason,
          }),
        isDispensable: () => false,
        report: () => undefined,
      },
    });
    isFull = true;
    run.data(marked);
    expect([run.shell.isOnReserve, run.transport.sent, run.halts]).toEqual([true, [], []]);
    run.data(marked);
    run.shell.tick();
    expect(run.told().map(({ token }) => token)).toEqual([2]);
  });

  it("is in the journal, with what came of it, and the replay has the same bytes", () => {
    const run = start();
    writeNs = 5e6;
    run.data(marked, "one");
    run.shell.tick();
    run.data(marked);
    run.shell.tick();
    run.shell.stop();
    const day = run.recovered.directory;
    expect(verifyJournal(day).problems).toEqual([]);
    const replayed = replayJournal({
      directory: day,
      createMachine: () => new ToyMachine(),
      deskHash: testIdentity.deskHash,
      isVerifying: true,
    });
    expect(replayed.difference).toBeNull();
    const unmarked = replayJournal({
      directory: day,
      createMachine: () =>
        new (class extends ToyMachine {
          override step(...[input, outbox, facts]: Parameters<ToyMachine["step"]>): void {
            super.step(input, Object.assign(Object.create(outbox), { mark: () => undefined }), facts);
          }
        })(),
      deskHash: testIdentity.deskHash,
      isVerifying: true,
    });
    expect(unmarked.difference).not.toBeNull();
  });
});
