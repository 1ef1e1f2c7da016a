import path from "node:path";
import type { Command } from "../command";
import { rootFolder } from "../root-folder";

/** Photographs a running desk for the documents. */
export const command: Command = {
  name: "screenshots",
  summary: "photograph a running desk into docs/screens",
  usage: "",
  options: [
    { name: "address", kind: "text", value: "URL", summary: "the desk's address; default http://127.0.0.1:3000" },
    { name: "seconds", kind: "whole", value: "N", summary: "how long the page may fill before; default 15" },
  ],
  wordsMax: 0,
  run: async (input) => {
    // Playwright is loaded for this command only.
    const { takeScreenshots } = await import("../../../tools/screenshots");
    const address = input.text("address") ?? "http://127.0.0.1:3000";
    const folder = path.join(rootFolder, "docs", "screens");
    for (const file of await takeScreenshots(address, folder, input.whole("seconds") ?? 15)) console.log(file);
    return 0;
  },
};
