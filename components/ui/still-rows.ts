import { type FocusEvent, useMemo, useRef, useState } from "react";

/** Rows that keep their places while somebody is among them. */
export type StillRows<Row> = {
  readonly shown: readonly Row[];
  /** How many rows wait to be shown; 0 while nobody holds the table. */
  readonly waiting: number;
  /** Who holds the rows: the pointer over them, or the keyboard's focus in the table. */
  readonly heldBy: "pointer" | "keyboard" | null;
  readonly onPointerEnter: () => void;
  readonly onPointerLeave: () => void;
  readonly onFocus: (event: FocusEvent) => void;
  readonly onBlur: (event: FocusEvent) => void;
  /** A key was pressed in the table: from here on the keyboard holds it. */
  readonly onKey: () => void;
  /** Shows what waits, and holds the rows as they are then. */
  readonly renew: () => void;
};

/**
 * Nothing moves under a click: while the pointer is over the rows or the keyboard's focus among them, they keep their
 * places. Cells go on changing in place; a row that no longer belongs to `sorted` shows what `all` says of it, and once
 * it is gone from there too, the last that was known. New rows wait. Give arrays and a function that stay the same
 * until something changes.
 */
export function useStillRows<Row>(
  sorted: readonly Row[],
  all: readonly Row[],
  keyOf: (row: Row) => number | string,
): StillRows<Row> {
  const [held, setHeld] = useState<readonly Row[] | null>(null);
  const [heldBy, setHeldBy] = useState<"pointer" | "keyboard" | null>(null);
  const pointer = useRef(false);
  const keyboard = useRef(false);
  const known = useRef<{ readonly held: readonly Row[] | null; readonly rows: readonly Row[] }>({
    held: null,
    rows: [],
  });

  const { shown, waiting } = useMemo(() => {
    if (held === null) return { shown: sorted, waiting: 0 };
    const places = new Map(held.map((row, place) => [keyOf(row), place]));
    const rows = [...(known.current.held === held ? known.current.rows : held)];
    for (const row of all) {
      const place = places.get(keyOf(row));
      if (place !== undefined) rows[place] = row;
    }
    known.current = { held, rows };
    return { shown: rows, waiting: sorted.reduce((sum, row) => (places.has(keyOf(row)) ? sum : sum + 1), 0) };
  }, [sorted, all, held, keyOf]);

  const settle = () => {
    const next = keyboard.current ? "keyboard" : pointer.current ? "pointer" : null;
    if (next === heldBy) return;
    setHeldBy(next);
    if (next === null) setHeld(null);
    else if (heldBy === null) setHeld(sorted);
  };
  return {
    shown,
    waiting,
    heldBy,
    onPointerEnter: () => {
      pointer.current = true;
      settle();
    },
    onPointerLeave: () => {
      pointer.current = false;
      settle();
    },
    onFocus: ({ target }) => {
      // A click leaves the focus behind it; that alone would hold the rows until the next click elsewhere.
      if (!target.matches(":focus-visible")) return;
      keyboard.current = true;
      settle();
    },
    onBlur: ({ currentTarget, relatedTarget }) => {
      if (currentTarget.contains(relatedTarget)) return;
      keyboard.current = false;
      settle();
    },
    onKey: () => {
      keyboard.current = true;
      settle();
    },
    renew: () => setHeld(sorted),
  };
}
