import { describe, expect, it } from "vitest";
import { riskDesk, withoutQuotes } from "../engine/risk/testing/risk-desk";
import type { EngineCommand } from "../runtime/engine-link";
import { answerCommand, deskActor } from "./commands";

describe("a command that leaves out what it is to set", () => {
  const id = "00000000-0000-4000-8000-000000000001";
  it.each([
    ["a limit's value", { command: "setLimit", detail: 23, scope: "instrument", target: 0 }],
    ["which limit", { command: "setLimit", value: 1, scope: "all", target: -1 }],
    ["which mode", { command: "setMode", scope: "all", target: -1 }],
  ])("is not sent: %s", async (_, words) => {
    const sent: EngineCommand[] = [];
    const send = async (command: EngineCommand) => {
      sent.push(command);
      return { answer: "done", text: "", factNumber: 1 };
    };
    const message = { id, reason: "test", ...words };
    const { answer } = await answerCommand(message, deskActor, withoutQuotes(riskDesk()), true, send as never);
    expect([answer, sent.length]).toEqual(["invalid", 0]);
  });
});
