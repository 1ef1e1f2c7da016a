"use client";

import { useSearchParams } from "next/navigation";
import { useCallback, useMemo } from "react";
import type { Sort } from "@/components/ui/blotter";
import { type FilterName, filterNames, type HistoryTab, type ListQuery, readListQuery } from "./list-query";

/** What the panel at the side shows. */
export type OpenLife = { readonly kind: "order" | "trade"; readonly id: number };

/** The page's state, all of it from the address. */
export type HistoryAddress = ListQuery & {
  readonly open: OpenLife | null;
  setTab(tab: HistoryTab): void;
  setFilter(name: FilterName, value: string): void;
  clearFilters(): void;
  setSort(sort: Sort): void;
  setOpen(open: OpenLife | null): void;
};

/** Reads the page's state from its address and writes it there; a panel that opens is a step back. */
export function useHistoryAddress(): HistoryAddress {
  const parameters = useSearchParams();
  const text = parameters.toString();
  const change = useCallback((edit: (next: URLSearchParams) => void, asStep = false) => {
    const next = new URLSearchParams(window.location.search);
    edit(next);
    const query = next.toString();
    const address = `${window.location.pathname}${query === "" ? "" : `?${query}`}`;
    if (asStep) window.history.pushState(null, "", address);
    else window.history.replaceState(null, "", address);
  }, []);
  return useMemo(() => {
    const given = new URLSearchParams(text);
    const [, kind, id] = /^(order|trade)-(\d{1,15})$/.exec(given.get("open") ?? "") ?? [];
    return {
      ...readListQuery(given),
      open: id === undefined ? null : { kind: kind === "trade" ? "trade" : "order", id: Number(id) },
      setTab: (next) =>
        change((edited) => {
          edited.set("tab", next);
          for (const name of ["sort", "order", "open"]) edited.delete(name);
          // A trade is bought or sold; a short sale is a word of fills.
          if (next === "trades" && edited.get("side") === "sellShort") edited.set("side", "sell");
        }),
      setFilter: (name, value) =>
        change((edited) => {
          if (value === "") edited.delete(name);
          else edited.set(name, value);
          if (name === "day") edited.delete("open");
        }),
      clearFilters: () =>
        change((edited) => {
          for (const name of filterNames) if (name !== "day") edited.delete(name);
        }),
      setSort: ({ column, descending }) =>
        change((edited) => {
          edited.set("sort", column);
          edited.set("order", descending ? "desc" : "asc");
        }),
      setOpen: (open) =>
        change((edited) => {
          if (open === null) edited.delete("open");
          else edited.set("open", `${open.kind}-${open.id}`);
        }, open !== null),
    };
  }, [text, change]);
}
