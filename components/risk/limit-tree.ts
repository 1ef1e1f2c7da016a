import type { Scope } from "@/domain/command";
import { isUsedUp, type LimitCode, type LimitScope, limitScopes, limitsOfScope } from "@/domain/limit";
import type { LimitRow, ReferencePayload } from "@/protocol/topics";
import { limitTitle } from "./limit-words";

/** A limit's place: its row, and what it is of. */
export type LimitPlace = {
  readonly id: number;
  readonly code: LimitCode;
  readonly scope: LimitScope;
  readonly target: number;
};

/** A scope with its limits and what lies below it, or (scope null) a heading over several. */
export type TreeNode = {
  readonly key: string;
  readonly scope: LimitScope | null;
  readonly target: number;
  readonly name: string;
  readonly limits: readonly LimitPlace[];
  readonly parts: readonly TreeNode[];
};

/** One line on the screen. */
export type TreeLine =
  | {
      readonly kind: "node";
      readonly key: string;
      readonly depth: number;
      readonly node: TreeNode;
      readonly open: boolean;
    }
  | { readonly kind: "limit"; readonly key: string; readonly depth: number; readonly limit: LimitPlace };

/** In the desk file's order, or what is nearest to its end first. */
export const treeSorts = ["use", "file"] as const;
export type TreeSort = (typeof treeSorts)[number];

type Sizes = Pick<ReferencePayload, "strategies" | "venues" | "instruments" | "pairs">;

/** The limits of a scope with their rows, in the order of `limitsOfScope`; of the desk only its sizes are looked at. */
export function limitsAt(
  scope: LimitScope,
  target: number,
  sizes: Readonly<Record<keyof Sizes, readonly unknown[]>>,
): LimitPlace[] {
  const counts: Readonly<Record<LimitScope, number>> = {
    all: 1,
    strategy: sizes.strategies.length,
    venue: sizes.venues.length,
    instrument: sizes.instruments.length,
    pair: sizes.pairs.length,
  };
  let first = 0;
  for (const before of limitScopes) {
    if (before === scope) break;
    first += counts[before] * limitsOfScope[before].length;
  }
  const codes: readonly LimitCode[] = limitsOfScope[scope];
  const base = first + (scope === "all" ? 0 : target * codes.length);
  return codes.map((code, place) => ({ id: base + place, code, scope, target }));
}

/** The key of a scope's node. */
export function nodeKey(scope: Scope, target: number): string {
  return `${scope}:${target}`;
}

/** The tree of all limits: the desk, its strategies with their pairs, its venues and its symbols. */
export function limitTree(reference: Sizes): TreeNode {
  const node = (
    scope: LimitScope,
    target: number,
    name: string,
    parts: readonly (TreeNode | null)[] = [],
  ): TreeNode => ({
    key: nodeKey(scope, target),
    scope,
    target,
    name,
    limits: limitsAt(scope, target, reference).filter(({ code }) => isUsedUp(code) || code === "restricted"),
    parts: [...parts, eachOrder(scope, target)].filter((part) => part !== null),
  });
  const eachOrder = (scope: LimitScope, target: number): TreeNode | null => {
    const limits = limitsAt(scope, target, reference).filter(({ code }) => !isUsedUp(code) && code !== "restricted");
    return limits.length === 0
      ? null
      : { key: `each:${nodeKey(scope, target)}`, scope: null, target, name: "For each order", limits, parts: [] };
  };
  const group = (key: string, name: string, parts: readonly TreeNode[]): TreeNode | null =>
    parts.length === 0 ? null : { key, scope: null, target: -1, name, limits: [], parts };
  const pairsOf = (strategy: number) =>
    reference.pairs.filter((pair) => pair.strategy === strategy).map(({ id, name }) => node("pair", id, name));
  return node("all", -1, "Desk", [
    ...reference.strategies.map(({ id, name }) =>
      node("strategy", id, name, [group(`pairs:${id}`, "Pairs", pairsOf(id))]),
    ),
    group(
      "venues",
      "Venues",
      reference.venues.map(({ id, name }) => node("venue", id, name)),
    ),
    group(
      "symbols",
      "Symbols",
      reference.instruments.map(({ id, symbol }) => node("instrument", id, symbol)),
    ),
    group("pairs", "Pairs of no strategy", pairsOf(-1)),
  ]);
}

/** The worst share of a node's own limits and of everything below it. */
export function nodeShare(node: TreeNode, rowOf: (id: number) => LimitRow | undefined): number {
  let worst = 0;
  for (const { id } of node.limits) worst = Math.max(worst, rowOf(id)?.worstShare ?? 0);
  for (const part of node.parts) worst = Math.max(worst, nodeShare(part, rowOf));
  return worst;
}

/**
 * The row of the limit that is nearest to its end, of a scope's own or of all below a heading; -1 when none is used at
 * all.
 */
export function worstLimitId(node: TreeNode, rowOf: (id: number) => LimitRow | undefined): number {
  let found = -1;
  let worst = 0;
  const look = (id: number) => {
    const share = rowOf(id)?.worstShare ?? 0;
    if (share <= worst) return;
    worst = share;
    found = id;
  };
  for (const { id } of node.limits) look(id);
  if (node.scope === null) for (const part of node.parts) look(worstLimitId(part, rowOf));
  return found;
}

/**
 * The lines to show: open nodes with their limits and parts. With a filter every node is open, and what is left is what
 * matches by its own name or by a limit's, with what leads there; a node that matches keeps all of its own limits.
 */
export function treeLines(
  root: TreeNode,
  rowOf: (id: number) => LimitRow | undefined,
  open: ReadonlySet<string>,
  sort: TreeSort,
  filter: string,
): TreeLine[] {
  const wanted = filter.trim().toLowerCase();
  const bySort = <Part>(parts: readonly Part[], share: (part: Part) => number): readonly Part[] =>
    sort === "file"
      ? parts
      : parts
          .map((part) => ({ part, share: share(part) }))
          .sort((a, b) => b.share - a.share)
          .map(({ part }) => part);
  const linesOf = (node: TreeNode, depth: number): TreeLine[] => {
    const isOpen = wanted !== "" || open.has(node.key);
    const matches = wanted !== "" && node.name.toLowerCase().includes(wanted);
    const limits = !isOpen
      ? []
      : node.limits.filter(({ code }) => wanted === "" || matches || limitTitle[code].toLowerCase().includes(wanted));
    const below: TreeLine[] = bySort(limits, ({ id }) => rowOf(id)?.worstShare ?? 0).map((limit) => ({
      kind: "limit",
      key: `limit:${limit.id}`,
      depth: depth + 1,
      limit,
    }));
    if (isOpen)
      for (const part of bySort(node.parts, (each) => nodeShare(each, rowOf))) below.push(...linesOf(part, depth + 1));
    if (wanted !== "" && !matches && below.length === 0) return [];
    return [{ kind: "node", key: node.key, depth, node, open: isOpen }, ...below];
  };
  return linesOf(root, 0);
}
