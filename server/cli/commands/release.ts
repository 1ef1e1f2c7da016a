import { type Command, UsageError } from "../command";
import { engineOptions, scopeOptions, scopeTarget, sendToEngine } from "../engine-commands";

/** Takes a kill back. Strategies stay stopped until approved again. */
export const command: Command = {
  name: "release",
  summary: "take a kill back; needs a reason",
  usage: "--strategy NAME | --symbol S | --venue NAME | --all",
  options: [...scopeOptions, ...engineOptions],
  wordsMax: 0,
  run: async (input) => {
    if (input.text("reason") === null) throw new UsageError("release adds risk and needs --reason TEXT");
    return sendToEngine(input, "release", scopeTarget(input, "release"));
  },
};
