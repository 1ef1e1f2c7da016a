import { tradingModes } from "../../../domain/limit";
import { type Command, UsageError } from "../command";
import { askEngine, engineOptions, scopeWords, targetOfWords } from "../engine-commands";

/** Moves a scope's mode: tighter at once, looser with a reason. */
export const command: Command = {
  name: "mode",
  summary: "let a scope trade, only reduce, or only cancel; looser needs a reason",
  usage: `${tradingModes.names.join("|")} ${scopeWords}`,
  options: engineOptions,
  wordsMax: 3,
  run: async (input) => {
    const [wanted, ...scope] = input.words;
    const mode = tradingModes.names.find((name) => name === wanted);
    if (mode === undefined) throw new UsageError(`which mode? one of ${tradingModes.names.join(", ")}`);
    const about = targetOfWords(input, "mode", scope);
    const detail = tradingModes.code[mode];
    const answer = await askEngine(input, { command: "setMode", ...about, detail }, () => false);
    if (answer === null) return 1;
    console.log(`mode ${mode} ${about.words}: ${answer.words}`);
    return answer.exitCode;
  },
};
