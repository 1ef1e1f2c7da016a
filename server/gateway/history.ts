/** How much of a history one request may ask for. */
export const pageRowsMax = 1_000;
export const pageRowsDefault = 200;

/** A page: rows older than the row with id `before` (null: the newest), newest first. */
export type Page = { readonly journal: string | null; readonly before: number | null; readonly limit: number };

/** What the past can be asked; the database's queries answer it. Rows are plain JSON. */
export interface History {
  orders(page: Page): Promise<readonly object[]>;
  fills(page: Page): Promise<readonly object[]>;
  /** Minute bars of one instrument; `before` is a minute. */
  bars(instrument: number, page: Page): Promise<readonly object[]>;
}
