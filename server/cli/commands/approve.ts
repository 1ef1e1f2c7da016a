import type { Command } from "../command";
import { engineOptions, sendToEngine, strategyTarget } from "../engine-commands";

/** Sends `approve` for one strategy. */
export const command: Command = {
  name: "approve",
  summary: "let a stopped strategy trade",
  usage: "STRATEGY",
  options: engineOptions,
  wordsMax: 1,
  run: async (input) => sendToEngine(input, "approve", strategyTarget(input, "approve")),
};
