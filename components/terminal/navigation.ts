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
];

/** The page an address belongs to: the one with the longest path that leads it. */
export function pageOf(path: string): TerminalPage | undefined {
  return terminalPages.find((page) =>
    page.path === "/" ? path === "/" : path === page.path || path.startsWith(`${page.path}/`),
  );
}
