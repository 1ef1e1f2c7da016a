// How smoothly the history of a long day scrolls: the list is moved in every frame for some seconds, at three speeds up
// to one that goes through the whole day. Needs a desk as `history-open.mjs` does.
//   node bench/history-scroll.mjs http://127.0.0.1:3330 DAY [seconds] [rounds] [--json]
import { loadavg } from "node:os";
import { chromium } from "@playwright/test";
import { launchOptions, mean, quantile, scriptPerFrame, traced, workPerFrame } from "./page-trace.mjs";

const json = process.argv.includes("--json");
const given = process.argv.slice(2).filter((word) => word !== "--json");
const [url = "http://127.0.0.1:3330", day = "generated-2020-01-02-1-100000", seconds = "6", rounds = "3"] = given;
const rowPixels = 24;

const browser = await chromium.launch(launchOptions);
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${url}/history?day=${day}`);
await page.getByTestId("history-rows-row").first().waitFor();
await page.waitForTimeout(3_000);
const session = await page.context().newCDPSession(page);
const grid = page.getByRole("grid", { name: "Fills" });
const rows = Number(await grid.getAttribute("aria-rowcount")) - 1;
const results = [];
for (const [motion, rowsPerSecond] of [
  ["wheel", 60],
  ["fling", 600],
  ["whole day", rows / Number(seconds)],
])
  for (let round = 0; round < Number(rounds); round++) results.push(await scroll(motion, rowsPerSecond));
await browser.close();

/** Moves the list evenly with the time, once a frame, from its top. */
async function scroll(motion, rowsPerSecond) {
  await grid.evaluate((element) => element.scrollTo({ top: 0 }));
  await page.waitForTimeout(1_000);
  const { result, events } = await traced(session, () =>
    grid.evaluate(
      async (element, { pixelsPerMs, ms }) => {
        const gaps = [];
        const start = await new Promise(requestAnimationFrame);
        let last = start;
        let empty = 0;
        while (last - start < ms) {
          element.scrollTo({ top: (last - start) * pixelsPerMs });
          const now = await new Promise(requestAnimationFrame);
          gaps.push(now - last);
          last = now;
          if (element.querySelector('[data-testid="history-rows-row"]') === null) empty++;
        }
        return { gaps, empty };
      },
      { pixelsPerMs: (rowsPerSecond * rowPixels) / 1_000, ms: Number(seconds) * 1_000 },
    ),
  );
  const gaps = result.gaps.sort((a, b) => a - b);
  const script = scriptPerFrame(events, Number(seconds));
  const work = workPerFrame(events, Number(seconds));
  return {
    motion,
    framesPerSecond: 1_000 / mean(gaps),
    frameMs: { p50: quantile(gaps, 0.5), p95: quantile(gaps, 0.95), longest: quantile(gaps, 1) },
    scriptMs: { mean: mean(script.costs), p95: quantile(script.costs, 0.95), longest: script.longest },
    /** Script, style, layout and paint of the main thread. */
    workMs: { mean: mean(work.costs), p95: quantile(work.costs, 0.95), p99: quantile(work.costs, 0.99) },
    /** Frames that showed no row that was there: they were on their way. */
    framesWaiting: result.empty / gaps.length,
    load: loadavg()[0],
  };
}

if (json) process.stdout.write(`${JSON.stringify({ rows, seconds: Number(seconds), results })}\n`);
else
  for (const { motion, framesPerSecond, frameMs, scriptMs, workMs, framesWaiting, load } of results)
    process.stdout.write(
      `${motion.padEnd(9)} ${framesPerSecond.toFixed(1)} frames/s; frame, ms: p50 ${frameMs.p50.toFixed(1)}, p95 ${frameMs.p95.toFixed(1)}, longest ${frameMs.longest.toFixed(1)}; ` +
        `script a frame, ms: mean ${scriptMs.mean.toFixed(2)}, p95 ${scriptMs.p95.toFixed(2)}, longest run ${scriptMs.longest.toFixed(1)}; ` +
        `all work a frame, ms: mean ${workMs.mean.toFixed(2)}, p95 ${workMs.p95.toFixed(2)}, p99 ${workMs.p99.toFixed(2)}; ` +
        `${(100 * framesWaiting).toFixed(0)} % of frames wait for rows; load ${load.toFixed(1)}\n`,
    );
