"use client";

import { useEffect, useRef, useState } from "react";

const settleMs = 1_000;

/**
 * An order of ids over live values: made at once when `compute` changes, renewed once a second, and left alone while
 * `frozen`, so that nothing moves under a pointer. The same array until the order changes.
 */
export function useSettledOrder(compute: () => readonly number[], frozen: boolean): readonly number[] {
  const [order, setOrder] = useState<readonly number[]>([]);
  const isFrozen = useRef(frozen);
  isFrozen.current = frozen;
  useEffect(() => {
    const renew = () => {
      const next = compute();
      setOrder((before) => (sameOrder(before, next) ? before : next));
    };
    renew();
    const timer = setInterval(() => !isFrozen.current && renew(), settleMs);
    return () => clearInterval(timer);
  }, [compute]);
  return order;
}

function sameOrder(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
