"use client";

import { type ReactNode, useEffect } from "react";
import { LifeDrawer } from "@/components/history/life-drawer";
import { LiveProvider, useLive } from "@/components/live/live-context";
import { useSelected } from "@/components/live/use-live";
import { PlaybackBar } from "@/components/playback/playback-bar";
import { BreaksStrip } from "@/components/risk/breaks-strip";
import { HaltProgress } from "@/components/risk/halt-progress";
import { HintProvider } from "@/components/ui/hint";
import type { DeskMode, DeskPayload } from "@/protocol/topics";
import { BottomBar } from "./bottom-bar";
import { ConnectionBanner } from "./connection-banner";
import { DeskDialogs } from "./desk-dialogs";
import { DeskToasts } from "./desk-toasts";
import { keepDeskView } from "./desk-view";
import { TopBar } from "./top-bar";
import { useShortcuts } from "./use-shortcuts";

/**
 * What every page stands in: the one connection, the two bars, dialogs, toasts and HALT. It stays while pages come and
 * go, so that going to another page neither reconnects nor loses what the screen knows. A page is a block that fills
 * the height it is given, or scrolls in it; the `main` element is here.
 */
export function Shell({ mode, children }: { mode: DeskMode; children: ReactNode }) {
  return (
    <LiveProvider mode={mode}>
      <HintProvider>
        <Frame>{children}</Frame>
      </HintProvider>
    </LiveProvider>
  );
}

function Frame({ children }: { children: ReactNode }) {
  const isReplay = useLive().mode === "replay";
  useEffect(keepDeskView, []);
  useShortcuts();
  return (
    <div className="flex h-dvh flex-col overflow-hidden">
      <TopBar />
      {isReplay && <PlaybackBar />}
      <HaltProgress />
      <ConnectionBanner />
      <BreaksStrip />
      <div className="relative flex min-h-0 flex-1">
        <main id="page" className="min-w-0 flex-1 overflow-y-auto">
          {children}
        </main>
        <LifeDrawer />
      </div>
      <BottomBar />
      <DeskDialogs />
      <DeskToasts />
      {isReplay && <ReplayFrame />}
      <HaltFrame />
    </div>
  );
}

/** The frame round everything that is not happening now. HALT's lies over it. */
function ReplayFrame() {
  return (
    <div
      aria-hidden
      data-testid="replay-frame"
      className="pointer-events-none fixed inset-0 z-20 border-[3px] border-replay"
    />
  );
}

const haltedOf = (desk: DeskPayload | null) => desk?.halted ?? false;

/** The red frame round everything while the desk is halted. */
function HaltFrame() {
  if (!useSelected(useLive().stores.desk, haltedOf)) return null;
  return (
    <div
      aria-hidden
      data-testid="halt-frame"
      className="pointer-events-none fixed inset-0 z-30 border-[3px] border-halt"
    />
  );
}
