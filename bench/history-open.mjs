// How long the history of a long day takes to open in a fresh browser: navigation start to the first rows painted. Needs
// a desk whose store has the day:
//   bin/heliograph generate-history --data DIR --fills 100000
//   bin/heliograph start --data DIR --port 3330
//   node bench/history-open.mjs http://127.0.0.1:3330 DAY [rounds] [--json]
import { loadavg } from "node:os";
import { chromium } from "@playwright/test";
import { launchOptions, quantile } from "./page-trace.mjs";

const json = process.argv.includes("--json");
const given = process.argv.slice(2).filter((word) => word !== "--json");
const [url = "http://127.0.0.1:3330", day = "generated-2020-01-02-1-100000", rounds = "11"] = given;
const openings = [];
for (let round = 0; round < Number(rounds); round++) {
  // A browser of its own each time: no cache, no connection, no compiled script.
  const browser = await chromium.launch(launchOptions);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
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
  await page.goto(`${url}/history?day=${day}`, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("rows").length > 0, null, { timeout: 60_000 });
  openings.push(
    await page.evaluate(() => {
      const asked = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/history/fills"));
      const scripts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
      const [navigation] = performance.getEntriesByType("navigation");
      return {
        page: navigation.responseEnd,
        asked: asked[0].startTime,
        answered: asked[0].responseEnd,
        scripts: Math.max(...scripts.map(({ responseEnd }) => responseEnd)),
        wanted: performance.getEntriesByName("wanted")[0].startTime,
        rows: performance.getEntriesByName("rows")[0].startTime,
        requests: asked.length,
      };
    }),
  );
  await browser.close();
}

const of = (name, share) =>
  Math.round(
    quantile(
      openings.map((opening) => opening[name]).sort((a, b) => a - b),
      share,
    ),
  );
const median = (name) => of(name, 0.5);
const [load] = loadavg();
if (json) {
  const steps = Object.fromEntries(
    ["page", "asked", "answered", "scripts", "wanted"].map((name) => [name, median(name)]),
  );
  const rowsMs = { least: of("rows", 0), median: median("rows"), most: of("rows", 1) };
  process.stdout.write(`${JSON.stringify({ rounds: openings.length, rowsMs, medianMs: steps, load })}\n`);
} else
  process.stdout.write(
    `history, first rows, ms from navigation start: least ${of("rows", 0)}, median ${median("rows")}, most ${of("rows", 1)}; ` +
      `medians: page read ${median("page")}, rows asked ${median("asked")}, answered ${median("answered")}, ` +
      `scripts read ${median("scripts")}, page wants its rows ${median("wanted")}; ` +
      `${of("requests", 1)} requests at most; ${openings.length} fresh browsers, load ${load.toFixed(1)}\n`,
  );
