"use client";

import { type FormEvent, useEffect, useState } from "react";
import { toast } from "sonner";
import { Button } from "@/components/ui/button";
import { Popover } from "@/components/ui/popover";
import type { SavedLayout } from "@/protocol/layouts";
import { useDock } from "./dock-store";
import { loadLayout } from "./load-layout";
import { panelNames, panelTitles } from "./panel-names";
import { deleteLayout, refreshLayouts, renameLayout, saveLayout, useSavedLayouts } from "./saved-layouts";

/** The menu of the desk's panels and layouts; where there is no dock there is no menu. */
export function LayoutMenu() {
  const docked = useDock((dock) => dock.commands !== null);
  if (!docked) return null;
  return (
    <Popover
      label="Panels and layouts"
      trigger={
        <button
          type="button"
          data-testid="layout-menu"
          title="Panels and layouts of the desk"
          className="hidden h-[28px] items-center rounded-[4px] px-2 text-muted hover:bg-raised hover:text-text min-[900px]:inline-flex"
        >
          Layout
          <span aria-hidden className="ml-1 text-[9px]">
            ▾
          </span>
        </button>
      }
    >
      <Menu />
    </Popover>
  );
}

function Menu() {
  const { commands, open } = useDock();
  const { layouts, error } = useSavedLayouts();
  useEffect(() => void refreshLayouts(), []);
  if (commands === null) return null;
  return (
    <div className="flex flex-col gap-3">
      <fieldset>
        <legend className="mb-1 font-semibold">Panels</legend>
        <div className="grid grid-cols-2">
          {panelNames.map((name) => (
            <label key={name} className="flex h-7 cursor-pointer items-center gap-2 rounded px-1 hover:bg-raised">
              <input
                type="checkbox"
                checked={open.has(name)}
                onChange={() => (open.has(name) ? commands.close(name) : commands.open(name))}
                data-testid={`panel-${name}`}
                className="accent-gold"
              />
              {panelTitles[name]}
            </label>
          ))}
        </div>
      </fieldset>
      <section aria-label="Layouts" className="border-t border-line pt-2.5">
        <div className="mb-1 flex items-center justify-between">
          <h3 className="font-semibold">Layouts</h3>
          <Button tone="quiet" data-testid="layout-reset" onClick={commands.reset} className="h-7">
            Reset to the default
          </Button>
        </div>
        {error !== null ? (
          <p className="py-1 text-warning">{error} The desk keeps its panels in this browser.</p>
        ) : layouts === null ? (
          <p className="py-1 text-muted">Asking which there are …</p>
        ) : layouts.length === 0 ? (
          <p className="py-1 text-muted">None saved. A name below keeps the desk as it stands now.</p>
        ) : (
          <ul className="max-h-64 overflow-y-auto">
            {layouts.map((layout) => (
              <LayoutLine key={layout.name} layout={layout} />
            ))}
          </ul>
        )}
        <SaveAs names={layouts?.map(({ name }) => name) ?? []} />
      </section>
    </div>
  );
}

/** Runs a change on the server; the server's refusal goes to a toast. True when it was done. */
async function change(work: Promise<void>, done: string): Promise<boolean> {
  try {
    await work;
    toast.success(done);
    return true;
  } catch (error) {
    toast.error(error instanceof Error ? error.message : String(error));
    return false;
  }
}

function SaveAs({ names }: { names: readonly string[] }) {
  const [name, setName] = useState("");
  const trimmed = name.trim();
  const replaces = names.includes(trimmed);
  const save = async (event: FormEvent) => {
    event.preventDefault();
    const { commands } = useDock.getState();
    if (commands === null || trimmed === "") return;
    if (await change(saveLayout(trimmed, commands.arrangement()), `Layout "${trimmed}" saved`)) setName("");
  };
  return (
    <form onSubmit={save} className="mt-2 flex gap-1.5">
      <input
        value={name}
        maxLength={40}
        onChange={(event) => setName(event.target.value)}
        aria-label="Name of the layout"
        placeholder="Save as …"
        data-testid="layout-name"
        className="h-8 min-w-0 flex-1 rounded border border-line bg-sunken px-2 text-[12.5px] placeholder:text-faint"
      />
      <Button
        type="submit"
        data-testid="layout-save"
        blocked={trimmed === "" ? "Give it a name first" : null}
        className="h-8 w-[74px]"
      >
        {replaces ? "Replace" : "Save"}
      </Button>
    </form>
  );
}

function LayoutLine({ layout }: { layout: SavedLayout }) {
  const { name } = layout;
  const [mode, setMode] = useState<"rest" | "rename" | "delete">("rest");
  const [draft, setDraft] = useState(name);
  if (mode === "rename")
    return (
      <li>
        <form
          className="flex h-8 items-center gap-1"
          onSubmit={async (event) => {
            event.preventDefault();
            const to = draft.trim();
            if (to === "" || to === name) setMode("rest");
            else if (await change(renameLayout(name, to), `Layout "${name}" is called "${to}"`)) setMode("rest");
          }}
        >
          <input
            // biome-ignore lint/a11y/noAutofocus: the person has just asked to type here
            autoFocus
            value={draft}
            maxLength={40}
            aria-label={`New name of ${name}`}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.stopPropagation();
              setMode("rest");
            }}
            className="h-7 min-w-0 flex-1 rounded border border-line bg-sunken px-2"
          />
          <Button type="submit" className="h-7">
            Rename
          </Button>
        </form>
      </li>
    );
  return (
    <li className="flex h-8 items-center gap-1 rounded pl-1 hover:bg-raised">
      <button
        type="button"
        data-testid={`layout-load-${name}`}
        title="Show this layout"
        onClick={() => loadLayout(layout)}
        className="h-full min-w-0 flex-1 truncate text-left"
      >
        {name}
      </button>
      <Button
        tone="quiet"
        aria-label={`Rename ${name}`}
        data-testid={`layout-rename-${name}`}
        onClick={() => {
          setDraft(name);
          setMode("rename");
        }}
        className="h-7"
      >
        Rename
      </Button>
      <Button
        tone={mode === "delete" ? "danger" : "quiet"}
        aria-label={mode === "delete" ? `Delete ${name}, really` : `Delete ${name}`}
        data-testid={`layout-delete-${name}`}
        onClick={() => (mode === "delete" ? change(deleteLayout(name), `Layout "${name}" deleted`) : setMode("delete"))}
        onBlur={() => setMode("rest")}
        className="h-7 w-[66px]"
      >
        {mode === "delete" ? "Really?" : "Delete"}
      </Button>
    </li>
  );
}
