import { scopes } from "../../../domain/command";
import { type LimitCode, limitCodes, limitText, limitUnit } from "../../../domain/limit";
import { viewColumn } from "../../../domain/views";
import { nearestWord } from "../../desk/nearest-word";
import { type Command, type CommandInput, UsageError } from "../command";
import { askEngine, engineOptions, readView, runningDeskOf, scopeWords, targetOfWords } from "../engine-commands";

const at = viewColumn.limit;

/** Lists limits with what is used of them, or changes one. */
export const command: Command = {
  name: "limit",
  summary: "list limits, or change one: money in the currency, with a reason; a tighter one acts at once",
  usage: `[NAME [${scopeWords}] [VALUE]]`,
  options: [...engineOptions, { name: "all", kind: "flag", summary: "list those of instruments and pairs too" }],
  wordsMax: 4,
  run: async (input) => {
    const [name, ...rest] = input.words;
    if (name === undefined) return list(input, null);
    const code = limitCodes.names.find((known) => known === name);
    if (code === undefined) {
      const nearest = nearestWord(name, limitCodes.names);
      throw new UsageError(
        `no limit "${name}"${nearest === null ? `; there are ${limitCodes.names.join(", ")}` : `; did you mean ${nearest}?`}`,
      );
    }
    const last = rest.at(-1) ?? "";
    const value = last.trim() === "" ? Number.NaN : Number(last);
    if (!Number.isFinite(value)) {
      // Whoever gives a reason wants a change, and an empty word is none that asks for a list: it would be taken as done.
      if (input.text("reason") !== null || rest.includes(""))
        throw new UsageError(`which value? "${last}" is no number, nothing was changed`);
      return list(input, code);
    }
    const scope = rest.slice(0, -1);
    const about = targetOfWords(input, "limit", scope.length === 0 ? ["desk"] : scope);
    if (input.text("reason") === null) throw new UsageError("a limit's change needs --reason TEXT");
    const units = limitUnit(code) === "money" ? Math.round(value * 10_000) : value;
    const detail = limitCodes.code[code];
    const answer = await askEngine(
      input,
      { command: "setLimit", ...about, detail, value: units },
      (fact) => fact.kind === "limitChanged",
    );
    if (answer === null) return 1;
    console.log(`limit ${code} of ${about.words}: ${answer.words}`);
    for (const fact of answer.facts)
      if (fact.kind === "limitChanged")
        console.log(`  ${limitText(code, fact.from)} → ${limitText(code, fact.to)}, from record ${fact.record} on`);
    return answer.exitCode;
  },
};

async function list(input: CommandInput, only: LimitCode | null): Promise<number> {
  const rows = await readView(input, "limit");
  if (rows === null) return 1;
  const { strategies, instruments, venues, pairs } = runningDeskOf(input);
  for (const row of rows) {
    const code = limitCodes.name(row[at.limit]);
    const scope = scopes.name(row[at.scope]);
    if (only !== null ? code !== only : (scope === "instrument" || scope === "pair") && !input.flag("all")) continue;
    const target = row[at.target];
    const name = { all: "desk", strategy: strategies[target], venue: venues[target] }[scope as "all"];
    const words = scope === "instrument" ? instruments[target] : scope === "pair" ? (pairs[target] ?? target) : name;
    const use =
      row[at.worst] > 0 ? `, used ${limitText(code, row[at.used])}, at worst ${limitText(code, row[at.worst])}` : "";
    console.log(
      `${code.padEnd(22)}${`${scope === "all" ? "" : `${scope} `}${words}`.padEnd(32)}${limitText(code, row[at.value])}${use}`,
    );
  }
  return 0;
}
