"use client";

import type { ReactNode } from "react";
import { formatAge, formatQuantity } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import type { ConnectionState } from "@/components/live/live-desk";
import { useValue } from "@/components/live/use-live";
import { WorstLimit } from "@/components/risk/worst-limit";
import { useReference } from "./use-reference";

const connectionText: Readonly<Record<ConnectionState, string>> = {
  connecting: "○ connecting",
  connected: "● connected",
  disconnected: "■ no connection",
  outdated: "■ reload needed",
};

/** The limit nearest to its end, then how the plumbing does: each venue's data age and round trip, traffic, gaps, the cost of a frame, the connection. */
export function BottomBar() {
  const { stores, traffic, connection } = useLive();
  const health = useValue(stores.health);
  const now = useValue(traffic);
  const { state, attempts, serverVersion } = useValue(connection);
  const { venue: venueName } = useReference();
  return (
    <footer
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls on a narrow screen, by keyboard too
      tabIndex={0}
      className="flex h-[26px] shrink-0 items-center gap-4 overflow-x-auto border-t border-line bg-panel px-3 text-[10.5px] whitespace-nowrap text-muted"
    >
      <WorstLimit className="-ml-1.5" />
      {health?.venues.map((venue) => (
        <span key={venue.id} className="flex items-baseline gap-1.5">
          <span className="font-medium text-text">{venueName(venue.id)}</span>
          <Figure width={6} title="Age of its data">
            {formatAge(venue.feedAgeMs)}
          </Figure>
          <span>trip</span>
          <Figure width={9} title="Round trip of an order, the last one">
            {formatTrip(venue.roundTripMicroseconds)}
          </Figure>
          <Figure width={8} title="Messages a second">
            {formatQuantity(venue.messagesPerSecond)} /s
          </Figure>
          <span>gaps</span>
          <Figure width={3}>{formatQuantity(venue.gaps)}</Figure>
        </span>
      ))}
      <span className="flex-1" />
      <span className="flex items-baseline gap-1.5">
        screen
        <Figure width={7}>{now === null ? "–" : `${formatQuantity(now.envelopesPerSecond)} /s`}</Figure>
        echo
        <Figure width={7}>{now?.echoMs === null || now === null ? "–" : `${formatShortMs(now.echoMs)} ms`}</Figure>
        gaps
        <Figure width={3}>{now === null ? "–" : formatQuantity(now.gaps)}</Figure>
        <span title="Script time of a flush: mean, and the longest of the last second">frame</span>
        <Figure width={13} testId="frame-cost">
          {now === null ? "–" : `${formatShortMs(now.frameMeanMs)} / ${formatShortMs(now.frameWorstMs)} ms`}
        </Figure>
      </span>
      <span
        data-testid="connection"
        data-state={state}
        title={serverVersion === "" ? undefined : `Server ${serverVersion}`}
        className={`order-first font-semibold sm:order-none sm:w-[132px] sm:text-right ${state === "connected" ? "text-ok" : state === "connecting" ? "text-warning" : "text-danger"}`}
      >
        {connectionText[state]}
        {state === "disconnected" && attempts > 0 ? `, try ${attempts}` : ""}
      </span>
    </footer>
  );
}

/** A round trip in at most eight characters; 0 is none yet. */
function formatTrip(microseconds: number): string {
  if (microseconds === 0) return "–";
  return microseconds < 10_000 ? `${formatQuantity(microseconds)} µs` : `${formatShortMs(microseconds / 1_000)} ms`;
}

/** Milliseconds in at most four characters, so that a slow machine does not push what is beside them. */
function formatShortMs(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : Math.min(9_999, ms).toFixed(0);
}

/** Stands right behind the word that names it, in a box that keeps its width. */
function Figure({
  width,
  title,
  testId,
  children,
}: {
  width: number;
  title?: string;
  testId?: string;
  children: ReactNode;
}) {
  return (
    <span
      data-testid={testId}
      title={title}
      className="numeric inline-block text-left text-text"
      style={{ width: `${width}ch` }}
    >
      {children}
    </span>
  );
}
