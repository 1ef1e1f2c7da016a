import type { Command } from "../command";
import { engineOptions, killAndWatch, scopeWords, wordsTarget } from "../engine-commands";

/** Blocks new orders first, then cancels the working ones; the block stays until it is released. */
export const command: Command = {
  name: "kill",
  summary: "block a scope and cancel its orders, at once; 0 when all of them are gone, 2 when some are unknown",
  usage: scopeWords,
  options: engineOptions,
  wordsMax: 2,
  run: (input) => killAndWatch(input, wordsTarget(input, "kill")),
};
