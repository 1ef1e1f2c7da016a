import { create } from "zustand";
import type { Arrangement, SavedLayout } from "@/protocol/layouts";

/** Layouts on the server; null while they were not asked for yet. `error` says why they cannot be had. */
export type SavedLayouts = {
  readonly layouts: readonly SavedLayout[] | null;
  readonly error: string | null;
};

export const useSavedLayouts = create<SavedLayouts>(() => ({ layouts: null, error: null }));

const silentMsMax = 6_000;

async function ask(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/api/layouts${path}`, {
      ...init,
      headers: { "x-heliograph": "1" },
      signal: AbortSignal.timeout(silentMsMax),
    });
  } catch {
    throw new Error("The desk does not answer.");
  }
  if (response.ok) return response;
  const refusal = (await response.json().catch(() => null)) as { error?: unknown } | null;
  throw new Error(typeof refusal?.error === "string" ? refusal.error : `The desk answered ${response.status}.`);
}

const pathOf = (name: string) => `/${encodeURIComponent(name)}`;

/** Asks the server which layouts there are. Never rejects: the store says what is wrong. */
export async function refreshLayouts(): Promise<void> {
  try {
    // The schemas are loaded with the dock; the shell of every page goes without them.
    const { layoutListSchema } = await import("@/protocol/layouts");
    const { layouts } = layoutListSchema.parse(await (await ask("")).json());
    useSavedLayouts.setState({ layouts, error: null });
  } catch (error) {
    useSavedLayouts.setState({ error: error instanceof Error ? error.message : String(error) });
  }
}

/** Saves under a name. Rejects with the server's words. */
export async function saveLayout(name: string, arrangement: Arrangement): Promise<void> {
  await ask(pathOf(name), { method: "PUT", body: JSON.stringify({ arrangement }) });
  await refreshLayouts();
}

/** Gives a layout another name. Rejects with the server's words. */
export async function renameLayout(name: string, to: string): Promise<void> {
  await ask(pathOf(name), { method: "PATCH", body: JSON.stringify({ name: to }) });
  await refreshLayouts();
}

/** Deletes a layout. Rejects with the server's words. */
export async function deleteLayout(name: string): Promise<void> {
  await ask(pathOf(name), { method: "DELETE" });
  await refreshLayouts();
}
