"use client";

import { Command } from "cmdk";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useDock } from "@/components/dock/dock-store";
import { refreshLayouts } from "@/components/dock/saved-layouts";
import { KeyCap } from "@/components/ui/key-cap";
import { findEntries } from "./palette-search";
import { type PaletteEntry, usePaletteEntries } from "./use-palette-entries";

/** Most entries of one group on the screen. */
const groupMax = 60;

/**
 * Finds a page, a symbol, a strategy or a command by a few letters. Whatever is dangerous opens the dialog that its
 * button opens. With `symbolsOnly` it is the symbol search of the pages that have no watch list.
 */
export function CommandPalette({ symbolsOnly, onClose }: { symbolsOnly: boolean; onClose: () => void }) {
  const [search, setSearch] = useState("");
  const entries = usePaletteEntries(onClose);
  const docked = useDock((dock) => dock.commands !== null);
  useEffect(() => {
    if (docked && !symbolsOnly) void refreshLayouts();
  }, [docked, symbolsOnly]);
  // A list that begins with hundreds of names would hide everything else.
  const offered = entries.filter(({ group }) =>
    symbolsOnly ? group === "Symbols" : search !== "" || (group !== "Symbols" && group !== "Kills"),
  );
  const found = findEntries(offered, search, groupMax);
  // Whoever types fast is at Enter before the list has marked its first line.
  const chooseFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== "Enter" || event.nativeEvent.isComposing) return;
    const list = event.currentTarget.closest("[cmdk-root]");
    if (list?.querySelector('[cmdk-item][aria-selected="true"]')) return;
    event.preventDefault();
    found
      .flatMap((group) => group.entries)
      .find(({ blocked }) => blocked === null)
      ?.choose();
  };
  return (
    <Dialog.Root open onOpenChange={(next) => (next ? undefined : onClose())}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/55" />
        <Dialog.Content
          aria-describedby={undefined}
          data-testid="palette"
          className="fixed top-[8dvh] left-1/2 z-50 w-[min(620px,94vw)] -translate-x-1/2 overflow-hidden rounded-lg border border-line bg-panel shadow-2xl"
        >
          <Dialog.Title className="sr-only">{symbolsOnly ? "Find a symbol" : "Find and do"}</Dialog.Title>
          <Command
            label={symbolsOnly ? "Symbols" : "Pages, symbols, strategies and commands"}
            shouldFilter={false}
            loop
          >
            <Command.Input
              value={search}
              onValueChange={setSearch}
              onKeyDown={chooseFirst}
              data-testid="palette-search"
              placeholder={symbolsOnly ? "Symbol or sector" : "Page, symbol, strategy or command"}
              className="h-12 w-full border-b border-line bg-panel px-4 text-[15px] outline-none placeholder:text-faint focus-visible:outline-none"
            />
            <Command.List className="max-h-[min(430px,64dvh)] overflow-y-auto p-1.5">
              <Command.Empty className="px-3 py-6 text-center text-muted">Nothing is called so.</Command.Empty>
              {found.map(({ group, entries: lines }) => (
                <Command.Group
                  key={group}
                  heading={group}
                  className="[&>[cmdk-group-heading]]:px-2.5 [&>[cmdk-group-heading]]:pt-2 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-[10.5px] [&>[cmdk-group-heading]]:text-faint"
                >
                  {lines.map((entry) => (
                    <EntryLine key={entry.id} entry={entry} />
                  ))}
                </Command.Group>
              ))}
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function EntryLine({ entry }: { entry: PaletteEntry }) {
  const { blocked, danger, keys } = entry;
  const look = blocked !== null ? "text-faint" : danger ? "text-danger" : "";
  return (
    <Command.Item
      value={entry.id}
      disabled={blocked !== null}
      onSelect={entry.choose}
      className={`flex min-h-[34px] cursor-pointer items-center gap-3 rounded-[4px] px-2.5 text-[13px] data-[disabled=true]:cursor-not-allowed data-[selected=true]:bg-raised ${look}`}
    >
      <span className="shrink-0">{entry.text}</span>
      <span className="min-w-0 flex-1 truncate text-right text-[11.5px] text-muted">{blocked ?? entry.note}</span>
      {keys.length > 0 && (
        <span className="hidden shrink-0 gap-1 sm:flex">
          {keys.map((key) => (
            <KeyCap key={key}>{key}</KeyCap>
          ))}
        </span>
      )}
    </Command.Item>
  );
}
