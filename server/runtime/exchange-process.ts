import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { PeerChannels } from "../adapters/peer-channels";
import { TcpListener } from "../adapters/tcp-listener";
import { ChannelTable } from "../adapters/transport";
import { UdpListener, UdpPublisher } from "../adapters/udp";
import { dropChannel, feedChannel, orderChannel, retransmissionChannel, snapshotChannel } from "../machine/channels";
import { encodeCommand } from "../machine/command-record";
import { inputKinds } from "../machine/input-record";
import type { Machine } from "../machine/machine";
import { orphanStopMsMax } from "./child-contract";
import type { Child } from "./child-process";
import { identityOf } from "./desk-shape";
import { listenForOperator, operatorSocketOf } from "./exchange-operator";
import { snapshotSecondsDefault, startFollower } from "./follower-thread";
import { recover } from "./recover";
import { SharedCounters } from "./shared-counters";
import { Shell } from "./shell";
import { dayStartMsOf, ShellClock } from "./shell-clock";

export type ExchangeProcessOptions = {
  readonly child: Child;
  readonly desk: Desk;
  readonly deskHash: string;
  readonly createMachine: () => Machine;
  /** The bundled follower, an `.mjs`. */
  readonly followerUrl: URL;
  readonly timerMs?: number;
  readonly snapshotSeconds?: number;
};

/** Peers of all listeners together: what the exchange has rows for. */
const peersMax = 64;

/** How long last bytes may wait in sockets, in milliseconds. */
const drainMsMax = 1_000;

/**
 * The exchange process: recovery, listeners of every venue, the shell. Told to stop, or orphaned, it goes on until no
 * member has an order session (at most 15 s), so that the engine can cancel and see it confirmed.
 */
export async function runExchangeProcess(options: ExchangeProcessOptions): Promise<void> {
  const { child, desk, deskHash, createMachine } = options;
  const { config } = child;
  const venuePorts = config.venuePorts.slice(0, desk.venues.length);
  if (venuePorts.length < desk.venues.length)
    throw new Error(`the desk has ${desk.venues.length} venues, ports are given for ${venuePorts.length}`);
  const recovered = recover<Machine>({
    directory: join(config.dataDirectory, "exchange"),
    identity: identityOf("exchange", config, desk, deskHash),
    isForced: config.fsync !== "never",
    today: config.today,
    createMachine,
    report: (text) => child.progress(text),
  });
  const counters = new SharedCounters();
  const channels = new ChannelTable();
  const peers = new PeerChannels(peersMax);
  const orderListeners: TcpListener[] = [];
  let ended = false;

  const shell = new Shell({
    recovered,
    channels,
    clock: new ShellClock(dayStartMsOf(recovered.tradingDay), recovered.timeNs),
    timerMs: options.timerMs ?? 5,
    fsync: config.fsync,
    onWritten: (segment, segmentLength, factsLength) => counters.commitInputs(segment, segmentLength, factsLength),
    onHalt: (halt) => {
      ended = true;
      void channels.drain(drainMsMax).then(() => child.fail(`exchange halted: ${halt.text}`, halt.exitCode));
    },
  });
  process.on("uncaughtException", (error) => shell.halt(error));

  for (let venue = 0; venue < venuePorts.length; venue++) {
    const ports = venuePorts[venue];
    channels.set(feedChannel + venue, new UdpPublisher([ports.feed, ports.secondFeed]));
    const retransmission = new UdpListener(retransmissionChannel + venue, shell, channels, peers);
    await retransmission.listen(ports.retransmission);
    channels.set(retransmissionChannel + venue, retransmission);
    for (const [base, port] of [
      [snapshotChannel, ports.snapshot],
      [orderChannel, ports.orders],
      [dropChannel, ports.dropCopy],
    ]) {
      const listener = new TcpListener(base + venue, shell, channels, peers);
      channels.set(base + venue, listener);
      if (base === orderChannel) orderListeners.push(listener);
      await listener.listen(port);
    }
  }
  startFollower(
    options.followerUrl,
    {
      directory: recovered.directory,
      identity: recovered.identity,
      journal: recovered.journal,
      tradingDay: recovered.tradingDay,
      epoch: recovered.epoch,
      record: recovered.inputs.nextRecord - 1,
      counters: counters.memory,
      snapshotSeconds: options.snapshotSeconds ?? snapshotSecondsDefault,
      isForced: config.fsync !== "never",
    },
    desk,
    (text) => child.progress(text),
  );
  shell.start();
  const operator = await listenForOperator(operatorSocketOf(config.engineSocket), (bytes) => {
    shell.input(inputKinds.code.command, 0, bytes, 0, bytes.length);
    shell.endTurn();
  });

  child.onStop((cause) => {
    if (ended) return;
    const endMs = Date.now() + orphanStopMsMax;
    child.stopping(cause === "orphaned" ? "the supervisor is gone: waiting for members" : "waiting for members");
    const timer = setInterval(() => {
      if (ended) return clearInterval(timer);
      const members = orderListeners.reduce((sum, listener) => sum + listener.peerCount, 0);
      if (members > 0 && Date.now() < endMs) return;
      clearInterval(timer);
      ended = true;
      void finish();
    }, 50);
  });

  async function finish(): Promise<void> {
    const command = encodeCommand({
      command: commandKinds.code.shutdown,
      scope: scopes.code.all,
      target: -1,
      role: roles.code.system,
      id: randomUUID(),
      actor: "exchange",
      reason: "an orderly stop",
    });
    shell.input(inputKinds.code.command, 0, command, 0, command.length);
    shell.endTurn();
    shell.sendHeld();
    await channels.drain(drainMsMax);
    try {
      shell.stop();
    } catch (error) {
      return child.fail(`the final snapshot failed: ${wordsOf(error)}`);
    }
    operator.close();
    channels.close();
    child.exit(0);
  }

  child.ready(
    `exchange is up, ${venuePorts.length} venues, day ${recovered.tradingDay}, run ${recovered.epoch} (${recovered.cause})`,
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
