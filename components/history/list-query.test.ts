import { describe, expect, test } from "vitest";
import { firstWindowPath } from "./list-query";

describe("where the first rows of an address are asked for", () => {
  test.each([
    ["", "fills?sort=time&order=desc&offset=0&limit=200"],
    ["day=generated-2020-01-02", "fills?day=generated-2020-01-02&sort=time&order=desc&offset=0&limit=200"],
    ["tab=trades&sort=net&order=asc", "trades?sort=net&order=asc&offset=0&limit=200"],
    [
      "open=order-7&side=sell&symbol=BRK.B&more=1",
      "fills?symbol=BRK.B&side=sell&sort=time&order=desc&offset=0&limit=200",
    ],
    ["sort=opened&order=up&venue=&tab=nothing", "fills?sort=time&order=desc&offset=0&limit=200"],
  ])("%s", (address, path) => {
    expect(firstWindowPath(new URLSearchParams(address))).toBe(`/api/history/${path}`);
  });
});
