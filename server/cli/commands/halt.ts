import type { Command } from "../command";
import { engineOptions, everything, sendToEngine } from "../engine-commands";

/** Kills everything; needs no desk file and no web process. */
export const command: Command = {
  name: "halt",
  summary: "block everything and cancel all orders, at once",
  usage: "",
  options: engineOptions,
  wordsMax: 0,
  run: (input) => sendToEngine(input, "kill", everything),
};
