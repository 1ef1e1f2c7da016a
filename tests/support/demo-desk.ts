import { join } from "node:path";
import type { Desk } from "../../domain/desk";
import { rootFolder } from "../../server/cli/root-folder";
import { loadDesk } from "../../server/desk/load-desk";

/** The demonstration desk, with other sizes or another seed where given. */
export function demoDesk(overrides: { names?: number; pairs?: number; seed?: number } = {}): Desk {
  const file = join(rootFolder, "desks/demo.yaml");
  const { names = null, pairs = null, seed = null } = overrides;
  return loadDesk(file, { names, pairs, seed }).desk;
}
