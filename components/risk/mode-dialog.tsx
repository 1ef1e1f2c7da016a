"use client";

import { type FormEvent, useId, useState } from "react";
import { Consequences } from "@/components/strategy/strategy-dialogs";
import { useCommand } from "@/components/terminal/use-command";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import type { Scope } from "@/domain/command";
import { type TradingMode, tradingModes } from "@/domain/limit";
import { modeAbout, modeText } from "./limit-words";
import { useMode } from "./use-mode";
import { useScopeName } from "./use-scope-name";

/** A scope goes to another mode: a stricter one with Enter, a looser one only with a reason. */
export function ModeDialog({
  scope,
  target,
  mode,
  onClose,
}: {
  scope: Exclude<Scope, "order">;
  target: number;
  mode: TradingMode;
  onClose: () => void;
}) {
  const command = useCommand();
  const name = useScopeName()(scope, target);
  const now = useMode(scope, target);
  const [reason, setReason] = useState("");
  const form = useId();
  const looser = tradingModes.code[mode] < tradingModes.code[now];
  const blocked = looser && reason.trim() === "" ? "Say why first" : null;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked !== null) return;
    onClose();
    command(
      { command: "setMode", scope, target, detail: tradingModes.code[mode], reason: reason.trim() },
      `${name} ${modeText[mode].toLowerCase()}`,
    );
  }
  return (
    <Dialog
      open
      danger={!looser}
      onClose={onClose}
      title={`${modeText[mode]}: ${name}`}
      description={`It is ${modeText[now].toLowerCase()} now. The strictest mode over an order holds.`}
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-9 px-4">
            Leave it {modeText[now].toLowerCase()}
          </Button>
          <Button
            tone={looser ? "primary" : "halt"}
            type="submit"
            form={form}
            blocked={blocked}
            data-testid="mode-confirm"
            {...(looser ? {} : { "data-autofocus": true })}
            className="h-9 px-5"
          >
            {modeText[mode]} {looser ? "" : "↵"}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <Consequences
          lines={[
            ["Goes out", modeAbout[mode]],
            [
              "Until",
              looser
                ? "a limit or a person moves it again; not possible while losses ask for what it is"
                : "a person puts it back, with a reason",
            ],
          ]}
        />
        <TextField
          label={looser ? "Reason" : "Reason (may be left empty)"}
          value={reason}
          maxLength={200}
          data-testid="mode-reason"
          {...(looser ? { "data-autofocus": true } : {})}
          onChange={(event) => setReason(event.target.value)}
        />
      </form>
    </Dialog>
  );
}
