"use client";

import { useCallback, useEffect, useSyncExternalStore } from "react";
import type { Lane } from "./frame-scheduler";
import type { KeyedStore } from "./keyed-store";
import { useLive } from "./live-context";
import type { SeriesStore } from "./series-store";
import type { ValueStore } from "./value-store";

/** Keeps a topic subscribed while the component is mounted; null holds none. */
export function useTopic(topic: string | null): void {
  const { replica } = useLive();
  useEffect(() => (topic === null ? undefined : replica.acquire(topic)), [replica, topic]);
}

/** Keeps several topics subscribed. Give an array that stays the same. */
export function useTopics(topics: readonly string[]): void {
  const { replica } = useLive();
  useEffect(() => {
    const releases = topics.map((topic) => replica.acquire(topic));
    return () => {
      for (const release of releases) release();
    };
  }, [replica, topics]);
}

/** A store's value; the component renders at most ten times a second for it unless the lane says otherwise. */
export function useValue<Value>(store: ValueStore<Value>, lane: Lane = "text"): Value {
  const subscribe = useCallback((listener: () => void) => store.subscribe(lane, listener), [store, lane]);
  return useSyncExternalStore(
    subscribe,
    () => store.value,
    () => store.initial,
  );
}

/** What `select` makes of a store's value; renders only when that changes. Give a function that stays the same. */
export function useSelected<Value, Part extends string | number | boolean | null | undefined | object>(
  store: ValueStore<Value>,
  select: (value: Value) => Part,
): Part {
  const subscribe = useCallback((listener: () => void) => store.subscribe("text", listener), [store]);
  return useSyncExternalStore(
    subscribe,
    () => select(store.value),
    () => select(store.initial),
  );
}

/** One row of a keyed store. */
export function useRow<Key extends string | number, Row>(
  store: KeyedStore<Key, Row>,
  key: Key,
  lane: Lane = "text",
): Row | undefined {
  const subscribe = useCallback((listener: () => void) => store.subscribeRow(key, lane, listener), [store, key, lane]);
  return useSyncExternalStore(
    subscribe,
    () => store.get(key),
    () => undefined,
  );
}

const noKeys: readonly never[] = [];

/** The keys of a store, in the order of arrival; renders when one comes or goes. */
export function useKeys<Key extends string | number, Row>(store: KeyedStore<Key, Row>): readonly Key[] {
  const subscribe = useCallback((listener: () => void) => store.subscribeKeys("text", listener), [store]);
  return useSyncExternalStore(
    subscribe,
    () => store.keys(),
    () => noKeys,
  );
}

/** All rows of a store; renders at most ten times a second. */
export function useRows<Key extends string | number, Row>(store: KeyedStore<Key, Row>): readonly Row[] {
  const subscribe = useCallback((listener: () => void) => store.subscribeAny("text", listener), [store]);
  return useSyncExternalStore(
    subscribe,
    () => store.rows(),
    () => noKeys,
  );
}

/** The version of a series; renders at most ten times a second as points come. */
export function useSeriesVersion<Point>(store: SeriesStore<Point>): number {
  const subscribe = useCallback((listener: () => void) => store.subscribe("text", listener), [store]);
  return useSyncExternalStore(
    subscribe,
    () => store.version,
    () => 0,
  );
}

/** What `count` makes of a store; renders only when that number changes. */
export function useCount(
  store: { subscribeAny(lane: Lane, listener: () => void): () => void },
  count: () => number,
): number {
  const subscribe = useCallback((listener: () => void) => store.subscribeAny("text", listener), [store]);
  return useSyncExternalStore(subscribe, count, () => 0);
}
