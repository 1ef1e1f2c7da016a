import { describe, expect, it } from "vitest";
import { commandAnswers, commandKinds, roles, scopes } from "../../domain/command";
import { limitCodes, modeCauses, tradingModes } from "../../domain/limit";
import type { RiskLogPayload } from "../../protocol/topics";
import { RiskLog } from "./risk-log";
import { FactWriter } from "./testing/fact-writer";

const desk = { scope: scopes.code.all, target: -1 };

function startLog() {
  const writer = new FactWriter();
  const log = new RiskLog();
  const limit = (timeNs: number, role: "admin" | "system" = "admin") =>
    log.apply(
      writer.write("limitChanged", timeNs, {
        ...desk,
        limit: limitCodes.code.dailyLossSoft,
        from: 5_000_000,
        to: 1_000_000,
        role: roles.code[role],
        record: 4_711,
      }),
    );
  const mode = (timeNs: number, cause: "dailyLossSoft" | "command") =>
    log.apply(
      writer.write("modeChanged", timeNs, {
        ...desk,
        to: tradingModes.code.reducing,
        cause: modeCauses.code[cause],
        limit: 1_000_000,
        value: 1_200_000,
      }),
    );
  const answered = (timeNs: number, command: "setLimit" | "setMode", answer: "done" | "alreadySo" = "done") =>
    log.apply(
      writer.write(
        "command",
        timeNs,
        { ...desk, command: commandKinds.code[command], answer: commandAnswers.code[answer] },
        "asked-1\u001fanna\u001fa calmer day",
      ),
    );
  const rows = () => (log.topic.snapshot() as RiskLogPayload).rows;
  return { limit, mode, answered, rows };
}

describe("changes of limits and modes", () => {
  it("name the record they are in force from, who asked and why", () => {
    const { limit, answered, rows } = startLog();
    limit(3e9);
    expect(rows()).toMatchObject([{ kind: "limit", to: 1_000_000, record: 4_711, command: "" }]);
    answered(3e9, "setLimit");
    expect(rows()).toMatchObject([{ command: "asked-1", actor: "anna", reason: "a calmer day" }]);
  });

  it("leave alone what a tighter limit moved by itself", () => {
    const { limit, mode, answered, rows } = startLog();
    limit(3e9);
    mode(3e9, "dailyLossSoft");
    answered(3e9, "setLimit");
    expect(rows().map(({ kind, actor }) => [kind, actor])).toEqual([
      ["limit", "anna"],
      ["mode", ""],
    ]);
  });

  it("give nobody's name to a change that the desk file made, nor to one of another moment", () => {
    const { limit, mode, answered, rows } = startLog();
    limit(1e9, "system");
    answered(3e9, "setLimit", "alreadySo");
    answered(4e9, "setLimit");
    mode(4e9, "dailyLossSoft");
    answered(4e9, "setMode");
    expect(rows().map(({ actor }) => actor)).toEqual(["", ""]);
  });
});
