import { describe, expect, it } from "vitest";
import { type LimitCode, type LimitScope, limitRowCount } from "@/domain/limit";
import type { LimitRow, ReferencePayload } from "@/protocol/topics";
import {
  type LimitPlace,
  limitsAt,
  limitTree,
  type TreeLine,
  type TreeNode,
  treeLines,
  worstLimitId,
} from "./limit-tree";

const reference = {
  strategies: [
    { id: 0, name: "pairs-tech" },
    { id: 1, name: "maker" },
  ],
  venues: [
    { id: 0, name: "XONE" },
    { id: 1, name: "XTWO" },
  ],
  instruments: [
    { id: 0, symbol: "AAPL" },
    { id: 1, symbol: "MSFT" },
    { id: 2, symbol: "NVDA" },
  ],
  pairs: [
    { id: 0, name: "AAPL/MSFT", instrumentA: 0, instrumentB: 1, strategy: 0 },
    { id: 1, name: "MSFT/NVDA", instrumentA: 1, instrumentB: 2, strategy: 0 },
  ],
} as unknown as ReferencePayload;

const scopes: readonly (readonly [LimitScope, number])[] = [
  ["all", 1],
  ["strategy", 2],
  ["venue", 2],
  ["instrument", 3],
  ["pair", 2],
];
const places: readonly LimitPlace[] = scopes.flatMap(([scope, count]) =>
  Array.from({ length: count }, (_, target) => limitsAt(scope, scope === "all" ? -1 : target, reference)).flat(),
);

/** Rows of all limits, 100 each, used as told by `scope:target:code`. */
function rowsWith(worst: Readonly<Record<string, number>>): (id: number) => LimitRow | undefined {
  return (id) => {
    const place = places[id];
    if (place === undefined) return undefined;
    const { code: limit, scope, target } = place;
    const used = worst[`${scope}:${target}:${limit}`] ?? 0;
    return {
      id,
      limit,
      scope,
      target,
      value: 100,
      used,
      worst: used,
      usedShare: used / 100,
      worstShare: used / 100,
      headroom: 100 - used,
      level: "free",
      changedNs: 0,
    };
  };
}

const idOf = (scope: LimitScope, target: number, code: LimitCode) =>
  limitsAt(scope, target, reference).find((place) => place.code === code)?.id;

const written = (lines: readonly TreeLine[]) =>
  lines.map((line) => `${"  ".repeat(line.depth)}${line.kind === "node" ? line.node.name : `- ${line.limit.code}`}`);

const tree = limitTree(reference);
const idle = rowsWith({});

describe("the tree of limits", () => {
  it("knows every row of the engine once, in the engine's order", () => {
    expect(places.map(({ id }) => id)).toEqual(Array.from({ length: limitRowCount(2, 2, 3, 2) }, (_, id) => id));
    const found: number[] = [];
    const walk = (node: TreeNode) => {
      found.push(...node.limits.map(({ id }) => id));
      node.parts.forEach(walk);
    };
    walk(tree);
    expect(found.sort((a, b) => a - b)).toEqual(places.map(({ id }) => id));
  });

  it("goes from the desk to its strategies and their pairs, its venues and its symbols", () => {
    const open = new Set(["strategy:0", "pairs:0", "venues"]);
    const names = treeLines(tree, idle, new Set(["all:-1", ...open]), "file", "")
      .filter((line) => line.kind === "node")
      .map((line) => (line.kind === "node" ? `${line.depth} ${line.node.name}` : ""));
    expect(names).toEqual([
      "0 Desk",
      "1 pairs-tech",
      "2 Pairs",
      "3 AAPL/MSFT",
      "3 MSFT/NVDA",
      "2 For each order",
      "1 maker",
      "1 Venues",
      "2 XONE",
      "2 XTWO",
      "1 Symbols",
      "1 For each order",
    ]);
  });

  it("puts what is nearest to its end first, also when it lies deep below", () => {
    const rows = rowsWith({ "pair:1:grossExposure": 95, "strategy:1:capital": 40, "all:-1:netExposure": 30 });
    const names = treeLines(tree, rows, new Set(["all:-1"]), "use", "")
      .filter((line) => line.depth === 1)
      .map((line) => (line.kind === "node" ? line.node.name : line.limit.code));
    expect(names[0]).toBe("netExposure");
    expect(names.filter((name) => name === "pairs-tech" || name === "maker" || name === "Venues")).toEqual([
      "pairs-tech",
      "maker",
      "Venues",
    ]);
  });

  it("shows of a filter what matches and what leads there", () => {
    expect(written(treeLines(tree, idle, new Set(), "file", "nvda"))).toEqual([
      "Desk",
      "  pairs-tech",
      "    Pairs",
      "      MSFT/NVDA",
      "        - grossExposure",
      "        - netExposure",
      "  Symbols",
      "    NVDA",
      "      - positionQuantity",
      "      - restricted",
    ]);
    expect(written(treeLines(tree, idle, new Set(), "file", "drawdown, hard"))).toEqual([
      "Desk",
      "  - drawdownHard",
      "  pairs-tech",
      "    - drawdownHard",
      "  maker",
      "    - drawdownHard",
    ]);
    expect(treeLines(tree, idle, new Set(), "file", "nothing is called so")).toEqual([]);
  });

  it("names a scope's limit that is nearest to its end, and none while nothing is used", () => {
    const rows = rowsWith({ "all:-1:capital": 20, "all:-1:dailyLossSoft": 60 });
    expect(worstLimitId(tree, rows)).toBe(idOf("all", -1, "dailyLossSoft"));
    expect(worstLimitId(tree, idle)).toBe(-1);
  });

  it("names of a heading the worst of all below it", () => {
    const venues = tree.parts.find(({ key }) => key === "venues");
    const rows = rowsWith({ "venue:1:messagesPerSecond": 30, "venue:0:messagesPerSecond": 10 });
    expect(venues && worstLimitId(venues, rows)).toBe(idOf("venue", 1, "messagesPerSecond"));
  });
});
