"use client";

import { useEffect, useRef, useState } from "react";

const settleMs = 1_000;

/**
 * A list in an order made of live values: at once when `compute` changes, renewed once a second, and left alone while
 * `frozen`, so that nothing moves under a pointer. The same array until `isSame` denies it; give functions that stay
 * the same.
 */
export function useSettled<Item>(
  compute: () => readonly Item[],
  isSame: (before: readonly Item[], next: readonly Item[]) => boolean,
  frozen: boolean,
): readonly Item[] {
  const [list, setList] = useState<readonly Item[]>([]);
  const isFrozen = useRef(frozen);
  isFrozen.current = frozen;
  useEffect(() => {
    const renew = () => {
      const next = compute();
      setList((before) => (isSame(before, next) ? before : next));
    };
    renew();
    const timer = setInterval(() => !isFrozen.current && renew(), settleMs);
    return () => clearInterval(timer);
  }, [compute, isSame]);
  return list;
}

/** `useSettled` for ids. */
export function useSettledOrder(compute: () => readonly number[], frozen: boolean): readonly number[] {
  return useSettled(compute, isSameOrder, frozen);
}

function isSameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
