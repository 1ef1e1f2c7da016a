"use client";

import type { ReactNode } from "react";
import type { FreshnessKind } from "@/components/live/freshness";
import { useFreshness } from "@/components/live/use-freshness";
import { useTopic } from "@/components/live/use-live";
import { PanelFrame } from "@/components/ui/panel-frame";

/** A panel over one topic: subscribes to it, and carries its age and its stale mark. */
export function LivePanel({
  topic,
  kind = "engine",
  ...frame
}: {
  topic: string;
  kind?: FreshnessKind;
  title: ReactNode;
  controls?: ReactNode;
  children: ReactNode;
  className?: string;
  testId: string;
}) {
  useTopic(topic);
  const { state, text } = useFreshness(topic, kind);
  return <PanelFrame {...frame} mark={state} ageText={text} />;
}
