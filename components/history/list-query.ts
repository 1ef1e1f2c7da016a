import type { Sort } from "@/components/ui/blotter";
import { fillSorts, tradeSorts } from "@/protocol/history-sorts";

/** The two lists of the page. */
export type HistoryTab = "fills" | "trades";

/** What the filter bar can say; the same words go to the server. */
export const filterNames = ["day", "from", "to", "strategy", "pair", "symbol", "venue", "side"] as const;
export type FilterName = (typeof filterNames)[number];

/** How many rows one request brings. */
export const windowRows = 200;

/** What an address asks for: which list, of which rows, in which order. */
export type ListQuery = {
  readonly tab: HistoryTab;
  readonly filters: Readonly<Partial<Record<FilterName, string>>>;
  readonly sort: Sort;
  /** The filters as a query string for the server. */
  readonly filterQuery: string;
  /** Filters and sort as a query string for the server. */
  readonly listQuery: string;
};

/** Reads an address; what is no list, column or order of the page becomes the usual one. */
export function readListQuery(given: URLSearchParams): ListQuery {
  const tab: HistoryTab = given.get("tab") === "trades" ? "trades" : "fills";
  const filters = Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = given.get(name);
      return value === null || value === "" ? [] : [[name, value]];
    }),
  );
  const columns: readonly string[] = tab === "fills" ? fillSorts : tradeSorts;
  const sort = {
    column: columns.find((column) => column === given.get("sort")) ?? "time",
    descending: given.get("order") !== "asc",
  };
  const filterQuery = new URLSearchParams(filters).toString();
  const sortQuery = new URLSearchParams({ sort: sort.column, order: sort.descending ? "desc" : "asc" }).toString();
  return { tab, filters, sort, filterQuery, listQuery: filterQuery === "" ? sortQuery : `${filterQuery}&${sortQuery}` };
}

/** A list's query for one window of its rows; `through` holds later windows to the list the first one began. */
export function windowQuery(query: string, offset: number, through: number | null): string {
  const parameters = new URLSearchParams(query);
  parameters.set("offset", String(offset));
  parameters.set("limit", String(windowRows));
  if (through !== null) parameters.set("through", String(through));
  return parameters.toString();
}

/** Where the first rows of an address are asked for. */
export function firstWindowPath(given: URLSearchParams): string {
  const { tab, listQuery } = readListQuery(given);
  return historyPath(`${tab}?${windowQuery(listQuery, 0, null)}`);
}

/** The address of a question about the past. */
export function historyPath(question: string): string {
  return `/api/history/${question}`;
}
