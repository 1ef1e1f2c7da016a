import { existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { type CommandInput, UsageError } from "../server/cli/command";
import { rootFolder } from "../server/cli/root-folder";
import type { Bench } from "./bench";
import { buildFloor, type FloorResult, runFloor } from "./books-floor";
import { ItchGenerator } from "./itch-generator";
import { type ItchPass, itchPasses, type PassResult } from "./itch-pass";
import { medianOf } from "./machine-line";
import { runBenchChild } from "./start-bench-child";
import { writeItchDay } from "./write-itch-day";

const defaults = { messages: 10_000_000, symbols: 500, seed: 1, rounds: 5 };

/** Millions of messages a second; the medians of all rounds. */
export type ItchFigures = {
  readonly messages: number;
  readonly rounds: number;
  readonly decode: { readonly millionPerSecond: number };
  readonly books: { readonly millionPerSecond: number; readonly openOrders: number };
  readonly baseline: { readonly millionPerSecond: number };
  /** The C++ program on the same file in the same rounds; null where there is no compiler. */
  readonly cpp: { readonly decode: number; readonly books: number } | null;
  /** Ours to the C++ program's. */
  readonly ratio: { readonly decode: number; readonly books: number } | null;
  readonly checksum: { readonly decode: number; readonly books: number };
};

/**
 * Decoding alone, decoding with books, and the C++ floor, in turn, on one file. Every pass is a process of its own that
 * goes over the file once to warm up and once on the clock, so that no pass profits from or suffers by another.
 */
export const itchBench: Bench = {
  summary: "how fast an ITCH file is decoded and its books are kept, beside C++ where there is a compiler",
  usage: "[FILE]",
  options: [
    { name: "rounds", kind: "whole", value: "N", summary: "itch: timed rounds, the median counts; default 5" },
    { name: "messages", kind: "whole", value: "N", summary: "itch without FILE: order messages; default 10000000" },
    { name: "symbols", kind: "whole", value: "S", summary: "itch without FILE: default 500" },
    { name: "seed", kind: "whole", value: "K", summary: "itch without FILE: default 1" },
  ],
  run: async (input, [given]) => {
    const file = given ?? generatedFile(input);
    if (!existsSync(file)) throw new UsageError(`cannot read ${file}: there is no such file`);
    const figures = await measureItch({
      file,
      rounds: input.whole("rounds") ?? defaults.rounds,
      floor: buildFloor(),
      runPass: (pass) => runBenchChild<PassResult>(["itch", file, pass]),
    });
    print(figures);
    return figures;
  },
};

/** How the rounds are made; a test runs the passes in its own process. */
export type ItchMeasurement = {
  readonly file: string;
  readonly rounds: number;
  /** The C++ program, built; null for none. */
  readonly floor: string | null;
  readonly runPass: (pass: ItchPass) => PassResult | Promise<PassResult>;
};

/** Runs all passes `rounds` times, in turn. Throws when ours and the C++ program's books or fields differ. */
export async function measureItch({ file, rounds, floor, runPass }: ItchMeasurement): Promise<ItchFigures> {
  const results: Record<ItchPass, PassResult[]> = { baseline: [], decode: [], books: [] };
  const floors: FloorResult[] = [];
  for (let round = 0; round < Math.max(1, rounds); round++) {
    for (const pass of itchPasses) results[pass].push(await runPass(pass));
    if (floor !== null) floors.push(runFloor(floor, file));
  }
  const [decode] = results.decode;
  const [books] = results.books;
  if (decode.messages === 0) throw new UsageError(`${file} holds no ITCH message`);
  for (const found of floors) {
    if (found.booksChecksum !== books.checksum || found.decodeChecksum !== decode.checksum)
      throw new Error(
        `C++ and ours disagree: decoded ${found.decodeChecksum} and ${decode.checksum}, books ${found.booksChecksum} and ${books.checksum}`,
      );
  }
  const rate = (pass: ItchPass) => round2(medianOf(results[pass].map(({ millionPerSecond }) => millionPerSecond)));
  const cpp =
    floors.length === 0
      ? null
      : { decode: medianOf(floors.map((one) => one.decode)), books: medianOf(floors.map((one) => one.books)) };
  return {
    messages: decode.messages,
    rounds: results.books.length,
    decode: { millionPerSecond: rate("decode") },
    books: { millionPerSecond: rate("books"), openOrders: books.openOrders },
    baseline: { millionPerSecond: rate("baseline") },
    cpp,
    ratio: cpp && { decode: round2(rate("decode") / cpp.decode), books: round2(rate("books") / cpp.books) },
    checksum: { decode: decode.checksum, books: books.checksum },
  };
}

function print(figures: ItchFigures): void {
  const { baseline, decode, books, cpp, ratio } = figures;
  console.log(
    `${figures.messages.toLocaleString("en")} messages; million a second, median of ${figures.rounds} rounds,`,
  );
  console.log("each pass in a process of its own, timed after one pass to warm up:");
  const row = (name: string, ours: number, floor?: number, share?: number) =>
    `  ${name.padEnd(18)}${ours.toFixed(2).padStart(8)}${floor === undefined ? "" : `   C++ ${floor.toFixed(2).padStart(8)}   ratio ${share}`}`;
  console.log(row("summing the bytes", baseline.millionPerSecond));
  console.log(row("decode", decode.millionPerSecond, cpp?.decode, ratio?.decode));
  console.log(row("decode and books", books.millionPerSecond, cpp?.books, ratio?.books));
  console.log(
    cpp === null
      ? "no C++ compiler here: no floor"
      : "checksums of fields and of final books agree with the C++ program's",
  );
}

/** A day generated once and kept beside the builds. */
function generatedFile(input: CommandInput): string {
  const day = {
    messages: input.whole("messages") ?? defaults.messages,
    symbols: input.whole("symbols") ?? defaults.symbols,
    seed: input.whole("seed") ?? defaults.seed,
  };
  const folder = path.join(rootFolder, ".heliograph", "bench");
  const file = path.join(folder, `itch-${day.messages}-${day.symbols}-${day.seed}.itch`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const part = `${file}.${process.pid}.part`;
  writeItchDay(part, new ItchGenerator(day));
  renameSync(part, file);
  return file;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}
