import { commandAnswers, commandKinds, scopes } from "../../domain/command";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { orderStates, sides } from "../../domain/order";
import type { StandingList, StandingPayload, StandingRow } from "../../protocol/topics";
import { ChangeLog, type TopicSource, topicSource } from "./topic-source";

/** Lists kept, and rows of one list: what is beyond is counted only. */
const listsMax = 16;
const rowsMax = 500;

type Growing = { readonly rows: StandingRow[]; orders: number; positions: number; unknown: number };

/**
 * What scopes still had open when somebody asked, one list a question. The engine tells the rows first and answers the
 * command after them, so a list is whole when its answer comes.
 */
export class StandingReplica {
  private growing: Growing = empty();
  private readonly lists: StandingList[] = [];
  private readonly changes = new ChangeLog<StandingList>(listsMax);

  readonly topic: TopicSource = topicSource(
    "atOnce",
    () => this.changes.version,
    (): StandingPayload => ({ rows: [...this.lists] }),
    (version) => {
      const rows = this.changes.since(version);
      return rows === "lost" ? "lost" : { rows };
    },
  );

  apply(fact: Fact): void {
    if (fact.kind === "standing") this.grow(fact);
    else if (fact.kind === "command") this.answered(fact);
  }

  private grow(fact: FactOf<"standing">): void {
    const { growing } = this;
    const isOrder = fact.what === 0;
    if (isOrder) growing.orders++;
    else growing.positions++;
    if (fact.unknown === 1) growing.unknown++;
    if (growing.rows.length >= rowsMax) return;
    growing.rows.push({
      what: isOrder ? "order" : "position",
      order: fact.order,
      strategy: fact.strategy,
      pair: fact.pair,
      instrument: fact.instrument,
      venue: fact.venue,
      side: sides.name(fact.side),
      quantity: fact.quantity,
      price: fact.price,
      state: isOrder ? orderStates.name(fact.state) : null,
      unknown: fact.unknown === 1,
    });
  }

  private answered(fact: FactOf<"command">): void {
    const { growing } = this;
    this.growing = empty();
    if (commandKinds.name(fact.command) !== "listOpen" || commandAnswers.name(fact.answer) !== "done") return;
    const list: StandingList = {
      id: commandText(fact).id,
      scope: scopes.name(fact.scope),
      target: fact.target,
      timeNs: fact.timeNs,
      ...growing,
    };
    this.lists.push(list);
    if (this.lists.length > listsMax) this.lists.shift();
    this.changes.append(list);
  }
}

function empty(): Growing {
  return { rows: [], orders: 0, positions: 0, unknown: 0 };
}
