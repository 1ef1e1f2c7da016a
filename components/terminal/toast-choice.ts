import { useSyncExternalStore } from "react";

const key = "heliograph.fillToasts";
const listeners = new Set<() => void>();
let chosen: boolean | null = null;

function tellsFills(): boolean {
  if (chosen === null)
    try {
      chosen = localStorage.getItem(key) !== "off";
    } catch {
      // A browser that keeps nothing tells of fills until somebody says otherwise.
      chosen = true;
    }
  return chosen;
}

/** Whether fills are told in toasts. */
export function useToastsOfFills(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    tellsFills,
    () => true,
  );
}

/** Turns toasts of fills on or off, and remembers it on this machine. */
export function toggleToastsOfFills(): void {
  chosen = !tellsFills();
  try {
    localStorage.setItem(key, chosen ? "on" : "off");
  } catch {
    // It holds until the page is closed.
  }
  for (const listener of listeners) listener();
}
