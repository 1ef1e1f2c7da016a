import { afterEach, describe, expect, it, vi } from "vitest";
import { earlyListScript, takeEarlyList } from "./early-list";
import { readListQuery, windowQuery } from "./list-query";

afterEach(() => {
  vi.unstubAllGlobals();
});

/** Runs the script on a page of this address, and says what it asked for. */
function askedAt(search: string): string[] {
  const asked: string[] = [];
  vi.stubGlobal("window", {});
  vi.stubGlobal("location", { search });
  vi.stubGlobal("fetch", (path: string) => {
    asked.push(path);
    return Promise.resolve(new Response("{}"));
  });
  new Function(earlyListScript)();
  return asked;
}

describe("the question asked before the scripts are there", () => {
  it.each([
    "",
    "?tab=trades",
    "?tab=trades&sort=net&order=desc",
    "?sort=price&order=asc&side=sell&symbol=BRK.B",
    "?sort=opened",
    "?tab=nothing&order=up&venue=",
    "?day=generated-2020-01-02&from=09%3A30&pair=AAPL%2FMSFT&open=order-7&more=1",
  ])("is the one the page asks: %s", (search) => {
    const [path] = askedAt(search);
    const { tab, listQuery } = readListQuery(new URLSearchParams(search));
    expect(path).toBe(`/api/history/${tab}?${windowQuery(listQuery, 0, null)}`);
  });

  it("is answered once, and only where it is the same", async () => {
    const [path] = askedAt("?side=buy");
    const question = path.slice("/api/history/".length);
    expect(takeEarlyList("fills?other")).toBeNull();
    expect(await takeEarlyList(question)).toBeInstanceOf(Response);
    expect(takeEarlyList(question)).toBeNull();
  });
});
