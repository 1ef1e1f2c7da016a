import { DeskError } from "../desk/desk-error";
import { nearestWord } from "../desk/nearest-word";
import { type Command, readInput, UsageError } from "./command";
import { commandLoaders } from "./command-list";
import { helpOf, helpOfAll } from "./help";

/** Runs one command line; resolves with the exit code: 0 done, 1 failed, 2 not understood. */
export async function runCommandLine(parts: readonly string[]): Promise<number> {
  const [first = "help", ...rest] = parts;
  try {
    if (first === "help" || first === "--help" || first === "-h") return await printHelp(rest[0]);
    if (first === "--version" || first === "version") {
      const { version } = await import("../../package.json");
      console.log(version);
      return 0;
    }
    const command = await loadCommand(first);
    if (rest.includes("--help") || rest.includes("-h")) return await printHelp(first);
    return await command.run(readInput(command, rest));
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`heliograph: ${error.message}`);
      return 2;
    }
    if (error instanceof DeskError) {
      console.error(error.message);
      return 1;
    }
    throw error;
  }
}

async function loadCommand(name: string): Promise<Command> {
  const load = commandLoaders[name];
  if (load !== undefined) return (await load()).command;
  const nearest = nearestWord(name, Object.keys(commandLoaders));
  throw new UsageError(
    `unknown command "${name}"; ${nearest === null ? "heliograph help lists them" : `did you mean ${nearest}?`}`,
  );
}

async function printHelp(name: string | undefined): Promise<number> {
  if (name !== undefined) {
    console.log(helpOf(await loadCommand(name)));
    return 0;
  }
  const commands = await Promise.all(Object.values(commandLoaders).map(async (load) => (await load()).command));
  console.log(helpOfAll(commands));
  return 0;
}
