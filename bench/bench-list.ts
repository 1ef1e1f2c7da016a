import { alertsBench } from "./alerts";
import { allocationBench } from "./allocation";
import type { Bench } from "./bench";
import { browsersBench } from "./browsers";
import { cancelBench } from "./cancel";
import { deskBench } from "./desk-bench";
import { historyOpenBench } from "./history-open";
import { historyScrollBench } from "./history-scroll";
import { itchBench } from "./itch-bench";
import { killBench } from "./kill";
import { pairsMapBench } from "./pairs-map";
import { replayBench } from "./replay-bench";
import { scaleBench } from "./scale";
import { startBench } from "./start";
import { tickToOrderBench } from "./tick-to-order";
import { wireBench } from "./wire";

/** Every bench by name; one file each. */
export const benches: Readonly<Record<string, Bench>> = {
  itch: itchBench,
  replay: replayBench,
  desk: deskBench,
  "tick-to-order": tickToOrderBench,
  allocation: allocationBench,
  wire: wireBench,
  scale: scaleBench,
  browsers: browsersBench,
  start: startBench,
  kill: killBench,
  cancel: cancelBench,
  alerts: alertsBench,
  "history-open": historyOpenBench,
  "history-scroll": historyScrollBench,
  "pairs-map": pairsMapBench,
};
