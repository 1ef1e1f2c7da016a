import { type ReactNode, useContext, useEffect } from "react";
import { createPortal } from "react-dom";
import { PanelPlaceContext } from "./panel-place";

/** How a panel's data stands, for its frame. */
export type PanelMark = "loading" | "live" | "resyncing" | "stale" | "disconnected" | "paused" | "ended";

const badge: Readonly<Record<PanelMark, string>> = {
  loading: "text-muted",
  live: "text-muted",
  resyncing: "text-warning",
  paused: "text-replay font-semibold",
  ended: "text-replay font-semibold",
  stale: "bg-warning text-bg font-semibold px-1.5 rounded-sm",
  disconnected: "bg-danger text-bg font-semibold px-1.5 rounded-sm",
};

/**
 * The one frame of every panel: title, controls, the age of its data. Old data is hatched over and named, so that it
 * can never be read as current; the hatching lets the pointer through. In a dock the head is the dock's tab bar, and
 * title, controls and age go there.
 */
export function PanelFrame({
  title,
  hiddenTitle = false,
  mark,
  ageText,
  controls,
  children,
  className = "",
  testId,
}: {
  title: ReactNode;
  /** For screen readers only, where the controls name the panel already. */
  hiddenTitle?: boolean;
  mark: PanelMark;
  ageText: string;
  controls?: ReactNode;
  children: ReactNode;
  className?: string;
  testId: string;
}) {
  const old = mark === "stale" || mark === "disconnected";
  const place = useContext(PanelPlaceContext);
  const setTitle = place?.setTitle;
  const name = typeof title === "string" ? title : testId;
  useEffect(() => setTitle?.(name), [setTitle, name]);
  const age = (
    <span
      data-testid={`${testId}-age`}
      title="Age of the data"
      // Room for the longest, so that a button beside it does not jump when the data goes stale.
      className="numeric shrink-0 text-right text-[10.5px] sm:min-w-[80px]"
    >
      <span className={badge[mark]}>{ageText}</span>
    </span>
  );
  const look = place === null ? `rounded-md border ${old ? "border-warning/70" : "border-line"}` : "h-full";
  return (
    <section
      data-testid={testId}
      data-mark={mark}
      aria-label={name}
      className={`relative flex min-h-0 min-w-0 flex-col overflow-hidden [contain:content] bg-panel ${look} ${className}`}
    >
      {place === null ? (
        <header className="flex h-[30px] shrink-0 items-center gap-2 border-b border-line pr-2.5 pl-3">
          <h2 className={hiddenTitle ? "sr-only" : "min-w-0 shrink truncate text-[12px] font-semibold"}>{title}</h2>
          <div className="flex min-w-0 flex-1 items-center gap-1 self-stretch">{controls}</div>
          {age}
        </header>
      ) : (
        <>
          {place.controls !== null && createPortal(controls, place.controls)}
          {place.age !== null && createPortal(age, place.age)}
        </>
      )}
      <div className="relative min-h-0 flex-1">
        {children}
        {old && (
          <div
            aria-hidden
            data-testid={`${testId}-hatch`}
            className="hatched pointer-events-none absolute inset-0 z-20"
          />
        )}
      </div>
    </section>
  );
}

/** What a panel says when it has nothing to show, and why. */
export function EmptyState({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="grid h-full place-items-center p-4 text-center">
      <div className="max-w-80">
        <p className="font-medium text-text">{title}</p>
        {children !== undefined && <p className="mt-1 text-muted">{children}</p>}
      </div>
    </div>
  );
}
