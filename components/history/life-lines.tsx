import type { ReactNode } from "react";
import { formatDayTime } from "@/components/format/numbers";

/** A part of a life, under a heading. */
export function Section({ title, testId, children }: { title: ReactNode; testId?: string; children: ReactNode }) {
  return (
    <section data-testid={testId} className="border-b border-line py-1.5 last:border-0">
      <h3 className="column-head px-3 py-0.5">{title}</h3>
      {children}
    </section>
  );
}

/** A name and what it is. */
export function Line({ name, testId, children }: { name: ReactNode; testId?: string; children: ReactNode }) {
  return (
    <div className="flex items-baseline gap-2 px-3 py-0.5">
      <span className="w-[124px] shrink-0 text-muted">{name}</span>
      <span data-testid={testId} className="numeric min-w-0 flex-1 whitespace-normal">
        {children}
      </span>
    </div>
  );
}

/** A time of the day with microseconds. */
export function clock(ns: number): string {
  return `${formatDayTime(ns, true)}${String(Math.floor(ns / 1_000) % 1_000).padStart(3, "0")}`;
}
