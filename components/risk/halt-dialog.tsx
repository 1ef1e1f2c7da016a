"use client";

import { type FormEvent, useId, useState } from "react";
import { formatQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useCount, useValue } from "@/components/live/use-live";
import { Consequences } from "@/components/strategy/strategy-dialogs";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";

/**
 * The one deliberate step before everything stops. HALT has the focus: it removes risk and can be released, so the
 * keyboard chord and Enter are enough. A reason may be typed, and is never waited for.
 */
export function HaltDialog({ onClose }: { onClose: () => void }) {
  const { stores } = useLive();
  const command = useCommand();
  const desk = useValue(stores.desk);
  const running = useCount(
    stores.strategies,
    () => stores.strategies.rows().filter((row) => row.state === "running" || row.state === "starting").length,
  );
  const [reason, setReason] = useState("");
  const form = useId();
  function submit(event: FormEvent) {
    event.preventDefault();
    onClose();
    command({ command: "kill", scope: "all", target: -1, reason: reason.trim() }, "everything");
  }
  return (
    <Dialog
      open
      danger
      onClose={onClose}
      title="HALT the whole desk"
      description="At once, on every venue, whatever the data or the sessions are doing."
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-10 px-4">
            Go on trading
          </Button>
          <Button
            tone="halt"
            type="submit"
            form={form}
            data-autofocus
            data-testid="halt-confirm"
            className="h-10 px-7 text-[14px] tracking-wider"
          >
            HALT ↵
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Consequences
          lines={[
            [
              "Working orders",
              `new ones are blocked first, then all ${desk === null ? "" : `${formatQuantity(desk.workingOrders)} `}are cancelled`,
            ],
            ["Positions", "stay as they are; nothing is closed, and hedges may be left incomplete"],
            [
              "Strategies",
              `${formatQuantity(running)} running now; they are paused, and stay so until the halt is released and each is resumed`,
            ],
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
