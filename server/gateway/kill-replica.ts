import { commandAnswers, commandKinds, scopes } from "../../domain/command";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import type { KillRow, KillsPayload } from "../../protocol/topics";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

const changesMax = 1_024;

/** Kills in force, how far each one is, and who asked for it (from the command of the same scope and target). */
export class KillReplica {
  private readonly engaged = new Map<string, KillRow>();
  private readonly askedBy = new Map<string, { actor: string; reason: string }>();
  private readonly changes = new ChangeLog<KillRow>(changesMax);

  readonly topic: TopicSource = topicSource(
    "atOnce",
    () => this.changes.version,
    (): KillsPayload => ({ rows: [...this.engaged.values()] }),
    (version) => {
      const rows = this.changes.since(version);
      return rows === "lost" ? "lost" : { rows };
    },
  );

  get rows(): readonly KillRow[] {
    return [...this.engaged.values()];
  }

  apply(fact: Fact): void {
    if (fact.kind === "command") this.rememberWho(fact);
    if (fact.kind === "kill") this.put(fact);
  }

  private rememberWho(fact: FactOf<"command">): void {
    const answer = commandAnswers.name(fact.answer);
    if (commandKinds.name(fact.command) !== "kill" || (answer !== "done" && answer !== "alreadySo")) return;
    const key = `${fact.scope}:${fact.target}`;
    const { actor, reason } = commandText(fact);
    const row = this.engaged.get(key);
    const known = this.askedBy.get(key);
    // An order that ended at once left nothing to remember.
    if (row === undefined && scopes.name(fact.scope) === "order") return;
    if (known === undefined || known.reason === "") this.askedBy.set(key, { actor, reason });
    // A reason given after the kill stands with it; the first one stays.
    if (row === undefined || (row.actor !== "" && row.reason !== "")) return;
    this.change(key, { ...row, actor, reason });
  }

  private put(fact: FactOf<"kill">): void {
    const key = `${fact.scope}:${fact.target}`;
    const who = this.askedBy.get(key) ?? { actor: "", reason: "" };
    this.change(key, {
      scope: scopes.name(fact.scope),
      target: fact.target,
      // An order has nothing to latch: its kill is over when it has ended.
      engaged: fact.engaged === 1 && (scopes.name(fact.scope) !== "order" || fact.cancelled < fact.orders),
      orders: fact.orders,
      cancelled: fact.cancelled,
      unknown: fact.unknown,
      actor: who.actor,
      reason: who.reason,
      sinceNs: this.engaged.get(key)?.sinceNs ?? fact.timeNs,
      blockedNs: fact.blockedNs,
      lastCancelNs: fact.lastCancelNs,
    });
  }

  private change(key: string, row: KillRow): void {
    if (row.engaged) this.engaged.set(key, row);
    else {
      this.engaged.delete(key);
      this.askedBy.delete(key);
    }
    this.changes.append(row);
  }
}
