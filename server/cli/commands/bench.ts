import { benches } from "../../../bench/bench-list";
import { clockCostNs, machineLine } from "../../../bench/machine-line";
import { nearestWord } from "../../desk/nearest-word";
import { compileWholePath } from "../../runtime/compile-whole-path";
import { type Command, type OptionSpec, UsageError } from "../command";

const names = Object.keys(benches);

/** Times the engine's parts, or weighs a running desk; the benches themselves are in `bench/`. */
export const command: Command = {
  name: "bench",
  summary: "time the engine's parts, or weigh a running desk",
  usage: Object.entries(benches)
    .map(([name, { usage }]) => `${name} ${usage}`.trim())
    .join(" | "),
  options: [...optionsOfAll(), { name: "json", kind: "flag", summary: "one JSON object on the last line" }],
  wordsMax: 3,
  run: async (input) => {
    const [name, ...words] = input.words;
    if (name === undefined) throw new UsageError(`which bench?\n${listOfBenches()}`);
    const bench = Object.hasOwn(benches, name) ? benches[name] : undefined;
    if (bench === undefined) {
      const nearest = nearestWord(name, names);
      throw new UsageError(`no bench "${name}"; ${nearest === null ? names.join(", ") : `did you mean ${nearest}?`}`);
    }
    compileWholePath();
    const machine = machineLine();
    const clockNs = clockCostNs();
    console.log(`${machine}; reading the clock costs ${clockNs} ns`);
    const figures = await bench.run(input, words);
    if (input.flag("json")) console.log(JSON.stringify({ machine, clockNs, ...figures }));
    return 0;
  },
};

function listOfBenches(): string {
  return names.map((name) => `  ${name.padEnd(16)}${benches[name].summary}`).join("\n");
}

/** The options of all benches, each name once. */
function optionsOfAll(): OptionSpec[] {
  const options = new Map<string, OptionSpec>();
  for (const bench of Object.values(benches))
    for (const option of bench.options) {
      const known = options.get(option.name);
      if (known === undefined) options.set(option.name, option);
      else if (known.summary !== option.summary)
        options.set(option.name, { ...known, summary: `${known.summary}; ${option.summary}` });
    }
  return [...options.values()];
}
