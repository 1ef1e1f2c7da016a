import { readFileSync } from "node:fs";
import { nearestWord } from "../../desk/nearest-word";
import { type Command, UsageError } from "../command";
import { type RecordedBook, readRecording } from "../recording";

/** Rebuilds the books of a recording and shows one. */
export const command: Command = {
  name: "book",
  summary: "rebuild an order book from an ITCH 5.0 file or a capture (.pcap) and show it",
  usage: "FILE",
  options: [
    { name: "symbol", kind: "text", value: "S", summary: "which instrument; default the one with the most orders" },
    { name: "levels", kind: "whole", value: "N", summary: "price levels a side; default 10" },
    { name: "json", kind: "flag", summary: "one JSON object on the last line, prices in 1/10,000" },
  ],
  wordsMax: 1,
  run: async (input) => {
    const [file] = input.words;
    if (file === undefined) throw new UsageError("which file? heliograph book FILE [--symbol S] [--levels N] [--json]");
    const book = readRecording(readFile(file));
    const symbol = chooseSymbol(book, input.text("symbol"));
    const depth = input.whole("levels") ?? 10;
    for (const problem of book.problems) console.error(`${file}: ${problem}`);
    console.log(input.flag("json") ? toJson(book, symbol, depth) : toText(book, symbol, depth));
    return 0;
  },
};

function readFile(file: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function chooseSymbol(book: RecordedBook, wanted: string | null): string | null {
  if (wanted === null) return book.busiestSymbol;
  if (book.symbols.includes(wanted)) return wanted;
  const nearest = nearestWord(wanted, book.symbols);
  throw new UsageError(
    `no symbol "${wanted}" among the ${book.symbols.length} of this file${nearest === null ? "" : `; did you mean ${nearest}?`}`,
  );
}

function toJson(book: RecordedBook, symbol: string | null, depth: number): string {
  const side = (which: "bid" | "ask") =>
    book.levels(symbol, which, depth).map(([price, quantity]) => [price, quantity]);
  return JSON.stringify({
    messages: book.messages,
    openOrders: book.openOrders,
    unknownReferences: book.unknownReferences,
    bids: side("bid"),
    asks: side("ask"),
  });
}

function toText(book: RecordedBook, symbol: string | null, depth: number): string {
  const counts = Object.entries(book.messages).map(([type, count]) => `${type} ${count.toLocaleString("en")}`);
  const lines = [
    `messages            ${counts.join("  ") || "none"}`,
    `open orders         ${book.openOrders.toLocaleString("en")}`,
    `unknown references  ${book.unknownReferences.toLocaleString("en")}`,
    "",
  ];
  if (symbol === null) return [...lines, "no instrument has an order"].join("\n");
  const row = ([price, quantity, orders]: readonly [number, number, number]) =>
    `${(price / 10_000).toFixed(4).padStart(14)} ${quantity.toLocaleString("en").padStart(12)} ${String(orders).padStart(7)}`;
  const asks = book.levels(symbol, "ask", depth).map(row).reverse();
  const bids = book.levels(symbol, "bid", depth).map(row);
  const rule = `${"-".repeat(14)} ${"-".repeat(12)} ${"-".repeat(7)}`;
  return [...lines, `${symbol.padEnd(8)} price     quantity  orders`, ...asks, rule, ...bids].join("\n");
}
