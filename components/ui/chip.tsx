import type { ReactNode } from "react";

/** What a chip's colour says; its words say it too. */
export type ChipTone = "neutral" | "ok" | "warning" | "danger" | "buy" | "gold" | "replay";

const tones: Readonly<Record<ChipTone, string>> = {
  neutral: "border-line text-muted",
  ok: "border-ok/60 text-ok",
  warning: "border-warning/60 text-warning",
  danger: "border-danger bg-danger text-bg",
  buy: "border-buy/60 text-buy",
  replay: "border-replay bg-replay text-bg",
  gold: "border-gold/70 text-gold",
};

/** A state in a word or two. */
export function Chip({
  tone,
  children,
  className = "",
  "data-testid": testId,
}: {
  tone: ChipTone;
  children: ReactNode;
  className?: string;
  "data-testid"?: string;
}) {
  return (
    <span
      data-testid={testId}
      className={`inline-flex h-[18px] items-center justify-center rounded-[3px] border px-1.5 text-[10.5px] font-semibold tracking-wide uppercase ${tones[tone]} ${className}`}
    >
      {children}
    </span>
  );
}
