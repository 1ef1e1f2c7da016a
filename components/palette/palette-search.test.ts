import { describe, expect, it } from "vitest";
import { findEntries } from "./palette-search";

const entry = (group: string, text: string, keywords = "") => ({ group, text, keywords });
const all = [
  entry("Pages", "Desk", "prices orders"),
  entry("Desk", "HALT the whole desk…", "stop emergency"),
  entry("Strategies", "Pause pairs-technology"),
  entry("Strategies", "Kill pairs-technology…"),
  entry("Symbols", "AAL", "airlines"),
  entry("Symbols", "HAL", "energy"),
  entry("Symbols", "AL", "airlines"),
];
const found = (search: string) =>
  findEntries(all, search, 50).flatMap(({ entries }) => entries.map(({ text }) => text));

describe("the palette's search", () => {
  it("finds everything in its order when nothing is typed", () => {
    expect(found(" ")).toEqual(all.map(({ text }) => text));
  });

  it("puts who is called exactly so first, whatever group it is in", () => {
    expect(found("al")[0]).toBe("AL");
    expect(found("hal")[0]).toBe("HAL");
    expect(found("halt")).toEqual(["HALT the whole desk…"]);
  });

  it("wants every word, in any order", () => {
    expect(found("tech kill")).toEqual(["Kill pairs-technology…"]);
    expect(found("pause hal")).toEqual([]);
  });

  it("takes words that stand together before words that only occur", () => {
    const sets = [entry("Desk", "Colours: Green up, red down"), entry("Desk", "Colours: Red up, green down")];
    expect(findEntries(sets, "red up", 50)[0].entries[0]).toBe(sets[1]);
    expect(findEntries(sets, "green up", 50)[0].entries[0]).toBe(sets[0]);
  });

  it("finds by other words too, after those who carry the word in their name", () => {
    expect(found("airlines")).toEqual(["AAL", "AL"]);
    expect(found("desk")).toEqual(["Desk", "HALT the whole desk…"]);
  });

  it("shows no more of a group than it is told", () => {
    expect(findEntries(all, "", 1).map(({ entries }) => entries.length)).toEqual([1, 1, 1, 1]);
  });
});
