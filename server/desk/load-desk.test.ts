import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { DeskError } from "./desk-error";
import { loadDesk } from "./load-desk";

const root = fileURLToPath(new URL("../../", import.meta.url));
const demoFile = path.join(root, "desks/demo.yaml");
const demoText = readFileSync(demoFile, "utf8");
const asWritten = { names: null, pairs: null, seed: null };
const folder = mkdtempSync(path.join(tmpdir(), "heliograph-desk-"));
writeFileSync(path.join(folder, "sp500.json"), readFileSync(path.join(root, "desks/sp500.json")));
afterAll(() => rmSync(folder, { recursive: true }));

/** Loads the demonstration desk with one piece of its text replaced; returns the error's message. */
function messageAfter(find: string, replacement: string): string {
  expect(demoText).toContain(find);
  return messageOf(demoText.replace(find, replacement));
}

function messageOf(text: string): string {
  const file = path.join(folder, "broken.yaml");
  writeFileSync(file, text);
  try {
    loadDesk(file, asWritten);
  } catch (error) {
    if (error instanceof DeskError) return error.message.replaceAll(`${folder}/`, "");
    throw error;
  }
  throw new Error("the desk was accepted");
}

/** Line number, from 1, of the first line that contains a text. */
function lineOf(find: string): number {
  return demoText.slice(0, demoText.indexOf(find)).split("\n").length;
}

describe("the demonstration desk", () => {
  const { desk, hash } = loadDesk(demoFile, asWritten);

  it("has 100 names, 60 pairs, two venues and four strategies", () => {
    expect([desk.instruments.length, desk.pairs.length, desk.venues.length, desk.strategies.length]).toEqual([
      100, 60, 2, 4,
    ]);
  });

  it("turns dollars into whole units of 1/10,000", () => {
    expect(desk.venues.map((venue) => [venue.makerFeePerShare, venue.takerFeePerShare])).toEqual([
      [-20, 30],
      [10, -6],
    ]);
    expect(desk.limits.orderNotionalMax).toBe(2_500_000_000);
    expect(desk.instruments[0]).toMatchObject({ symbol: "AAPL", tick: 100, referencePrice: 1_577_400 });
    for (const { referencePrice, tick } of desk.instruments) expect(referencePrice % tick).toBe(0);
  });

  it("trades every pair in exactly one strategy, and quotes names outside the pairs", () => {
    const traded = desk.strategies.flatMap(({ parameters }) => (parameters.kind === "pairs" ? parameters.pairs : []));
    expect([...traded].sort((left, right) => left - right)).toEqual(desk.pairs.map((_, index) => index));
    const quoted = desk.strategies.flatMap(({ parameters }) =>
      parameters.kind === "maker" ? parameters.instruments : [],
    );
    expect(quoted).toHaveLength(4);
    const paired = new Set(desk.pairs.flatMap((pair) => [pair.instrumentA, pair.instrumentB]));
    expect(quoted.filter((instrument) => paired.has(instrument))).toEqual([]);
  });

  it("gives each pair a spread whose mean is where the market starts, scaled to the simulated clock", () => {
    for (const pair of desk.pairs) {
      const a = desk.instruments[pair.instrumentA].referencePrice / 10_000;
      const b = desk.instruments[pair.instrumentB].referencePrice / 10_000;
      expect(pair.spreadMean).toBeCloseTo(Math.log(a) - pair.hedgeRatio * Math.log(b), 10);
      expect(pair.spreadDeviation).toBeGreaterThanOrEqual(0.0015);
      expect(pair.spreadDeviation).toBeLessThanOrEqual(0.0025);
      expect(pair.halfLifeSeconds).toBeGreaterThanOrEqual(45);
      expect(pair.halfLifeSeconds).toBeLessThanOrEqual(180);
      expect(pair.hedgeRatio).toBeGreaterThanOrEqual(0.3);
      expect(pair.hedgeRatio).toBeLessThanOrEqual(2);
    }
  });

  it("makes the pairs a forest whose parents come first", () => {
    expect(new Set(desk.pairs.map((pair) => pair.instrumentA)).size).toBe(desk.pairs.length);
    for (const pair of desk.pairs) expect(pair.instrumentB).toBeLessThan(pair.instrumentA);
  });

  it("has the same hash for the same files, another one for other overrides", () => {
    expect(loadDesk(demoFile, asWritten).hash).toBe(hash);
    expect(loadDesk(demoFile, { ...asWritten, seed: 7 }).hash).not.toBe(hash);
  });

  it("grows to 500 names and 400 pairs, and shrinks to a handful", () => {
    const large = loadDesk(demoFile, { names: 500, pairs: 400, seed: 7 }).desk;
    expect([large.instruments.length, large.pairs.length, large.seed]).toEqual([500, 400, 7]);
    expect(large.instruments.filter((instrument) => instrument.synthetic)).toHaveLength(38);
    const traded = large.strategies.flatMap(({ parameters }) => (parameters.kind === "pairs" ? parameters.pairs : []));
    expect(traded).toHaveLength(400);
    const small = loadDesk(demoFile, { names: 3, pairs: 0, seed: null }).desk;
    expect(small.strategies.map((strategy) => strategy.name)).toEqual(["maker"]);
  });

  it("names the option when an override asks for more than the research offers", () => {
    expect(() => loadDesk(demoFile, { names: 501, pairs: null, seed: null })).toThrow(
      /demo\.yaml: --names: found 501, expected a whole number from 1 to 500/,
    );
    expect(() => loadDesk(demoFile, { names: 10, pairs: 60, seed: null })).toThrow(
      /--pairs: found 60, .* for 10 names/,
    );
  });
});

describe("a broken desk file names the line, what was found and what was expected", () => {
  const cases: readonly (readonly [what: string, find: string, replacement: string, message: string])[] = [
    [
      "an unknown key, with the nearest known one",
      "  orderQuantityMax: 5000",
      "  orderQuantityMaxx: 5000",
      'limits.orderQuantityMaxx: found unknown key "orderQuantityMaxx", expected only orderQuantityMax, ',
    ],
    [
      "a text where a number belongs",
      "seed: 20260105",
      "seed: tomorrow",
      'seed: found "tomorrow", expected a whole number',
    ],
    [
      "a negative limit",
      "orderQuantityMax: 5000",
      "orderQuantityMax: -5",
      "limits.orderQuantityMax: found -5, expected",
    ],
    ["a fraction of a share", "orderQuantityMax: 5000", "orderQuantityMax: 0.5", "found 0.5, expected a whole number"],
    ["an unknown symbol", "[AAPL, FB,", "[APPL, FB,", 'found "APPL", expected one of the desk\'s 100 symbols (did you'],
    ["an unknown sector", "Energy,", "Enery,", 'strategies.1.sectors.1: found "Enery", expected one of'],
    [
      "a sector traded twice",
      "Energy,",
      "Information Technology,",
      "a sector that pairs-technology does not trade already",
    ],
    ["a name used twice", "name: pairs-industry", "name: maker", "a name that no other of the strategies has"],
    ["a venue used twice", "name: SOUTH", "name: NORTH", 'venues.1.name: found "NORTH", expected a name that no other'],
    [
      "shares that do not add up",
      "liquidityShare: 0.4",
      "liquidityShare: 0.5",
      "found a sum of 1.1, expected shares that add",
    ],
    ["a tab in the indentation", "  count: 60", "\tcount: 60", "expected well-formed YAML"],
    ["a key given twice", "  count: 60", "  count: 60\n  count: 61", "expected well-formed YAML"],
    ["an unknown stage", "stage: paper", "stage: production", 'found "production", expected one of research, paper,'],
    [
      "an unknown kind",
      "kind: maker",
      "kind: makers",
      'strategies.3.kind: found "makers", expected a strategy with kind',
    ],
    ["more pairs than there are", "count: 60", "count: 300", "pairs.count: found 300, expected at most"],
    [
      "a fee finer than money",
      "-0.0020",
      "-0.00205",
      "found -0.00205, expected dollars from -1 to 1, with at most four",
    ],
    [
      "thresholds in the wrong order",
      "entryZ: 2",
      "entryZ: 5",
      "found exitZ 0.4, entryZ 5, stopZ 4.5, expected exitZ <",
    ],
    ["a research file that is not there", "research: sp500.json", "research: sp501.json", "pairs.research: found"],
    ["a list where a mapping belongs", "market:\n  messagesPerSecond: 2000", "market:\n  - 2000", ""],
  ];

  for (const [what, find, replacement, expected] of cases) {
    it(what, () => {
      const message = messageAfter(find, replacement);
      expect(message).toContain(expected);
      expect(message).toMatch(/^broken\.yaml:\d+:\d+: /);
    });
  }

  it("points at the line of the mistake", () => {
    expect(messageAfter("orderQuantityMax: 5000", "orderQuantityMax: -5")).toMatch(
      new RegExp(`^broken\\.yaml:${lineOf("  orderQuantityMax: 5000")}:21: `),
    );
  });

  it("points at the section of a missing limit", () => {
    const message = messageAfter("  priceCollarBps: 300\n", "");
    expect(message).toMatch(
      new RegExp(`^broken\\.yaml:${lineOf("\nlimits:") + 1}:1: limits.priceCollarBps: found nothing`),
    );
  });

  it("reports missing limits as a whole", () => {
    const start = demoText.indexOf("# Of the whole desk.");
    const end = demoText.indexOf("market:\n");
    expect(messageOf(demoText.slice(0, start) + demoText.slice(end))).toContain(
      "limits: found nothing, expected a mapping",
    );
  });

  it("reports an empty file", () => {
    expect(messageOf("")).toContain("found nothing, expected a mapping with name, currency");
  });

  it("reports several mistakes at once", () => {
    const text = demoText
      .replace("orderQuantityMax: 5000", "orderQuantityMax: -5")
      .replace("seed: 20260105", "seed: x");
    expect(messageOf(text).split("\n")).toHaveLength(2);
  });

  it("reports a file that is not there", () => {
    expect(() => loadDesk(path.join(folder, "none.yaml"), asWritten)).toThrow(/none\.yaml: found no readable file/);
  });
});
