import { setTimeout as sleep } from "node:timers/promises";
import type { Fact, FactKind, FactOf } from "../../domain/facts";
import { type ViewRow, type ViewTable, viewColumns, viewTables } from "../../domain/views";
import type { EngineHello } from "../../server/runtime/engine-link";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";

/** Everything an engine says of itself over its socket: the day's facts and all view rows. */
export class EngineTruth {
  hello: EngineHello | null = null;
  readonly facts: Fact[] = [];
  private readonly rows = Object.fromEntries(
    viewTables.map((table) => [table, new Map<number, Float64Array>()]),
  ) as Record<ViewTable, Map<number, Float64Array>>;

  factsOf<Kind extends FactKind>(kind: Kind): FactOf<Kind>[] {
    return this.facts.filter((fact): fact is Fact & FactOf<Kind> => fact.kind === kind);
  }

  /** A view row by column name; throws when the engine has not sent it. */
  row<Table extends ViewTable>(table: Table, row: number): ViewRow<Table> {
    const columns = this.rows[table].get(row);
    if (columns === undefined) throw new Error(`no row ${row} of ${table}`);
    return Object.fromEntries(viewColumns[table].map((name, index) => [name, columns[index]])) as ViewRow<Table>;
  }

  has(table: ViewTable, row: number): boolean {
    return this.rows[table].has(row);
  }

  keep(table: ViewTable, row: number, columns: Float64Array): void {
    this.rows[table].set(row, columns.slice());
  }
}

/** Connects to an engine's socket and takes everything it has until now, or all of it but the facts. */
export async function askEngine(address: string, msMax = 15_000, withFacts = true): Promise<EngineTruth> {
  const truth = new EngineTruth();
  const client = new EngineLinkClient({
    address,
    factsFrom: withFacts ? 1 : null,
    views: true,
    onHello: (hello) => {
      truth.hello = hello;
    },
    onFacts: (facts) => {
      truth.facts.push(...facts);
    },
    onViews: (table, row, columns) => truth.keep(table, row, columns),
  });
  client.start();
  const deadline = Date.now() + msMax;
  try {
    const isWhole = () => !withFacts || truth.facts.length >= (truth.hello?.lastFactNumber ?? 0);
    while (truth.hello === null || !isWhole() || !truth.has("desk", 0)) {
      if (Date.now() > deadline) throw new Error(`the engine at ${address} did not tell its state within ${msMax} ms`);
      await sleep(20);
    }
    return truth;
  } finally {
    client.close();
  }
}
