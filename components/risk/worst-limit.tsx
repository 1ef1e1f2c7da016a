"use client";

import Link from "next/link";
import { useLive } from "@/components/live/live-context";
import { useSelected } from "@/components/live/use-live";
import type { DeskPayload } from "@/protocol/topics";
import { limitTitle } from "./limit-words";
import { UseBar } from "./use-bar";
import { useScopeName } from "./use-scope-name";

const worstOf = (desk: DeskPayload | null) => desk?.worstLimit ?? null;
const unused = { usedShare: 0, worstShare: 0, level: "free" } as const;

/** The limit nearest to its end, on every page, in a place of its own; a click shows all limits. */
export function WorstLimit({ className = "" }: { className?: string }) {
  const worst = useSelected(useLive().stores.desk, worstOf);
  const nameOf = useScopeName();
  const name =
    worst === null ? "No limit is used" : `${limitTitle[worst.limit]} · ${nameOf(worst.scope, worst.target)}`;
  const use = worst === null ? unused : { usedShare: worst.share, worstShare: worst.share, level: worst.level };
  return (
    <Link
      href="/risk"
      data-testid="worst-limit"
      title={`The limit nearest to its end, working orders counted: ${name}`}
      className={`grid h-[22px] w-[286px] shrink-0 grid-cols-[minmax(0,1fr)_118px] items-center gap-2 rounded-[3px] px-1.5 hover:bg-raised ${className}`}
    >
      <span className="truncate text-text">
        <span className="sr-only">Worst limit: </span>
        {name}
      </span>
      <UseBar use={use} label="Worst limit" />
    </Link>
  );
}
