import type { Arrangement } from "@/protocol/layouts";
import { type ReadArrangement, readArrangement } from "./arrangement";

const key = "heliograph.layout";

/** The arrangement this browser had last; null when it has none. Kept here so that the desk opens without a database. */
export function keptArrangement(): ReadArrangement | null {
  try {
    const text = localStorage.getItem(key);
    return text === null ? null : readArrangement(JSON.parse(text));
  } catch {
    return { ok: false, reason: "it cannot be read" };
  }
}

/** Keeps an arrangement in this browser. */
export function keepArrangement(arrangement: Arrangement): void {
  try {
    localStorage.setItem(key, JSON.stringify(arrangement));
  } catch {
    // A browser that keeps nothing: it holds until the page is closed.
  }
}

/** Forgets it: the desk opens as it comes. */
export function forgetArrangement(): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
