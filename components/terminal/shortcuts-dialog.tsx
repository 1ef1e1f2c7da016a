"use client";

import { useLive } from "@/components/live/live-context";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { KeyCap } from "@/components/ui/key-cap";
import { terminalPages } from "./navigation";

type Shortcut = readonly [keys: readonly string[], meaning: string];

/** Keys that work on every page. */
const everywhere: readonly Shortcut[] = [
  [["Ctrl", "Alt", "H"], "HALT: opens its dialog, Enter halts"],
  [["Ctrl", "K"], "Find a page, a symbol, a strategy or a command; ⌘K on a Mac"],
  [["/"], "Find a symbol; on the desk, filter the watch list"],
  ...terminalPages.map(({ letter, title }): Shortcut => [["g", letter], `Go to ${title}`]),
  [["↑", "↓"], "In a list: go to the row above or below"],
  [["Esc"], "Close a dialog, clear the filter, show what is new in a list"],
  [["?"], "This sheet"],
];

/** Keys of the desk page's panels. */
const onTheDesk: readonly Shortcut[] = [
  [["Alt", "1"], "Positions; 2 orders, 3 fills, 4 pairs, 5 notices"],
  [["Alt", "B"], "Bars of one second or one minute"],
  [["Space"], "Recentre the ladder while the pointer holds it"],
];

/** Keys that arrange the desk's panels, where the screen has room for the dock. */
const arranging: readonly Shortcut[] = [
  [["F6"], "Go to the next panel; with Shift to the one before"],
  [["Alt", "M"], "The panel over the whole desk, and back"],
  [["Alt", "W"], "Close the panel"],
  [["Alt", "⇧", "W"], "Open the last closed panel again"],
  [["Alt", "⇧", "←"], "Move the panel, with any arrow: out of its tabs, then to what is beside it"],
  [["Alt", "+"], "A larger panel; Alt − a smaller one"],
];

/** Keys of a replay. */
const inReplay: readonly Shortcut[] = [
  [["k"], "Play or pause"],
  [["."], "On to the next packet"],
  [["l"], "On by one second"],
  [["j"], "Back by ten seconds"],
  [["+", "\u2212"], "Faster, slower"],
];

/** The keys, and whom to thank for the charts. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const { mode } = useLive();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Keyboard"
      description="Everything here can be done without a mouse."
      footer={
        <Button data-autofocus onClick={onClose} className="h-9 px-5">
          Close
        </Button>
      }
    >
      <Keys title="Everywhere" shortcuts={everywhere} />
      <Keys title="On the desk" shortcuts={onTheDesk} />
      <Keys title="Arranging the desk" shortcuts={arranging} />
      {mode === "replay" && <Keys title="In a replay" shortcuts={inReplay} />}
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

function Keys({ title, shortcuts }: { title: string; shortcuts: readonly Shortcut[] }) {
  return (
    <section className="not-first:mt-4">
      <h3 className="column-head mb-1.5">{title}</h3>
      <dl className="grid grid-cols-[124px_1fr] items-center gap-y-1.5 text-[13px]">
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
    </section>
  );
}
