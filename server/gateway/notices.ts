import { wordsOf } from "../../domain/closed-set";
import { commandAnswers, commandKinds, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { commandText, type Fact } from "../../domain/facts";
import { alertCodes, breakCauses, breakCauseText, feedStates, sessionStates } from "../../domain/health";
import { limitCodes, limitText, type ModeCause, modeCauses, tradingModes } from "../../domain/limit";
import { sides } from "../../domain/order";
import { refusalCodes, refusalText } from "../../domain/refusal";
import { strategyStates } from "../../domain/strategy";
import type { Notice } from "../../protocol/topics";
import { alertKinds } from "./alert-words";
import { targetText } from "./target-text";

/** The line that people should read about a fact; null for facts that are only bookkeeping. */
export function noticeOf(fact: Fact, desk: Desk): Notice | null {
  const notice = (severity: Notice["severity"], text: string, strategy: number | null = null): Notice => ({
    id: fact.number,
    timeNs: fact.timeNs,
    severity,
    text,
    strategy: strategy !== null && strategy >= 0 ? strategy : null,
    refusal: null,
  });
  const ofOrder = ({ order }: { readonly order: number }, text: string): Notice => ({
    ...notice("warning", `order ${order}: ${text}`),
    order,
  });
  switch (fact.kind) {
    case "refusal": {
      const code = refusalCodes.name(fact.code);
      const symbol = desk.instruments[fact.instrument]?.symbol ?? `instrument ${fact.instrument}`;
      const order = `${wordsOf(sides.name(fact.side))} ${fact.quantity} ${symbol} at ${priceText(fact.price)}`;
      // What a strategy of a replay would do is no refusal to worry about: it is what the replay is for.
      if (code === "replayOnly") {
        const pair = desk.pairs[fact.pair]?.name;
        const why = pair === undefined ? "" : ` (pair ${pair})`;
        const what = `would ${order}${why}`;
        const { instrument, quantity, price } = fact;
        const wish = { instrument, side: sides.name(fact.side), quantity, price };
        return { ...notice("info", what, fact.strategy), refusal: code, wish };
      }
      const text = `refused ${order}: ${refusalText(code, fact.limit, fact.value)}`;
      return { ...notice("warning", text, fact.strategy), refusal: code };
    }
    case "command": {
      const scope = scopes.name(fact.scope);
      const answer = commandAnswers.name(fact.answer);
      const { actor, reason } = commandText(fact);
      const command = wordsOf(commandKinds.name(fact.command));
      const text = `${actor || "somebody"}: ${command} ${targetText(desk, scope, fact.target)}: ${wordsOf(answer)}${reason ? ` (${reason})` : ""}`;
      return notice(answer === "done" ? "info" : "warning", text, scope === "strategy" ? fact.target : null);
    }
    case "strategyState": {
      const to = strategyStates.name(fact.to);
      const bad = to === "killed" || to === "failed";
      const text = `${targetText(desk, "strategy", fact.strategy)}: ${strategyStates.name(fact.from)} → ${to}`;
      return notice(bad ? "critical" : "info", text, fact.strategy);
    }
    case "alert": {
      const { severity, words } = alertKinds[alertCodes.name(fact.code)];
      const text = words(fact, desk);
      return notice(severity, fact.text ? `${text}: ${fact.text}` : text);
    }
    case "limitChanged": {
      const code = limitCodes.name(fact.limit);
      const about = targetText(desk, scopes.name(fact.scope), fact.target);
      return notice("info", `limit ${code} of ${about}: ${limitText(code, fact.from)} → ${limitText(code, fact.to)}`);
    }
    case "modeChanged": {
      const scope = scopes.name(fact.scope);
      const cause = modeCauses.name(fact.cause);
      const to = tradingModes.name(fact.to);
      const why = cause === "command" ? "" : `, ${limitCauseText(cause, fact.limit, fact.value)}`;
      const text = `${targetText(desk, scope, fact.target)}: ${tradingModes.name(fact.from)} → ${to}${why}`;
      const severity = to === "halted" ? "critical" : to === "reducing" ? "warning" : "info";
      return notice(severity, text, scope === "strategy" ? fact.target : null);
    }
    case "orderRejected":
      return ofOrder(fact, `the venue rejected it (code ${fact.code})`);
    case "orderLost":
      return ofOrder(fact, "the venue never saw it");
    case "orderAbandoned":
      return ofOrder(fact, "its day ended and nobody could tell its fate");
    case "orderUnknown":
      return ofOrder(fact, "its fate is unknown, it counts as open until the venue has told");
    case "orderReplaceRejected":
      // A replace that crosses a fill is refused every day: worth a line, no trouble.
      return notice("warning", `order ${fact.order}: the venue refused its replace (code ${fact.code})`);
    case "reconciliationBreak": {
      if (fact.instrument < 0) {
        const at = targetText(desk, "venue", fact.venue);
        if (fact.open === 1 && breakCauses.name(fact.cause) === "agreed")
          return notice(
            "warning",
            `what ${at} told of orders that we do not know is settled by it: adopt it to trade on`,
          );
        return fact.open === 1
          ? notice("critical", `break: ${at} told of fills that belong to no order we know; no name takes new risk`)
          : notice("info", `what ${at} told of orders that we do not know is settled`);
      }
      const where = `${desk.instruments[fact.instrument]?.symbol ?? fact.instrument} at ${targetText(desk, "venue", fact.venue)}`;
      const cause = breakCauses.name(fact.cause);
      if (fact.open === 0) return notice("info", `the break over ${where} is settled`);
      if (cause === "agreed")
        return notice("warning", `order session and drop copy say the same again over ${where}: adopt it to trade on`);
      const why = breakCauseText[cause];
      const ofOrders =
        cause === "orders" ? `, and ${fact.orderMessages} and ${fact.dropMessages} messages of orders` : "";
      return notice(
        "critical",
        `break over ${where}: the order session told of ${fact.orderNet} in ${fact.orderFills} fills, the drop copy of ${fact.dropNet} in ${fact.dropFills}${ofOrders}${why === "" ? "" : `: ${why}`}`,
      );
    }
    case "fillBroken":
      return notice("critical", `fill ${fact.fill} was broken by the venue`, fact.strategy);
    case "feedState": {
      const state = feedStates.name(fact.state);
      const missing = fact.missing > 0 ? `, ${fact.missing} messages missing` : "";
      const bad = state === "gap" || state === "stale";
      return notice(bad ? "warning" : "info", `${targetText(desk, "venue", fact.venue)}: data ${state}${missing}`);
    }
    case "sessionState": {
      const state = sessionStates.name(fact.state);
      const session = fact.session === 0 ? "order session" : "drop copy";
      const bad = state === "disconnected" || state === "refused";
      return notice(bad ? "warning" : "info", `${targetText(desk, "venue", fact.venue)}: ${session} ${wordsOf(state)}`);
    }
    case "engineStarted":
      return notice("info", `the engine started, epoch ${fact.epoch}`);
    case "engineStopped":
      return notice("info", `the engine stopped with ${fact.ordersOpen} orders open`);
    default:
      return null;
  }
}

/** A price of 1/10,000 as people write it: thousands apart, two to four decimals. */
function priceText(price: number): string {
  return (price / 10_000).toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 4 });
}

/** What moved a mode by itself, with its numbers. */
function limitCauseText(cause: Exclude<ModeCause, "command">, limit: number, value: number): string {
  return `${cause} ${limitText(cause, limit)}, is ${limitText(cause, value)}`;
}
