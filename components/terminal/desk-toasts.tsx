"use client";

import { useEffect } from "react";
import { Toaster, toast } from "sonner";
import { useLive } from "@/components/live/live-context";
import type { Notice } from "@/protocol/topics";
import { useTheme } from "./theme";

/** Refusals come in bursts; one toast tells the last and how many there were within this time. */
const burstMs = 8_000;

/** Toasts for what a trader must not miss: our orders refused, and whatever is critical. */
export function DeskToasts() {
  const { stores } = useLive();
  const theme = useTheme();
  useEffect(() => {
    let refusals = 0;
    let burstBegan = 0;
    return stores.onNotices((notices: readonly Notice[]) => {
      for (const notice of notices) {
        if (notice.severity === "critical") toast.error(notice.text, { id: `notice-${notice.id}`, duration: 20_000 });
        else if (notice.refusal !== null && notice.refusal !== "replayOnly") {
          const now = performance.now();
          if (now - burstBegan > burstMs) {
            burstBegan = now;
            refusals = 0;
          }
          refusals++;
          toast.warning(refusals === 1 ? "Order refused" : `${refusals} orders refused`, {
            id: "refusals",
            description: notice.text,
            duration: burstMs,
          });
        }
      }
    });
  }, [stores]);
  return (
    <Toaster
      theme={theme}
      position="bottom-right"
      offset={{ bottom: 34, right: 14 }}
      mobileOffset={{ bottom: 34 }}
      visibleToasts={4}
      toastOptions={{
        // The toaster's own colours follow its theme a moment later than the page does.
        descriptionClassName: "text-text!",
        style: {
          background: "var(--raised)",
          color: "var(--text)",
          border: "1px solid var(--line)",
          fontFamily: "var(--font-sans)",
          fontSize: 12.5,
          borderRadius: 6,
          padding: "10px 14px",
        },
      }}
    />
  );
}
