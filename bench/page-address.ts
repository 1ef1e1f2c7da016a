import { type CommandInput, type OptionSpec, UsageError } from "../server/cli/command";

/** The option by which every bench of pages is told which desk to look at. */
export const addressOption: OptionSpec = {
  name: "address",
  kind: "text",
  value: "URL",
  summary: "pages: the running desk; default http://127.0.0.1:3000",
};

/** The option by which the benches of the history are told which day to open. */
export const dayOption: OptionSpec = {
  name: "day",
  kind: "text",
  value: "JOURNAL",
  summary: "history: the day; default the newest",
};

/** The desk whose pages are timed; throws a UsageError when none answers there. */
export async function deskAddress(input: CommandInput): Promise<string> {
  const address = input.text("address") ?? "http://127.0.0.1:3000";
  if (!URL.canParse(address)) throw new UsageError(`--address ${address} is no address, such as http://127.0.0.1:3000`);
  try {
    await fetch(new URL("/api/health", address));
  } catch {
    throw new UsageError(`no desk answers on ${address}; start one, or name it with --address URL`);
  }
  return address;
}

/** Where the history of the day asked for is. */
export async function historyAddress(input: CommandInput): Promise<string> {
  const history = new URL("/history", await deskAddress(input));
  const day = input.text("day");
  if (day !== null) history.searchParams.set("day", day);
  return history.href;
}
