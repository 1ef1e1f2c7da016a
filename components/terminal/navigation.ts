/** A page of the terminal, as the navigation shows it. */
export type TerminalPage = {
  readonly path: string;
  readonly title: string;
  /** The letter that goes there, typed after `g`. */
  readonly letter: string;
  /** What is found there, for the palette. */
  readonly about: string;
};

/** Every page there is, in the order of the navigation. A test compares it with the routes in `app/`. */
export const terminalPages: readonly TerminalPage[] = [
  { path: "/", title: "Desk", letter: "d", about: "prices, strategies, orders and the day's money" },
  { path: "/markets", title: "Markets", letter: "m", about: "five levels, spread and last minute of many symbols" },
  { path: "/pairs", title: "Pairs", letter: "p", about: "every pair's distance from its mean at a glance" },
  { path: "/strategies", title: "Strategies", letter: "s", about: "what each does, who let it, its money and rules" },
  { path: "/risk", title: "Risk", letter: "r", about: "limits and what is used of them, refusals, modes and kills" },
  { path: "/history", title: "History", letter: "h", about: "fills and closed trades, and the life of each order" },
];

/** The page an address belongs to: the one with the longest path that leads it. */
export function pageOf(path: string): TerminalPage | undefined {
  return terminalPages.find((page) =>
    page.path === "/" ? path === "/" : path === page.path || path.startsWith(`${page.path}/`),
  );
}

/** Where a strategy is looked at: its own page, or the desk while there is none. */
export function strategyPath(id: number): string {
  return terminalPages.some((page) => page.path === "/strategies") ? `/strategies/${id}` : "/";
}
