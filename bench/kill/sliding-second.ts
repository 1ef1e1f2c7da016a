import { nsPerSecond } from "../../domain/time";

/** A message as it counts against a limit a second. */
export type CountedMessage = {
  /** Rising within a list. */
  readonly timeNs: number;
  /** Orders and replaces give way to the limit; cancels count and don't. */
  readonly givesWay: boolean;
};

/**
 * The most messages in any sliding second that ends with one which gives way: what the limit bounds. The second is half
 * open: a message exactly one second older is out.
 */
export function mostInSecond(messages: readonly CountedMessage[]): number {
  let most = 0;
  let first = 0;
  messages.forEach(({ timeNs, givesWay }, last) => {
    while (timeNs - messages[first].timeNs >= nsPerSecond) first++;
    if (givesWay) most = Math.max(most, last - first + 1);
  });
  return most;
}
