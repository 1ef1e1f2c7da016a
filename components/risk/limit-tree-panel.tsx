// biome-ignore-all lint/a11y/useSemanticElements: a table element cannot hold virtual rows
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid holds the focus and marks the active row
"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from "react";
import { useLive } from "@/components/live/live-context";
import { useCount, useRow } from "@/components/live/use-live";
import { useSettled } from "@/components/live/use-settled";
import { useDeskView } from "@/components/terminal/desk-view";
import { LivePanel } from "@/components/terminal/live-panel";
import { useReference } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Choice } from "@/components/ui/choice";
import { FilterField } from "@/components/ui/filter-field";
import { EmptyState } from "@/components/ui/panel-frame";
import { isUsedUp } from "@/domain/limit";
import type { LimitRow } from "@/protocol/topics";
import { KillButton } from "./kill-button";
import {
  type LimitPlace,
  limitTree,
  type TreeLine,
  type TreeNode,
  type TreeSort,
  treeLines,
  treeSorts,
  worstLimitId,
} from "./limit-tree";
import { headroomText, limitAbout, limitTitle, limitValueText, modeText, usedText } from "./limit-words";
import type { ScopePick } from "./scope-panel";
import { UseBar } from "./use-bar";
import { useMode } from "./use-mode";
import { useScopeName } from "./use-scope-name";

const rowHeight = 25;
const sortText: Readonly<Record<TreeSort, string>> = { use: "Nearest first", file: "As filed" };
/** Open when the page is: the desk and its own limits. */
const openAtFirst: ReadonlySet<string> = new Set(["all:-1"]);

/** All limits as a tree, from the desk down; a line that is chosen is shown beside, where it can be changed or killed. */
export function LimitTreePanel({
  pick,
  onPick,
  className = "",
}: {
  pick: ScopePick;
  onPick: (pick: ScopePick) => void;
  className?: string;
}) {
  const [sort, setSort] = useState<TreeSort>("use");
  const [filter, setFilter] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(openAtFirst);
  const [frozen, setFrozen] = useState(false);
  const { reference } = useReference();
  const { limits } = useLive().stores;
  const count = useCount(limits, () => limits.size);
  const tree = useMemo(() => (reference === null ? null : limitTree(reference)), [reference]);
  const compute = useCallback(
    () => (tree === null || count === 0 ? [] : treeLines(tree, (id) => limits.get(id), open, sort, filter)),
    [tree, limits, open, sort, filter, count],
  );
  const lines = useSettled(compute, sameLines, frozen);
  const toggle = useCallback((key: string, wanted?: boolean) => {
    setOpen((before) => {
      const next = new Set(before);
      if (wanted ?? !before.has(key)) next.add(key);
      else next.delete(key);
      return next;
    });
  }, []);
  return (
    <LivePanel
      title="Limits"
      topic="risk"
      testId="risk-limits"
      className={className}
      controls={
        <>
          <FilterField
            label="Filter limits"
            hint="A limit, a strategy, a pair, a symbol or a venue"
            value={filter}
            onChange={setFilter}
            testId="limits-filter"
            className="w-[110px] sm:w-[170px]"
          />
          <Choice
            label="Sort"
            names={treeSorts}
            texts={sortText}
            chosen={sort}
            onChoose={setSort}
            testId="limits-sort"
          />
          <span className="column-head ml-auto hidden truncate pl-3 xl:inline">
            full colour is used, half is working · ▲ from 70 % ■ from 90 %
          </span>
        </>
      }
    >
      {tree === null || count === 0 ? (
        <EmptyState title="Waiting for the limits" />
      ) : lines.length === 0 ? (
        <EmptyState title={`Nothing matches "${filter}"`} />
      ) : (
        <Lines lines={lines} pick={pick} onPick={onPick} onToggle={toggle} onPointed={setFrozen} />
      )}
    </LivePanel>
  );
}

function sameLines(a: readonly TreeLine[], b: readonly TreeLine[]): boolean {
  return (
    a.length === b.length &&
    a.every((line, index) => {
      const other = b[index];
      return line.key === other.key && (line.kind === "limit" || (other.kind === "node" && line.open === other.open));
    })
  );
}

const columns =
  "grid h-full items-center gap-x-2 grid-cols-[minmax(0,1fr)_104px_84px] @2xl:grid-cols-[minmax(0,1.2fr)_minmax(120px,1fr)_92px_92px_92px_92px_62px]";
const wide = "hidden @2xl:block";

function Lines({
  lines,
  pick,
  onPick,
  onToggle,
  onPointed,
}: {
  lines: readonly TreeLine[];
  pick: ScopePick;
  onPick: (pick: ScopePick) => void;
  onToggle: (key: string, open?: boolean) => void;
  onPointed: (pointed: boolean) => void;
}) {
  const scroller = useRef<HTMLDivElement>(null);
  const open = useDeskView((view) => view.open);
  const [active, setActive] = useState("all:-1");
  const place = Math.max(
    0,
    lines.findIndex(({ key }) => key === active),
  );
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    useFlushSync: false,
  });

  function choose(line: TreeLine) {
    setActive(line.key);
    if (line.kind === "limit") {
      const { scope, target, id } = line.limit;
      onPick({ scope, target, limit: id });
    } else if (line.node.scope !== null) onPick({ scope: line.node.scope, target: line.node.target, limit: null });
  }

  function onKeyDown(event: KeyboardEvent) {
    const line = lines[place];
    if (event.target !== event.currentTarget || line === undefined) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -lines.length, End: lines.length }[
      event.key
    ];
    if (step !== undefined) {
      const next = Math.min(lines.length - 1, Math.max(0, place + step));
      choose(lines[next]);
      virtual.scrollToIndex(next);
    } else if (event.key === "ArrowRight" && line.kind === "node") onToggle(line.key, true);
    else if (event.key === "ArrowLeft" && line.kind === "node" && line.open) onToggle(line.key, false);
    else if (event.key === "ArrowLeft") {
      const above = lines.slice(0, place).findLastIndex(({ depth }) => depth < line.depth);
      if (above >= 0) choose(lines[above]);
    } else if (event.key === "Enter" && line.kind === "limit") open({ kind: "limit", limit: line.limit.id });
    else if (event.key === "Enter" && line.kind === "node") onToggle(line.key);
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={scroller}
      role="treegrid"
      aria-label="Limits; arrows move, right and left open and close, Enter changes a limit"
      aria-rowcount={lines.length + 1}
      aria-activedescendant={`limit-line-${lines[place]?.key ?? ""}`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      data-testid="limit-tree"
      className="group @container relative h-full overflow-y-auto focus-visible:-outline-offset-2"
    >
      <div role="row" className="sticky top-0 z-10 h-[24px] border-b border-line bg-panel px-3">
        <div className={columns}>
          <Head>Scope and limit</Head>
          <Head>Use</Head>
          <Head className={`text-right ${wide}`}>Used</Head>
          <Head className={`text-right ${wide}`}>At worst</Head>
          <Head className={`text-right ${wide}`}>Limit</Head>
          <Head className="text-right">Headroom</Head>
          <Head className={wide}>{""}</Head>
        </div>
      </div>
      <div
        className="relative"
        style={{ height: virtual.getTotalSize() }}
        onPointerEnter={() => onPointed(true)}
        onPointerLeave={() => onPointed(false)}
      >
        {virtual.getVirtualItems().map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const picked =
            line.kind === "limit"
              ? pick.limit === line.limit.id
              : pick.limit === null && pick.scope === line.node.scope && pick.target === line.node.target;
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
            <div
              key={line.key}
              id={`limit-line-${line.key}`}
              role="row"
              aria-level={line.depth + 1}
              aria-rowindex={item.index + 2}
              aria-selected={picked}
              {...(line.kind === "node" ? { "aria-expanded": line.open } : {})}
              data-testid={`limit-line-${line.key}`}
              onClick={() => {
                choose(line);
                if (line.kind === "node" && (line.node.scope === null || picked)) onToggle(line.key);
              }}
              className={`absolute inset-x-0 cursor-pointer border-b border-l-2 border-b-line/40 px-3 ${
                picked ? "border-l-gold bg-raised" : "border-l-transparent hover:bg-raised/70"
              } ${item.index === place ? "group-focus-visible:bg-raised" : ""}`}
              style={{ height: rowHeight, transform: `translateY(${item.start}px)` }}
            >
              {line.kind === "node" ? (
                <NodeLine node={line.node} depth={line.depth} open={line.open} onToggle={onToggle} />
              ) : (
                <LimitLine limit={line.limit} depth={line.depth} />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Head({ children, className = "" }: { children: string; className?: string }) {
  return (
    <span role="columnheader" className={`column-head truncate ${className}`}>
      {children}
    </span>
  );
}

const NodeLine = memo(function NodeLine({
  node,
  depth,
  open,
  onToggle,
}: {
  node: TreeNode;
  depth: number;
  open: boolean;
  onToggle: (key: string) => void;
}) {
  const { limits } = useLive().stores;
  const worst = useCount(limits, () => worstLimitId(node, (id) => limits.get(id)));
  const row = useRow(limits, worst);
  const nameOf = useScopeName();
  return (
    <div className={columns}>
      <span role="gridcell" className="flex min-w-0 items-center gap-1.5" style={{ paddingLeft: depth * 14 }}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={`${open ? "Close" : "Open"} ${node.name}`}
          onClick={(event) => {
            event.stopPropagation();
            onToggle(node.key);
          }}
          className="w-[14px] shrink-0 text-muted hover:text-text"
        >
          {open ? "▾" : "▸"}
        </button>
        <span className={`truncate ${node.scope === null ? "text-muted" : "font-semibold"}`}>{node.name}</span>
        {node.scope === null ? (
          <span className="numeric text-[11px] text-faint">{node.parts.length || node.limits.length}</span>
        ) : (
          <ScopeMarks scope={node.scope} target={node.target} />
        )}
      </span>
      <span role="gridcell" className="min-w-0">
        {row !== undefined && <UseBar use={row} label={`${limitTitle[row.limit]}, ${node.name}`} />}
      </span>
      <span role="gridcell" className={`truncate text-[11px] text-muted ${wide} @2xl:col-span-3`}>
        {row === undefined
          ? ""
          : `nearest: ${limitTitle[row.limit].toLowerCase()}${node.scope === null ? ` of ${nameOf(row.scope, row.target)}` : ""}`}
      </span>
      <span role="gridcell" className="numeric text-right">
        {row === undefined ? "" : headroomText(row)}
      </span>
      <span role="gridcell" className={`text-right ${wide}`}>
        {node.scope !== null && (
          <KillButton
            scope={node.scope}
            target={node.target}
            tabIndex={-1}
            testId={`kill-line-${node.key}`}
            className="h-[19px] w-full text-[11px]"
          >
            Kill…
          </KillButton>
        )}
      </span>
    </div>
  );
});

function ScopeMarks({ scope, target }: { scope: NonNullable<TreeNode["scope"]>; target: number }) {
  const mode = useMode(scope, target);
  const killed = useRow(useLive().stores.kills, `${scope}:${target}`)?.engaged === true;
  return (
    <>
      {killed && <Chip tone="danger">Killed</Chip>}
      {mode !== "active" && <Chip tone={mode === "halted" ? "danger" : "warning"}>{modeText[mode]}</Chip>}
    </>
  );
}

const LimitLine = memo(function LimitLine({ limit, depth }: { limit: LimitPlace; depth: number }) {
  const row = useRow(useLive().stores.limits, limit.id);
  const open = useDeskView((view) => view.open);
  const { code } = limit;
  return (
    <div className={columns} title={limitAbout[code]}>
      <span role="gridcell" className="truncate" style={{ paddingLeft: depth * 14 + 20 }}>
        {limitTitle[code]}
      </span>
      <span role="gridcell" className="min-w-0 text-[11px] text-muted">
        {row === undefined ? "–" : <LimitUse row={row} />}
      </span>
      <Cell className={wide}>{row === undefined ? "–" : usedText(row, row.used)}</Cell>
      <Cell className={wide}>{row === undefined ? "–" : usedText(row, row.worst)}</Cell>
      <Cell className={wide}>{row === undefined ? "–" : limitValueText(code, row.value)}</Cell>
      <Cell>{row === undefined ? "–" : isUsedUp(code) ? headroomText(row) : limitValueText(code, row.value)}</Cell>
      <span role="gridcell" className={wide}>
        <Button
          tabIndex={-1}
          data-testid={`change-limit-${limit.id}`}
          aria-label={`Change ${limitTitle[code]}`}
          onClick={(event) => {
            event.stopPropagation();
            open({ kind: "limit", limit: limit.id });
          }}
          className="h-[19px] w-full text-[11px]"
        >
          Change
        </Button>
      </span>
    </div>
  );
});

function LimitUse({ row }: { row: LimitRow }) {
  if (row.value < 0) return <strong className="text-danger">■ not set: refuses</strong>;
  if (row.limit === "restricted") return row.value === 1 ? <strong className="text-danger">■ restricted</strong> : "–";
  if (!isUsedUp(row.limit)) return "each";
  return <UseBar use={row} label={limitTitle[row.limit]} />;
}

function Cell({ children, className = "" }: { children: string; className?: string }) {
  return (
    <span role="gridcell" className={`numeric truncate text-right ${className}`}>
      {children}
    </span>
  );
}
