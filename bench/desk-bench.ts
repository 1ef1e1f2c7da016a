import { UsageError } from "../server/cli/command";
import { readRunningDesk } from "../server/cli/data-directory";
import { dataDirectoryOf } from "../server/cli/engine-commands";
import type { Bench } from "./bench";
import { measureProcesses } from "./desk-cpu";

/** Weighs the processes of a running desk. */
export const deskBench: Bench = {
  summary: "what a running desk takes of a core and of memory",
  usage: "",
  options: [
    { name: "seconds", kind: "whole", value: "N", summary: "desk: how long to watch; default 60" },
    { name: "data", kind: "text", value: "DIR", summary: "desk: its data directory; default .heliograph/data" },
  ],
  run: async (input) => {
    const desk = readRunningDesk(dataDirectoryOf(input));
    if (desk === null) throw new UsageError(`no desk runs on ${dataDirectoryOf(input)}`);
    const seconds = input.whole("seconds") ?? 60;
    const processes = [...desk.children, { name: "supervisor", pid: desk.supervisor }];
    const figures = await measureProcesses(processes, seconds);
    console.log(`over ${seconds} s, percent of one core and resident memory:`);
    for (const { name, corePercent, residentMegabytes } of figures)
      console.log(
        `  ${name.padEnd(11)}${corePercent.toFixed(1).padStart(6)} %${`${residentMegabytes}`.padStart(7)} MB`,
      );
    return { seconds, processes: figures };
  },
};
