"use client";

import { useLive } from "@/components/live/live-context";
import { useValue } from "@/components/live/use-live";
import { Button } from "@/components/ui/button";

/** Over everything, while this page cannot be trusted: not connected, or too old for the server. */
export function ConnectionBanner() {
  const { state } = useValue(useLive().connection);
  if (state === "connected" || state === "connecting") return null;
  const outdated = state === "outdated";
  return (
    <div
      role="alert"
      data-testid="connection-banner"
      className="fixed top-[52px] left-1/2 z-30 flex w-max max-w-[94vw] -translate-x-1/2 items-center gap-3 rounded-md border border-danger bg-panel px-4 py-2 shadow-2xl"
    >
      <span>
        <strong className="text-danger">{outdated ? "This page is too old." : "No connection to the desk."}</strong>{" "}
        {outdated
          ? "The server speaks a newer version."
          : "Trading goes on there; what you see is old and marked. Trying again."}
      </span>
      {outdated && (
        <Button tone="primary" onClick={() => location.reload()} className="h-8 px-4">
          Reload
        </Button>
      )}
    </div>
  );
}
