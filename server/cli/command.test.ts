import { describe, expect, it } from "vitest";
import { type Command, readInput } from "./command";

const command: Command = {
  name: "try",
  summary: "",
  usage: "FILE",
  options: [
    { name: "levels", kind: "whole", value: "N", summary: "" },
    { name: "symbol", kind: "text", value: "S", summary: "" },
    { name: "json", kind: "flag", summary: "" },
  ],
  wordsMax: 1,
  run: async () => 0,
};

describe("a command line", () => {
  it("is read as words, options with values, and flags, in any order", () => {
    const input = readInput(command, ["--json", "a.itch", "--levels=5", "--symbol", "ESH4"]);
    expect([input.words, input.whole("levels"), input.text("symbol"), input.flag("json")]).toEqual([
      ["a.itch"],
      5,
      "ESH4",
      true,
    ]);
  });

  it("names an unknown option and the nearest known one", () => {
    expect(() => readInput(command, ["--leevls", "5"])).toThrow("unknown option --leevls; did you mean --levels?");
    expect(() => readInput(command, ["--zzzzzzzz"])).toThrow("heliograph try knows --levels, --symbol, --json");
  });

  it("says what a value must be", () => {
    expect(() => readInput(command, ["--levels", "ten"])).toThrow('--levels needs a whole number, got "ten"');
    expect(() => readInput(command, ["--levels"])).toThrow("--levels needs a value: --levels N");
    expect(() => readInput(command, ["--json=1"])).toThrow("--json takes no value");
  });

  it("names a word too many", () => {
    expect(() => readInput(command, ["a", "b"])).toThrow('unexpected "b" after heliograph try FILE');
  });
});
