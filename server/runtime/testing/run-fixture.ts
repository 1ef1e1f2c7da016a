import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelTable, type Transport } from "../../adapters/transport";
import type { FileWriter } from "../../journal/append-log";
import type { JournalIdentity } from "../../journal/log-header";
import { inputKinds } from "../../machine/input-record";
import { type Recovered, recover } from "../recover";
import { type Halt, Shell, type ShellOptions } from "../shell";
import { ShellClock } from "../shell-clock";
import { ToyMachine } from "./toy-machine";

export const testIdentity: JournalIdentity = {
  machine: "engine",
  codeVersion: "test",
  deskHash: "hash of the test desk",
  deskShape: "shape of the test desk",
  desk: { file: "test.yaml", names: null, pairs: null, seed: null },
};

/** An empty folder, gone after `use`. */
export function temporaryDirectory(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "heliograph-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A transport that remembers what was sent on which channel. */
export class RecordingTransport implements Transport {
  readonly stream = true;
  readonly waiting: number = 0;
  readonly sent: { channel: number; text: string }[] = [];
  connect(): void {}
  disconnect(): void {}
  close(): void {}
  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    this.sent.push({ channel, text: Buffer.from(bytes.subarray(offset, offset + length)).toString("latin1") });
  }
}

/** The channel the fixture's inputs come on. */
export const testChannel = 48;

export type TestRun = {
  readonly recovered: Recovered<ToyMachine>;
  readonly shell: Shell;
  readonly transport: RecordingTransport;
  readonly halts: Halt[];
  readonly reports: string[];
  /** One turn with these payloads, as `data` inputs. */
  data(...payloads: string[]): void;
};

export type TestRunOptions = {
  readonly directory: string;
  readonly today?: string;
  readonly slope?: number;
  readonly identity?: Partial<JournalIdentity>;
  readonly write?: FileWriter;
  readonly segmentLength?: number;
  readonly shell?: Partial<ShellOptions>;
};

/** Recovers a toy machine in a folder and starts a shell around it; its clock moves 1 ms a reading, no timer runs. */
export function startTestRun(options: TestRunOptions): TestRun {
  const reports: string[] = [];
  const halts: Halt[] = [];
  const recovered = recover<ToyMachine>({
    directory: options.directory,
    identity: { ...testIdentity, ...options.identity },
    today: options.today ?? "2026-11-20",
    createMachine: () => new ToyMachine(options.slope),
    report: (text) => reports.push(text),
    ...(options.write ? { write: options.write } : {}),
    ...(options.segmentLength ? { segmentLength: options.segmentLength } : {}),
  });
  let reading = 0n;
  const channels = new ChannelTable();
  const transport = new RecordingTransport();
  channels.set(testChannel, transport);
  const shell = new Shell({
    recovered,
    channels,
    clock: new ShellClock(0, recovered.timeNs, { wallMs: () => 1_000, monotonicNs: () => ++reading * 1_000_000n }),
    timerMs: 1_000_000_000,
    onHalt: (halt) => halts.push(halt),
    ...options.shell,
  });
  shell.start();
  return {
    recovered,
    shell,
    transport,
    halts,
    reports,
    data(...payloads) {
      for (const payload of payloads) {
        const bytes = Buffer.from(payload, "latin1");
        shell.input(inputKinds.code.data, testChannel, bytes, 0, bytes.length);
      }
      shell.endTurn();
    },
  };
}
