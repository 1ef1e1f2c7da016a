import type { Command } from "../command";
import { engineOptions, sendToEngine, strategyTarget } from "../engine-commands";

/** Sends `resume` for one strategy. */
export const command: Command = {
  name: "resume",
  summary: "let a paused strategy go on",
  usage: "STRATEGY",
  options: engineOptions,
  wordsMax: 1,
  run: async (input) => sendToEngine(input, "resume", strategyTarget(input, "resume")),
};
