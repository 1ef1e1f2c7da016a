import type { Desk } from "../../domain/desk";
import { killDesk } from "./kill-desk";
import { throttledDesk } from "./throttled-desk";

/** The desks of the rigs, by the bench that has them; a number says how many orders work on it. */
export const rigDesks = { kill: killDesk, cancel: throttledDesk, alerts: busyDesk } as const;
export type RigName = keyof typeof rigDesks;

/** The rig of that name; throws when there is none. */
export function rigNameOf(text: string): RigName {
  if (!Object.hasOwn(rigDesks, text)) throw new RangeError(`no rig has the name "${text}"`);
  return text as RigName;
}

/** As the desk of `bench cancel`, whose limits refuse all along, in a market of twice the messages that a desk usually has. */
function busyDesk(orders: number): Desk {
  const base = throttledDesk(orders);
  return { ...base, market: { ...base.market, messagesPerSecond: base.market.messagesPerSecond * 2 } };
}
