import type { Metadata } from "next";
import { Suspense } from "react";
import { earlyListScript } from "@/components/history/early-list";
import { HistoryPage } from "@/components/history/history-page";

export const metadata: Metadata = { title: "History · Heliograph" };

/** Every fill and every closed trade; its state is in the address. */
export default function Page() {
  return (
    <>
      {/* biome-ignore lint/security/noDangerouslySetInnerHtml: a constant, needed before the page's scripts are there */}
      <script dangerouslySetInnerHTML={{ __html: earlyListScript }} />
      <Suspense>
        <HistoryPage />
      </Suspense>
    </>
  );
}
