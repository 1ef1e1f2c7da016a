"use client";

import { type FormEvent, useMemo, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useRows } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import { lacksKillReason } from "./strategy-event-words";

/**
 * A kill does not wait for its reason; this asks for it afterwards. The answer is a kill once more, with the reason:
 * it changes nothing and stands in the journal beside the first.
 */
export function KillReason({ id, name }: { id: number; name: string }) {
  const { stores } = useLive();
  const events = useRows(useMemo(() => stores.strategyTrail(id).events, [stores, id]));
  const command = useCommand();
  const [reason, setReason] = useState("");
  if (!lacksKillReason(events)) return null;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason.trim() === "") return;
    command({ command: "kill", scope: "strategy", target: id, reason: reason.trim() }, name);
    setReason("");
  }
  return (
    <form
      onSubmit={submit}
      data-testid="kill-reason"
      className="flex shrink-0 items-center gap-2 border-b border-danger/60 bg-danger/10 px-3 py-1.5"
    >
      <label htmlFor={`kill-reason-${id}`} className="shrink-0 font-medium">
        Why was it killed?
      </label>
      <input
        id={`kill-reason-${id}`}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        className="h-[26px] min-w-0 flex-1 rounded border border-line bg-sunken px-2"
      />
      <Button type="submit" blocked={reason.trim() === "" ? "Say why first" : null} className="h-[26px]">
        Keep the reason
      </Button>
    </form>
  );
}
