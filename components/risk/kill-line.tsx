"use client";

import { type FormEvent, useId, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useRow, useTopic } from "@/components/live/use-live";
import { useDeskView } from "@/components/terminal/desk-view";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import type { Scope } from "@/domain/command";
import { killProgressWords } from "@/domain/kill-words";
import type { KillRow } from "@/protocol/topics";
import { useScopeName } from "./use-scope-name";

/** The kill of a scope while it is in force: how far it is, who asked, why, and the way out. Nothing otherwise. */
export function KillLine({ scope, target }: { scope: Scope; target: number }) {
  useTopic("kills");
  const kill = useRow(useLive().stores.kills, `${scope}:${target}`);
  if (kill === undefined || !kill.engaged) return null;
  return <KillInForce kill={kill} />;
}

/** One kill in force. A kill does not wait for its reason: where it has none, this asks for it. */
export function KillInForce({ kill }: { kill: KillRow }) {
  const { scope, target, actor, reason } = kill;
  const nameOf = useScopeName();
  const open = useDeskView((view) => view.open);
  const name = nameOf(scope, target);
  return (
    <div
      role="status"
      data-testid={`kill-${scope}-${target}`}
      className="flex flex-col gap-1.5 border-b border-danger/60 bg-danger/10 px-3 py-2"
    >
      <div className="flex items-start gap-2">
        <p className="min-w-0 flex-1">
          <strong className="text-danger">■ Killed: {name}</strong>
          {actor !== "" && <span className="text-muted"> by {actor}</span>}
          {reason !== "" && <span>: {reason}</span>}
        </p>
        {scope !== "order" && (
          <Button
            data-testid={`release-${scope}-${target}`}
            aria-label={`Release ${name}`}
            onClick={() => open({ kind: "releaseScope", scope, target })}
            className="h-[26px] shrink-0"
            hint="Lists what still stands open, and asks for a reason"
          >
            Release…
          </Button>
        )}
      </div>
      <p className="numeric text-[11px] whitespace-normal">{killProgressWords(kill).join(" · ")}</p>
      {reason === "" && actor !== "" && scope !== "order" && <AskReason scope={scope} target={target} name={name} />}
    </div>
  );
}

/** The answer is the kill once more, with its reason: it changes nothing and stands in the journal beside the first. */
function AskReason({ scope, target, name }: { scope: Scope; target: number; name: string }) {
  const command = useCommand();
  const [reason, setReason] = useState("");
  const field = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason.trim() === "") return;
    command({ command: "kill", scope, target, reason: reason.trim() }, name);
    setReason("");
  }
  return (
    <form onSubmit={submit} className="flex items-center gap-2">
      <label htmlFor={field} className="shrink-0">
        Why?
      </label>
      <input
        id={field}
        value={reason}
        maxLength={200}
        data-testid={`kill-why-${scope}-${target}`}
        onChange={(event) => setReason(event.target.value)}
        className="h-[26px] min-w-0 flex-1 rounded border border-line bg-sunken px-2"
      />
      <Button type="submit" blocked={reason.trim() === "" ? "Say why first" : null} className="h-[26px]">
        Keep
      </Button>
    </form>
  );
}
