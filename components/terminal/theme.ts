import { useSyncExternalStore } from "react";

/** The two looks of the terminal; dark unless someone chose. */
export type Theme = "dark" | "light";

const themeKey = "heliograph.theme";
const listeners = new Set<() => void>();

function currentTheme(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

/** The theme on the page now. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    currentTheme,
    () => "dark",
  );
}

/** Goes to the other theme and remembers it on this machine. */
export function toggleTheme(): void {
  const next: Theme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset.theme = next;
  localStorage.setItem(themeKey, next);
  for (const listener of listeners) listener();
}

/** Colours of the theme, resolved: canvases cannot read custom properties themselves. */
export type ThemeColours = ReturnType<typeof resolveColours>;

let resolved: { readonly theme: Theme; readonly colours: ThemeColours } | null = null;

/** The colours of the theme on the page; resolved once for each theme. */
export function themeColours(): ThemeColours {
  const theme = currentTheme();
  if (resolved?.theme !== theme) resolved = { theme, colours: resolveColours() };
  return resolved.colours;
}

function resolveColours() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    panel: colour("panel"),
    line: colour("line"),
    text: colour("text"),
    muted: colour("muted"),
    buy: colour("buy"),
    sell: colour("sell"),
    buySoft: colour("buy-soft"),
    sellSoft: colour("sell-soft"),
    gold: colour("gold"),
  };
}
