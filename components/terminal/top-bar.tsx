"use client";

import { LayoutMenu } from "@/components/dock/layout-menu";
import { directionOf, formatDayTime, formatSignedMoney, formatUtcClock } from "@/components/format/numbers";
import { useLive } from "@/components/live/live-context";
import { useTicking } from "@/components/live/use-freshness";
import { useTopics, useValue } from "@/components/live/use-live";
import { Button } from "@/components/ui/button";
import { Chip } from "@/components/ui/chip";
import { Popover } from "@/components/ui/popover";
import { useDeskView } from "./desk-view";
import { HealthLights } from "./health-lights";
import { NavigationBar } from "./navigation-bar";
import { colourSets, colourSetText, setColourSet, toggleTheme, useColourSet, useTheme } from "./theme";
import { useReference } from "./use-reference";

const topics = ["reference", "desk", "kills", "strategies", "notices"] as const;

/** What holds for the whole desk: who and where we are, the day's money, health, and HALT at the far right. */
export function TopBar() {
  useTopics(topics);
  const { mode } = useLive();
  const { reference } = useReference();
  const theme = useTheme();
  const open = useDeskView((view) => view.open);
  return (
    <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-panel px-3 py-1.5 xl:h-[46px] xl:flex-nowrap xl:py-0">
      <h1 className="flex items-center gap-2 text-[14px] font-semibold">
        <Mark />
        <span className="hidden sm:inline xl:sr-only 2xl:not-sr-only">Heliograph</span>
      </h1>
      <NavigationBar className="order-last h-9 basis-full xl:order-none xl:h-full xl:basis-auto" />
      <Chip tone={mode === "replay" ? "replay" : "gold"} data-testid="mode">
        {mode}
      </Chip>
      <span
        className="hidden max-w-40 truncate text-muted min-[1400px]:inline"
        title={`Trading day ${reference?.tradingDay ?? ""}`}
      >
        {reference?.desk ?? ""}
      </span>
      <Clock />
      <DayPnl />
      <span className="hidden flex-1 xl:block" />
      <LayoutMenu />
      <div className="order-2 flex items-center gap-2 xl:order-none">
        <HealthLights />
        <span className="flex items-center">
          <Button
            tone="quiet"
            hint="Find a page, a symbol, a strategy or a command: Ctrl+K"
            aria-label="Find and do"
            aria-keyshortcuts="Control+K"
            data-testid="open-palette"
            onClick={() => open({ kind: "palette", symbols: false })}
            className="h-10 w-10 md:h-[28px] md:w-[28px]"
          >
            <SearchIcon />
          </Button>
          <span className="hidden items-center md:flex">
            <Button
              tone="quiet"
              hint={theme === "dark" ? "Light theme" : "Dark theme"}
              aria-label="Switch theme"
              onClick={toggleTheme}
              className={iconLook}
            >
              {theme === "dark" ? "☀" : "☾"}
            </Button>
            <ColourMenu />
            <Button
              tone="quiet"
              hint="Keyboard shortcuts"
              aria-label="Keyboard shortcuts"
              onClick={() => open({ kind: "shortcuts" })}
              className={iconLook}
            >
              ?
            </Button>
          </span>
        </span>
      </div>
      <HaltButton />
    </header>
  );
}

const iconLook = "h-[28px] w-[28px] text-[14px]";

/** Which colours stand for up and down. */
function ColourMenu() {
  const chosen = useColourSet();
  return (
    <Popover
      label="Colours"
      trigger={
        <button
          type="button"
          aria-label="Colours of up and down"
          title="Colours of up and down"
          data-testid="colours"
          className="numeric inline-flex h-[28px] w-[28px] items-center justify-center rounded-[4px] text-[10px] hover:bg-raised"
        >
          <span className="up">▲</span>
          <span className="down">▼</span>
        </button>
      }
    >
      <fieldset className="flex flex-col">
        <legend className="mb-1 font-semibold">Colours of up and down</legend>
        {colourSets.map((set) => (
          <label key={set} className="flex h-8 cursor-pointer items-center gap-2 rounded px-1 hover:bg-raised">
            <input
              type="radio"
              name="colours"
              checked={set === chosen}
              onChange={() => setColourSet(set)}
              data-testid={`colours-${set}`}
              className="accent-gold"
            />
            {colourSetText[set]}
          </label>
        ))}
      </fieldset>
      <p className="mt-1 text-muted">A sign or an arrow always says the same.</p>
    </Popover>
  );
}

function SearchIcon() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true" className="h-[15px] w-[15px]" fill="none" stroke="currentColor">
      <circle cx="7" cy="7" r="4.4" strokeWidth="1.6" />
      <path d="m10.4 10.4 3.4 3.4" strokeWidth="1.6" strokeLinecap="round" />
    </svg>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 24 24" aria-hidden="true" className="h-[20px] w-[20px] text-gold">
      <circle cx="12" cy="12" r="4.4" fill="currentColor" />
      <g stroke="currentColor" strokeWidth="2" strokeLinecap="round">
        <path d="M12 2v2.8M12 19.2V22M2 12h2.8M19.2 12H22M4.9 4.9l2 2M17.1 17.1l2 2M4.9 19.1l2-2M17.1 6.9l2-2" />
      </g>
    </svg>
  );
}

function Clock() {
  return useLive().mode === "replay" ? <RecordingClock /> : <WallClock />;
}

function WallClock() {
  return <ClockText text={useTicking(() => formatUtcClock(Date.now()), "--:--:--")} zone="UTC" />;
}

/** The recording's time, whatever clock it was made by. */
function RecordingClock() {
  const state = useValue(useLive().stores.playback);
  return <ClockText text={state === null ? "--:--:--" : formatDayTime(state.positionNs)} zone="REC" />;
}

function ClockText({ text, zone }: { text: string; zone: string }) {
  return (
    <span className="hidden shrink-0 items-baseline gap-1 sm:flex">
      <span className="numeric text-[13px]">{text}</span>
      <span className="text-[10px] text-muted">{zone}</span>
    </span>
  );
}

function DayPnl() {
  const desk = useValue(useLive().stores.desk);
  const direction = directionOf(desk?.net);
  return (
    <span className="flex shrink-0 items-baseline gap-1.5 whitespace-nowrap">
      <span className="hidden text-[10px] tracking-wide text-muted uppercase sm:inline">Day P&L</span>
      <span
        data-testid="day-pnl"
        className={`numeric inline-block min-w-[10ch] text-right text-[14px] font-semibold ${direction === "up" ? "up" : direction === "down" ? "down" : ""}`}
      >
        {desk === null ? "–" : formatSignedMoney(desk.net)}
      </span>
    </span>
  );
}

function HaltButton() {
  const halted = useValue(useLive().stores.desk)?.halted ?? false;
  const open = useDeskView((view) => view.open);
  return (
    <Button
      tone="halt"
      data-testid="halt"
      aria-keyshortcuts="Control+Alt+H"
      hint={
        halted ? "The desk is halted. Opens what happened; halting again is harmless." : "Stop everything: Ctrl+Alt+H"
      }
      onClick={() => open({ kind: "halt" })}
      className="ml-auto h-[34px] w-[92px] text-[13px] tracking-wider xl:ml-0"
    >
      {halted ? "HALTED" : "HALT"}
    </Button>
  );
}
