import { commandAnswers, commandKinds, roles, scopes } from "../../domain/command";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { limitCodes, modeCauses, tradingModes } from "../../domain/limit";
import type { RiskEvent, RiskLogPayload } from "../../protocol/topics";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

const eventsMax = 200;
const changesMax = 512;

/**
 * Changes of limits and modes as the facts tell them: from what to what, from which record on, who and why. The engine
 * tells a change before it answers the command that caused it, so who and why come a moment later, under the same id.
 */
export class RiskLog {
  private events: RiskEvent[] = [];
  private readonly changes = new ChangeLog<RiskEvent>(changesMax);

  readonly topic: TopicSource = topicSource(
    "atOnce",
    () => this.changes.version,
    (): RiskLogPayload => ({ rows: [...this.events] }),
    (version) => {
      const rows = this.changes.since(version);
      return rows === "lost" ? "lost" : { rows };
    },
  );

  apply(fact: Fact): void {
    if (fact.kind === "limitChanged") this.append(limitEvent(fact));
    else if (fact.kind === "modeChanged") this.append(modeEvent(fact));
    else if (fact.kind === "command") this.answered(fact);
  }

  private append(event: RiskEvent): void {
    this.events.push(event);
    if (this.events.length > eventsMax) this.events.shift();
    this.changes.append(event);
  }

  private answered(fact: FactOf<"command">): void {
    const kind = commandKinds.name(fact.command);
    const what = kind === "setLimit" ? "limit" : kind === "setMode" ? "mode" : null;
    if (what === null || commandAnswers.name(fact.answer) !== "done") return;
    const scope = scopes.name(fact.scope);
    // What a tighter limit moved by itself stands between the change and its answer.
    const place = this.events.findLastIndex(
      (event) =>
        event.kind === what &&
        event.scope === scope &&
        event.target === fact.target &&
        event.timeNs === fact.timeNs &&
        (event.kind === "limit" || event.cause === "command") &&
        event.command === "",
    );
    if (place < 0) return;
    const { id: command, actor, reason } = commandText(fact);
    const event = { ...this.events[place], command, actor, reason };
    this.events[place] = event;
    this.changes.append(event);
  }
}

const nobody = { command: "", actor: "", reason: "" } as const;

function limitEvent(fact: FactOf<"limitChanged">): RiskEvent {
  return {
    id: fact.number,
    timeNs: fact.timeNs,
    kind: "limit",
    scope: scopes.name(fact.scope),
    target: fact.target,
    limit: limitCodes.name(fact.limit),
    from: fact.from,
    to: fact.to,
    role: roles.name(fact.role),
    record: fact.record,
    ...nobody,
  };
}

function modeEvent(fact: FactOf<"modeChanged">): RiskEvent {
  return {
    id: fact.number,
    timeNs: fact.timeNs,
    kind: "mode",
    scope: scopes.name(fact.scope),
    target: fact.target,
    from: tradingModes.name(fact.from),
    to: tradingModes.name(fact.to),
    cause: modeCauses.name(fact.cause),
    limit: fact.limit,
    value: fact.value,
    ...nobody,
  };
}
