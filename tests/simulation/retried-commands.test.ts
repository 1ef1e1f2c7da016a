import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import {
  type CommandKind,
  commandAnswers,
  commandKinds,
  type Role,
  roles,
  type Scope,
  scopes,
} from "../../domain/command";
import type { Fact } from "../../domain/facts";
import { limitCodes, tradingModes } from "../../domain/limit";
import { rememberedMax } from "../../server/engine/remembered-commands";
import { riskDesk } from "../../server/engine/risk/testing/risk-desk";
import { encodeCommand } from "../../server/machine/command-record";
import { JournaledEngine } from "../support/journaled-engine";
import { createRandom } from "../support/random";

const retries = 100_000;
/** One command in so many is new, the others are asked again. */
const retriesOfOne = 20;
const retriesPerRun = 5_000;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function start(): JournaledEngine {
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-retries-"));
  folders.push(folder);
  return new JournaledEngine(riskDesk(), folder);
}

type Asked = {
  readonly bytes: Uint8Array;
  /** The code of its first answer. */
  answer: number;
};

const idOf = (number: number): string => `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;

function commandOf(
  number: number,
  command: CommandKind,
  scope: Scope,
  target: number,
  more: { readonly role?: Role; readonly detail?: number; readonly value?: number; readonly reason?: string } = {},
): Asked {
  const { role = "admin", detail, value, reason = "retried" } = more;
  const id = idOf(number);
  const codes = { command: commandKinds.code[command], scope: scopes.code[scope], role: roles.code[role] };
  return { bytes: encodeCommand({ ...codes, target, id, detail, value, actor: "test", reason }), answer: -1 };
}

/** A command with another id each time, of every kind that changes something; some of them are refused. */
function drawCommand(number: number, random: () => number): Asked {
  const draw = (count: number) => Math.floor(random() * count);
  const strategy = draw(3);
  switch (draw(9)) {
    case 0:
      return commandOf(number, "approve", "strategy", strategy);
    case 1:
      return commandOf(number, "pause", "strategy", strategy);
    case 2:
      return commandOf(number, "resume", "strategy", strategy);
    case 3:
      return commandOf(number, "kill", draw(2) === 0 ? "strategy" : "instrument", strategy);
    case 4:
      return commandOf(number, "release", draw(2) === 0 ? "strategy" : "instrument", strategy);
    case 5:
      return commandOf(number, "setMode", "venue", draw(2), { detail: draw(tradingModes.names.length) });
    case 6:
      // Another value each time, so that each one that is done is seen.
      return commandOf(number, "setLimit", "all", -1, {
        detail: limitCodes.code.ordersPerDay,
        value: 1_000 + number,
      });
    case 7:
      return commandOf(number, "approve", "strategy", strategy, { role: "viewer" });
    default:
      return commandOf(number, "setLimit", "all", -1, { detail: limitCodes.code.ordersPerDay, value: 7, reason: "" });
  }
}

/** What a turn did beside answering its command. */
const effects = (facts: readonly Fact[]): readonly Fact[] => facts.filter(({ kind }) => kind !== "command");

function answerOf(facts: readonly Fact[]): { answer: number; isRepeat: boolean } {
  const answers = facts.filter((fact) => fact.kind === "command");
  if (answers.length !== 1) throw new Error(`${answers.length} answers to one command`);
  return { answer: answers[0].answer, isRepeat: answers[0].detail === 1 };
}

/** Gives a command for the first time. */
function ask(engine: JournaledEngine, asked: Asked): readonly Fact[] {
  const facts = engine.command(asked.bytes);
  asked.answer = answerOf(facts).answer;
  return effects(facts);
}

describe("a command that its client asks again", () => {
  it(`acts once and is answered alike, ${retries} times over restarts out of the logs`, () => {
    const random = createRandom(11);
    const engine = start();
    const all: Asked[] = [];
    let acted = 0;
    let limits = 0;
    const wrong: string[] = [];
    for (let retry = 0; retry < retries; retry++) {
      if (retry % retriesOfOne === 0) {
        const asked = drawCommand(all.length + 1, random);
        const done = ask(engine, asked);
        if (done.length > 0) acted++;
        if (done.some(({ kind }) => kind === "limitChanged")) limits++;
        all.push(asked);
      }
      if (retry % retriesPerRun === retriesPerRun - 1) {
        engine.kill();
        engine.restart();
      }
      // Mostly of the last ones, as clients do, and sometimes of the oldest that must be known.
      const share = random() < 0.8 ? 0.02 : 1;
      const back = Math.floor(random() * share * Math.min(all.length, rememberedMax));
      const place = all.length - 1 - back;
      const facts = engine.command(all[place].bytes);
      const { answer, isRepeat } = answerOf(facts);
      const isDone = answer === commandAnswers.code.done;
      if (answer !== all[place].answer || effects(facts).length > 0 || (isDone && !isRepeat))
        wrong.push(`retry ${retry} of ${place}, ${back} back: ${commandAnswers.name(answer)}, ${facts.length} facts`);
    }
    expect(wrong).toEqual([]);
    expect(engine.recovered.epoch).toBe(retries / retriesPerRun + 1);
    // The commands were of some consequence: what is retried in vain would prove nothing.
    expect(all).toHaveLength(retries / retriesOfOne);
    expect(acted).toBeGreaterThan(all.length / 4);
    expect(limits).toBeGreaterThan(all.length / 20);
  }, 120_000);

  it("does so when the first answer was lost with the engine, and the retry is the next run's first command", () => {
    const engine = start();
    const limit = (number: number) =>
      commandOf(number, "setLimit", "all", -1, { detail: limitCodes.code.ordersPerDay, value: 1_000 + number });
    for (let number = 1; number <= 100; number++) {
      const asked = limit(number);
      expect(ask(engine, asked)).toEqual([expect.objectContaining({ kind: "limitChanged", to: 1_000 + number })]);
      engine.kill();
      engine.restart();
      const facts = engine.command(asked.bytes);
      expect([answerOf(facts), effects(facts)]).toEqual([{ answer: asked.answer, isRepeat: true }, []]);
    }
  }, 60_000);

  it("is known behind as many others as are remembered, and one more is judged anew", () => {
    const engine = start();
    let number = 0;
    const kill = commandOf(++number, "kill", "strategy", 1);
    expect(ask(engine, kill).length).toBeGreaterThan(0);
    const release = commandOf(++number, "release", "strategy", 1);
    expect(ask(engine, release).length).toBeGreaterThan(0);
    // The kill and all behind it are as many as are remembered: it is the oldest of them.
    while (number < rememberedMax) ask(engine, commandOf(++number, "pause", "strategy", 99));
    expect(effects(engine.command(kill.bytes))).toEqual([]);
    expect(answerOf(engine.command(kill.bytes))).toEqual({ answer: commandAnswers.code.done, isRepeat: true });
    ask(engine, commandOf(++number, "pause", "strategy", 99));
    // This is what the memory's size is for: no client asks again behind so many commands of others.
    expect(effects(engine.command(kill.bytes)).length).toBeGreaterThan(0);
  }, 60_000);

  it("is not forgotten over commands that nobody may give, however many", () => {
    const engine = start();
    const kill = commandOf(1, "kill", "strategy", 1);
    ask(engine, kill);
    ask(engine, commandOf(2, "release", "strategy", 1));
    for (let i = 0; i < rememberedMax; i++) {
      const asked = commandOf(3 + i, "resume", "strategy", 1, i % 2 === 0 ? { role: "viewer" } : { role: "risk" });
      ask(engine, asked);
      if (asked.answer !== commandAnswers.code.notPermitted) throw new Error(`command ${3 + i} was permitted`);
    }
    const facts = engine.command(kill.bytes);
    expect([answerOf(facts), effects(facts)]).toEqual([{ answer: kill.answer, isRepeat: true }, []]);
  }, 60_000);
});
