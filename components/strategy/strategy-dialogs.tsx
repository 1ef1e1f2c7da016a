"use client";

import { type FormEvent, useId, useState } from "react";
import { formatSignedMoney } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRow } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import type { ReferencePayload } from "@/protocol/topics";
import { limitLines, type ParameterLine, parameterLines } from "./parameter-lines";

type Strategy = ReferencePayload["strategies"][number];

/** Adding risk needs friction: the parameters and limits are on the screen, and a reason is asked. */
export function ApproveDialog({ strategy, onClose }: { strategy: Strategy; onClose: () => void }) {
  const command = useCommand();
  const [reason, setReason] = useState("");
  const form = useId();
  const row = useRow(useLive().stores.strategies, strategy.id);
  function submit(event: FormEvent) {
    event.preventDefault();
    if (reason.trim() === "") return;
    onClose();
    command({ command: "approve", scope: "strategy", target: strategy.id, reason: reason.trim() }, strategy.name);
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Approve ${strategy.name}`}
      description={`It will trade on its own, stage ${row?.stage ?? "unknown"}, within these limits.`}
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-9 px-4">
            Cancel
          </Button>
          <Button
            tone="primary"
            type="submit"
            form={form}
            data-testid="approve-confirm"
            blocked={reason.trim() === "" ? "Say why first" : null}
            className="h-9 px-5"
          >
            Approve {strategy.name}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <Lines title="Parameters" lines={parameterLines(strategy.parameters)} />
        <div className="flex flex-col gap-4">
          <Lines title="Limits" lines={limitLines(strategy.limits)} />
          <TextField
            label="Reason (kept with the approval)"
            value={reason}
            maxLength={200}
            data-autofocus
            data-testid="approve-reason"
            onChange={(event) => setReason(event.target.value)}
            placeholder="Why may it trade now?"
          />
        </div>
      </form>
    </Dialog>
  );
}

/** Removing risk takes one step: Enter kills. The reason may wait. */
export function KillDialog({ strategy, onClose }: { strategy: Strategy; onClose: () => void }) {
  const command = useCommand();
  const [reason, setReason] = useState("");
  const form = useId();
  const row = useRow(useLive().stores.strategies, strategy.id);
  function submit(event: FormEvent) {
    event.preventDefault();
    onClose();
    command({ command: "kill", scope: "strategy", target: strategy.id, reason: reason.trim() }, strategy.name);
  }
  return (
    <Dialog
      open
      danger
      onClose={onClose}
      title={`Kill ${strategy.name}`}
      description="At once, whatever the data or the sessions are doing."
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-9 px-4">
            Keep it running
          </Button>
          <Button tone="halt" type="submit" form={form} data-autofocus data-testid="kill-confirm" className="h-9 px-5">
            Kill {strategy.name} ↵
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Consequences
          lines={[
            ["Working orders", `${row?.workingOrders ?? "all"} are cancelled; nothing new is sent`],
            [
              "Positions",
              `stay as they are${row === undefined ? "" : `, ${row.openPairs} open pairs, net ${formatSignedMoney(row.net)}`}; a pair may lose its hedge`,
            ],
            ["Strategy", "is latched as killed until someone releases it with a reason"],
          ]}
        />
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

/** What a step does, in three lines. */
export function Consequences({ lines }: { lines: readonly (readonly [string, string])[] }) {
  return (
    <dl className="grid grid-cols-[112px_1fr] gap-y-2 text-[13px]">
      {lines.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Lines({ title, lines }: { title: string; lines: readonly ParameterLine[] }) {
  return (
    <section>
      <h3 className="column-head mb-1">{title}</h3>
      <dl>
        {lines.map(([name, value]) => (
          <div key={name} className="flex justify-between gap-3 border-b border-line/50 py-[3px]">
            <dt className="text-muted">{name}</dt>
            <dd className="numeric">{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
