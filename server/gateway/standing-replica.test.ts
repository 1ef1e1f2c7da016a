import { describe, expect, it } from "vitest";
import { type CommandAnswer, commandAnswers, commandKinds, scopes } from "../../domain/command";
import { orderStates, sides } from "../../domain/order";
import type { StandingPayload } from "../../protocol/topics";
import { StandingReplica } from "./standing-replica";
import { FactWriter } from "./testing/fact-writer";

function startStanding() {
  const writer = new FactWriter();
  const standing = new StandingReplica();
  const pair = { scope: scopes.code.pair, target: 3 };
  const order = (id: number, unknown = 0) =>
    standing.apply(
      writer.write("standing", 5e9, {
        ...pair,
        what: 0,
        order: id,
        side: sides.code.sell,
        quantity: 100,
        price: 1_000_000,
        state: orderStates.code.working,
        unknown,
      }),
    );
  const position = (quantity: number) =>
    standing.apply(writer.write("standing", 5e9, { ...pair, what: 1, venue: -1, quantity }));
  const answer = (id: string, said: CommandAnswer = "done") =>
    standing.apply(
      writer.write(
        "command",
        5e9,
        { ...pair, command: commandKinds.code.listOpen, answer: commandAnswers.code[said] },
        `${id}\u001fanna\u001f`,
      ),
    );
  const lists = () => (standing.topic.snapshot() as StandingPayload).rows;
  return { order, position, answer, lists };
}

describe("what a scope has open", () => {
  it("is one list under the id of the command that asked, whole when its answer comes", () => {
    const { order, position, answer, lists } = startStanding();
    order(7);
    order(8, 1);
    position(40);
    expect(lists()).toEqual([]);
    answer("asked-1");
    expect(lists()).toMatchObject([{ id: "asked-1", scope: "pair", target: 3, orders: 2, positions: 1, unknown: 1 }]);
    expect(lists()[0].rows.map(({ what, state }) => [what, state])).toEqual([
      ["order", "working"],
      ["order", "working"],
      ["position", null],
    ]);
  });

  it("is an empty list when nothing stands, and none when the answer was no", () => {
    const { answer, lists } = startStanding();
    answer("asked-1", "unknownTarget");
    answer("asked-2");
    expect(lists()).toMatchObject([{ id: "asked-2", orders: 0, rows: [] }]);
  });

  it("counts what is too much to show", () => {
    const { order, answer, lists } = startStanding();
    for (let id = 1; id <= 600; id++) order(id);
    answer("asked-1");
    expect(lists()[0].orders).toBe(600);
    expect(lists()[0].rows).toHaveLength(500);
  });
});
