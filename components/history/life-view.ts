import { create } from "zustand";
import type { FillRow, OrderRow } from "@/protocol/topics";

/** What the drawer beside a page shows: an order's life, or what stands under a mark on a chart, to choose from. */
export type LifeShown =
  | { readonly kind: "order"; readonly id: number }
  | {
      readonly kind: "choice";
      readonly title: string;
      readonly fills: readonly FillRow[];
      readonly orders: readonly OrderRow[];
      /** The same in the history, for what this page no longer has. */
      readonly address: string;
    };

/** The drawer's store: one for the whole terminal. */
export type LifeView = {
  readonly shown: LifeShown | null;
  /** What had the focus when the drawer opened, and gets it back. */
  readonly from: HTMLElement | null;
  openOrder(id: number): void;
  choose(choice: Omit<Extract<LifeShown, { kind: "choice" }>, "kind">): void;
  close(): void;
};

export const useLifeView = create<LifeView>((set, get) => {
  const show = (shown: LifeShown) => {
    const focused = document.activeElement;
    const from = get().shown !== null ? get().from : focused instanceof HTMLElement ? focused : null;
    set({ shown, from });
  };
  return {
    shown: null,
    from: null,
    openOrder: (id) => show({ kind: "order", id }),
    choose: (choice) => {
      const orders = new Set([...choice.fills.map(({ order }) => order), ...choice.orders.map(({ id }) => id)]);
      const [only] = orders;
      show(orders.size === 1 ? { kind: "order", id: only } : { kind: "choice", ...choice });
    },
    close: () => {
      const { from, shown } = get();
      if (shown === null) return;
      set({ shown: null, from: null });
      from?.focus();
    },
  };
});
