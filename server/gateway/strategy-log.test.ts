import { describe, expect, it } from "vitest";
import { commandAnswers, commandKinds, roles, scopes } from "../../domain/command";
import { strategyStates } from "../../domain/strategy";
import type { StrategyPayload } from "../../protocol/topics";
import { StrategyLog } from "./strategy-log";
import { FactWriter } from "./testing/fact-writer";

const strategy = scopes.code.strategy;
const { stopped, running, killed } = strategyStates.code;

function startLog() {
  const writer = new FactWriter();
  const log = new StrategyLog(1);
  const command = (name: "approve" | "kill", scope: number, target: number, reason: string) =>
    log.apply(
      writer.write(
        "command",
        1e9,
        {
          command: commandKinds.code[name],
          scope,
          target,
          role: roles.code.trader,
          answer: commandAnswers.code.done,
        },
        `id\u001fanna\u001f${reason}`,
      ),
    );
  return { writer, log, command };
}

describe("the history of a strategy", () => {
  it("says who did what, when and why, and leaves out the others", () => {
    const { writer, log, command } = startLog();
    command("approve", strategy, 1, "looks right");
    command("approve", strategy, 0, "another one");
    log.apply(writer.write("strategyState", 2e9, { strategy: 1, from: stopped, to: running, stage: 1 }));
    log.apply(writer.write("strategyState", 2e9, { strategy: 0, from: stopped, to: running, stage: 1 }));
    command("kill", scopes.code.all, -1, "fire drill");
    const { events } = log.topic.snapshot() as StrategyPayload;
    expect(events).toMatchObject([
      { kind: "command", command: "approve", actor: "anna", role: "trader", answer: "done", reason: "looks right" },
      { kind: "state", from: "stopped", to: "running", timeNs: 2e9 },
      { kind: "command", command: "kill", scope: "all", reason: "fire drill" },
    ]);
  });

  it("shows a kill as one line that fills up, under one id", () => {
    const { writer, log, command } = startLog();
    command("kill", strategy, 1, "");
    log.apply(writer.write("strategyState", 1e9, { strategy: 1, from: running, to: killed }));
    const before = log.topic.version;
    for (const cancelled of [0, 2, 5])
      log.apply(
        writer.write("kill", 1e9 + cancelled, { scope: strategy, target: 1, engaged: 1, orders: 5, cancelled }),
      );
    const { events } = log.topic.snapshot() as StrategyPayload;
    expect(events).toHaveLength(3);
    expect(events[2]).toMatchObject({ kind: "kill", engaged: true, orders: 5, cancelled: 5 });
    const delta = log.topic.since(before) as StrategyPayload;
    expect(delta.events.map(({ id }) => id)).toEqual([events[2].id, events[2].id, events[2].id]);
  });

  it("keeps the last two hundred events and the last hundred refusals", () => {
    const { writer, log } = startLog();
    for (let count = 0; count < 300; count++) {
      log.apply(writer.write("strategyState", count, { strategy: 1, from: stopped, to: running }));
      log.addRefusal({ id: count, timeNs: 0, severity: "warning", text: "", strategy: 1, refusal: "priceCollar" });
    }
    const { events, refusals } = log.topic.snapshot() as StrategyPayload;
    expect(events).toHaveLength(200);
    expect(events.at(-1)?.id).toBe(300);
    expect(refusals).toHaveLength(100);
    expect(log.topic.since(0)).toBe("lost");
  });
});
