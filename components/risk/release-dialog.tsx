"use client";

import { type FormEvent, useEffect, useId, useState } from "react";
import { formatPrice, formatQuantity } from "@/components/format/numbers";
import { orderStateText, sideText } from "@/components/format/words";
import { useLive } from "@/components/live/live-context";
import { useRow, useTopic } from "@/components/live/use-live";
import { useCommand } from "@/components/terminal/use-command";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { TextField } from "@/components/ui/text-field";
import type { Scope } from "@/domain/command";
import type { StandingList, StandingRow } from "@/protocol/topics";
import { useScopeName } from "./use-scope-name";

const after: Readonly<Record<Exclude<Scope, "order">, string>> = {
  all: "New orders become possible again. Strategies stay paused until each is resumed; other kills stay in force.",
  strategy: "The latch comes off. It stays stopped until someone approves it again.",
  instrument: "Running strategies may trade the name again at once.",
  venue: "The venue takes orders from us again at once.",
  pair: "Its strategy may trade the pair again at once.",
};

/** What the desk said when it was asked what is open: the command's id, or that it could not be asked. */
type Asked = { readonly id: string } | { readonly failed: string } | null;

/** Taking a latch off: first what still stands open, then a reason. Orders of unknown fate have to be accepted by name. */
export function ReleaseDialog({
  scope,
  target,
  onClose,
}: {
  scope: Exclude<Scope, "order">;
  target: number;
  onClose: () => void;
}) {
  const live = useLive();
  const command = useCommand();
  const name = useScopeName()(scope, target);
  const [reason, setReason] = useState("");
  const [forced, setForced] = useState(false);
  const [asked, setAsked] = useState<Asked>(null);
  const form = useId();
  useTopic("standing");
  useEffect(() => {
    let isShown = true;
    live.command({ command: "listOpen", scope, target, reason: "" }).then((reply) => {
      if (isShown) setAsked(reply.answer === "done" ? { id: reply.id } : { failed: reply.text });
    });
    return () => {
      isShown = false;
    };
  }, [live, scope, target]);
  const list = useRow(live.stores.standing, asked !== null && "id" in asked ? asked.id : "");
  const blocked =
    list === undefined
      ? "What is still open has to be seen first"
      : reason.trim() === ""
        ? "Say why first"
        : list.unknown > 0 && !forced
          ? "The fate of some orders is unknown"
          : null;
  function submit(event: FormEvent) {
    event.preventDefault();
    if (blocked !== null) return;
    onClose();
    const order = { command: "release", scope, target, reason: reason.trim() } as const;
    command(forced ? { ...order, detail: 1 } : order, scope === "all" ? "the halt" : name);
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Release ${scope === "all" ? "the halt" : name}`}
      description={after[scope]}
      footer={
        <>
          <Button tone="quiet" onClick={onClose} className="h-9 px-4">
            Cancel
          </Button>
          <Button
            tone="primary"
            type="submit"
            form={form}
            data-testid="release-confirm"
            blocked={blocked}
            className="h-9 px-5"
          >
            Release {scope === "all" ? "the halt" : name}
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit} className="flex flex-col gap-4">
        <section aria-label="Still open" aria-live="polite" data-testid="release-list" data-known={list !== undefined}>
          {list === undefined ? (
            <p className="min-h-[40px] text-muted">
              {asked !== null && "failed" in asked
                ? `What is still open could not be listed: ${asked.failed}`
                : "Asking what is still open…"}
            </p>
          ) : (
            <StandingTable list={list} />
          )}
        </section>
        {list !== undefined && list.unknown > 0 && (
          <label className="flex cursor-pointer items-center gap-2 text-[13px]">
            <input
              type="checkbox"
              checked={forced}
              data-testid="release-forced"
              onChange={(event) => setForced(event.target.checked)}
              className="h-4 w-4 accent-gold"
            />
            Release although nobody can tell what becomes of {formatQuantity(list.unknown)}{" "}
            {list.unknown === 1 ? "order" : "orders"}
          </label>
        )}
        <TextField
          label="Reason"
          value={reason}
          maxLength={200}
          data-autofocus
          data-testid="release-reason"
          onChange={(event) => setReason(event.target.value)}
          placeholder="What was wrong, and why is it over?"
        />
      </form>
    </Dialog>
  );
}

function StandingTable({ list }: { list: StandingList }) {
  const { orders, positions, unknown, rows } = list;
  const hidden = orders + positions - rows.length;
  return (
    <>
      <p className="text-[13px] font-medium">
        Still open: {formatQuantity(orders)} {orders === 1 ? "order" : "orders"}
        {unknown > 0 && <span className="text-danger"> (? {formatQuantity(unknown)} of unknown fate)</span>},{" "}
        {formatQuantity(positions)} {positions === 1 ? "position" : "positions"}
      </p>
      {rows.length > 0 && (
        <div
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
          tabIndex={0}
          className="mt-2 max-h-[220px] overflow-auto rounded border border-line"
        >
          <table className="w-full text-left">
            <thead className="column-head sticky top-0 bg-panel">
              <tr>
                <th className="px-2 py-1 font-medium">What</th>
                <th className="px-2 py-1 font-medium">Symbol</th>
                <th className="px-2 py-1 text-right font-medium">Quantity</th>
                <th className="px-2 py-1 text-right font-medium">Price</th>
                <th className="px-2 py-1 font-medium">Where</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <StandingLine key={`${row.order}:${row.strategy}:${row.pair}:${row.instrument}`} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {hidden > 0 && <p className="mt-1 text-muted">and {formatQuantity(hidden)} more</p>}
    </>
  );
}

function StandingLine({ row }: { row: StandingRow }) {
  const names = useReference();
  const isOrder = row.what === "order";
  const side = isOrder ? sideText[row.side] : row.side === "buy" ? "▲ Long" : "▼ Short";
  return (
    <tr className="border-t border-line/50">
      <td className="px-2 py-[3px]">
        {isOrder ? `Order ${row.order}` : "Position"}
        {row.state !== null && <span className="text-muted"> {orderStateText[row.state].toLowerCase()}</span>}
        {row.unknown && <strong className="text-danger"> ? unknown</strong>}
      </td>
      <td className="px-2 font-medium">{names.symbol(row.instrument)}</td>
      <td className={`numeric px-2 text-right ${row.side === "buy" ? "up" : "down"}`}>
        {side} {formatQuantity(row.quantity)}
      </td>
      <td className="numeric px-2 text-right">{formatPrice(row.price, names.decimals(row.instrument))}</td>
      <td className="px-2 text-muted">
        {isOrder ? names.venue(row.venue) : row.pair >= 0 ? names.pair(row.pair) : names.strategy(row.strategy)}
      </td>
    </tr>
  );
}
