"use client";

import type { ReactNode } from "react";
import { useLive } from "@/components/live/live-context";
import { EmptyState } from "@/components/ui/panel-frame";

/** A list of what trading makes that has no rows: why, on a live desk in `children`, in a replay because nothing is sent. */
export function NoRows({ title, children }: { title: string; children: ReactNode }) {
  const isReplay = useLive().mode === "replay";
  return (
    <EmptyState title={title}>
      {isReplay ? "A replay sends nothing. What strategies would do is under Notices and on their pages." : children}
    </EmptyState>
  );
}
