import { createHash } from "node:crypto";
import type { Fact } from "../../domain/facts";

/** What a fact says, in 16 letters. */
export function digestOf(fact: Fact): string {
  return createHash("sha256").update(JSON.stringify(fact)).digest("hex").slice(0, 16);
}
