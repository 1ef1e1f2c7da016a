"use client";

import Link from "next/link";
import { useLive } from "@/components/live/live-context";
import { useSelected } from "@/components/live/use-live";
import type { DeskPayload } from "@/protocol/topics";
import { limitTitle } from "./limit-words";
import { UseBar } from "./use-bar";
import { useScopeName } from "./use-scope-name";

const worstOf = (desk: DeskPayload | null) => desk?.worstLimit ?? null;
/** The bar needs an amount and a limit; a share stands for both. */
const wholes = 1_000;

/** The limit nearest to its end, on every page, in a place of its own; a click shows all limits. */
export function WorstLimit({ className = "" }: { className?: string }) {
  const worst = useSelected(useLive().stores.desk, worstOf);
  const nameOf = useScopeName();
  const name =
    worst === null ? "No limit is used" : `${limitTitle[worst.limit]} · ${nameOf(worst.scope, worst.target)}`;
  const amount = Math.round((worst?.share ?? 0) * wholes);
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
      <UseBar used={amount} worst={amount} value={wholes} label="Worst limit" />
    </Link>
  );
}
