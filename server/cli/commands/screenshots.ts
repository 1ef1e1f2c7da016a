import { existsSync } from "node:fs";
import path from "node:path";
import type { Command } from "../command";
import { rootFolder } from "../root-folder";

/** The recorded evening of the tour, where recorded data is looked for. */
const eveningFile = "itch/esh4-20231225.itch";

/** Photographs every page, of a desk and of a replay, for the documents. */
export const command: Command = {
  name: "screenshots",
  summary: "photograph every page of a desk, and of a replay, into docs/screens",
  usage: "",
  options: [
    {
      name: "address",
      kind: "text",
      value: "URL",
      summary: "a running desk; otherwise one is started for the pictures",
    },
    { name: "seconds", kind: "whole", value: "N", summary: "how long each desk may fill before; default 120" },
    {
      name: "replay",
      kind: "text",
      value: "FILE",
      summary: `the ITCH file whose replay is photographed; default ${eveningFile} in HELIOGRAPH_DATA`,
    },
  ],
  wordsMax: 0,
  run: async (input) => {
    // Playwright is loaded for this command only.
    const { takeScreenshots } = await import("../../../tools/screenshots");
    const data = path.resolve(rootFolder, process.env.HELIOGRAPH_DATA ?? "../shared/data");
    const recording = path.resolve(input.text("replay") ?? path.join(data, eveningFile));
    if (!existsSync(recording)) console.log(`no pictures of a replay: there is no ${recording}`);
    const files = await takeScreenshots({
      address: input.text("address") ?? null,
      recording: existsSync(recording) ? recording : null,
      folder: path.join(rootFolder, "docs", "screens"),
      seconds: input.whole("seconds") ?? 120,
    });
    for (const file of files) console.log(file);
    return 0;
  },
};
