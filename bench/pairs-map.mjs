// Script time a frame of the pairs map, every pair moving. Needs a desk or a fake desk on the address given:
//   NODE_ENV=production node server/gateway/testing/start-fake-desk.mjs 3330 200 400
//   node bench/pairs-map.mjs http://127.0.0.1:3330 [seconds] [path]
import { chromium } from "@playwright/test";

const [url = "http://127.0.0.1:3330", seconds = "20", path = "/pairs"] = process.argv.slice(2);
const frameMs = 1_000 / 60;
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(url + path);
await page.locator('[data-mark="live"]').first().waitFor();
await page.waitForTimeout(4_000);
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
const events = [];
session.on("Tracing.dataCollected", ({ value }) => events.push(...value));
await session.send("Tracing.start", {
  transferMode: "ReportEvents",
  traceConfig: { includedCategories: ["devtools.timeline", "v8.execute"] },
});
await page.waitForTimeout(Number(seconds) * 1_000);
const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
await session.send("Tracing.end");
await complete;
const { metrics } = await session.send("Performance.getMetrics");

// Script runs inside these events; nested ones are counted once. Processor time of the page's main thread, so that a
// busy machine does not count; frames without script count as 0.
const script = new Set(["FunctionCall", "EvaluateScript", "v8.callFunction", "TimerFire", "FireAnimationFrame"]);
const thread = mainThread(events);
const runs = events
  .filter((event) => event.ph === "X" && script.has(event.name) && `${event.pid}:${event.tid}` === thread)
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
const frames = Math.round((Number(seconds) * 1_000) / frameMs);
const costs = [...windows.values(), ...Array(Math.max(0, frames - windows.size)).fill(0)].sort((a, b) => a - b);
const at = (share) => costs[Math.min(costs.length - 1, Math.floor(costs.length * share))].toFixed(2);
const mean = costs.reduce((sum, cost) => sum + cost, 0) / frames;
const heap = `${((metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 2 ** 20).toFixed(1)} MB`;
process.stdout.write(
  `${path}: script a frame, ms: mean ${mean.toFixed(2)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}; longest run ${longest.toFixed(2)}; heap ${heap}; ${frames} frames\n`,
);
await browser.close();

function mainThread(all) {
  const counts = new Map();
  for (const event of all)
    if (event.name === "FireAnimationFrame") {
      const key = `${event.pid}:${event.tid}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? "";
}
