import { loadavg } from "node:os";
import type { Bench } from "./bench";
import { addressOption, dayOption, historyAddress } from "./page-address";

/** Moments of one opening, in ms from the start of its navigation. */
type Opening = Readonly<Record<"page" | "asked" | "answered" | "scripts" | "wanted" | "rows" | "requests", number>>;

const rowsMsMax = 60_000;

/** How long the history of a day takes to open in a fresh browser: navigation start to the first rows painted. */
export const historyOpenBench: Bench = {
  summary: "how long the history of a day takes to open in a fresh browser",
  usage: "",
  options: [
    addressOption,
    dayOption,
    { name: "rounds", kind: "whole", value: "N", summary: "history-open: fresh browsers; default 11" },
  ],
  run: async (input) => {
    const address = await historyAddress(input);
    const rounds = input.whole("rounds") ?? 11;
    const { quantile } = await import("./page-trace");
    const openings: Opening[] = [];
    for (let round = 0; round < rounds; round++) openings.push(await openOnce(address));
    const of = (name: keyof Opening, share: number) => {
      const sorted = openings.map((opening) => opening[name]).sort((a, b) => a - b);
      return Math.round(quantile(sorted, share));
    };
    const median = (name: keyof Opening) => of(name, 0.5);
    const rowsMs = { least: of("rows", 0), median: median("rows"), most: of("rows", 1) };
    const [load] = loadavg();
    console.log(
      `first rows, ms from navigation start: least ${rowsMs.least}, median ${rowsMs.median}, most ${rowsMs.most}\n` +
        `medians: page read ${median("page")}, rows asked ${median("asked")}, answered ${median("answered")}, ` +
        `scripts read ${median("scripts")}, page wants its rows ${median("wanted")}\n` +
        `${of("requests", 1)} requests for rows at most; ${rounds} fresh browsers, load ${load.toFixed(1)}`,
    );
    const steps = (["page", "asked", "answered", "scripts", "wanted"] as const).map((name) => [name, median(name)]);
    return { rounds, rowsMs, medianMs: Object.fromEntries(steps), load };
  },
};

async function openOnce(address: string): Promise<Opening> {
  const { benchViewport, launchBrowser } = await import("./page-trace");
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: benchViewport });
    await page.addInitScript(() => {
      const look = () => {
        if (document.querySelector('[data-testid="history-rows-row"]') === null) requestAnimationFrame(look);
        else requestAnimationFrame(() => performance.mark("rows"));
      };
      requestAnimationFrame(look);
      // When the page's own scripts ask, whether or not the browser has asked for them already.
      const ask = window.fetch;
      window.fetch = (what, options) => {
        if (String(what).includes("/api/history/fills")) performance.mark("wanted");
        return ask(what, options);
      };
    });
    await page.goto(address, { waitUntil: "commit" });
    const hasRows = () => performance.getEntriesByName("rows").length > 0;
    await page.waitForFunction(hasRows, null, { timeout: rowsMsMax });
    return await page.evaluate(() => {
      const resources = performance.getEntriesByType("resource") as PerformanceResourceTiming[];
      const asked = resources.filter(({ name }) => name.includes("/api/history/fills"));
      const scripts = resources.filter(({ name }) => name.endsWith(".js"));
      const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
      return {
        page: navigation.responseEnd,
        asked: asked[0].startTime,
        answered: asked[0].responseEnd,
        scripts: Math.max(...scripts.map(({ responseEnd }) => responseEnd)),
        wanted: performance.getEntriesByName("wanted")[0].startTime,
        rows: performance.getEntriesByName("rows")[0].startTime,
        requests: asked.length,
      };
    });
  } finally {
    await browser.close();
  }
}
