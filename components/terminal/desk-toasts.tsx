"use client";

import { useEffect, useRef } from "react";
import { Toaster, toast } from "sonner";
import { useLifeView } from "@/components/history/life-view";
import { useLive } from "@/components/live/live-context";
import { useTopic } from "@/components/live/use-live";
import type { RefusalCode } from "@/domain/refusal";
import type { Notice } from "@/protocol/topics";
import { Burst, burstMs, FillNews, isOrderTrouble } from "./order-news";
import { useTheme } from "./theme";
import { useToastsOfFills } from "./toast-choice";
import { useReference } from "./use-reference";
import { useWideScreen } from "./use-wide-screen";

const fillToastMs = 5_000;
/** Refusals that nobody can do anything about, and that pass by themselves: the notices have them, and the risk page. */
const untoldRefusals: ReadonlySet<RefusalCode> = new Set(["replayOnly", "dataRecovering"]);

/**
 * Toasts for what a trader must not miss: our orders refused, what went wrong with one at a venue, whatever is critical;
 * and fills, unless somebody turned those off or the screen is narrow.
 */
export function DeskToasts() {
  const { stores } = useLive();
  const theme = useTheme();
  const tellsFills = useToastsOfFills();
  const isWide = useWideScreen() === true;
  useEffect(() => {
    const refusals = new Burst();
    const troubles = new Burst();
    return stores.onNotices((notices: readonly Notice[]) => {
      const now = performance.now();
      for (const notice of notices) {
        if (notice.severity === "critical") toast.error(notice.text, { id: `notice-${notice.id}`, duration: 20_000 });
        else if (notice.refusal !== null && !untoldRefusals.has(notice.refusal)) {
          const count = refusals.add(now);
          toast.warning(count === 1 ? "Order refused" : `${count} orders refused`, {
            id: "refusals",
            description: notice.text,
            duration: burstMs,
          });
        } else if (isOrderTrouble(notice)) {
          const { order } = notice;
          const count = troubles.add(now);
          toast.warning(count === 1 ? "Order in trouble" : `${count} orders in trouble`, {
            id: "troubles",
            description: notice.text,
            duration: burstMs,
            action: {
              label: "Its life",
              onClick: () => order !== undefined && useLifeView.getState().openOrder(order),
            },
          });
        }
      }
    });
  }, [stores]);
  return (
    <>
      {tellsFills && isWide && <FillToasts />}
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
    </>
  );
}

/** Tells of fills as they come. */
function FillToasts() {
  useTopic("fills");
  const { stores, replica } = useLive();
  const names = useReference();
  const held = useRef(names);
  held.current = names;
  useEffect(() => {
    const news = new FillNews();
    return stores.fills.subscribeAny("text", () => {
      const { reference, symbol, venue, strategy, decimals } = held.current;
      const isMaker = (id: number) => reference?.strategies[id]?.kind === "maker";
      const known = reference === null ? null : { symbol, venue, strategy, decimals, isMaker };
      const told = news.take(stores.fills.rows(), replica.engineNowNs(), performance.now(), known);
      // Whoever reads the life of an order, or the lists of the past, is not disturbed.
      const isRead = useLifeView.getState().shown !== null || window.location.pathname === "/history";
      if (told !== null && !isRead)
        toast(told.title, { id: "fills", description: told.description, duration: fillToastMs });
    });
  }, [stores, replica]);
  return null;
}
