import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { benchReplay, timeReplays } from "../../bench/replay";
import { decodeFact, type Fact } from "../../domain/facts";
import { runCommandLine } from "../../server/cli/cli";
import { loadDesk } from "../../server/desk/load-desk";
import { createEngine } from "../../server/engine/engine";
import { factsFile } from "../../server/journal/facts-log";
import { listSegments } from "../../server/journal/segments";
import { appendsOf, editAppend } from "../../server/journal/testing/edit-append";
import { verifyJournal } from "../../server/journal/verify-journal";
import type { Machine } from "../../server/machine/machine";
import { replayJournal } from "../../server/runtime/replay-journal";
import { type RecordedJournal, recordKill, recordScriptedDay, recordVirtualDay } from "../support/recorded-journal";

const root = fileURLToPath(new URL("../..", import.meta.url));
const source = { file: join(root, "desks/demo.yaml"), names: 20, pairs: 10, seed: null };
const origin = { ...loadDesk(source.file, source), source };
const { desk, hash: deskHash } = origin;

let directory: string;
let journal: RecordedJournal;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "heliograph-replay-test-"));
  journal = recordVirtualDay(join(directory, "engine"), origin, 6_000, 600_000);
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function replay(createMachine: () => Machine = () => createEngine(desk), from?: number) {
  return replayJournal({
    directory: journal.directory,
    deskHash,
    createMachine,
    isVerifying: true,
    ...(from === undefined ? {} : { from }),
  });
}

type Change = (engine: Machine, outbox: Parameters<Machine["step"]>[1], record: number) => boolean;

/** An engine that is changed once: `change` is asked after each step from record `at` on, until it says it did. */
function changedEngine(at: number, change: Change): Machine {
  const engine = createEngine(desk);
  let record = 0;
  let isDone = false;
  return {
    registry: engine.registry,
    step: (input, outbox, facts) => {
      engine.step(input, outbox, facts);
      if (++record >= at && !isDone) isDone = change(engine, outbox, record);
    },
    lastWords: (outbox) => engine.lastWords(outbox),
  };
}

/** All facts of a day's directory. */
function factsIn(day: string): Fact[] {
  const facts: Fact[] = [];
  for (const { content } of appendsOf(factsFile(day)))
    for (let at = 0; at < content.length; ) {
      const { fact, length } = decodeFact(content, at);
      facts.push(fact);
      at += length;
    }
  return facts;
}

/** The bytes of the first state array of a group. */
function firstArrayOf(machine: Machine, group: string): Uint8Array {
  const at = machine.registry.layout().findIndex(({ name }) => name.startsWith(`${group}.`));
  const part = [...machine.registry.parts()][at];
  if (part === undefined) throw new Error(`there is no state called ${group}`);
  return part;
}

const jsonSchema = z.looseObject({
  runningHash: z.string(),
  stateHash: z.string(),
  records: z.int(),
  difference: z.null(),
});

/** `heliograph replay --json` in a process of its own with so many megabytes of heap. */
function replayInProcess(heapMegabytes: number) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${heapMegabytes}`, join(root, "bin/heliograph"), "replay", directory, "--verify", "--json"],
    { cwd: root, encoding: "utf8" },
  );
  expect(status, stdout + stderr).toBe(0);
  return jsonSchema.parse(JSON.parse(stdout.trim().split("\n").at(-1) ?? ""));
}

/** Runs one command line in this process; gives its exit code and all it printed. */
async function commandLine(...parts: string[]): Promise<{ code: number; printed: string }> {
  const lines: string[] = [];
  const take = (...words: unknown[]) => {
    lines.push(words.join(" "));
  };
  const spies = [
    vi.spyOn(console, "log").mockImplementation(take),
    vi.spyOn(console, "error").mockImplementation(take),
  ];
  try {
    const code = await runCommandLine(parts);
    return { code, printed: lines.join("\n") };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

describe("a journal of the engine, recorded through the shell under load", () => {
  it("holds the day whole: the shell's engine and the one without a journal end in the same state", () => {
    expect(journal.stateHash).toBe(journal.virtualStateHash);
    expect(verifyJournal(journal.directory).problems).toEqual([]);
    expect(listSegments(journal.directory).length).toBeGreaterThan(2);
  });

  it("verifies: every fact, running hash and state hash", () => {
    const report = replay();
    expect(report.difference).toBeNull();
    expect(report.records).toBe(journal.records);
    expect(report.stateHash).toBe(journal.stateHash);
    expect(report.facts).toBeGreaterThan(100);
    expect(report.hashesCompared).toBeGreaterThan(50);
    expect(report.statesCompared).toBe(2);
  });

  it("gives the same hash in two processes under different heap limits", () => {
    const [small, large] = [replayInProcess(64), replayInProcess(2_048)];
    expect(small.records).toBe(journal.records);
    expect(small.runningHash).toBe(large.runningHash);
    expect(small.stateHash).toBe(large.stateHash);
    expect(small.stateHash).toBe(journal.stateHash);
  });

  it("finds an engine that sends one other byte, at that record", () => {
    let changedAt = 0;
    const machine = changedEngine(4_000, (_engine, outbox, record) => {
      if (outbox.count === 0 || outbox.lengthAt(0) === 0) return false;
      outbox.bytes[outbox.offsetAt(0) + outbox.lengthAt(0) - 1] ^= 1;
      changedAt = record;
      return true;
    });
    const { difference } = replay(() => machine);
    expect(difference).toMatchObject({ stage: "outputs", record: changedAt });
    expect(difference?.got).toMatch(/outputs are: send on channel \d+/);
  });

  it("finds an engine with one bit of state another, and names the stage it belongs to", () => {
    for (const stage of ["book", "bars", "orders", "kill"]) {
      const machine = changedEngine(journal.records, (engine) => {
        const bytes = firstArrayOf(engine, stage);
        bytes[bytes.length - 1] ^= 1;
        return true;
      });
      expect(replay(() => machine).difference).toMatchObject({ stage: `state: ${stage}`, record: journal.records });
    }
  });

  it("is checked from the command line, which names what is wrong and exits with 1", async () => {
    const copy = join(directory, "copy");
    cpSync(journal.directory, copy, { recursive: true });
    expect(await commandLine("verify", copy)).toMatchObject({ code: 0, printed: expect.stringMatching(/whole/) });
    expect(await commandLine("replay", copy, "--verify", "--from", "4000")).toMatchObject({
      code: 0,
      printed: expect.stringMatching(/all as recorded: every fact/),
    });

    // A fact that says something else, its checksum put right: only a replay can find it.
    const facts = join(copy, "facts.log");
    const whole = readFileSync(facts);
    editAppend(facts, appendsOf(facts)[40]?.offset ?? 0, (content) => {
      content[27] = (content[27] ?? 0) ^ 1;
    });
    expect((await commandLine("verify", copy)).code).toBe(0);
    const different = await commandLine("replay", copy, "--verify");
    expect(different.code).toBe(1);
    expect(different.printed).toMatch(/differs at record \d+, facts: \w+\n {2}expected \{.*\n {2}got {6}\{/);
    writeFileSync(facts, whole);

    const [, segment] = listSegments(copy);
    const bytes = readFileSync(segment?.file ?? "");
    bytes[5_000] = (bytes[5_000] ?? 0) ^ 0x20;
    writeFileSync(segment?.file ?? "", bytes);
    const damaged = await commandLine("verify", copy);
    expect(damaged.code).toBe(1);
    expect(damaged.printed).toMatch(/wrong: .*inputs-\d+\.log: damaged at offset \d+ \(record \d+\)/);
    expect(await commandLine("replay", copy)).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/damaged at offset/),
    });
  });

  it("refuses another desk, and what is no journal, in words", async () => {
    expect(await commandLine("replay", directory, "--pairs", "11")).toMatchObject({
      code: 1,
      printed: expect.stringMatching(/was recorded with another desk than .*--desk, --names, --pairs and --seed/),
    });
    expect(await commandLine("replay", tmpdir())).toMatchObject({
      code: 2,
      printed: expect.stringMatching(/holds no journal/),
    });
    expect((await commandLine("verify")).code).toBe(2);
    expect(await commandLine("start", "--fsync", "sometimes")).toMatchObject({
      code: 2,
      printed: expect.stringMatching(/--fsync needs always, interval, never, got "sometimes"/),
    });
  });

  it("has a kill's cancels and when they left, byte for byte", () => {
    const wireNs = 34e6;
    const day = recordKill(join(directory, "kill"), origin, wireNs);
    expect(day.stateHash).toBe(day.virtualStateHash);
    expect(verifyJournal(day.directory).problems).toEqual([]);
    const kills = factsIn(day.directory).filter((fact) => fact.kind === "kill");
    const [first] = kills;
    expect(first).toMatchObject({ engaged: 1, lastCancelNs: 0 });
    expect(first?.orders).toBeGreaterThan(0);
    expect(kills.at(-1)?.lastCancelNs).toBe((first?.blockedNs ?? 0) + wireNs);
    const again = replayJournal({
      directory: day.directory,
      deskHash,
      createMachine: () => createEngine(desk),
      isVerifying: true,
    });
    expect(again).toMatchObject({ difference: null, records: day.records });
  });

  it("runs in the bench too, on a scripted day", async () => {
    const day = recordScriptedDay(join(directory, "scripted"), origin, 3_000);
    expect(day.stateHash).toBe(day.virtualStateHash);
    const figures = await benchReplay(day.directory, 1, async (isVerifying) =>
      timeReplays(day.directory, deskHash, () => createEngine(desk), isVerifying, 1),
    );
    expect(figures).toMatchObject({ records: day.records, isSameHash: true, difference: null });
    expect(figures.baseline.millionPerSecond).toBeGreaterThan(0);
  });
});
