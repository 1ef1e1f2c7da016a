// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold virtual rows
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and marks the active row
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import { useStillRows } from "./still-rows";

/**
 * One column of a blotter. `width` is in pixels and never changes with the data; a wider screen is shared in
 * proportion, `grow` times as much where it is given.
 */
export type BlotterColumn<Row> = {
  readonly id: string;
  readonly title: string;
  readonly width: number;
  readonly grow?: number;
  readonly align?: "left" | "right";
  readonly cell: (row: Row) => ReactNode;
  /** Stays at the right edge where the others are wider than the table: what must be at hand. */
  readonly pinned?: boolean;
  /** Makes the column sortable. */
  readonly sortBy?: (row: Row) => number | string;
  /** Sortable by whoever gives the rows in parts. */
  readonly sortable?: boolean;
};

/** Rows that are sorted elsewhere and come in parts, as they are scrolled to. */
export type PagedRows<Row> = {
  readonly count: number;
  /** Undefined while the row is on its way. */
  readonly rowAt: (index: number) => Row | undefined;
  /** Told which rows are on the screen. */
  readonly onShown: (first: number, last: number) => void;
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  /** Another name is another list, which begins at its first row. */
  readonly list: string;
};

/** Which column decides the order, and which way. */
export type Sort = { readonly column: string; readonly descending: boolean };

const rowHeight = 24;
/** A line and a shade over what goes on below it, so that half a number is not read as a whole one. */
const pinnedLook =
  "sticky right-0 h-full content-center border-l border-line bg-inherit shadow-[-10px_0_8px_-2px_var(--panel)]";

function compare(a: number | string, b: number | string): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b));
}

const Line = memo(function Line<Row>({
  row,
  columns,
  template,
}: {
  row: Row;
  columns: readonly BlotterColumn<Row>[];
  template: string;
}) {
  return (
    <div className="grid h-full items-center bg-inherit" style={{ gridTemplateColumns: template }}>
      {columns.map((column) => (
        <div
          key={column.id}
          role="gridcell"
          className={`min-w-0 truncate px-2 ${column.align === "right" ? "text-right" : ""} ${column.pinned === true ? pinnedLook : ""}`}
        >
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}) as <Row>(props: { row: Row; columns: readonly BlotterColumn<Row>[]; template: string }) => ReactNode;

/**
 * The one table of the house: virtual rows, columns of fixed width, sortable heads, arrow keys. While the pointer is
 * over the rows, or the keyboard's focus among them, they keep their places (`still-rows.ts`).
 */
export function Blotter<Row>({
  label,
  rows,
  only,
  keyOf,
  columns,
  initialSort,
  empty,
  testId,
  paged,
  onOpen,
}: {
  label: string;
  /** Empty where the rows are paged. */
  rows: readonly Row[];
  /** Leaves out other rows; one that falls out while it is held goes on being shown. Give a function that stays the same. */
  only?: ((row: Row) => boolean) | undefined;
  keyOf: (row: Row) => number | string;
  columns: readonly BlotterColumn<Row>[];
  initialSort?: Sort;
  empty: ReactNode;
  testId: string;
  paged?: PagedRows<Row>;
  /** A row is opened by a click, or by Enter on the active one. */
  onOpen?: (row: Row) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const [sort, setSort] = useState<Sort | null>(initialSort ?? null);
  const [active, setActive] = useState(0);
  const template = useMemo(
    () => columns.map(({ width, grow = 1 }) => `minmax(${width}px, ${width * grow}fr)`).join(" "),
    [columns],
  );
  const minWidth = columns.reduce((sum, column) => sum + column.width, 0);
  const sorted = useMemo(() => {
    const wanted = only === undefined ? rows : rows.filter(only);
    const by = columns.find((column) => column.id === sort?.column)?.sortBy;
    if (by === undefined || sort === null) return wanted;
    const sign = sort.descending ? -1 : 1;
    return [...wanted].sort((a, b) => sign * compare(by(a), by(b)));
  }, [rows, only, sort, columns]);
  const still = useStillRows(sorted, rows, keyOf);
  const { shown, waiting } = still;
  const count = paged?.count ?? shown.length;
  const rowAt = (index: number) => (paged === undefined ? shown[index] : paged.rowAt(index));
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    useFlushSync: false,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items[items.length - 1]?.index ?? 0;
  const onShown = paged?.onShown;
  useEffect(() => onShown?.(first, last), [onShown, first, last]);
  const list = paged?.list;
  useEffect(() => {
    if (list === undefined) return;
    scroller.current?.scrollTo({ top: 0 });
    setActive(0);
  }, [list]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "Escape" && waiting > 0) {
      event.stopPropagation();
      still.renew();
      return;
    }
    if (event.key === "Enter" && event.target === event.currentTarget) {
      const row = rowAt(active);
      if (row !== undefined) onOpen?.(row);
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8, Home: -count, End: count }[event.key];
    if (step === undefined || count === 0) return;
    event.preventDefault();
    if (paged === undefined) still.onKey();
    const next = Math.min(count - 1, Math.max(0, active + step));
    setActive(next);
    virtual.scrollToIndex(next);
  }

  return (
    <div
      ref={scroller}
      role="grid"
      aria-label={label}
      aria-rowcount={count + 1}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onFocus={paged === undefined ? still.onFocus : undefined}
      onBlur={paged === undefined ? still.onBlur : undefined}
      data-testid={testId}
      className="group relative h-full overflow-auto focus-visible:-outline-offset-2"
    >
      <div style={{ minWidth }}>
        <div
          role="row"
          className="sticky top-0 z-10 grid h-[24px] items-center border-b border-line bg-panel"
          style={{ gridTemplateColumns: template }}
        >
          {columns.map((column) => (
            <ColumnHead key={column.id} column={column} sort={paged?.sort ?? sort} onSort={paged?.onSort ?? setSort} />
          ))}
        </div>
        {count === 0 ? (
          // A grid holds rows only, and what stands here may hold a link.
          <div role="row" className="h-[120px]">
            <div role="gridcell" aria-colspan={columns.length} className="h-full">
              {empty}
            </div>
          </div>
        ) : (
          <div
            className="relative"
            style={{ height: virtual.getTotalSize() }}
            onPointerEnter={paged === undefined ? still.onPointerEnter : undefined}
            onPointerLeave={paged === undefined ? still.onPointerLeave : undefined}
          >
            {items.map((item) => {
              const row = rowAt(item.index);
              if (row === undefined) return paged === undefined ? null : <WaitingLine key={item.index} at={item} />;
              return (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the grid opens its active row with Enter
                <div
                  key={keyOf(row)}
                  role="row"
                  onClick={(event) => {
                    setActive(item.index);
                    const inControl = event.target instanceof Element && event.target.closest("button, a") !== null;
                    if (!inControl) onOpen?.(row);
                  }}
                  aria-rowindex={item.index + 2}
                  aria-selected={item.index === active}
                  data-testid={`${testId}-row`}
                  className={`absolute inset-x-0 border-b border-line/40 bg-panel hover:bg-raised ${onOpen === undefined ? "" : "cursor-pointer"} ${
                    item.index === active ? "group-focus-visible:bg-raised" : ""
                  }`}
                  style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
                >
                  <Line row={row} columns={columns} template={template} />
                </div>
              );
            })}
          </div>
        )}
      </div>
      {waiting > 0 && (
        <p
          data-testid={`${testId}-waiting`}
          className="pointer-events-none sticky bottom-1 left-2 z-10 w-fit rounded bg-raised px-2 py-0.5 text-gold"
        >
          <span className="numeric">{waiting}</span> new, shown{" "}
          {still.heldBy === "keyboard" ? "with Escape" : "when the pointer leaves"}
        </p>
      )}
    </div>
  );
}

/** The place of a row that is on its way. */
function WaitingLine({ at }: { at: { readonly index: number; readonly start: number } }) {
  return (
    <div
      role="row"
      aria-rowindex={at.index + 2}
      className="absolute inset-x-0 border-b border-line/40 px-2 leading-[24px] text-faint"
      style={{ height: rowHeight, transform: `translateY(${at.start}px)` }}
    >
      <div role="gridcell">…</div>
    </div>
  );
}

function ColumnHead<Row>({
  column,
  sort,
  onSort,
}: {
  column: BlotterColumn<Row>;
  sort: Sort | null;
  onSort: (sort: Sort) => void;
}) {
  const sorted = sort?.column === column.id;
  const direction = !sorted ? "none" : sort.descending ? "descending" : "ascending";
  const mark = (
    <span className="inline-block w-3 text-center text-gold">{!sorted ? "" : sort.descending ? "↓" : "↑"}</span>
  );
  const look = `column-head truncate px-2 ${column.align === "right" ? "text-right" : "text-left"}`;
  return (
    <div
      role="columnheader"
      aria-sort={direction}
      className={`min-w-0 ${column.pinned === true ? `${pinnedLook} bg-panel` : ""}`}
      data-column={column.id}
    >
      {column.sortBy === undefined && column.sortable !== true ? (
        <div className={look}>{column.title}</div>
      ) : (
        <button
          type="button"
          onClick={() => onSort({ column: column.id, descending: sorted ? !sort.descending : true })}
          className={`${look} block w-full hover:text-text`}
        >
          {/* Beside the words, on the side where the column has none of its own figures. */}
          {column.align === "right" && mark}
          {column.title}
          {column.align !== "right" && mark}
        </button>
      )}
    </div>
  );
}
