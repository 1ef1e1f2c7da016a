import { commandAnswers, commandKinds, roles, scopes } from "../../domain/command";
import { commandText, type Fact } from "../../domain/facts";
import { strategyStages, strategyStates } from "../../domain/strategy";
import type { Notice, StrategyEvent, StrategyPayload } from "../../protocol/topics";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

const eventsMax = 200;
const refusalsMax = 100;
const changesMax = 512;

type Change = { readonly event: StrategyEvent } | { readonly refusal: Notice };

/** The history of one strategy as the facts tell it: who did what to it, when and why, and what the gate refused it. */
export class StrategyLog {
  private events: StrategyEvent[] = [];
  private readonly refusals: Notice[] = [];
  private readonly changes = new ChangeLog<Change>(changesMax);

  readonly topic: TopicSource = topicSource(
    "atOnce",
    () => this.changes.version,
    (): StrategyPayload => ({ strategy: this.strategy, events: [...this.events], refusals: [...this.refusals] }),
    (version) => {
      const changes = this.changes.since(version);
      if (changes === "lost") return "lost";
      return {
        strategy: this.strategy,
        events: changes.flatMap((change) => ("event" in change ? [change.event] : [])),
        refusals: changes.flatMap((change) => ("refusal" in change ? [change.refusal] : [])),
      } satisfies StrategyPayload;
    },
  );

  constructor(private readonly strategy: number) {}

  /** Takes a fact; those about other strategies, or about none, leave it as it is. */
  apply(fact: Fact): void {
    const event = this.eventOf(fact);
    if (event === null) return;
    const last = this.events.at(-1);
    // A kill tells its progress in fact after fact: one line, under the number of the first.
    const goesOn = event.kind === "kill" && last?.kind === "kill" && last.engaged === event.engaged;
    if (goesOn && last.scope === event.scope) {
      const progress = { ...event, id: last.id, timeNs: last.timeNs };
      this.events[this.events.length - 1] = progress;
      this.changes.append({ event: progress });
      return;
    }
    this.events.push(event);
    if (this.events.length > eventsMax) this.events.shift();
    this.changes.append({ event });
  }

  /** Takes a refusal of the gate. */
  addRefusal(refusal: Notice): void {
    this.refusals.push(refusal);
    if (this.refusals.length > refusalsMax) this.refusals.shift();
    this.changes.append({ refusal });
  }

  private eventOf(fact: Fact): StrategyEvent | null {
    const at = { id: fact.number, timeNs: fact.timeNs };
    switch (fact.kind) {
      case "strategyState":
        if (fact.strategy !== this.strategy) return null;
        return {
          ...at,
          kind: "state",
          from: strategyStates.name(fact.from),
          to: strategyStates.name(fact.to),
          stage: strategyStages.name(fact.stage),
        };
      case "command": {
        const command = commandKinds.name(fact.command);
        if (!this.concerns(fact.scope, fact.target) || command === "shutdown") return null;
        const { actor, reason } = commandText(fact);
        return {
          ...at,
          kind: "command",
          command,
          scope: scopes.name(fact.scope),
          answer: commandAnswers.name(fact.answer),
          actor,
          role: roles.name(fact.role),
          reason,
        };
      }
      case "kill":
        if (!this.concerns(fact.scope, fact.target)) return null;
        return {
          ...at,
          kind: "kill",
          scope: scopes.name(fact.scope),
          engaged: fact.engaged === 1,
          orders: fact.orders,
          cancelled: fact.cancelled,
          unknown: fact.unknown,
        };
      default:
        return null;
    }
  }

  private concerns(scope: number, target: number): boolean {
    if (scope === scopes.code.all) return true;
    return scope === scopes.code.strategy && target === this.strategy;
  }
}
