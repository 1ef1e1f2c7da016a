import type { Metadata } from "next";
import { Suspense } from "react";
import { HistoryPage } from "@/components/history/history-page";

export const metadata: Metadata = { title: "History · Heliograph" };

/** Every fill and every closed trade; its state is in the address. */
export default function Page() {
  return (
    <Suspense>
      <HistoryPage />
    </Suspense>
  );
}
