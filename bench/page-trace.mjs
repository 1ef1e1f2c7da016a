// A trace of a page's main thread, and the script time in it: shared by the benches of the browser.

/** A Chromium as the benches need it; CHROMIUM names one, else Playwright's own. */
export const launchOptions = {
  executablePath: process.env.CHROMIUM,
  args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
};

const frameMs = 1_000 / 60;

/** Script runs inside these events; nested ones are counted once. */
const scriptEvents = new Set(["FunctionCall", "EvaluateScript", "v8.callFunction", "TimerFire", "FireAnimationFrame"]);

/** Traces a page while `work` runs; resolves with what it resolved with, and with the events. */
export async function traced(session, work) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  session.on("Tracing.dataCollected", collect);
  await session.send("Tracing.start", {
    transferMode: "ReportEvents",
    traceConfig: { includedCategories: ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8.execute"] },
  });
  const result = await work();
  const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
  await session.send("Tracing.end");
  await complete;
  session.off("Tracing.dataCollected", collect);
  return { result, events };
}

/** Everything that runs on a thread does so inside one of these: script, style, layout, paint. */
const taskEvents = new Set(["RunTask"]);

/**
 * Script time in windows of 1/60 s, in ms, sorted; and the longest single run. Processor time of the page's main thread,
 * so that a busy machine does not count; windows without script count as 0.
 */
export function scriptPerFrame(events, seconds) {
  return costPerFrame(events, seconds, scriptEvents);
}

/** As `scriptPerFrame`, for all that the page's main thread does. */
export function workPerFrame(events, seconds) {
  return costPerFrame(events, seconds, taskEvents);
}

function costPerFrame(events, seconds, names) {
  const thread = mainThread(events);
  const runs = events
    .filter((event) => event.ph === "X" && names.has(event.name) && `${event.pid}:${event.tid}` === thread)
    .sort((a, b) => a.ts - b.ts);
  const windows = new Map();
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
  const costs = [...windows.values(), ...Array(Math.max(0, frames - windows.size)).fill(0)].sort((a, b) => a - b);
  return { costs, longest, frames };
}

/** The value below which a share of sorted numbers lies. */
export function quantile(sorted, share) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** The mean; 0 of nothing. */
export function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / Math.max(1, numbers.length);
}

function mainThread(events) {
  const counts = new Map();
  for (const event of events)
    if (event.name === "FireAnimationFrame") {
      const key = `${event.pid}:${event.tid}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}
