import { runCrashTest } from "../../../tools/crash-test/run";
import type { Command } from "../command";

/** Kills the processes of a real desk at random instants and compares every record of what happened. */
export const command: Command = {
  name: "crash-test",
  summary: "kill the processes of a real desk under load, and hold venues, facts and store against each other",
  usage: "",
  options: [
    { name: "kills", kind: "whole", value: "N", summary: "how many; default 50" },
    { name: "seed", kind: "whole", value: "K", summary: "of who dies when; default 1" },
    { name: "check-every", kind: "whole", value: "N", summary: "kills between two comparisons; default 25" },
    { name: "json", kind: "flag", summary: "the result as one JSON object on the last line" },
  ],
  wordsMax: 0,
  run: async (input) => {
    let stopped = false;
    process.once("SIGINT", () => {
      stopped = true;
    });
    process.once("SIGTERM", () => {
      stopped = true;
    });
    const result = await runCrashTest({
      kills: input.whole("kills") ?? 50,
      seed: input.whole("seed") ?? 1,
      killsPerCheck: input.whole("check-every") ?? 25,
      report: (text) => console.log(text),
      isStopped: () => stopped,
    });
    const { killed, byFacts, checks, orders, fills, problems, backMs } = result;
    console.log(
      `${result.kills} kills (engine ${killed.engine}, exchange ${killed.exchange}, web ${killed.web}, database ` +
        `${killed.database}; ${byFacts} at a count of facts), ${checks} comparisons, ${orders} orders, ${fills} fills: ` +
        `${problems.length === 0 ? "nothing lost, invented or doubled" : "PROBLEMS"}`,
    );
    console.log(`whole again after ${backMs.median} ms in the middle, ${backMs.longest} ms at most`);
    for (const problem of problems) console.log(`  ${problem}`);
    if (input.flag("json")) console.log(JSON.stringify(result));
    return problems.length === 0 ? 0 : 1;
  },
};
