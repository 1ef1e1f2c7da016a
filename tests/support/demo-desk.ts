import { fileURLToPath } from "node:url";
import type { Desk } from "../../domain/desk";
import { loadDesk } from "../../server/desk/load-desk";

/** The demonstration desk, with other sizes or another seed where given. */
export function demoDesk(overrides: { names?: number; pairs?: number; seed?: number } = {}): Desk {
  const file = fileURLToPath(new URL("../../desks/demo.yaml", import.meta.url));
  const { names = null, pairs = null, seed = null } = overrides;
  return loadDesk(file, { names, pairs, seed }).desk;
}
