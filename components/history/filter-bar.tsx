"use client";

import { type ReactNode, useState } from "react";
import type { Names } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import type { HistoryDay } from "@/protocol/history";
import type { HistoryAddress } from "./history-address";
import type { FilterName } from "./list-query";

const fieldLook = "h-[28px] rounded-[4px] border border-line bg-sunken px-1.5 text-[12px] text-text";

/** What the list is narrowed to. Every choice goes into the address. */
export function FilterBar({
  address,
  names,
  days,
}: {
  address: HistoryAddress;
  names: Names;
  days: readonly HistoryDay[];
}) {
  const { reference } = names;
  const byName = (texts: readonly string[]) => texts.toSorted((a, b) => a.localeCompare(b));
  const isNarrowed = Object.keys(address.filters).some((name) => name !== "day");
  return (
    <search
      aria-label="Filters"
      className="flex shrink-0 items-end gap-2 overflow-x-auto md:flex-wrap border-b border-line bg-panel px-3 py-1.5"
    >
      <Choice name="day" label="Day" address={address} all="Newest day" width={110}>
        {days.map(({ journal, tradingDay }) => (
          <option key={journal} value={journal}>
            {tradingDay}
          </option>
        ))}
      </Choice>
      <Time name="from" label="From, UTC" address={address} />
      <Time name="to" label="Before, UTC" address={address} />
      <Choice name="strategy" label="Strategy" address={address} all="All strategies" width={136}>
        {options(byName(reference?.strategies.map(({ name }) => name) ?? []))}
      </Choice>
      <Choice name="pair" label="Pair" address={address} all="All pairs" width={112}>
        {options(byName(reference?.pairs.map(({ name }) => name) ?? []))}
      </Choice>
      <Choice name="symbol" label="Symbol" address={address} all="All symbols" width={100}>
        {options(byName(reference?.instruments.map(({ symbol }) => symbol) ?? []))}
      </Choice>
      <Choice name="venue" label="Venue" address={address} all="All venues" width={94}>
        {options(byName(reference?.venues.map(({ name }) => name) ?? []))}
      </Choice>
      <Choice name="side" label="Side" address={address} all="Both sides" width={96}>
        <option value="buy">{address.tab === "fills" ? "Buy" : "Bought"}</option>
        <option value="sell">{address.tab === "fills" ? "Sell and short" : "Sold"}</option>
        {address.tab === "fills" && <option value="sellShort">Short only</option>}
      </Choice>
      <Button
        tone="quiet"
        data-testid="history-clear"
        blocked={isNarrowed ? null : "No filter is set"}
        onClick={address.clearFilters}
        className="h-[28px] shrink-0"
      >
        Clear
      </Button>
    </search>
  );
}

function options(texts: readonly string[]): ReactNode {
  return texts.map((text) => (
    <option key={text} value={text}>
      {text}
    </option>
  ));
}

function Choice({
  name,
  label,
  address,
  all,
  width,
  children,
}: {
  name: FilterName;
  label: string;
  address: HistoryAddress;
  all: string;
  width: number;
  children: ReactNode;
}) {
  return (
    <label className="block shrink-0">
      <span className="column-head mb-0.5 block">{label}</span>
      <select
        data-testid={`history-${name}`}
        value={address.filters[name] ?? ""}
        onChange={(event) => address.setFilter(name, event.target.value)}
        style={{ width }}
        className={fieldLook}
      >
        <option value="">{all}</option>
        {children}
      </select>
    </label>
  );
}

/** 13:30 or 13:30:15, on a clock of 24 hours whatever the browser's language. */
const dayTime = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** A time of the day. It narrows the list once it is whole; what is not is marked, and forgotten when left. */
function Time({ name, label, address }: { name: FilterName; label: string; address: HistoryAddress }) {
  const [draft, setDraft] = useState<string | null>(null);
  const text = draft ?? address.filters[name] ?? "";
  const whole = text === "" || dayTime.test(text);
  return (
    <label className="block shrink-0">
      <span className="column-head mb-0.5 block">{label}</span>
      <input
        type="text"
        placeholder="hh:mm:ss"
        maxLength={8}
        autoComplete="off"
        data-testid={`history-${name}`}
        aria-invalid={!whole}
        value={text}
        onChange={({ target: { value } }) => {
          setDraft(value);
          if (value === "" || dayTime.test(value)) address.setFilter(name, value);
        }}
        onBlur={() => setDraft(null)}
        className={`${fieldLook} numeric w-[80px] placeholder:text-faint ${whole ? "" : "border-danger"}`}
      />
    </label>
  );
}
