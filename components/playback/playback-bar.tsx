"use client";

import { type FormEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { toast } from "sonner";
import { formatDayTime } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useTopic, useValue } from "@/components/live/use-live";
import { Button } from "@/components/ui/button";
import {
  marketTimeOf,
  type PlaybackRequest,
  type PlaybackState,
  playbackSpeeds,
  secondsOfClock,
} from "@/domain/playback";
import { dayTimeText } from "@/domain/time";
import { countText, messageShare, playbackText, spanText } from "./playback-words";
import { usePlaybackKeys } from "./use-playback-keys";

/**
 * Where the replay is and how it goes on: play, steps, speed, the recording's clock, and its whole span to seek in. It
 * has its place from the first paint on, so that nothing below it moves when the replay is heard of.
 */
export function PlaybackBar() {
  useTopic("playback");
  const live = useLive();
  const state = useValue(live.stores.playback);
  const ask = useCallback(
    (request: PlaybackRequest) => {
      live.playback(request).then(({ done, text }) => {
        if (!done) toast.warning("The replay did not do that", { id: "playback", description: text });
      });
    },
    [live],
  );
  usePlaybackKeys(live, ask);
  const runs = state?.state === "playing" || state?.state === "seeking";
  const blocked = state === null ? "The replay has not said anything yet." : null;
  const atEnd = state?.state === "ended" ? "This is the end of the recording." : blocked;
  return (
    <section
      aria-label="Replay"
      data-testid="playback"
      data-state={state?.state ?? "unknown"}
      data-run={state?.run}
      className="relative flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 bg-replay-soft px-3 pt-1 pb-[9px] lg:h-[44px] lg:flex-nowrap"
    >
      <span className="flex items-center gap-1">
        <Button
          data-testid="playback-play"
          aria-keyshortcuts="k"
          aria-label={runs ? "Pause" : "Play"}
          hint={runs ? "Pause: K" : "Play: K"}
          blocked={blocked}
          onClick={() => ask({ action: runs ? "pause" : "play" })}
          className={`h-10 w-12 text-[13px] md:h-[28px] md:w-[40px] ${blocked === null ? "border-replay text-replay" : ""}`}
        >
          {runs ? "❚❚" : "▶"}
        </Button>
        <Button
          data-testid="playback-step-packet"
          aria-label="Step to the next packet"
          hint="On to the recording's next time stamp: ."
          blocked={atEnd}
          onClick={() => ask({ action: "stepPacket" })}
          className="h-10 w-11 md:h-[28px] md:w-[34px]"
        >
          ▸❙
        </Button>
        <Button
          data-testid="playback-step-second"
          aria-label="+1 s: step one second"
          hint="On by a second of the recording: L"
          blocked={atEnd}
          onClick={() => ask({ action: "stepSecond" })}
          className="h-10 w-12 whitespace-nowrap md:h-[28px] md:w-[44px]"
        >
          +1 s
        </Button>
      </span>
      <Speeds speed={state?.speed ?? null} blocked={blocked} ask={ask} />
      <span className="flex w-[168px] flex-col leading-tight">
        <span data-testid="playback-clock" className="numeric text-[14px] font-semibold text-replay">
          {state === null ? "--:--:--.---" : formatDayTime(state.positionNs, true)}
        </span>
        <span data-testid="playback-state" className="truncate text-[10.5px] text-muted" role="status">
          {state === null ? "waiting" : playbackText(state)}
        </span>
      </span>
      <SeekSlider state={state} ask={ask} />
      <SeekField state={state} ask={ask} />
      <span className="hidden w-[136px] flex-col text-right leading-tight lg:flex">
        <span className="numeric" data-testid="playback-share">
          {state === null ? "–" : `${messageShare(state)} %`}
        </span>
        <span className="numeric text-[10.5px] text-muted" title="Messages of the recording">
          {state === null ? "–" : `${countText(state.messages)} / ${countText(state.messagesTotal)}`}
        </span>
      </span>
      <Skipped state={state} />
      <span aria-hidden className="replay-band absolute inset-x-0 bottom-0 h-[5px]" />
    </section>
  );
}

function Speeds({
  speed,
  blocked,
  ask,
}: {
  speed: PlaybackState["speed"] | null;
  blocked: string | null;
  ask: (request: PlaybackRequest) => void;
}) {
  return (
    <fieldset aria-label="Speed" className="flex items-center gap-0.5">
      {playbackSpeeds.names.map((each) => (
        <Button
          key={each}
          tone={each === speed ? "plain" : "quiet"}
          aria-pressed={each === speed}
          aria-label={each === "max" ? "max: as fast as it goes" : `${each}× as fast as it was`}
          data-testid={`playback-speed-${each}`}
          blocked={blocked}
          onClick={() => ask({ action: "speed", speed: each })}
          className={`numeric h-10 w-10 text-[11px] md:h-[26px] md:w-[36px] ${each === speed ? "border-replay text-replay" : ""}`}
        >
          {each === "max" ? "max" : `${each}×`}
        </Button>
      ))}
    </fieldset>
  );
}

/** A drag or a held key asks once it rests, in milliseconds. */
const restMs = 180;
/** The slider shows what was asked for so long, until the replay is there. */
const arrivalMs = 700;

/** The recording's span in seconds: arrows move by one, Page keys by a tenth, Home and End to its ends. */
function SeekSlider({ state, ask }: { state: PlaybackState | null; ask: (request: PlaybackRequest) => void }) {
  const [wanted, setWanted] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => () => clearTimeout(timer.current ?? undefined), []);
  const first = state === null ? 0 : Math.floor(state.firstNs / 1e9);
  const last = state === null ? 1 : Math.ceil(state.lastNs / 1e9);
  const shown = wanted ?? (state === null ? 0 : Math.floor(state.positionNs / 1e9));
  const move = (seconds: number) => {
    if (state === null) return;
    setWanted(seconds);
    clearTimeout(timer.current ?? undefined);
    timer.current = setTimeout(() => {
      ask({ action: "seek", toNs: Math.min(Math.max(seconds * 1e9, state.firstNs), state.lastNs) });
      timer.current = setTimeout(() => setWanted(null), arrivalMs);
    }, restMs);
  };
  return (
    <span className="order-last flex min-w-0 basis-full items-center gap-2 lg:order-none lg:basis-auto lg:flex-1">
      <span className="numeric hidden text-[10.5px] text-muted md:inline">
        {state === null ? "" : dayTimeText(state.firstNs)}
      </span>
      <input
        type="range"
        aria-label="Place in the recording"
        aria-valuetext={dayTimeText(shown * 1e9)}
        data-testid="playback-slider"
        min={first}
        max={last}
        step={1}
        value={Math.min(Math.max(shown, first), last)}
        disabled={state === null}
        onChange={(event) => move(Number(event.target.value))}
        className="h-8 min-w-0 flex-1 accent-replay lg:h-5"
      />
      <span className="numeric text-[10.5px] text-muted">
        {wanted !== null ? (
          <strong className="text-replay">{dayTimeText(wanted * 1e9)}</strong>
        ) : state === null ? (
          ""
        ) : (
          dayTimeText(state.lastNs)
        )}
      </span>
    </span>
  );
}

function SeekField({ state, ask }: { state: PlaybackState | null; ask: (request: PlaybackRequest) => void }) {
  const [text, setText] = useState("");
  const seek = (event: FormEvent) => {
    event.preventDefault();
    if (state === null || text === "") return;
    const seconds = secondsOfClock(text);
    const toNs = seconds === null ? null : marketTimeOf(seconds, state.firstNs, state.lastNs);
    if (toNs === null) {
      const span = `${dayTimeText(state.firstNs)} to ${dayTimeText(state.lastNs)}`;
      const why = seconds === null ? "Write a time like 22:50 or 22:50:30." : `The recording goes from ${span}.`;
      toast.warning(`${text} is not a place in the recording`, { id: "playback", description: why });
      return;
    }
    ask({ action: "seek", toNs });
    setText("");
  };
  return (
    <form onSubmit={seek} className="hidden items-center gap-1 md:flex">
      <input
        aria-label="Go to a time of the recording"
        data-testid="playback-time"
        placeholder="hh:mm:ss"
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="numeric h-[26px] w-[78px] rounded-[4px] border border-line bg-sunken px-2 text-[11.5px] placeholder:text-faint"
      />
      <button type="submit" className="h-[26px] rounded-[4px] border border-line bg-raised px-2 hover:border-faint">
        Go
      </button>
    </form>
  );
}

/** How long a jump stays emphasised, in milliseconds. */
const freshMs = 5_000;

/** The last jump over idle time, emphasised while it is new. The width never changes. */
function Skipped({ state }: { state: PlaybackState | null }) {
  const skip = state?.lastSkip ?? null;
  const key = skip === null ? "" : `${skip.fromNs} ${state?.run}`;
  const [seen, setSeen] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSeen(key), freshMs);
    return () => clearTimeout(timer);
  }, [key]);
  let words: ReactNode = null;
  if (skip !== null && state !== null)
    words = (
      <span
        title={`Idle from ${dayTimeText(skip.fromNs)} to ${dayTimeText(skip.toNs)}; ${spanText(state.skippedNs)} skipped in all`}
        className={key === seen ? "text-muted" : "rounded-sm bg-replay px-1.5 py-0.5 font-semibold text-bg"}
      >
        skipped {spanText(skip.toNs - skip.fromNs)}
      </span>
    );
  return (
    <span data-testid="playback-skipped" className="numeric hidden w-[142px] text-right text-[10.5px] xl:block">
      {words}
    </span>
  );
}
