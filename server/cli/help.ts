import type { Command } from "./command";

/** The overview: one line a command. */
export function helpOfAll(commands: readonly Command[]): string {
  const left = commands.map((command) => `${command.name} ${command.usage}`.trim());
  const width = Math.max(...left.map((text) => text.length));
  return [
    "heliograph COMMAND [options]",
    "",
    ...commands.map((command, index) => `  ${left[index].padEnd(width)}  ${command.summary}`),
    "",
    "heliograph help COMMAND shows a command's options.",
  ].join("\n");
}

/** One command with its options. */
export function helpOf(command: Command): string {
  const left = command.options.map(({ name, value }) => `--${name}${value === undefined ? "" : ` ${value}`}`);
  const width = Math.max(0, ...left.map((text) => text.length));
  const options = command.options.map((option, index) => `  ${left[index].padEnd(width)}  ${option.summary}`);
  return [`heliograph ${command.name} ${command.usage}`.trim(), `  ${command.summary}`, "", ...options]
    .join("\n")
    .trimEnd();
}
