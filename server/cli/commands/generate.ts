import { ItchGenerator } from "../../../bench/itch-generator";
import { writeItchDay } from "../../../bench/write-itch-day";
import { type Command, UsageError } from "../command";

const messagesMax = 1_000_000_000;

/** Writes an invented day of market data, so that any program can be timed on the same bytes. */
export const command: Command = {
  name: "generate",
  summary: "write an invented day as a length-prefixed ITCH 5.0 file; the same options give the same bytes",
  usage: "",
  options: [
    { name: "itch", kind: "text", value: "OUT", summary: "the file to write" },
    { name: "messages", kind: "whole", value: "N", summary: "order messages; default 10000000" },
    { name: "symbols", kind: "whole", value: "S", summary: "1 to 8000; default 500" },
    { name: "seed", kind: "whole", value: "K", summary: "default 1" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const file = input.text("itch");
    if (file === null) throw new UsageError("where to? heliograph generate --itch OUT [--messages N] [--symbols S]");
    const messages = input.whole("messages") ?? 10_000_000;
    const symbols = input.whole("symbols") ?? 500;
    if (messages > messagesMax) throw new UsageError(`--messages goes to ${messagesMax}, got ${messages}`);
    if (symbols < 1 || symbols > 8_000) throw new UsageError(`--symbols goes from 1 to 8000, got ${symbols}`);
    const bytes = writeItchDay(file, new ItchGenerator({ messages, symbols, seed: input.whole("seed") ?? 1 }));
    console.log(`${file}: ${messages.toLocaleString("en")} order messages, ${symbols} symbols, ${bytes} bytes`);
    return 0;
  },
};
