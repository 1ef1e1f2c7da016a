import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { loadDesk } from "../desk/load-desk";
import { createEngine } from "../engine/engine";
import { JournalError } from "../journal/journal-error";
import type { LogHeader } from "../journal/log-header";
import { listDays } from "../journal/segments";
import type { Machine } from "../machine/machine";
import { readJournalHeader } from "../runtime/replay-journal";
import { createExchange } from "../simulator/exchange-machine";
import { type CommandInput, type OptionSpec, UsageError } from "./command";
import { rootFolder } from "./root-folder";

/** Options that say which desk a journal belongs to, where its header's word is not enough. */
export const journalDeskOptions: readonly OptionSpec[] = [
  { name: "desk", kind: "text", value: "FILE", summary: "the desk file; default what the journal's header says" },
  { name: "names", kind: "whole", value: "N", summary: "as the desk was started; default what the header says" },
  { name: "pairs", kind: "whole", value: "N", summary: "as the desk was started; default what the header says" },
  { name: "seed", kind: "whole", value: "N", summary: "as the desk was started; default what the header says" },
];

/**
 * The day's directory that a word means: itself, the newest day of a machine's directory, or the engine's newest day of
 * a data directory. Throws a UsageError when it is none of these.
 */
export function dayDirectoryOf(word: string): string {
  const directory = path.resolve(word);
  if (!existsSync(directory) || !statSync(directory).isDirectory())
    throw new UsageError(`${directory} is no directory`);
  if (existsSync(path.join(directory, "facts.log"))) return directory;
  const machine = existsSync(path.join(directory, "engine")) ? path.join(directory, "engine") : directory;
  const newest = listDays(machine).at(-1);
  if (newest === undefined)
    throw new UsageError(
      `${directory} holds no journal: expected facts.log, or folders named after days (${path.join(directory, "YYYY-MM-DD")})`,
    );
  return path.join(machine, newest);
}

/** What a journal is replayed with. */
export type JournalMachine = {
  readonly header: LogHeader;
  readonly deskHash: string;
  readonly createMachine: () => Machine;
};

/** Finds and reads the journal's desk, and says how its machine is made. Throws a UsageError when it is another desk. */
export function machineOfJournal(directory: string, input: CommandInput): JournalMachine {
  const header = readJournalHeader(directory);
  const given = input.text("desk");
  const own = header.desk;
  const file = given === null ? nearestFile(own.file) : path.resolve(given);
  const overrides = {
    names: input.whole("names") ?? own.names,
    pairs: input.whole("pairs") ?? own.pairs,
    seed: input.whole("seed") ?? own.seed,
  };
  const { desk, hash } = loadDesk(file, overrides);
  if (hash !== header.deskHash)
    throw new JournalError(
      `${directory}: was recorded with another desk than ${file} (hash ${header.deskHash.slice(0, 12)}, this one's is ` +
        `${hash.slice(0, 12)}): give the one it was recorded with by --desk, --names, --pairs and --seed`,
    );
  const createMachine = () => (header.machine === "engine" ? createEngine(desk) : createExchange(desk));
  return { header, deskHash: hash, createMachine };
}

/** The desk file as the header names it, or the one of the same name here when the journal came from elsewhere. */
function nearestFile(file: string): string {
  const here = path.join(rootFolder, "desks", path.basename(file));
  return !existsSync(file) && existsSync(here) ? here : file;
}
