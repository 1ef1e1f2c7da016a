"use client";

import { useEffect } from "react";
import { blotterTabs, useDeskView } from "./desk-view";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

/** The desk page's keys. HALT's chord works everywhere, also while typing and over an open dialog. */
export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const view = useDeskView.getState();
      if (event.ctrlKey && event.altKey && event.code === "KeyH") {
        event.preventDefault();
        view.open({ kind: "halt" });
        return;
      }
      if (event.altKey && !event.ctrlKey && !event.metaKey) {
        const tab = /^Digit([1-5])$/.exec(event.code)?.[1];
        if (tab !== undefined) {
          event.preventDefault();
          view.setTab(blotterTabs[Number(tab) - 1]);
        } else if (event.code === "KeyB") {
          event.preventDefault();
          view.setInterval(view.interval === "second" ? "minute" : "second");
        }
        return;
      }
      if (isTyping(event.target) || view.dialog !== null || event.ctrlKey || event.metaKey) return;
      if (event.key === "/") {
        event.preventDefault();
        document.getElementById("watch-filter")?.focus();
      } else if (event.key === "?") view.open({ kind: "shortcuts" });
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, []);
}
