import type { MemberLogLine } from "../../server/simulator/member-log";

/** An order of ours that the exchange still holds open, by its own log. */
export type OpenOrder = { readonly venue: number; readonly userReference: number; readonly quantity: number };

/** What is open at the exchange: accepted or replaced, less what was executed and cancelled. */
export function openOrders(log: readonly MemberLogLine[]): OpenOrder[] {
  const open = new Map<string, OpenOrder>();
  const keyOf = (venue: number, reference: number) => `${venue}:${reference}`;
  for (const { venue, userReference, message, quantity, detail } of log) {
    const key = keyOf(venue, userReference);
    const known = open.get(key);
    if (message === "accepted") open.set(key, { venue, userReference, quantity });
    else if (message === "replaced") {
      const original = /in place of (\d+)/.exec(detail)?.[1];
      if (original !== undefined) open.delete(keyOf(venue, Number(original)));
      open.set(key, { venue, userReference, quantity });
    } else if ((message === "executed" || message === "canceled") && known !== undefined) {
      const left = known.quantity - quantity;
      if (left > 0) open.set(key, { ...known, quantity: left });
      else open.delete(key);
    } else if (message === "modified" && known !== undefined) open.set(key, { ...known, quantity });
  }
  return [...open.values()];
}

/** Time of the newest line, ns since the trading day's start. */
export function lastTimeNs(log: readonly MemberLogLine[]): number {
  return log.at(-1)?.timeNs ?? 0;
}

/** Orders that came to the exchange after a time. */
export function enteredAfter(log: readonly MemberLogLine[], timeNs: number): MemberLogLine[] {
  return log.filter((line) => line.timeNs > timeNs && (line.message === "accepted" || line.message === "replaced"));
}
