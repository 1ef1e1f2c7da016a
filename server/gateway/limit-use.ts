import { isUsedUp, type LimitCode } from "../../domain/limit";
import type { LimitLevel, LimitRow } from "../../protocol/topics";

const nearShare = 0.7;
const endShare = 0.9;

/** What is used of a limit and left of it, from the engine's amounts in the limit's own unit. */
export function limitUse(
  limit: LimitCode,
  value: number,
  used: number,
  worst: number,
): Pick<LimitRow, "usedShare" | "worstShare" | "headroom" | "level"> {
  if (value < 0 || !isUsedUp(limit)) return { usedShare: 0, worstShare: 0, headroom: null, level: "free" };
  const worstShare = shareOf(worst, value);
  return { usedShare: shareOf(used, value), worstShare, headroom: value - worst, level: limitLevel(worstShare) };
}

/** The level of a share. */
export function limitLevel(share: number): LimitLevel {
  return share >= endShare ? "end" : share >= nearShare ? "near" : "free";
}

/** A limit of zero is all used by anything, and by nothing not at all. */
function shareOf(amount: number, value: number): number {
  if (value > 0) return Math.max(0, amount) / value;
  return amount > 0 ? 1 : 0;
}
