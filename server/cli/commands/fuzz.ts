import path from "node:path";
import { machineLine } from "../../../bench/machine-line";
import { PacketFuzz } from "../../../bench/packet-fuzz";
import { loadDesk } from "../../desk/load-desk";
import type { Command } from "../command";
import { rootFolder } from "../root-folder";

/** Throws damaged packets at the engine. */
export const command: Command = {
  name: "fuzz",
  summary: "random and mutated packets into the whole engine: nothing may be thrown, no other symbol's book may change",
  usage: "",
  options: [
    { name: "packets", kind: "whole", value: "N", summary: "default 100000" },
    { name: "seed", kind: "whole", value: "K", summary: "the same seed gives the same packets; default 1" },
    { name: "json", kind: "flag", summary: "one JSON object on the last line" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const packets = input.whole("packets") ?? 100_000;
    const seed = input.whole("seed") ?? 1;
    const file = path.join(rootFolder, "desks", "demo.yaml");
    const { desk } = loadDesk(file, { names: 8, pairs: 2, seed: null });
    console.log(machineLine());
    const result = new PacketFuzz(desk, seed).run(packets);
    const list = (counts: Readonly<Record<string, number>>) => {
      for (const [name, count] of Object.entries(counts))
        console.log(`  ${name.padEnd(20)}${count.toLocaleString("en").padStart(14)}`);
    };
    console.log(`${packets.toLocaleString("en")} packets, seed ${seed}:`);
    list(result.byKind);
    console.log(`taken: ${result.messages.toLocaleString("en")} messages, ${result.snapshots} snapshots; counted:`);
    list(result.counted);
    console.log(`thrown out of step ${result.thrown}; changes of other symbols' books ${result.strayChanges}`);
    for (const failure of result.failures) console.error(failure);
    if (input.flag("json")) console.log(JSON.stringify({ machine: machineLine(), ...result }));
    return result.thrown + result.strayChanges === 0 ? 0 : 1;
  },
};
