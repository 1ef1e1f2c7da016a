import { readFileSync } from "node:fs";
import path from "node:path";
import { benchBooks } from "../../../bench/books";
import { measureProcesses } from "../../../bench/desk-cpu";
import { machineLine } from "../../../bench/machine-line";
import { benchReplay, withScriptedDay } from "../../../bench/replay";
import { loadDesk } from "../../desk/load-desk";
import { type Command, type CommandInput, UsageError } from "../command";
import { readRunningDesk } from "../data-directory";
import { dataDirectoryOf } from "../engine-commands";
import { dayDirectoryOf, journalDeskOptions, machineOfJournal } from "../journal-directory";
import { rootFolder } from "../root-folder";

/** Times the engine's parts, or weighs a running desk. */
export const command: Command = {
  name: "bench",
  summary: "time decoding and books on an ITCH file, or a replay, or weigh a running desk",
  usage: "itch FILE | replay [JOURNAL] | desk",
  options: [
    { name: "rounds", kind: "whole", value: "N", summary: "itch, replay: timed rounds, the median counts; default 5" },
    { name: "records", kind: "whole", value: "N", summary: "replay: records of the day that is made; default 1000000" },
    ...journalDeskOptions,
    { name: "seconds", kind: "whole", value: "N", summary: "desk: how long to watch; default 60" },
    { name: "data", kind: "text", value: "DIR", summary: "desk: its data directory; default .heliograph/data" },
    { name: "json", kind: "flag", summary: "one JSON object on the last line" },
  ],
  wordsMax: 2,
  run: async (input) => {
    const [what, file] = input.words;
    console.log(machineLine());
    if (what === "itch" && file !== undefined) return benchItch(input, file);
    if (what === "replay") return timeReplay(input, file);
    if (what === "desk") return weighDesk(input);
    throw new UsageError('expected "bench itch FILE", "bench replay [JOURNAL]" or "bench desk"');
  },
};

function benchItch(input: CommandInput, file: string): number {
  const figures = benchBooks(new Uint8Array(readFileSync(file)), input.whole("rounds") ?? 5);
  console.log(
    `${figures.messages.toLocaleString("en")} messages, median of ${figures.rounds} rounds, million a second:`,
  );
  console.log(`  summing the bytes  ${figures.baseline.millionPerSecond}`);
  console.log(`  decode             ${figures.decode.millionPerSecond}`);
  console.log(`  decode and books   ${figures.books.millionPerSecond}`);
  if (input.flag("json")) console.log(JSON.stringify({ machine: machineLine(), ...figures }));
  return 0;
}

/** Replays a journal, or a day made for it: one million records of the demonstration desk on scripted venues. */
function timeReplay(input: CommandInput, journal: string | undefined): number {
  const rounds = input.whole("rounds") ?? 5;
  const time = (directory: string): number => {
    const { deskHash, createMachine } = machineOfJournal(directory, input);
    const figures = benchReplay(directory, deskHash, createMachine, rounds);
    const { records, facts, inputBytes, replay, verified, baseline } = figures;
    console.log(
      `${records.toLocaleString("en")} records, ${(inputBytes / 1e6).toFixed(1)} MB, ${facts.toLocaleString("en")} facts; ` +
        `median of ${rounds} rounds, million records a second:`,
    );
    console.log(`  reading and checksumming  ${baseline.millionPerSecond}`);
    console.log(`  replay                    ${replay.millionPerSecond}`);
    console.log(`  replay, all compared      ${verified.millionPerSecond}`);
    console.log(`running hash ${figures.runningHash}, state hash ${figures.stateHash}`);
    if (!figures.isSameHash) console.log("the hashes of the rounds differ");
    if (figures.difference !== null) console.log(`differs from the recording at ${figures.difference}`);
    if (input.flag("json")) console.log(JSON.stringify({ machine: machineLine(), ...figures }));
    return figures.isSameHash && figures.difference === null ? 0 : 1;
  };
  if (journal !== undefined) return time(dayDirectoryOf(journal));
  const source = { file: path.join(rootFolder, "desks", "demo.yaml"), names: null, pairs: null, seed: null };
  return withScriptedDay({ ...loadDesk(source.file, source), source }, input.whole("records") ?? 1_000_000, time);
}

async function weighDesk(input: CommandInput): Promise<number> {
  const desk = readRunningDesk(dataDirectoryOf(input));
  if (desk === null) throw new UsageError(`no desk runs on ${dataDirectoryOf(input)}`);
  const seconds = input.whole("seconds") ?? 60;
  const processes = [...desk.children, { name: "supervisor", pid: desk.supervisor }];
  const figures = await measureProcesses(processes, seconds);
  console.log(`over ${seconds} s, percent of one core and resident memory:`);
  for (const { name, corePercent, residentMegabytes } of figures)
    console.log(`  ${name.padEnd(11)}${corePercent.toFixed(1).padStart(6)} %${`${residentMegabytes}`.padStart(7)} MB`);
  if (input.flag("json")) console.log(JSON.stringify({ machine: machineLine(), seconds, processes: figures }));
  return 0;
}
