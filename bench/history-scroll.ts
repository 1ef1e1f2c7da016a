import { loadavg } from "node:os";
import type { CDPSession, Page } from "@playwright/test";
import type { Bench } from "./bench";
import { addressOption, dayOption, historyAddress } from "./page-address";

const rowPixels = 24;
/** How long the page may come to rest before, and before each motion. */
const restMs = 3_000;
const pauseMs = 1_000;

type Motion = { readonly name: string; readonly rowsPerSecond: number };

/** How smoothly a day's fills scroll: moved evenly once a frame, at three speeds up to the whole day in the time given. */
export const historyScrollBench: Bench = {
  summary: "how smoothly the history of a day scrolls: frames a second, script and work a frame",
  usage: "",
  options: [
    addressOption,
    dayOption,
    { name: "seconds", kind: "whole", value: "N", summary: "history-scroll: of each motion; default 6" },
    { name: "rounds", kind: "whole", value: "N", summary: "history-scroll: of each motion; default 3" },
  ],
  run: async (input) => {
    const address = await historyAddress(input);
    const seconds = input.whole("seconds") ?? 6;
    const rounds = input.whole("rounds") ?? 3;
    const { benchViewport, launchBrowser } = await import("./page-trace");
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: benchViewport });
      await page.goto(address);
      await page.getByTestId("history-rows-row").first().waitFor();
      await page.waitForTimeout(restMs);
      const session = await page.context().newCDPSession(page);
      const rows = Number(await fillsOf(page).getAttribute("aria-rowcount")) - 1;
      const motions: readonly Motion[] = [
        { name: "wheel", rowsPerSecond: 60 },
        { name: "fling", rowsPerSecond: 600 },
        { name: "whole day", rowsPerSecond: rows / seconds },
      ];
      console.log(`${rows.toLocaleString("en")} rows; script and work: processor time of the page's main thread`);
      const results = [];
      for (const motion of motions)
        for (let round = 0; round < rounds; round++) results.push(await scroll(page, session, motion, seconds));
      return { rows, seconds, results };
    } finally {
      await browser.close();
    }
  },
};

function fillsOf(page: Page) {
  return page.getByRole("grid", { name: "Fills" });
}

/** Moves the list evenly with the time, once a frame, from its top. */
async function scroll(page: Page, session: CDPSession, { name, rowsPerSecond }: Motion, seconds: number) {
  const { mean, quantile, scriptPerFrame, traced, workPerFrame } = await import("./page-trace");
  const grid = fillsOf(page);
  await grid.evaluate((element) => element.scrollTo({ top: 0 }));
  await page.waitForTimeout(pauseMs);
  const { result, events } = await traced(session, () =>
    grid.evaluate(
      async (element, { pixelsPerMs, ms }) => {
        const gaps: number[] = [];
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
      { pixelsPerMs: (rowsPerSecond * rowPixels) / 1_000, ms: seconds * 1_000 },
    ),
  );
  const gaps = result.gaps.sort((a, b) => a - b);
  const script = scriptPerFrame(events, seconds);
  const work = workPerFrame(events, seconds);
  const figures = {
    motion: name,
    framesPerSecond: 1_000 / mean(gaps),
    frameMs: { p50: quantile(gaps, 0.5), p95: quantile(gaps, 0.95), longest: quantile(gaps, 1) },
    scriptMs: { mean: mean(script.costs), p95: quantile(script.costs, 0.95), longest: script.longest },
    /** Script, style, layout and paint of the main thread. */
    workMs: { mean: mean(work.costs), p95: quantile(work.costs, 0.95), p99: quantile(work.costs, 0.99) },
    /** Share of frames that showed no row that was there: they were on their way. */
    framesWaiting: result.empty / gaps.length,
    load: loadavg()[0],
  };
  const { framesPerSecond, frameMs, scriptMs, workMs, framesWaiting, load } = figures;
  console.log(
    `${name.padEnd(9)} ${framesPerSecond.toFixed(1)} frames/s; frame, ms: p50 ${frameMs.p50.toFixed(1)}, ` +
      `p95 ${frameMs.p95.toFixed(1)}, longest ${frameMs.longest.toFixed(1)}; script a frame, ms: mean ` +
      `${scriptMs.mean.toFixed(2)}, p95 ${scriptMs.p95.toFixed(2)}, longest run ${scriptMs.longest.toFixed(1)}; ` +
      `work a frame, ms: mean ${workMs.mean.toFixed(2)}, p95 ${workMs.p95.toFixed(2)}, p99 ${workMs.p99.toFixed(2)}; ` +
      `${(100 * framesWaiting).toFixed(0)} % of frames wait for rows; load ${load.toFixed(1)}`,
  );
  return figures;
}
