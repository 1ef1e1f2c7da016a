import { z } from "zod";

const light = z.object({ state: z.string() });
const healthSchema = z.object({ engine: light, store: light, storeBehindFacts: z.number() });

/**
 * True when a desk's store has every fact that its engine has told so far, by what the desk says at `address` (`http://…`).
 * False as well when it does not answer or refuses. `accessToken` is empty where none is asked for.
 */
export async function hasStoreCaughtUp(address: string, accessToken: string): Promise<boolean> {
  try {
    const headers: Record<string, string> = accessToken === "" ? {} : { authorization: `Bearer ${accessToken}` };
    const response = await fetch(`${address}/api/health`, { headers, signal: AbortSignal.timeout(2_000) });
    const health = healthSchema.parse(await response.json());
    // While the engine is not reached nobody knows how far behind the store is.
    return health.engine.state !== "down" && health.store.state === "ok" && health.storeBehindFacts === 0;
  } catch {
    return false;
  }
}
