import { formatDayTime } from "@/components/format/numbers";
import { parentReasonText } from "@/components/format/words";
import type { OrderRow, PairEvent } from "@/protocol/topics";

/**
 * The orders that a step of a round trip led to: those of the pair sent from then on until its next entry or exit.
 * Orders come in the same turn as their step, never before it.
 */
export function ordersOfStep(
  step: PairEvent,
  steps: readonly PairEvent[],
  orders: readonly OrderRow[],
  pair: number,
): { readonly title: string; readonly orders: readonly OrderRow[] } {
  const later = steps.filter((each) => leadsToOrders(each) && each.timeNs > step.timeNs).map(({ timeNs }) => timeNs);
  const untilNs = Math.min(...later, Number.POSITIVE_INFINITY);
  const found = orders
    .filter((order) => order.pair === pair && order.submittedNs >= step.timeNs && order.submittedNs < untilNs)
    .sort((a, b) => a.id - b.id);
  return { title: `${parentReasonText[step.reason]} at ${formatDayTime(step.timeNs)}`, orders: found };
}

/** True for a step that sends orders: an entry, an exit, an unwinding. */
export function leadsToOrders({ to }: PairEvent): boolean {
  return to === "entering" || to === "exiting" || to === "unwinding";
}
