"use client";

import { useDeskView } from "@/components/terminal/desk-view";

/** A symbol that shows its ladder and chart when clicked. */
export function SymbolLink({ instrument, symbol }: { instrument: number; symbol: string }) {
  const select = useDeskView((view) => view.select);
  return (
    <button
      type="button"
      tabIndex={-1}
      onClick={() => select(instrument)}
      className="font-medium underline-offset-2 hover:underline"
    >
      {symbol}
    </button>
  );
}
