import type { Fact } from "../../domain/facts";
import { breakCauses } from "../../domain/health";
import type { BreakRow, BreaksPayload } from "../../protocol/topics";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

const changesMax = 256;

/** Listings over which order session and drop copy differ, or differed and nobody has taken note, as the facts tell. */
export class BreakReplica {
  private readonly rows = new Map<string, BreakRow>();
  private readonly changes = new ChangeLog<BreakRow>(changesMax);

  readonly topic: TopicSource = topicSource(
    "atOnce",
    () => this.changes.version,
    (): BreaksPayload => ({ rows: [...this.rows.values()] }),
    (version) => {
      const rows = this.changes.since(version);
      return rows === "lost" ? "lost" : { rows };
    },
  );

  apply(fact: Fact): void {
    if (fact.kind !== "reconciliationBreak") return;
    const { venue, instrument, orderNet, dropNet, orderFills, dropFills, orderMessages, dropMessages } = fact;
    const id = `${venue}:${instrument}`;
    const open = fact.open === 1;
    const row: BreakRow = {
      id,
      venue,
      instrument,
      open,
      orderNet,
      dropNet,
      orderFills,
      dropFills,
      orderMessages,
      dropMessages,
      cause: breakCauses.name(fact.cause),
      sinceNs: this.rows.get(id)?.sinceNs ?? fact.timeNs,
    };
    if (open) this.rows.set(id, row);
    else this.rows.delete(id);
    this.changes.append(row);
  }
}
