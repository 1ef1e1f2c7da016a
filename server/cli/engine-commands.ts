import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type CommandKind, commandAnswerWords, type Scope, scopes } from "../../domain/command";
import type { Fact, FactOf } from "../../domain/facts";
import { killProgressWords } from "../../domain/kill-words";
import type { ViewTable } from "../../domain/views";
import { nearestWord } from "../desk/nearest-word";
import { EngineLinkClient } from "../runtime/engine-link-client";
import { type CommandInput, type OptionSpec, UsageError } from "./command";
import { defaultDataDirectory, engineSocketPath, type RunningDesk, readRunningDesk } from "./data-directory";

/** Options that every command to the engine has. */
export const engineOptions: readonly OptionSpec[] = [
  { name: "data", kind: "text", value: "DIR", summary: "the desk's data directory; default .heliograph/data" },
  {
    name: "reason",
    kind: "text",
    value: "TEXT",
    summary: "why; goes into the facts log; approve and release need one",
  },
];

/** The words that name a scope. */
export const scopeWords = "desk | strategy NAME | pair NAME | symbol S | venue NAME | order ID";

/** How long a kill is watched until its orders are gone. */
const killMsMax = 5_000;
/** How long the time of the last cancel may then take. */
const wireMsMax = 250;
/** How long an answer's facts may take. */
const factsMsMax = 2_000;

/** What a command is about: a scope, and the number of what is meant within it. */
export type CommandTarget = { readonly scope: Scope; readonly target: number; readonly words: string };

/** Everything: a kill or release with no narrower scope. */
export const everything: CommandTarget = { scope: "all", target: -1, words: "everything" };

/** The data directory that a command line means. */
export function dataDirectoryOf(input: CommandInput): string {
  const given = input.text("data");
  return given === null ? defaultDataDirectory : path.resolve(given);
}

/** The strategy named as the command's word. */
export function strategyTarget(input: CommandInput, name: string): CommandTarget {
  const [word] = input.words;
  if (word === undefined) throw new UsageError(`which strategy? heliograph ${name} STRATEGY`);
  return targetNamed("strategy", word, runningDeskOf(input).strategies);
}

/** The scope that all of the command's words name. Throws a UsageError when they name none. */
export function wordsTarget(input: CommandInput, name: string): CommandTarget {
  return targetOfWords(input, name, input.words);
}

/** The scope that some words name: `desk`, or a kind and a name. */
export function targetOfWords(input: CommandInput, name: string, words: readonly string[]): CommandTarget {
  const [kind, value] = words;
  if (kind === "desk" && value === undefined) return everything;
  if (kind === undefined || value === undefined) throw new UsageError(`heliograph ${name} needs ${scopeWords}`);
  if (kind === "order") {
    const id = Number(value);
    if (!Number.isSafeInteger(id) || id < 1) throw new UsageError(`an order is named by its number, got "${value}"`);
    return { scope: "order", target: id, words: `order ${id}` };
  }
  const desk = runningDeskOf(input);
  if (kind === "strategy") return targetNamed("strategy", value, desk.strategies);
  if (kind === "pair") return targetNamed("pair", value, desk.pairs);
  if (kind === "symbol") return targetNamed("instrument", value, desk.instruments);
  if (kind === "venue") return targetNamed("venue", value, desk.venues);
  throw new UsageError(`heliograph ${name} needs ${scopeWords}, got "${kind}"`);
}

/** A command as the engine takes it; actor, role and reason are added. */
export type Wanted = CommandTarget & {
  readonly command: CommandKind;
  readonly detail?: number;
  readonly value?: number;
};

/** Sends one command to the engine and says what became of it; resolves with the exit code. */
export async function sendToEngine(input: CommandInput, command: CommandKind, about: CommandTarget): Promise<number> {
  const answer = await askEngine(input, { command, ...about }, () => false);
  if (answer === null) return 1;
  console.log(`${command} ${about.words}: ${answer.words}${answer.text === "" ? "" : ` (${answer.text})`}`);
  return answer.exitCode;
}

/** The engine's answer for people at a prompt; one that the link gave in its place stays as it is. */
function answerWords(answer: string): string {
  const known: Readonly<Record<string, string>> = commandAnswerWords;
  const words = known[answer] ?? answer;
  return answer === "reasonMissing" ? `${words}; give one with --reason "…"` : words;
}

/**
 * Sends one command, and keeps the facts that `wanted` picks until the one that answers it has come. Null when the
 * engine did not answer, which has been said.
 */
export async function askEngine(
  input: CommandInput,
  about: Wanted,
  wanted: (fact: Fact) => boolean,
): Promise<{ answer: string; words: string; exitCode: number; text: string; facts: Fact[] } | null> {
  const facts: Fact[] = [];
  let lastFact = 0;
  const client = linkTo(input, (fact) => {
    lastFact = fact.number;
    if (wanted(fact)) facts.push(fact);
  });
  client.start();
  try {
    const { answer, text, factNumber } = await client.command(commandOf(input, about));
    const endMs = Date.now() + factsMsMax;
    while (lastFact < factNumber && Date.now() < endMs) await sleep(10);
    const exitCode = answer === "done" || answer === "alreadySo" ? 0 : 1;
    return { answer, words: answerWords(answer), exitCode, text, facts };
  } catch (error) {
    console.error(`${about.command} ${about.words}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  } finally {
    client.close();
  }
}

/**
 * Kills, and follows the kill until its orders are gone: 0 when they are, 2 when some are unknown or unanswered after
 * five seconds (the kill stands all the same), 1 when the engine did not do it.
 */
export async function killAndWatch(input: CommandInput, about: CommandTarget): Promise<number> {
  const scope = scopes.code[about.scope];
  let last: FactOf<"kill"> | null = null;
  const client = linkTo(input, (fact) => {
    if (fact.kind === "kill" && fact.engaged === 1 && fact.scope === scope && fact.target === about.target) last = fact;
  });
  client.start();
  try {
    const { answer } = await client.command(commandOf(input, { command: "kill", ...about }));
    console.log(`kill ${about.words}: ${answerWords(answer)}`);
    if (answer === "alreadySo") return 0;
    if (answer !== "done") return 1;
    const endMs = Date.now() + killMsMax;
    const progress = (): FactOf<"kill"> | null => last;
    const isDone = () => {
      const now = progress();
      return now !== null && now.cancelled >= now.orders;
    };
    const isToldOfWire = () => {
      const now = progress();
      return now === null || now.orders === 0 || now.lastCancelNs > 0;
    };
    while (!isDone() && Date.now() < endMs) await sleep(10);
    // The venues' answers may be here before the shell's word of when the last cancel had left.
    const wireEndMs = Math.min(endMs, Date.now() + wireMsMax);
    while (!isToldOfWire() && Date.now() < wireEndMs) await sleep(10);
    const end = progress();
    if (end === null) {
      console.log("the kill stands; its progress could not be followed");
      return 2;
    }
    console.log(killProgressWords(end).join(", "));
    return isDone() ? 0 : 2;
  } catch (error) {
    console.error(`kill ${about.words}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    client.close();
  }
}

/** All rows of a view as the engine has them now; null when it did not tell, which has been said. */
export async function readView(input: CommandInput, table: ViewTable): Promise<Float64Array[] | null> {
  const rows: Float64Array[] = [];
  const client = linkTo(input, null, (from, row, columns) => {
    if (from === table) rows[row] = columns.slice();
  });
  client.start();
  try {
    const endMs = Date.now() + factsMsMax;
    for (let seen = -1; Date.now() < endMs && (rows.length === 0 || seen < rows.length); ) {
      seen = rows.length;
      await sleep(300);
    }
    if (rows.length > 0) return rows.filter((row) => row !== undefined);
    console.error(`the engine does not answer at ${addressOf(input)}`);
    return null;
  } finally {
    client.close();
  }
}

function commandOf(input: CommandInput, { command, scope, target, detail, value }: Wanted) {
  return {
    id: randomUUID(),
    command,
    scope,
    target,
    detail,
    value,
    actor: userInfo().username,
    role: "admin",
    reason: input.text("reason") ?? "",
  };
}

function addressOf(input: CommandInput): string {
  const dataDirectory = dataDirectoryOf(input);
  return readRunningDesk(dataDirectory)?.engineSocket ?? engineSocketPath(dataDirectory);
}

/** A link to the engine that hears the facts from now on, or the views. */
function linkTo(
  input: CommandInput,
  onFact: ((fact: Fact) => void) | null,
  onViews?: (table: ViewTable, row: number, columns: Float64Array) => void,
): EngineLinkClient {
  return new EngineLinkClient({
    address: addressOf(input),
    factsFrom: onFact === null ? null : (hello) => hello.lastFactNumber + 1,
    views: onViews !== undefined,
    ...(onFact === null
      ? {}
      : {
          onFacts: (facts: Fact[]) => {
            for (const fact of facts) onFact(fact);
          },
        }),
    ...(onViews === undefined ? {} : { onViews }),
  });
}

/** The desk that runs on the data directory; throws a UsageError when there is none. */
export function runningDeskOf(input: CommandInput): RunningDesk {
  const dataDirectory = dataDirectoryOf(input);
  const desk = readRunningDesk(dataDirectory);
  if (desk === null) throw new UsageError(`no desk has been started on ${dataDirectory}; --data DIR names another`);
  return desk;
}

function targetNamed(scope: Scope, name: string, names: readonly string[]): CommandTarget {
  const target = names.indexOf(name);
  if (target >= 0) return { scope, target, words: `${scope} ${name}` };
  const nearest = nearestWord(name, names);
  const hint =
    nearest === null ? (names.length <= 16 ? `; there are ${names.join(", ")}` : "") : `; did you mean ${nearest}?`;
  throw new UsageError(`no ${scope} "${name}"${hint}`);
}
