"use client";

import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { KeyCap } from "@/components/ui/key-cap";

/** Every key of the desk page, for the sheet. */
const shortcuts: readonly (readonly [keys: readonly string[], meaning: string])[] = [
  [["Ctrl", "Alt", "H"], "HALT: opens its dialog, Enter halts"],
  [["/"], "Filter the watch list"],
  [["↑", "↓"], "In a list: go to the row above or below"],
  [["Alt", "1"], "Positions; 2 orders, 3 fills, 4 pairs, 5 notices"],
  [["Alt", "B"], "Bars of one second or one minute"],
  [["Space"], "Recentre the ladder while the pointer holds it"],
  [["Esc"], "Close a dialog, clear the filter"],
  [["?"], "This sheet"],
];

/** The keys, and whom to thank for the charts. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Keyboard"
      description="Everything on this page can be done without a mouse."
      footer={
        <Button data-autofocus onClick={onClose} className="h-9 px-5">
          Close
        </Button>
      }
    >
      <dl className="grid grid-cols-[140px_1fr] items-center gap-y-2 text-[13px]">
        {shortcuts.map(([keys, meaning]) => (
          <div key={meaning} className="contents">
            <dt className="flex gap-1">
              {keys.map((key) => (
                <KeyCap key={key}>{key}</KeyCap>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <p className="mt-4 text-muted">
        Charts by{" "}
        <a className="text-text underline" href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
          TradingView Lightweight Charts™
        </a>
        , Copyright © 2025 TradingView, Inc.
      </p>
    </Dialog>
  );
}
