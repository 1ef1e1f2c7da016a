"use client";

import { useState } from "react";
import { formatQuantity, formatSignedQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRows, useTopic } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { breakCauseText } from "@/domain/health";
import type { BreakRow } from "@/protocol/topics";

/**
 * Under the top bar from when order session and drop copy differ over a name: both sides' numbers, and the two ways out. The
 * name takes no new risk until a person has taken one; no name does while a venue has told of fills of orders that we do not know.
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
  const isVenueWide = row.instrument < 0;
  const venue = names.venue(row.venue);
  const about = isVenueWide ? venue : names.symbol(row.instrument);
  const where = isVenueWide ? `${venue}, fills of orders that we do not know` : `${about} at ${venue}`;
  const why = isVenueWide ? "" : breakCauseText[row.cause];
  const lots = isVenueWide ? formatQuantity : formatSignedQuantity;
  const blocked = reason.trim() === "" ? "Say why first" : null;
  const settle = (kind: "adopt" | "correct") =>
    command(
      {
        command: kind,
        scope: isVenueWide ? "venue" : "instrument",
        target: isVenueWide ? row.venue : row.instrument,
        reason: reason.trim(),
      },
      about,
    );
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 py-1.5" data-testid={`break-${row.id}`}>
      <strong className="text-danger">▲ Break</strong>
      <span className="numeric min-w-0 whitespace-normal">
        {where}: order session {lots(row.orderNet)} in {formatQuantity(row.orderFills)}, drop copy {lots(row.dropNet)}{" "}
        in {formatQuantity(row.dropFills)}
        {row.cause === "orders" &&
          `; messages of orders ${formatQuantity(row.orderMessages)} and ${formatQuantity(row.dropMessages)}`}
        {why === "" ? "" : ` (${why})`}; no new risk in {isVenueWide ? "any" : "this"} name
      </span>
      <input
        aria-label={`Why, for ${about}`}
        placeholder="Why"
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        className="h-[26px] min-w-[120px] flex-1 rounded border border-line bg-sunken px-2"
      />
      <Button
        blocked={blocked}
        onClick={() => settle("adopt")}
        className="h-[26px]"
        hint={isVenueWide ? "Nothing of it is booked" : "What was booked stands; orders in doubt are cancelled"}
      >
        Adopt
      </Button>
      {!isVenueWide && (
        <Button
          blocked={blocked}
          onClick={() => settle("correct")}
          className="h-[26px]"
          hint="What only one of the two told is taken back; orders in doubt are cancelled"
        >
          Take back
        </Button>
      )}
    </div>
  );
}
