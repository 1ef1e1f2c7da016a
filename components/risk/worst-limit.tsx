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
  const name = worst === null ? "none is used" : `${limitTitle[worst.limit]} · ${nameOf(worst.scope, worst.target)}`;
  const amount = Math.round((worst?.share ?? 0) * wholes);
  return (
    <Link
      href="/risk"
      data-testid="worst-limit"
      title={`The limit nearest to its end, working orders counted: ${name}`}
      className={`flex h-[26px] w-[190px] shrink-0 flex-col justify-center rounded-[3px] px-1.5 hover:bg-raised ${className}`}
    >
      <span className="truncate text-[10px] leading-[11px] text-muted">
        <span className="sr-only">Worst limit: </span>
        {name}
      </span>
      <UseBar used={amount} worst={amount} value={wholes} label="Worst limit" />
    </Link>
  );
}
