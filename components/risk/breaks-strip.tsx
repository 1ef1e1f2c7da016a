"use client";

import { useState } from "react";
import { formatQuantity, formatSignedQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRows, useTopic } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import type { BreakRow } from "@/protocol/topics";

/**
 * Under the top bar while order session and drop copy differ over a name: both sides' numbers, and the two ways out. The
 * name takes no new risk until then.
 */
export function BreaksStrip() {
  useTopic("breaks");
  const rows = useRows(useLive().stores.breaks).filter(({ open }) => open);
  if (rows.length === 0) return null;
  return (
    <section aria-label="Breaks" data-testid="breaks" className="shrink-0 border-b border-danger bg-danger/10">
      {rows.map((row) => (
        <Break key={row.id} row={row} />
      ))}
    </section>
  );
}

function Break({ row }: { row: BreakRow }) {
  const names = useReference();
  const command = useCommand();
  const [reason, setReason] = useState("");
  const symbol = names.symbol(row.instrument);
  const blocked = reason.trim() === "" ? "Say why first" : null;
  const settle = (kind: "adopt" | "correct") =>
    command({ command: kind, scope: "instrument", target: row.instrument, reason: reason.trim() }, symbol);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5" data-testid={`break-${row.id}`}>
      <strong className="text-danger">▲ Break</strong>
      <span className="numeric">
        {symbol} at {names.venue(row.venue)}: order session {formatSignedQuantity(row.orderNet)} in{" "}
        {formatQuantity(row.orderFills)}, drop copy {formatSignedQuantity(row.dropNet)} in{" "}
        {formatQuantity(row.dropFills)}; no new risk in this name
      </span>
      <input
        aria-label={`Why, for ${symbol}`}
        placeholder="Why"
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        className="h-[26px] min-w-[120px] flex-1 rounded border border-line bg-sunken px-2"
      />
      <Button blocked={blocked} onClick={() => settle("adopt")} className="h-[26px]" hint="What was booked stands">
        Adopt
      </Button>
      <Button
        blocked={blocked}
        onClick={() => settle("correct")}
        className="h-[26px]"
        hint="What only one of the two told is taken back"
      >
        Take back
      </Button>
    </div>
  );
}
