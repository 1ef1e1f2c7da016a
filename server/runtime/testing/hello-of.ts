import type { EngineHello } from "../engine-link";
import type { Recovered } from "../recover";

/** What an engine of a test says of itself on its link. */
export function helloOf({
  journal,
  tradingDay,
  epoch,
}: Pick<Recovered, "journal" | "tradingDay" | "epoch">): Omit<EngineHello, "lastFactNumber"> {
  return { version: "test", journal, tradingDay, epoch, deskHash: "hash", deskFile: "desk.yaml", pid: process.pid };
}
