"use client";

import { formatAge, formatQuantity } from "@/components/format/numbers";
import { wordsOf } from "@/components/format/words";
import { staleAfterMs } from "@/components/live/freshness";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useTopic, useValue } from "@/components/live/use-live";
import { KillButton } from "@/components/risk/kill-button";
import { Popover } from "@/components/ui/popover";
import type { HealthLight, HealthPayload } from "@/protocol/topics";
import { useReference } from "./use-reference";

const lights = ["feed", "execution", "engine", "store"] as const;
type LightName = (typeof lights)[number];

const title: Readonly<Record<LightName, string>> = {
  feed: "Feed",
  execution: "Execution",
  engine: "Engine",
  store: "Store",
};

/** What a light shows; `unknown` when nobody told us lately. */
type Shown = HealthLight["state"] | "unknown";

const mark: Readonly<Record<Shown, string>> = { ok: "●", warning: "▲", down: "■", off: "–", unknown: "○" };
const word: Readonly<Record<Shown, string>> = { ok: "OK", warning: "WARN", down: "DOWN", off: "OFF", unknown: "?" };
const look: Readonly<Record<Shown, string>> = {
  ok: "text-ok",
  warning: "text-warning",
  down: "text-danger",
  off: "text-muted",
  unknown: "text-muted",
};

/** Feed, execution, engine and store, each with its own state in a word; a click tells the rest. */
export function HealthLights() {
  useTopic("health");
  const live = useLive();
  const { stores, connection } = live;
  const health = useValue(stores.health);
  const unheard = useTicking(
    () => connection.value.state !== "connected" || (live.silenceMs() ?? Number.POSITIVE_INFINITY) > staleAfterMs,
    true,
  );
  return (
    <fieldset className="flex items-center gap-0.5" aria-label="Health">
      {lights.map((name) => (
        <Light key={name} name={name} health={health} unheard={unheard} />
      ))}
    </fieldset>
  );
}

function Light({ name, health, unheard }: { name: LightName; health: HealthPayload | null; unheard: boolean }) {
  const light = health?.[name];
  const connected = useLive().connection.value.state === "connected";
  const told = light !== undefined && connected && (!unheard || (light.state !== "ok" && light.state !== "off"));
  const shown: Shown = told ? light.state : "unknown";
  return (
    <Popover
      label={`${title[name]} health`}
      trigger={
        <button
          type="button"
          data-testid={`health-${name}`}
          data-state={shown}
          title={light?.text}
          className="flex h-[28px] items-center gap-1.5 rounded px-2 hover:bg-raised"
        >
          <span aria-hidden className={`w-[12px] text-center text-[11px] ${look[shown]}`}>
            {mark[shown]}
          </span>
          <span className="text-left leading-tight">
            <span className="block text-[10px] tracking-wide text-muted uppercase">{title[name]}</span>
            <span className={`block w-[34px] text-[10.5px] font-semibold ${look[shown]}`}>{word[shown]}</span>
          </span>
        </button>
      }
    >
      <h3 className="text-[13px] font-semibold">
        {title[name]} <span className={look[shown]}>{word[shown]}</span>
      </h3>
      <p className="mt-1 text-muted">
        {light === undefined ? "The desk has not said anything yet." : light.text}
        {unheard && ". Nothing was heard lately, so this may be over."}
      </p>
      {health !== null && <LightDetail name={name} health={health} />}
    </Popover>
  );
}

function LightDetail({ name, health }: { name: LightName; health: HealthPayload }) {
  const { venue: venueName } = useReference();
  if (name === "store")
    return <Facts lines={[["Behind the engine", `${formatQuantity(health.storeBehindFacts)} facts`]]} />;
  if (name === "engine") return <Facts lines={[["Inputs", `${formatQuantity(health.engineMessagesPerSecond)} /s`]]} />;
  return health.venues.map((venue) => (
    <div key={venue.id}>
      <Facts
        title={venueName(venue.id)}
        lines={
          name === "feed"
            ? [
                ["State", wordsOf(venue.feedState)],
                ["Age", formatAge(venue.feedAgeMs)],
                ["Messages", `${formatQuantity(venue.messagesPerSecond)} /s`],
                ["Gaps", formatQuantity(venue.gaps)],
                ["Missing", formatQuantity(venue.missingMessages)],
                ["Malformed", formatQuantity(venue.malformed)],
              ]
            : [
                ["Orders", wordsOf(venue.orderSession)],
                ["Drop copy", wordsOf(venue.dropSession)],
                ["Round trip", `${formatQuantity(venue.roundTripMicroseconds)} µs`],
                ["Killed", venue.killed ? "yes" : "no"],
              ]
        }
      />
      {name === "execution" && (
        <KillButton
          scope="venue"
          target={venue.id}
          testId={`venue-${venue.id}-kill`}
          className="mt-1.5 h-[26px] w-full text-[11.5px]"
        >
          Kill venue…
        </KillButton>
      )}
    </div>
  ));
}

function Facts({ title: heading, lines }: { title?: string; lines: readonly (readonly [string, string])[] }) {
  return (
    <dl className="mt-2.5 grid grid-cols-[1fr_auto] gap-x-4 gap-y-0.5">
      {heading !== undefined && <dt className="column-head col-span-2">{heading}</dt>}
      {lines.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="numeric text-right">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
