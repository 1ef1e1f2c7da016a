import { type Browser, type CDPSession, chromium } from "@playwright/test";
import { findChromium } from "../tests/support/find-chromium";

/*
 * A browser and a trace of its main thread, with the script time in it: shared by the benches of pages, which load this
 * file, and Playwright with it, only when they run.
 */

/** The viewport of every bench of pages: a usual laptop. */
export const benchViewport = { width: 1_440, height: 900 } as const;

const executablePath = findChromium();

/** A browser of its own: no cache, no connection, no compiled script. It is the one that the browser tests find. */
export function launchBrowser(): Promise<Browser> {
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath, args: isRoot ? ["--no-sandbox", "--disable-dev-shm-usage"] : [] });
}

/** One event of Chromium's trace; times in µs, `tdur` in processor time. */
export type TraceEvent = {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
};

/** Costs in windows of 1/60 s, in ms and sorted, and the longest single run. */
export type FrameCosts = { readonly costs: readonly number[]; readonly longest: number; readonly frames: number };

const frameMs = 1_000 / 60;
/** How long a trace may take to come over. */
const traceMsMax = 60_000;

/** Script runs inside these events; nested ones are counted once. */
const scriptEvents: ReadonlySet<string> = new Set([
  "FunctionCall",
  "EvaluateScript",
  "v8.callFunction",
  "TimerFire",
  "FireAnimationFrame",
]);

/** Everything that runs on a thread does so inside one of these: script, style, layout, paint. */
const taskEvents: ReadonlySet<string> = new Set(["RunTask"]);

/** Traces a page while `work` runs; resolves with what it resolved with, and with the events. */
export async function traced<Result>(
  session: CDPSession,
  work: () => Promise<Result>,
): Promise<{ result: Result; events: TraceEvent[] }> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: object[] }) => {
    for (const event of value) events.push(event as TraceEvent);
  };
  session.on("Tracing.dataCollected", collect);
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute"] },
  });
  const result = await work();
  const complete = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`the browser's trace took over ${traceMsMax} ms`)), traceMsMax);
    session.once("Tracing.tracingComplete", () => {
      clearTimeout(late);
      resolve();
    });
  });
  await session.send("Tracing.end");
  await complete;
  session.off("Tracing.dataCollected", collect);
  return { result, events };
}

/** Script of the page's main thread, in processor time: a busy machine does not count. Windows without it count as 0. */
export function scriptPerFrame(events: readonly TraceEvent[], seconds: number): FrameCosts {
  return costPerFrame(events, seconds, scriptEvents);
}

/** As `scriptPerFrame`, for all that the page's main thread does. */
export function workPerFrame(events: readonly TraceEvent[], seconds: number): FrameCosts {
  return costPerFrame(events, seconds, taskEvents);
}

function costPerFrame(events: readonly TraceEvent[], seconds: number, names: ReadonlySet<string>): FrameCosts {
  const thread = mainThread(events);
  const runs = events
    .filter((event) => event.ph === "X" && names.has(event.name) && threadOf(event) === thread)
    .sort((a, b) => a.ts - b.ts);
  const windows = new Map<number, number>();
  let end = 0;
  let longest = 0;
  for (const { ts, dur = 0, tdur = dur } of runs) {
    if (ts < end) continue;
    end = ts + dur;
    longest = Math.max(longest, tdur / 1_000);
    const window = Math.floor(ts / 1_000 / frameMs);
    windows.set(window, (windows.get(window) ?? 0) + tdur / 1_000);
  }
  const frames = Math.round((seconds * 1_000) / frameMs);
  const idle = new Array<number>(Math.max(0, frames - windows.size)).fill(0);
  return { costs: [...windows.values(), ...idle].sort((a, b) => a - b), longest, frames };
}

/** The thread that draws the frames. */
function mainThread(events: readonly TraceEvent[]): string {
  const counts = new Map<string, number>();
  for (const event of events)
    if (event.name === "FireAnimationFrame") counts.set(threadOf(event), (counts.get(threadOf(event)) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}

function threadOf({ pid, tid }: TraceEvent): string {
  return `${pid}:${tid}`;
}

/** The value below which a share of sorted numbers lies; 0 of nothing. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The mean; 0 of nothing. */
export function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}
