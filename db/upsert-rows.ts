import { getTableColumns, type InferInsertModel } from "drizzle-orm";
import { getTableConfig, type PgTable } from "drizzle-orm/pg-core";
import type { PoolClient } from "pg";
import { exactly, InexactInteger } from "./schema/exact-integer";

type Plan = {
  readonly text: string;
  readonly columns: readonly { readonly key: string; readonly name: string; readonly type: string }[];
  readonly name: string;
};

const plans = new WeakMap<PgTable, Plan>();

/**
 * Writes rows in one statement, however many: they travel as one JSON parameter. A row whose key is there already is
 * replaced. Integers are checked before anything is sent.
 */
export async function upsertRows<Table extends PgTable>(
  client: PoolClient,
  table: Table,
  rows: readonly InferInsertModel<Table>[],
): Promise<void> {
  if (rows.length === 0) return;
  const plan = planOf(table);
  const records = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return Object.fromEntries(
      plan.columns.map(({ key, name, type }) => [name, checked(values.get(key), type, plan.name, key)]),
    );
  });
  await client.query(plan.text, [JSON.stringify(records)]);
}

function checked(value: unknown, type: string, table: string, key: string): unknown {
  if (value === null || value === undefined) return null;
  if (type === "bigint") return exactly(value, `${table}.${key}`);
  if (type === "integer") {
    const integer = exactly(value, `${table}.${key}`);
    if (integer !== (integer | 0)) throw new InexactInteger(`${table}.${key} (32 bits)`, value);
    return integer;
  }
  if (type === "double precision") return typeof value === "number" && Number.isFinite(value) ? value : null;
  return value;
}

function planOf(table: PgTable): Plan {
  const known = plans.get(table);
  if (known) return known;
  const { name, schema, primaryKeys } = getTableConfig(table);
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => ({
    key,
    name: column.name,
    type: column.getSQLType(),
    primary: column.primary,
  }));
  const keys =
    primaryKeys[0]?.columns.map((column) => column.name) ?? columns.filter((c) => c.primary).map((c) => c.name);
  const quoted = columns.map((column) => `"${column.name}"`).join(", ");
  const typed = columns.map((column) => `"${column.name}" ${column.type}`).join(", ");
  const replaced = columns.filter((column) => !keys.includes(column.name));
  const plan = {
    name: `${schema}.${name}`,
    columns,
    text: [
      `insert into "${schema}"."${name}" (${quoted})`,
      `select ${quoted} from jsonb_to_recordset($1::jsonb) as given(${typed})`,
      `on conflict (${keys.map((key) => `"${key}"`).join(", ")}) do update set`,
      replaced.map((column) => `"${column.name}" = excluded."${column.name}"`).join(", "),
    ].join(" "),
  };
  plans.set(table, plan);
  return plan;
}
