import { beforeEach, describe, expect, it, vi } from "vitest";
import { readInput } from "./command";
import { command } from "./commands/limit";

const { asked } = vi.hoisted(() => ({ asked: [] as { value?: number }[] }));
vi.mock("./engine-commands", async (original) => ({
  ...(await original<typeof import("./engine-commands")>()),
  readView: async () => [],
  runningDeskOf: () => ({ strategies: [], instruments: [], venues: [], pairs: [] }),
  askEngine: async (_: unknown, about: { value?: number }) => {
    asked.push(about);
    return { answer: "done", words: "done", exitCode: 0, text: "", facts: [] };
  },
}));

beforeEach(() => {
  asked.length = 0;
});

describe("heliograph limit", () => {
  it.each(["5,000", "5OOO", "$5000", "", " ", "Infinity"])(
    "changes nothing and says so when the value cannot be read: %j",
    async (value) => {
      const input = readInput(command, ["grossExposure", "desk", value, "--reason", "less"]);
      await expect(async () => command.run(input)).rejects.toThrow(/value/);
      expect(asked).toEqual([]);
    },
  );

  it("sends one that can", async () => {
    const input = readInput(command, ["grossExposure", "desk", "5000.5", "--reason", "less"]);
    expect(await command.run(input)).toBe(0);
    expect(asked).toMatchObject([{ value: 50_005_000 }]);
  });

  it("lists a limit when nothing is to be changed", async () => {
    expect(await command.run(readInput(command, ["grossExposure", "desk"]))).toBe(0);
    expect(asked).toEqual([]);
  });
});
