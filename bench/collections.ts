import { constants, PerformanceObserver } from "node:perf_hooks";
import { setImmediate as nextLoop } from "node:timers/promises";
import type { ScriptedDesk } from "./scripted-desk";

/** What the garbage collector had to do over some messages. */
export type CollectionFigures = {
  readonly messages: number;
  readonly orders: number;
  /** Full collections and steps of incremental ones. */
  readonly major: number;
  /** Collections of the young generation. */
  readonly minor: number;
};

/**
 * Steps packets until they have held `messages` messages and counts the collections meanwhile. Orders are answered by
 * the scripted desk, which allocates nothing: what is collected, `step` left behind.
 */
export async function countCollections(scripted: ScriptedDesk, messages: number): Promise<CollectionFigures> {
  let major = 0;
  let minor = 0;
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const { kind } = entry.detail as { kind: number };
      if (kind === constants.NODE_PERFORMANCE_GC_MINOR) minor++;
      else if (kind !== constants.NODE_PERFORMANCE_GC_WEAKCB) major++;
    }
  });
  await nextLoop();
  observer.observe({ entryTypes: ["gc"] });
  const ordersBefore = scripted.orders;
  stepMessages(scripted, messages);
  // Entries are handed over by the event loop.
  for (let i = 0; i < 4; i++) await nextLoop();
  observer.disconnect();
  return { messages, orders: scripted.orders - ordersBefore, major, minor };
}

/** Packets with their answers, until they have held this many messages. */
export function stepMessages(scripted: ScriptedDesk, messages: number): void {
  const end = scripted.market.messages + messages;
  while (scripted.market.messages < end) {
    scripted.packet();
    scripted.answer();
  }
}
