import { giveOrder, type OperatorOrder, operatorSocketOf } from "../../runtime/exchange-operator";
import { type Command, type CommandInput, UsageError } from "../command";
import { readRunningDesk } from "../data-directory";
import { dataDirectoryOf, engineOptions } from "../engine-commands";

const usage = "halt|resume SYMBOL | bust|repeat VENUE [BACK] | withhold VENUE [COUNT]";

/** What an operator of the simulated exchange may do to a running desk, to see what it makes of it. */
export const command: Command = {
  name: "exchange",
  summary: "act as the simulated exchange: halt a name, bust or repeat a fill, leave fills out of the drop copy",
  usage,
  options: engineOptions.filter(({ name }) => name === "data"),
  wordsMax: 3,
  run: async (input) => {
    const desk = readRunningDesk(dataDirectoryOf(input));
    if (desk === null) throw new UsageError(`no desk runs on ${dataDirectoryOf(input)}`);
    const order = orderOf(input, desk.instruments, desk.venues);
    const answer = await giveOrder(operatorSocketOf(desk.engineSocket), order);
    console.log(`${input.words.join(" ")}: ${answer}`);
    return answer === "done" ? 0 : 1;
  },
};

function orderOf(input: CommandInput, instruments: readonly string[], venues: readonly string[]): OperatorOrder {
  const [order, name, number] = input.words;
  switch (order) {
    case "halt":
    case "resume":
      return { order, instrument: placeOf(name, instruments, "symbol") };
    case "bust":
    case "repeat":
      return { order, venue: placeOf(name, venues, "venue"), back: wholeNumber(number, 0) };
    case "withhold":
      return { order, venue: placeOf(name, venues, "venue"), count: wholeNumber(number, 1) };
    default:
      throw new UsageError(`heliograph exchange needs ${usage}`);
  }
}

function placeOf(name: string | undefined, names: readonly string[], what: string): number {
  const place = names.findIndex((known) => known.toLowerCase() === name?.toLowerCase());
  if (place < 0) throw new UsageError(`no ${what} "${name ?? ""}"; there are ${names.slice(0, 5).join(", ")} …`);
  return place;
}

function wholeNumber(text: string | undefined, otherwise: number): number {
  const number = text === undefined ? otherwise : Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new UsageError(`a whole number is needed, got "${text}"`);
  return number;
}
