import { useSyncExternalStore } from "react";

/** The two looks of the terminal; dark unless someone chose. */
export type Theme = "dark" | "light";

/** Which colours stand for up and buy, and for down and sell. A sign or an arrow always says it too. */
export const colourSets = ["blue-orange", "green-up", "red-up"] as const;
export type ColourSet = (typeof colourSets)[number];

/** The sets by the names people see. */
export const colourSetText: Readonly<Record<ColourSet, string>> = {
  "blue-orange": "Blue up, orange down",
  "green-up": "Green up, red down",
  "red-up": "Red up, green down",
};

const themeKey = "heliograph.theme";
const coloursKey = "heliograph.colours";
const listeners = new Set<() => void>();

function currentTheme(): Theme {
  return document.documentElement.dataset.theme === "light" ? "light" : "dark";
}

function currentColourSet(): ColourSet {
  return colourSets.find((set) => set === document.documentElement.dataset.colours) ?? "blue-orange";
}

function currentLook(): `${Theme} ${ColourSet}` {
  return `${currentTheme()} ${currentColourSet()}`;
}

function listen(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: it holds until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** The theme on the page now. */
export function useTheme(): Theme {
  return useSyncExternalStore(listen, currentTheme, () => "dark");
}

/** The set of colours on the page now. */
export function useColourSet(): ColourSet {
  return useSyncExternalStore(listen, currentColourSet, () => "blue-orange");
}

/** Theme and set in one word, which changes whenever a canvas has to be painted in other colours. */
export function useLook(): string {
  return useSyncExternalStore(listen, currentLook, () => "dark blue-orange");
}

/** Goes over to a theme and remembers it on this machine. */
export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  keep(themeKey, theme);
}

/** Goes to the other theme. */
export function toggleTheme(): void {
  setTheme(currentTheme() === "dark" ? "light" : "dark");
}

/** Goes over to a set of colours and remembers it on this machine. */
export function setColourSet(set: ColourSet): void {
  document.documentElement.dataset.colours = set;
  keep(coloursKey, set);
}

/** Colours of the theme, resolved: canvases cannot read custom properties themselves. */
export type ThemeColours = ReturnType<typeof resolveColours>;

let resolved: { readonly look: string; readonly colours: ThemeColours } | null = null;

/** The colours on the page; resolved once for each look. */
export function themeColours(): ThemeColours {
  const look = currentLook();
  if (resolved?.look !== look) resolved = { look, colours: resolveColours() };
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
