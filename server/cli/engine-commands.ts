import { randomUUID } from "node:crypto";
import { userInfo } from "node:os";
import path from "node:path";
import type { CommandKind, Scope } from "../../domain/command";
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

/** Options that say what a kill or a release is about. */
export const scopeOptions: readonly OptionSpec[] = [
  { name: "all", kind: "flag", summary: "everything" },
  { name: "strategy", kind: "text", value: "NAME", summary: "one strategy" },
  { name: "symbol", kind: "text", value: "S", summary: "one instrument" },
  { name: "venue", kind: "text", value: "NAME", summary: "one venue" },
];

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
  return targetNamed("strategy", word, runningDesk(input).strategies);
}

/** The one scope given by `scopeOptions`. Throws a UsageError when it is none or several. */
export function scopeTarget(input: CommandInput, name: string): CommandTarget {
  const given = ["strategy", "symbol", "venue"].filter((option) => input.text(option) !== null);
  const count = given.length + (input.flag("all") ? 1 : 0);
  if (count !== 1)
    throw new UsageError(`heliograph ${name} needs one of --all, --strategy NAME, --symbol S, --venue NAME`);
  if (input.flag("all")) return everything;
  const desk = runningDesk(input);
  const [option] = given;
  const value = input.text(option)!;
  if (option === "strategy") return targetNamed("strategy", value, desk.strategies);
  if (option === "symbol") return targetNamed("instrument", value, desk.instruments);
  return targetNamed("venue", value, desk.venues);
}

/** Sends one command to the engine and says what became of it; resolves with the exit code. */
export async function sendToEngine(input: CommandInput, command: CommandKind, about: CommandTarget): Promise<number> {
  const dataDirectory = dataDirectoryOf(input);
  const address = readRunningDesk(dataDirectory)?.engineSocket ?? engineSocketPath(dataDirectory);
  const client = new EngineLinkClient({ address, factsFrom: null, views: false });
  client.start();
  try {
    const answer = await client.command({
      id: randomUUID(),
      command,
      scope: about.scope,
      target: about.target,
      actor: userInfo().username,
      role: "admin",
      reason: input.text("reason") ?? "",
    });
    console.log(`${command} ${about.words}: ${answer.answer}${answer.text === "" ? "" : ` (${answer.text})`}`);
    return answer.answer === "done" || answer.answer === "alreadySo" ? 0 : 1;
  } catch (error) {
    console.error(`${command} ${about.words}: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    client.close();
  }
}

function runningDesk(input: CommandInput): RunningDesk {
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
