import type { Bench } from "./bench";
import { deskBench } from "./desk-bench";
import { itchBench } from "./itch-bench";
import { replayBench } from "./replay-bench";

/** Every bench by name; one file each. */
export const benches: Readonly<Record<string, Bench>> = {
  itch: itchBench,
  replay: replayBench,
  desk: deskBench,
};
