import type { Pool } from "pg";
import { allLayouts, removeLayout, renameLayout, writeLayout } from "../../db/queries/layouts";
import { inTransaction } from "../../db/transaction";
import type { Layouts } from "../gateway/layouts";

/** Named layouts in the database, at most `most`. They are its own: no rebuild of the projection touches them. */
export function databaseLayouts(pool: Pool, most: number, nowMs: () => number = Date.now): Layouts {
  return {
    list: () => inTransaction(pool, allLayouts),
    save: async (name, arrangement) => {
      const layout = { name, arrangement, changedMs: nowMs() };
      return (await inTransaction(pool, (client) => writeLayout(client, layout, most))) ? "saved" : "full";
    },
    rename: (name, to) => inTransaction(pool, (client) => renameLayout(client, name, to)),
    remove: async (name) =>
      (await inTransaction(pool, (client) => removeLayout(client, name))) ? "removed" : "missing",
  };
}
