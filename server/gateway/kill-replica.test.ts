import { describe, expect, it } from "vitest";
import { commandAnswers, commandKinds, type Scope, scopes } from "../../domain/command";
import type { KillsPayload } from "../../protocol/topics";
import { KillReplica } from "./kill-replica";
import { FactWriter } from "./testing/fact-writer";

function startKills() {
  const writer = new FactWriter();
  const kills = new KillReplica();
  const told = (scope: Scope, target: number, orders: number, cancelled: number) =>
    kills.apply(
      writer.write("kill", 2e9, {
        scope: scopes.code[scope],
        target,
        engaged: 1,
        orders,
        cancelled,
        blockedNs: 2e9,
        lastCancelNs: 2e9 + 40_000,
      }),
    );
  const asked = (scope: Scope, target: number, answer: "done" | "alreadySo" | "notPermitted", reason: string) =>
    kills.apply(
      writer.write(
        "command",
        2e9,
        {
          command: commandKinds.code.kill,
          scope: scopes.code[scope],
          target,
          answer: commandAnswers.code[answer],
        },
        `id\u001fanna\u001f${reason}`,
      ),
    );
  const rows = () => (kills.topic.snapshot() as KillsPayload).rows;
  return { kills, told, asked, rows };
}

describe("kills on the screen", () => {
  it("say when they blocked and when the last cancel went out", () => {
    const { told, rows } = startKills();
    told("pair", 3, 4, 1);
    expect(rows()).toMatchObject([{ scope: "pair", target: 3, orders: 4, blockedNs: 2e9, lastCancelNs: 2e9 + 40_000 }]);
  });

  it("take the reason that is given afterwards, and keep the first one", () => {
    const { told, asked, rows } = startKills();
    told("pair", 3, 4, 1);
    asked("pair", 3, "done", "");
    expect(rows()).toMatchObject([{ actor: "anna", reason: "" }]);
    asked("pair", 3, "alreadySo", "legs drift apart");
    asked("pair", 3, "alreadySo", "something else");
    told("pair", 3, 4, 4);
    expect(rows()).toMatchObject([{ cancelled: 4, actor: "anna", reason: "legs drift apart" }]);
  });

  it("do not take the reason of a kill that was not permitted", () => {
    const { told, asked, rows } = startKills();
    asked("pair", 3, "notPermitted", "I want to");
    told("pair", 3, 4, 1);
    expect(rows()).toMatchObject([{ actor: "", reason: "" }]);
  });

  it("of an order are over when the order has ended", () => {
    const { told, rows, kills } = startKills();
    told("order", 17, 1, 0);
    expect(rows()).toHaveLength(1);
    const before = kills.topic.version;
    told("order", 17, 1, 1);
    expect(rows()).toEqual([]);
    expect(kills.topic.since(before)).toMatchObject({ rows: [{ scope: "order", target: 17, engaged: false }] });
  });
});
