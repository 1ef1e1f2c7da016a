"use client";

import { type FormEvent, useId, useState } from "react";
import { formatDayTime, formatQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useRow, useRows, useTopic } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import { isTighter, limitCodes } from "@/domain/limit";
import type { CommandReply, LimitRow, RiskEvent } from "@/protocol/topics";
import {
  headroomText,
  limitAbout,
  limitInput,
  limitTitle,
  limitUnitText,
  limitValueText,
  parseLimit,
  usedText,
} from "./limit-words";
import { useScopeName } from "./use-scope-name";

/** Changes one limit: the new value and a reason; shows the answer and from which record on it is in force. */
export function LimitDialog({ limit, onClose }: { limit: number; onClose: () => void }) {
  useTopic("risk");
  const row = useRow(useLive().stores.limits, limit);
  return row === undefined ? null : <LimitForm row={row} onClose={onClose} />;
}

function LimitForm({ row, onClose }: { row: LimitRow; onClose: () => void }) {
  const { stores } = useLive();
  const command = useCommand();
  const { reference } = useReference();
  const name = useScopeName()(row.scope, row.target);
  const [before] = useState(row.value);
  const [text, setText] = useState(() => limitInput(row.limit, row.value));
  const [reason, setReason] = useState("");
  const [reply, setReply] = useState<CommandReply | "sent" | null>(null);
  const form = useId();
  useTopic("riskLog");
  const events = useRows(stores.riskEvents);
  const change = changeOf(events, reply !== null && reply !== "sent" ? reply.id : "");
  const value = parseLimit(row.limit, text);
  const unit = limitUnitText(row.limit, reference?.currency ?? "");
  const isDone = reply !== null && reply !== "sent" && reply.answer === "done";
  const blocked =
    typeof value === "string"
      ? value
      : value === row.value && !isDone
        ? "It is so already"
        : reason.trim() === ""
          ? "Say why first"
          : reply === "sent"
            ? "On its way"
            : null;
  const title = limitTitle[row.limit];
  async function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked !== null || typeof value === "string" || isDone) return;
    setReply("sent");
    const order = {
      command: "setLimit",
      scope: row.scope,
      target: row.target,
      detail: limitCodes.code[row.limit],
      value,
      reason: reason.trim(),
    } as const;
    setReply(await command(order, `${title} of ${name}`));
  }
  const tighter = typeof value === "number" && isTighter(row.limit, before, value);
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${title} of ${name}`}
      description={limitAbout[row.limit]}
      footer={
        isDone ? (
          <Button data-testid="limit-close" onClick={onClose} className="h-9 px-5">
            Close
          </Button>
        ) : (
          <>
            <Button tone="quiet" onClick={onClose} className="h-9 px-4">
              Cancel
            </Button>
            <Button
              tone="primary"
              type="submit"
              form={form}
              blocked={blocked}
              data-testid="limit-confirm"
              className="h-9 px-5"
            >
              Change the limit
            </Button>
          </>
        )
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <dl className="grid grid-cols-4 gap-3">
          <Figure name="Limit now" text={limitValueText(row.limit, row.value)} />
          <Figure name="Used" text={usedText(row, row.used)} />
          <Figure name="At its worst" text={usedText(row, row.worst)} />
          <Figure name="Headroom" text={headroomText(row)} />
        </dl>
        <TextField
          label={unit === "" ? "New value" : `New value, ${unit}`}
          value={text}
          inputMode="decimal"
          autoComplete="off"
          data-autofocus
          data-testid="limit-value"
          onChange={(event) => setText(event.target.value)}
        />
        <TextField
          label="Reason (kept with the change)"
          value={reason}
          maxLength={200}
          data-testid="limit-reason"
          onChange={(event) => setReason(event.target.value)}
        />
        <p className="min-h-[36px] text-[13px]" aria-live="polite" data-testid="limit-answer">
          {answerText(reply, change) ??
            (typeof value === "string"
              ? value
              : tighter
                ? "Tighter: acts at once; working orders beyond it are cancelled."
                : value === row.value
                  ? ""
                  : "Looser: more may go out from its record on.")}
        </p>
      </form>
    </Dialog>
  );
}

type LimitChange = Extract<RiskEvent, { kind: "limit" }>;

/** The change that a command made; null until it is told. */
function changeOf(events: readonly RiskEvent[], command: string): LimitChange | null {
  if (command === "") return null;
  return events.find((event): event is LimitChange => event.kind === "limit" && event.command === command) ?? null;
}

function answerText(reply: CommandReply | "sent" | null, change: LimitChange | null): string | null {
  if (reply === null) return null;
  if (reply === "sent") return "Sent…";
  if (reply.answer !== "done") return `Not changed: ${reply.text}`;
  if (change === null) return "Changed; waiting for its record…";
  const { limit, from, to, record, timeNs } = change;
  return `Changed: ${limitValueText(limit, from)} → ${limitValueText(limit, to)}, in force from record ${formatQuantity(record)} on, ${formatDayTime(timeNs, true)}.`;
}

function Figure({ name, text }: { name: string; text: string }) {
  return (
    <div className="min-w-0">
      <dt className="column-head">{name}</dt>
      <dd className="numeric truncate text-[13px]" title={text}>
        {text}
      </dd>
    </div>
  );
}
