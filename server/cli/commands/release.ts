import { orderStates, sides } from "../../../domain/order";
import type { Command } from "../command";
import { UsageError } from "../command";
import { askEngine, engineOptions, runningDeskOf, scopeWords, wordsTarget } from "../engine-commands";

/** Takes a kill back, after showing what its scope still has open. Strategies stay stopped until approved again. */
export const command: Command = {
  name: "release",
  summary: "take a kill back: lists what still stands open, and does it with --yes and a reason",
  usage: scopeWords,
  options: [
    ...engineOptions,
    { name: "yes", kind: "flag", summary: "having seen the list, release" },
    { name: "force", kind: "flag", summary: "release although the fate of some orders is unknown" },
  ],
  wordsMax: 2,
  run: async (input) => {
    const about = wordsTarget(input, "release");
    const { instruments, strategies, venues } = runningDeskOf(input);
    const listed = await askEngine(input, { command: "listOpen", ...about }, (fact) => fact.kind === "standing");
    if (listed === null) return 1;
    const open = listed.facts.flatMap((fact) => (fact.kind === "standing" ? [fact] : []));
    console.log(open.length === 0 ? `${about.words}: nothing is open` : `${about.words} still has open:`);
    for (const fact of open) {
      const name = instruments[fact.instrument] ?? `instrument ${fact.instrument}`;
      const whose = strategies[fact.strategy] ?? "";
      if (fact.what === 1) {
        const size = fact.side === sides.code.buy ? fact.quantity : -fact.quantity;
        console.log(`  position  ${name.padEnd(8)}${String(size).padStart(9)}  ${whose}`.trimEnd());
      } else
        console.log(
          `  order ${fact.order}  ${sides.name(fact.side)} ${fact.quantity} ${name} at ${fact.price / 10_000}, ` +
            `${venues[fact.venue] ?? fact.venue}, ${orderStates.name(fact.state)}${fact.unknown === 1 ? ", its fate is unknown" : ""}  ${whose}`,
        );
    }
    if (!input.flag("yes")) {
      console.log(`to release it: heliograph release ${input.words.join(" ")} --yes --reason TEXT`);
      return 1;
    }
    if (input.text("reason") === null) throw new UsageError("release adds risk and needs --reason TEXT");
    const detail = input.flag("force") ? 1 : 0;
    const answer = await askEngine(input, { command: "release", ...about, detail }, () => false);
    if (answer === null) return 1;
    console.log(`release ${about.words}: ${answer.words}`);
    if (answer.answer === "unknownOrders")
      console.log("the fate of some orders is unknown: wait for the venue, or --force");
    return answer.exitCode;
  },
};
