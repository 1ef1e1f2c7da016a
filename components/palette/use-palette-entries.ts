"use client";

import { usePathname, useRouter } from "next/navigation";
import { useDock } from "@/components/dock/dock-store";
import { layoutEntries } from "@/components/dock/layout-entries";
import { useSavedLayouts } from "@/components/dock/saved-layouts";
import { useLive } from "@/components/live/live-context";
import { useRows, useSelected, useValue } from "@/components/live/use-live";
import { scopeText } from "@/components/risk/limit-words";
import { blockedReason } from "@/components/strategy/strategy-actions";
import { useDeskView } from "@/components/terminal/desk-view";
import { strategyPath, terminalPages } from "@/components/terminal/navigation";
import { colourSets, colourSetText, setColourSet, toggleTheme, useColourSet } from "@/components/terminal/theme";
import { toggleToastsOfFills, useToastsOfFills } from "@/components/terminal/toast-choice";
import { useCommand } from "@/components/terminal/use-command";
import type { DeskPayload } from "@/protocol/topics";
import type { Findable } from "./palette-search";
import { strategyEntries } from "./strategy-entries";

/** One line of the palette. */
export type PaletteEntry = Findable & {
  readonly id: string;
  readonly group: "Pages" | "Desk" | "Strategies" | "Panels" | "Symbols" | "Kills";
  readonly note: string;
  readonly keys: readonly string[];
  readonly danger: boolean;
  /** Why it cannot be chosen now; it keeps its place and says so. */
  readonly blocked: string | null;
  readonly choose: () => void;
};

const haltedOf = (desk: DeskPayload | null) => desk?.halted ?? false;
const plain = { keywords: "", note: "", keys: [], danger: false, blocked: null } as const;

/** Everything the palette can find: pages, commands of the desk, strategies with what may be done, symbols, kills. */
export function usePaletteEntries(onClose: () => void): PaletteEntry[] {
  const { stores } = useLive();
  const reference = useValue(stores.reference);
  const rows = useRows(stores.strategies);
  const halted = useSelected(stores.desk, haltedOf);
  const colourSet = useColourSet();
  const tellsFills = useToastsOfFills();
  const { open, select } = useDeskView.getState();
  const command = useCommand();
  const router = useRouter();
  const path = usePathname();
  const dock = useDock();
  const saved = useSavedLayouts((state) => state.layouts);

  const closeAnd = (act: () => void) => () => {
    onClose();
    act();
  };
  const goTo = (there: string) => closeAnd(() => there !== path && router.push(there));
  const line = (entry: Partial<PaletteEntry> & Pick<PaletteEntry, "group" | "text" | "choose">): PaletteEntry => ({
    ...plain,
    id: `${entry.group}: ${entry.text}`,
    ...entry,
  });

  const pages = terminalPages.map((page) =>
    line({
      group: "Pages",
      text: page.title,
      keywords: `go page ${page.about}`,
      note: page.about,
      keys: ["g", page.letter],
      choose: goTo(page.path),
    }),
  );
  const desk = [
    line({
      group: "Desk",
      text: "HALT the whole desk…",
      keywords: "stop kill all emergency",
      note: "asks once",
      keys: ["Ctrl", "Alt", "H"],
      danger: true,
      choose: () => open({ kind: "halt" }),
    }),
    ...(halted
      ? [
          line({
            group: "Desk",
            text: "Release the halt…",
            note: "asks for a reason",
            choose: () => open({ kind: "releaseScope", scope: "all", target: -1 }),
          }),
        ]
      : []),
    line({
      group: "Desk",
      text: "Switch between dark and light",
      keywords: "theme look",
      choose: closeAnd(toggleTheme),
    }),
    ...colourSets.map((set) =>
      line({
        group: "Desk",
        text: `Colours: ${colourSetText[set]}`,
        keywords: "preset color look",
        note: set === colourSet ? "now" : "",
        choose: closeAnd(() => setColourSet(set)),
      }),
    ),
    line({
      group: "Desk",
      text: tellsFills ? "Toasts for fills: turn off" : "Toasts for fills: turn on",
      keywords: "notify orders sound quiet",
      note: tellsFills ? "now on" : "now off",
      choose: closeAnd(toggleToastsOfFills),
    }),
    line({
      group: "Desk",
      text: "Keyboard shortcuts",
      keywords: "help keys",
      keys: ["?"],
      choose: () => open({ kind: "shortcuts" }),
    }),
  ];
  const panels = layoutEntries(dock, saved).map(({ act, ...entry }) =>
    line({ ...entry, group: "Panels", choose: closeAnd(act) }),
  );
  if (reference === null) return [...pages, ...desk, ...panels];
  const strategies = strategyEntries(reference.strategies, rows, (action, row) =>
    blockedReason(action, row, halted),
  ).map(({ strategy, action, ...entry }) =>
    line({
      ...entry,
      group: "Strategies",
      danger: action === "kill",
      choose:
        action === "open"
          ? goTo(strategyPath(strategy.id))
          : action === "pause" || action === "resume"
            ? closeAnd(() =>
                command({ command: action, scope: "strategy", target: strategy.id, reason: "" }, strategy.name),
              )
            : () =>
                action === "release"
                  ? open({ kind: "releaseScope", scope: "strategy", target: strategy.id })
                  : open({ kind: action, strategy: strategy.id }),
    }),
  );
  const symbols = reference.instruments.map(({ id, symbol, sector }) =>
    line({
      group: "Symbols",
      text: symbol,
      keywords: sector,
      note: sector,
      choose: () => {
        select(id);
        goTo("/")();
      },
    }),
  );
  const kill = (scope: "venue" | "pair" | "instrument", target: number, name: string) =>
    line({
      group: "Kills",
      text: `Kill ${name}…`,
      keywords: `stop ${scope}`,
      note: `${scopeText[scope].toLowerCase()}, asks once`,
      danger: true,
      choose: () => open({ kind: "killScope", scope, target }),
    });
  const kills = [
    ...reference.venues.map(({ id, name }) => kill("venue", id, `venue ${name}`)),
    ...reference.pairs.map(({ id, name }) => kill("pair", id, `pair ${name}`)),
    ...reference.instruments.map(({ id, symbol }) => kill("instrument", id, symbol)),
  ];
  return [...pages, ...desk, ...strategies, ...panels, ...symbols, ...kills];
}
