import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { it } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const folder = path.resolve(root, process.env.HELIOGRAPH_DATA ?? "../shared/data");

/** Where a recorded file is, or would be. */
export function recordingPath(file: string): string {
  return path.join(folder, file);
}

/** A test on a recorded file; where the file is absent it is skipped, and its title says so. */
export function itWithRecording(title: string, file: string, test: (bytes: Uint8Array) => void | Promise<void>): void {
  const place = path.join(folder, file);
  if (existsSync(place)) it(title, () => test(new Uint8Array(readFileSync(place))));
  else it.skip(`${title} (skipped: no recording ${file})`, () => {});
}

/** The recorded files of a folder whose names end in `ending`, sorted; empty when the folder is absent. */
export function recordings(subfolder: string, ending: string): string[] {
  const place = path.join(folder, subfolder);
  if (!existsSync(place)) return [];
  return readdirSync(place)
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => `${subfolder}/${name}`);
}
