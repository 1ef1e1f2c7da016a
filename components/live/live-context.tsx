"use client";

import { createContext, type ReactNode, useContext, useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { DeskMode } from "@/protocol/topics";
import { LiveDesk } from "./live-desk";

const LiveContext = createContext<LiveDesk | null>(null);

/** Opens the page's one connection and gives it to everything below. */
export function LiveProvider({ mode, children }: { mode: DeskMode; children: ReactNode }) {
  const [live] = useState(() => new LiveDesk((run) => flushSync(run), mode));
  useEffect(() => live.open(), [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** The page's connection; throws outside of a `LiveProvider`. */
export function useLive(): LiveDesk {
  const live = useContext(LiveContext);
  if (live === null) throw new Error("useLive needs a LiveProvider above it");
  return live;
}
