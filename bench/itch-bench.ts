import { readFileSync } from "node:fs";
import { UsageError } from "../server/cli/command";
import type { Bench } from "./bench";
import { benchBooks } from "./books";

/** Times decoding and books on an ITCH file. */
export const itchBench: Bench = {
  summary: "how fast an ITCH file is decoded and its books are kept",
  usage: "FILE",
  options: [{ name: "rounds", kind: "whole", value: "N", summary: "itch: timed rounds, the median counts; default 5" }],
  run: async (input, [file]) => {
    if (file === undefined) throw new UsageError("which file? heliograph bench itch FILE");
    const figures = benchBooks(new Uint8Array(readFileSync(file)), input.whole("rounds") ?? 5);
    console.log(
      `${figures.messages.toLocaleString("en")} messages, median of ${figures.rounds} rounds, million a second:`,
    );
    console.log(`  summing the bytes  ${figures.baseline.millionPerSecond}`);
    console.log(`  decode             ${figures.decode.millionPerSecond}`);
    console.log(`  decode and books   ${figures.books.millionPerSecond}`);
    return figures;
  },
};
