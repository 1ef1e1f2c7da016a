import { expect, test } from "vitest";
import { HistoryList } from "./history-list";
import { windowRows } from "./list-query";

const count = 10_000;

/** A server with `count` rows that are their own index, and what it was asked. */
function listWithServer() {
  const asked: URLSearchParams[] = [];
  const list = new HistoryList<number, { count: number }>(async (query) => {
    const parameters = new URLSearchParams(query);
    asked.push(parameters);
    if (parameters.get("side") === "wrong") throw new Error("side: no such");
    const offset = Number(parameters.get("offset"));
    const rows = Array.from({ length: Math.min(windowRows, count - offset) }, (_, index) => offset + index);
    return { journal: "j", through: 77, offset, rows, totals: { count } };
  });
  return { list, asked };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5));

test("the first answer fixes the list that later windows ask for", async () => {
  const { list, asked } = listWithServer();
  await list.open("side=buy");
  list.want(5_000, 5_040);
  await settled();
  expect(asked[0].get("through")).toBeNull();
  expect(asked.slice(1).map((each) => each.get("through"))).toEqual(["77", "77"]);
  expect([list.rowAt(0), list.rowAt(5_000), list.rowAt(5_040)]).toEqual([0, 5_000, 5_040]);
});

test("a drag over the whole list asks for what it stops at, and keeps a bounded number of rows", async () => {
  const { list, asked } = listWithServer();
  await list.open("");
  for (let row = 0; row < count; row += 40) list.want(row, row + 40);
  await settled();
  expect(asked.length).toBeLessThan(8);
  expect(list.rowAt(count - 1)).toBe(count - 1);
  for (let row = 0; row < count; row += 400) {
    list.want(row, row + 40);
    await settled();
  }
  expect(list.state().windows.size).toBeLessThanOrEqual(60);
});

test("a refusal is told in its words, and the next question is answered", async () => {
  const { list } = listWithServer();
  await list.open("side=wrong");
  expect(list.state().error).toBe("side: no such");
  await list.open("side=buy");
  expect(list.state()).toMatchObject({ error: null, count, query: "side=buy" });
});

test("an answer that comes after another question was put changes nothing", async () => {
  const answers: (() => void)[] = [];
  const list = new HistoryList<string, { count: number }>(
    (query) =>
      new Promise((resolve) => {
        const side = new URLSearchParams(query).get("side") ?? "";
        answers.push(() => resolve({ journal: "j", through: 1, offset: 0, rows: [side], totals: { count: 1 } }));
      }),
  );
  const first = list.open("side=buy");
  const second = list.open("side=sell");
  answers[1]();
  answers[0]();
  await Promise.all([first, second]);
  expect(list.rowAt(0)).toBe("sell");
});
