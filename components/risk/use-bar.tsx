import type { LimitLevel, LimitRow } from "@/protocol/topics";
import { percentText } from "./limit-words";

const usedLook: Readonly<Record<LimitLevel, string>> = { free: "bg-muted", near: "bg-warning", end: "bg-danger" };
const worstLook: Readonly<Record<LimitLevel, string>> = {
  free: "bg-muted/40",
  near: "bg-warning/45",
  end: "bg-danger/45",
};
const textLook: Readonly<Record<LimitLevel, string>> = { free: "", near: "text-warning", end: "text-danger" };
const mark: Readonly<Record<LimitLevel, string>> = { free: " ", near: "▲", end: "■" };

/**
 * How much of a limit is used: what is held in full colour, what working orders would add in half of it, and the share at
 * its worst in percent. A mark says near (▲, from 70 %) and at its end (■, from 90 %).
 */
export function UseBar({
  use: { usedShare, worstShare, level },
  label,
}: {
  use: Pick<LimitRow, "usedShare" | "worstShare" | "level">;
  label: string;
}) {
  return (
    <span className="flex min-w-0 items-center gap-1.5" data-level={level}>
      {/* biome-ignore lint/a11y/useSemanticElements: a meter element cannot be styled alike in every browser */}
      <span
        role="meter"
        aria-label={`${label}, used at its worst`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(worstShare * 100))}
        className="relative block h-[6px] min-w-0 flex-1 overflow-hidden rounded-full bg-raised"
      >
        <span
          className={`absolute inset-0 origin-left ${worstLook[level]}`}
          style={{ transform: `scaleX(${Math.min(1, worstShare)})` }}
        />
        <span
          className={`absolute inset-0 origin-left ${usedLook[level]}`}
          style={{ transform: `scaleX(${Math.min(1, usedShare)})` }}
        />
      </span>
      <span className={`numeric w-[8ch] shrink-0 text-right text-[11px] ${textLook[level]}`}>
        {mark[level]} {percentText(worstShare)}
      </span>
    </span>
  );
}
