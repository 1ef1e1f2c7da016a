import path from "node:path";
import { secondsOfClock } from "../../../domain/playback";
import { fsyncModes } from "../../journal/log-sync";
import { runDesk, StartError } from "../../main";
import { type Command, type CommandInput, UsageError } from "../command";
import { DataInUseError } from "../data-directory";
import { dataDirectoryOf } from "../engine-commands";
import { type ReplayOptions, replayDataDirectory, speedOf } from "../replay-options";
import { rootFolder } from "../root-folder";

/** Starts the whole desk. */
export const command: Command = {
  name: "start",
  summary: "start the desk: database, exchange, engine, web",
  usage: "",
  options: [
    { name: "host", kind: "text", value: "ADDRESS", summary: "where the web listens; default 127.0.0.1" },
    { name: "port", kind: "whole", value: "N", summary: "the web's port; default 3000" },
    { name: "data", kind: "text", value: "DIR", summary: "where everything is kept; default .heliograph/data" },
    { name: "desk", kind: "text", value: "FILE", summary: "the desk file; default desks/demo.yaml" },
    { name: "names", kind: "whole", value: "N", summary: "how many instruments, instead of what the desk file says" },
    { name: "pairs", kind: "whole", value: "N", summary: "how many pairs, instead of what the desk file says" },
    { name: "seed", kind: "whole", value: "N", summary: "seed of the simulated market" },
    {
      name: "fsync",
      kind: "text",
      value: "MODE",
      summary: "force the logs to the disk: always, interval (each 100 ms) or never; default never",
    },
    {
      name: "replay",
      kind: "text",
      value: "FILE",
      summary: "a recorded ITCH day in place of the market; sends nothing",
    },
    {
      name: "from",
      kind: "text",
      value: "HH:MM",
      summary: "replay: at full speed up to this time (HH:MM or HH:MM:SS)",
    },
    { name: "speed", kind: "text", value: "N", summary: "replay: 1, 10, 60 or max; default 1" },
    { name: "dev", kind: "flag", summary: "serve the interface from its sources, rebuilt as they change" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const port = input.whole("port") ?? 3_000;
    if (port < 1 || port > 65_535) throw new UsageError(`--port needs a number from 1 to 65535, got ${port}`);
    const desk = input.text("desk");
    const fsync = fsyncModes.names.find((mode) => mode === (input.text("fsync") ?? "never"));
    if (fsync === undefined)
      throw new UsageError(`--fsync needs ${fsyncModes.names.join(", ")}, got "${input.text("fsync")}"`);
    const replay = replayOf(input);
    try {
      return await runDesk({
        host: input.text("host") ?? "127.0.0.1",
        port,
        dataDirectory: replay !== null && input.text("data") === null ? replayDataDirectory : dataDirectoryOf(input),
        deskFile: desk === null ? path.join(rootFolder, "desks", "demo.yaml") : path.resolve(desk),
        names: input.whole("names"),
        pairs: input.whole("pairs"),
        seed: input.whole("seed"),
        development: input.flag("dev"),
        fsync,
        replay,
      });
    } catch (error) {
      if (!(error instanceof StartError || error instanceof DataInUseError)) throw error;
      console.error(`heliograph: ${error.message}`);
      return 1;
    }
  },
};

/** What the command line says of a replay; null without one. */
function replayOf(input: CommandInput): ReplayOptions | null {
  const file = input.text("replay");
  const from = input.text("from");
  const speed = input.text("speed");
  if (file === null) {
    if (from !== null || speed !== null) throw new UsageError("--from and --speed go with --replay FILE");
    return null;
  }
  const fromSeconds = from === null ? null : secondsOfClock(from);
  if (from !== null && fromSeconds === null)
    throw new UsageError(`--from needs a time like 22:50 or 22:50:30, got ${from}`);
  const known = speedOf(speed ?? "1");
  if (known === null) throw new UsageError(`--speed needs 1, 10, 60 or max, got ${speed}`);
  if (input.whole("names") !== null || input.whole("pairs") !== null || input.whole("seed") !== null)
    throw new UsageError(
      "--names, --pairs and --seed are of the simulated market; a replay has the recording's symbols",
    );
  return { file: path.resolve(file), fromSeconds, speed: known };
}
