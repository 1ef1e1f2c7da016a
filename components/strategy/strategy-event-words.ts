import { formatQuantity } from "@/components/format/numbers";
import { commandWords, strategyStateText, wordsOf } from "@/components/format/words";
import type { StrategyEvent } from "@/protocol/topics";

/** One line of a strategy's history: what happened, by whom, and why. */
export type EventWords = { readonly what: string; readonly who: string; readonly why: string };

/** A strategy's event in words; what the engine did by itself names nobody. */
export function eventWords(event: StrategyEvent): EventWords {
  switch (event.kind) {
    case "state":
      return {
        what: `${strategyStateText[event.from]} → ${strategyStateText[event.to]}`,
        who: "",
        why: `stage ${event.stage}`,
      };
    case "command":
      if (event.command === "kill" && event.answer === "alreadySo" && event.reason !== "")
        return { what: "Kill: why", who: `${event.actor || "unknown"} (${event.role})`, why: event.reason };
      return {
        what: `${commandWords(event.command)}${event.scope === "all" ? " everything" : ""}: ${wordsOf(event.answer)}`,
        who: `${event.actor || "unknown"} (${event.role})`,
        why: event.reason,
      };
    case "kill": {
      const of = event.scope === "all" ? "The desk's halt" : "Kill";
      if (!event.engaged) return { what: `${of} released`, who: "", why: "" };
      const unknown = event.unknown > 0 ? `, unknown ${formatQuantity(event.unknown)}` : "";
      const cancelled = `cancelled ${formatQuantity(event.cancelled)} of ${formatQuantity(event.orders)}`;
      return { what: `${of}: blocked, ${cancelled}${unknown}`, who: "", why: "" };
    }
  }
}

/** Whether a kill in force was asked for without a reason, and nobody has given one since. */
export function lacksKillReason(events: readonly StrategyEvent[]): boolean {
  let lacks = false;
  for (const event of events) {
    if (event.kind === "state" && event.from === "killed") lacks = false;
    if (event.kind !== "command" || event.command !== "kill" || event.scope !== "strategy") continue;
    if (event.answer === "done") lacks = event.reason === "";
    else if (event.answer === "alreadySo" && event.reason !== "") lacks = false;
  }
  return lacks;
}
