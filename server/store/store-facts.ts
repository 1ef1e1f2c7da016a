import type { Pool } from "pg";
import { advancePosition, positionOf } from "../../db/queries/progress";
import { renewStatistics } from "../../db/queries/statistics";
import { inTransaction } from "../../db/transaction";
import type { Fact } from "../../domain/facts";
import { digestOf } from "./fact-digest";
import { projectFacts } from "./project-facts";

/** What a journal says of itself. */
export type JournalAbout = { readonly journal: string; readonly tradingDay: string; readonly deskHash: string };

/**
 * Writes a journal's facts batch by batch, as the store does: rows and position in one transaction. Throws when
 * somebody else moves the position meanwhile, or when the journal has facts already.
 */
export async function storeFacts(
  pool: Pool,
  { journal, ...about }: JournalAbout,
  batches: Iterable<readonly Fact[]>,
  onBatch: (lastFact: number) => void = () => undefined,
): Promise<void> {
  let from = (await inTransaction(pool, (client) => positionOf(client, journal, about, Date.now()))).factNumber;
  if (from !== 0) throw new Error(`${journal} is in the database already, up to fact ${from}`);
  for (const facts of batches) {
    const last = facts[facts.length - 1];
    await inTransaction(pool, async (client) => {
      const to = { factNumber: last.number, factDigest: digestOf(last) };
      if (!(await advancePosition(client, journal, from, to, Date.now())))
        throw new Error(`${journal}: somebody else writes it too`);
      await projectFacts(client, journal, facts);
    });
    from = last.number;
    onBatch(from);
  }
  await inTransaction(pool, renewStatistics);
}
