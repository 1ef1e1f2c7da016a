"use client";

import { usePathname, useRouter } from "next/navigation";
import { useEffect } from "react";
import { type Direction, useDock } from "@/components/dock/dock-store";
import { blotterTabs, useDeskView } from "./desk-view";
import { terminalPages } from "./navigation";

/** How long after `g` the letter of a page may follow. */
const letterWaitMs = 1_500;

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.matches("input, textarea, select") || target.isContentEditable);
}

/**
 * The terminal's keys. HALT's chord works everywhere, also while typing and over an open dialog; what concerns the
 * panels of the desk page works there only.
 */
export function useShortcuts(): void {
  const router = useRouter();
  const onDesk = usePathname() === "/";
  useEffect(() => {
    let leaderAt = Number.NEGATIVE_INFINITY;
    const onKey = (event: KeyboardEvent) => {
      const view = useDeskView.getState();
      const take = () => event.preventDefault();
      if (event.ctrlKey && event.altKey && event.code === "KeyH") {
        take();
        view.open({ kind: "halt" });
        return;
      }
      if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.code === "KeyK") {
        take();
        if (view.dialog === null) view.open({ kind: "palette", symbols: false });
        else if (view.dialog.kind === "palette") view.closeDialog();
        return;
      }
      if (event.altKey && !event.ctrlKey && !event.metaKey) {
        if (onDesk && view.dialog === null && deskKey(event)) take();
        return;
      }
      if (event.key === "F6" && view.dialog === null && !event.ctrlKey && !event.metaKey) {
        const { commands } = useDock.getState();
        if (commands === null) return;
        take();
        commands.focusNext(event.shiftKey ? -1 : 1);
        return;
      }
      if (isTyping(event.target) || view.dialog !== null || event.ctrlKey || event.metaKey) return;
      if (event.timeStamp - leaderAt < letterWaitMs) {
        leaderAt = Number.NEGATIVE_INFINITY;
        const page = terminalPages.find(({ letter }) => letter === event.key.toLowerCase());
        if (page !== undefined) {
          take();
          router.push(page.path);
          return;
        }
      }
      if (event.key === "g") leaderAt = event.timeStamp;
      else if (event.key === "?") view.open({ kind: "shortcuts" });
      else if (event.key === "/") {
        take();
        const filter = document.getElementById("watch-filter");
        if (filter === null) view.open({ kind: "palette", symbols: true });
        else filter.focus();
      }
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, [router, onDesk]);
}

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

/** Alt and a figure: a list of the blotter; Alt+B: the other bars; the rest moves panels. False: the key means nothing. */
function deskKey({ code, shiftKey }: KeyboardEvent): boolean {
  const view = useDeskView.getState();
  const { commands } = useDock.getState();
  const digit = /^Digit([1-5])$/.exec(code)?.[1];
  if (digit !== undefined) {
    const tab = blotterTabs[Number(digit) - 1];
    view.setTab(tab);
    commands?.show(tab);
    return true;
  }
  if (code === "KeyB") {
    view.setInterval(view.interval === "second" ? "minute" : "second");
    return true;
  }
  if (commands === null) return false;
  const direction = shiftKey ? directions[code] : undefined;
  if (direction !== undefined) commands.move(direction);
  else if (code === "KeyW" && shiftKey) commands.reopen();
  else if (code === "KeyW") commands.closeFocused();
  else if (code === "KeyM") commands.maximise();
  else if (code === "Equal" || code === "NumpadAdd") commands.resize(1);
  else if (code === "Minus" || code === "NumpadSubtract") commands.resize(-1);
  else return false;
  return true;
}
