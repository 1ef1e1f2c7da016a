"use client";

import { type FormEvent, useId, useState } from "react";
import { Consequences } from "@/components/strategy/strategy-dialogs";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import type { Scope } from "@/domain/command";
import { useScopeName } from "./use-scope-name";

/** Scopes whose kill has no dialog of its own. */
export type KillScope = Exclude<Scope, "all" | "strategy">;

const consequences: Readonly<Record<KillScope, readonly (readonly [string, string])[]>> = {
  instrument: [
    ["Working orders", "of every strategy in this name are cancelled, at every venue; nothing new is sent in it"],
    ["Positions", "stay as they are; pairs that hold the name may lose their hedge"],
    ["The name", "is latched as killed until someone releases it with a reason"],
  ],
  venue: [
    ["Working orders", "at this venue are cancelled, and it is told to take none from us; other venues go on"],
    ["Positions", "stay as they are; a leg that worked there may leave its hedge incomplete"],
    ["The venue", "is latched as killed until someone releases it with a reason"],
  ],
  pair: [
    ["Working orders", "of both legs are cancelled; nothing new is sent for this pair, not even an exit"],
    ["Positions", "of both legs stay as they are; one that is half entered has no hedge"],
    ["The pair", "is latched as killed until someone releases it with a reason"],
  ],
  order: [
    ["The order", "is cancelled; if its venue does not answer it is named as unknown"],
    ["Its strategy", "goes on and may send another one: kill the strategy to stop it"],
  ],
};

/** Removing risk takes one step: Enter kills. The reason may wait. */
export function ScopeKillDialog({ scope, target, onClose }: { scope: KillScope; target: number; onClose: () => void }) {
  const command = useCommand();
  const name = useScopeName()(scope, target);
  const [reason, setReason] = useState("");
  const form = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    onClose();
    command({ command: "kill", scope, target, reason: reason.trim() }, name);
  }
  return (
    <Dialog
      open
      danger
      onClose={onClose}
      title={`Kill ${name}`}
      description="At once, whatever the data or the sessions are doing."
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-9 px-4">
            Leave it
          </Button>
          <Button tone="halt" type="submit" form={form} data-autofocus data-testid="kill-confirm" className="h-9 px-5">
            Kill {name} ↵
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Consequences lines={consequences[scope]} />
        <TextField
          label="Reason (may be left empty)"
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
