import type { Command } from "../command";
import { engineOptions, sendToEngine, strategyTarget } from "../engine-commands";

/** Sends `pause` for one strategy. */
export const command: Command = {
  name: "pause",
  summary: "stop a strategy from opening positions",
  usage: "STRATEGY",
  options: engineOptions,
  wordsMax: 1,
  run: async (input) => sendToEngine(input, "pause", strategyTarget(input, "pause")),
};
