import { describe, expect, it } from "vitest";
import { type Arrangement, type ArrangementPart, arrangementSchema, panelsOf } from "@/protocol/layouts";
import { defaultArrangement, readArrangement } from "./arrangement";
import { fromDockview, toDockview } from "./dockview-json";
import { panelNames } from "./panel-names";

const group = (shown: string, ...panels: string[]): ArrangementPart => ({ kind: "group", size: 100, panels, shown });
const desk = (...parts: ArrangementPart[]): Arrangement => ({
  version: 1,
  width: 1_000,
  height: 600,
  direction: "row",
  parts,
});

/** Every size of an arrangement with the room its parts should fill together. */
function filled({ width, height, direction, parts }: Arrangement): [sum: number, room: number][] {
  const of = (room: number, across: number, inside: readonly ArrangementPart[]): [number, number][] => [
    [inside.reduce((sum, { size }) => sum + size, 0), room],
    ...inside.flatMap((part) => (part.kind === "split" ? of(across, part.size, part.parts) : [])),
  ];
  return direction === "row" ? of(width, height, parts) : of(height, width, parts);
}

describe("the desk as it comes", () => {
  it.each([
    [1_428, 816],
    [1_268, 700],
    [900, 640],
    [2_548, 1_300],
  ])("has every panel once and fills a screen of %i × %i", (width, height) => {
    const arrangement = defaultArrangement(width, height);
    expect(arrangementSchema.parse(arrangement)).toEqual(arrangement);
    expect(panelsOf(arrangement.parts).toSorted()).toEqual([...panelNames].toSorted());
    for (const [sum, room] of filled(arrangement)) expect(sum).toBe(room);
  });

  it("is taken by a screen of no size at all", () => {
    expect(readArrangement(defaultArrangement(0, 0)).ok).toBe(true);
  });
});

describe("a stored arrangement", () => {
  it("comes back as it was", () => {
    const arrangement = desk(group("fills", "orders", "fills"), group("chart", "chart"));
    expect(readArrangement(JSON.parse(JSON.stringify(arrangement)))).toEqual({ ok: true, arrangement });
  });

  it("loses the panels this desk does not have, and the places that had only them", () => {
    const inner: ArrangementPart = { kind: "split", size: 50, parts: [group("tape", "tape")] };
    const read = readArrangement(desk(group("news", "chart", "news"), inner, group("risk", "risk")));
    expect(read).toEqual({ ok: true, arrangement: desk(group("chart", "chart")) });
  });

  it("shows nothing when everything was closed, and is refused when nothing in it is ours", () => {
    expect(readArrangement(desk())).toEqual({ ok: true, arrangement: desk() });
    expect(readArrangement(desk(group("news", "news"))).ok).toBe(false);
  });

  it.each([
    null,
    7,
    "row",
    [],
    {},
    { grid: {}, panels: {} },
    { ...desk(), version: 2 },
    { ...desk(), width: Number.NaN },
    desk(group("chart", "chart"), group("chart", "chart")),
    desk({ kind: "group", size: 1e9, panels: ["chart"], shown: "chart" }),
    desk({ kind: "group", size: 10, panels: [], shown: "chart" }),
  ])("is refused when it is none: %j", (value) => {
    expect(readArrangement(value).ok).toBe(false);
  });

  it("is refused when it is deeper than a desk can be", () => {
    let part: ArrangementPart = group("chart", "chart");
    for (let level = 0; level < 20; level++) part = { kind: "split", size: 10, parts: [part] };
    expect(readArrangement(desk(part)).ok).toBe(false);
  });
});

describe("the dock's own words", () => {
  it("say the same there and back", () => {
    for (const arrangement of [defaultArrangement(1_428, 816), desk(), { ...desk(), direction: "column" as const }])
      expect(fromDockview(toDockview(arrangement))).toEqual(arrangement);
  });

  it("leave out places that are empty", () => {
    const dock = toDockview(desk(group("chart", "chart"), group("watch", "watch")));
    const [first] = Array.isArray(dock.grid.root.data) ? dock.grid.root.data : [];
    if (!Array.isArray(first.data)) first.data.views = [];
    expect(panelsOf(fromDockview(dock).parts)).toEqual(["watch"]);
  });
});
