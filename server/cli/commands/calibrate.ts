import path from "node:path";
import { calibrate } from "../../../tools/calibrate";
import type { Command } from "../command";
import { rootFolder } from "../root-folder";

/** Derives the research file from the recorded prices in HELIOGRAPH_DATA. */
export const command: Command = {
  name: "calibrate",
  summary: "derive desks/sp500.json from recorded daily prices (HELIOGRAPH_DATA, default ../shared/data)",
  usage: "",
  options: [],
  wordsMax: 0,
  run: async () => {
    const data = path.resolve(rootFolder, process.env.HELIOGRAPH_DATA ?? "../shared/data");
    console.log(calibrate(data, path.join(rootFolder, "desks/sp500.json")));
    return 0;
  },
};
