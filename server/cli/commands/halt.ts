import type { Command } from "../command";
import { engineOptions, everything, killAndWatch } from "../engine-commands";

/** Kills the desk; needs no desk file and no web process. */
export const command: Command = {
  name: "halt",
  summary: "kill desk: block everything and cancel all orders, at once",
  usage: "",
  options: engineOptions,
  wordsMax: 0,
  run: (input) => killAndWatch(input, everything),
};
