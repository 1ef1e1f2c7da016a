import { readFileSync } from "node:fs";
import { benchBooks } from "../../../bench/books";
import { measureProcesses } from "../../../bench/desk-cpu";
import { machineLine } from "../../../bench/machine-line";
import { type Command, type CommandInput, UsageError } from "../command";
import { readRunningDesk } from "../data-directory";
import { dataDirectoryOf } from "../engine-commands";

/** Times the engine's parts, or weighs a running desk. */
export const command: Command = {
  name: "bench",
  summary: "time decoding and books on an ITCH file, or weigh a running desk",
  usage: "itch FILE | desk",
  options: [
    { name: "rounds", kind: "whole", value: "N", summary: "itch: timed rounds, the median counts; default 5" },
    { name: "seconds", kind: "whole", value: "N", summary: "desk: how long to watch; default 60" },
    { name: "data", kind: "text", value: "DIR", summary: "desk: its data directory; default .heliograph/data" },
    { name: "json", kind: "flag", summary: "one JSON object on the last line" },
  ],
  wordsMax: 2,
  run: async (input) => {
    const [what, file] = input.words;
    console.log(machineLine());
    if (what === "itch" && file !== undefined) return benchItch(input, file);
    if (what === "desk") return weighDesk(input);
    throw new UsageError('expected "bench itch FILE" or "bench desk"');
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
