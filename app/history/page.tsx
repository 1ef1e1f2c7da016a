import type { Metadata } from "next";
import { Suspense } from "react";
import { preload } from "react-dom";
import { HistoryPage } from "@/components/history/history-page";
import { firstWindowPath } from "@/components/history/list-query";

export const metadata: Metadata = { title: "History · Heliograph" };

/**
 * Every fill and every closed trade; its state is in the address. The head of the answer names the first rows, so that
 * the browser asks for them while the page's scripts and styles are still on their way.
 */
export default async function Page({ searchParams }: { searchParams: Promise<Record<string, string | string[]>> }) {
  const given = Object.entries(await searchParams).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value]] : [],
  );
  preload(firstWindowPath(new URLSearchParams(given)), { as: "fetch", crossOrigin: "anonymous" });
  return (
    <Suspense>
      <HistoryPage />
    </Suspense>
  );
}
