import type { Command } from "../command";
import { engineOptions, scopeOptions, scopeTarget, sendToEngine } from "../engine-commands";

/** Blocks new orders and cancels the working ones; stays so until released. */
export const command: Command = {
  name: "kill",
  summary: "block a strategy, instrument, venue or everything, and cancel its orders",
  usage: "--strategy NAME | --symbol S | --venue NAME | --all",
  options: [...scopeOptions, ...engineOptions],
  wordsMax: 0,
  run: (input) => sendToEngine(input, "kill", scopeTarget(input, "kill")),
};
