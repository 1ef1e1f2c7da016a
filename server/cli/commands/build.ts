import path from "node:path";
import type { Command } from "../command";
import { buildInterface, hasInterface, InterfaceBuildError, isInterfaceBuilt } from "../interface-build";
import { rootFolder } from "../root-folder";

/** Builds what `start` would build, without starting: the bundle (done by the starter already) and the interface. */
export const command: Command = {
  name: "build",
  summary: "build the interface for production, when its sources have changed",
  usage: "",
  options: [],
  wordsMax: 0,
  run: async () => {
    if (!hasInterface()) {
      console.error("there is no interface to build: app/layout.tsx is missing");
      return 1;
    }
    if (isInterfaceBuilt()) {
      console.log("the interface is built already");
      return 0;
    }
    console.log("building the interface");
    try {
      await buildInterface(path.join(rootFolder, ".heliograph", "build.log"));
    } catch (error) {
      if (!(error instanceof InterfaceBuildError)) throw error;
      console.error(error.message);
      return 1;
    }
    console.log("built");
    return 0;
  },
};
