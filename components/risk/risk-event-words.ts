import type { RiskEvent } from "@/protocol/topics";
import { limitTitle, limitValueText, modeCauseText, modeText } from "./limit-words";

/** What changed: "Gross exposure of the desk: 1,000 → 900". `name` is its scope's. */
export function riskEventText(event: RiskEvent, name: string): string {
  if (event.kind === "limit")
    return `${limitTitle[event.limit]} of ${name}: ${limitValueText(event.limit, event.from)} → ${limitValueText(event.limit, event.to)}`;
  const moved = `${name}: ${modeText[event.from]} → ${modeText[event.to]}`;
  if (event.cause === "command") return moved;
  return `${moved} (${modeCauseText[event.cause]}: ${limitValueText(event.cause, event.value)}, limit ${limitValueText(event.cause, event.limit)})`;
}

/** Who did it and why; what a limit did by itself names the engine, what the file says names the desk file. */
export function riskEventWho(event: RiskEvent): string {
  if (event.actor !== "") return event.reason === "" ? event.actor : `${event.actor}: ${event.reason}`;
  if (event.kind === "mode") return event.cause === "command" ? "–" : "the engine itself";
  return event.command === "" && event.role === "system" ? "the desk file" : "–";
}
