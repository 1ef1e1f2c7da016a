// How long the history of a long day takes to open in a fresh browser: navigation start to the first rows painted. Also
// the longest frame while its list is scrolled. Needs a desk whose store has the day:
//   bin/heliograph generate-history --data DIR --fills 100000
//   bin/heliograph start --data DIR --port 3330
//   node bench/history-open.mjs http://127.0.0.1:3330 DAY [rounds]
import { chromium } from "@playwright/test";

const [url = "http://127.0.0.1:3330", day = "generated-2020-01-02-1-100000", rounds = "7"] = process.argv.slice(2);
const address = `${url}/history?day=${day}`;
const opened = [];
const parts = [];
let frames = [];
for (let round = 0; round < Number(rounds); round++) {
  // A browser of its own each time: no cache, no connection, no compiled script.
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
  });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(() => {
    const look = () => {
      if (document.querySelector('[data-testid="history-rows-row"]') === null) requestAnimationFrame(look);
      else requestAnimationFrame(() => performance.mark("rows"));
    };
    requestAnimationFrame(look);
  });
  await page.goto(address, { waitUntil: "commit" });
  await page.waitForFunction(() => performance.getEntriesByName("rows").length > 0, null, { timeout: 60_000 });
  const times = await page.evaluate(() => {
    const [asked] = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/history/fills"));
    const [navigation] = performance.getEntriesByType("navigation");
    return {
      rows: performance.getEntriesByName("rows")[0].startTime,
      document: navigation.responseEnd,
      asked: asked.startTime,
      answered: asked.responseEnd,
    };
  });
  opened.push(times.rows);
  parts.push(times);
  if (round === Number(rounds) - 1) {
    await page.waitForTimeout(1_500);
    frames = await page.getByRole("grid", { name: "Fills" }).evaluate(async (grid) => {
      const gaps = [];
      let last = await new Promise(requestAnimationFrame);
      for (let step = 0; step < 300; step++) {
        grid.scrollBy({ top: 120 });
        const now = await new Promise(requestAnimationFrame);
        gaps.push(now - last);
        last = now;
      }
      return gaps;
    });
  }
  await browser.close();
}
const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
const at = (numbers, share) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * share))];
const median = (name) =>
  at(
    parts.map((part) => part[name]),
    0.5,
  ).toFixed(0);
process.stdout.write(
  `history, first rows, ms from navigation start: median ${at(opened, 0.5).toFixed(0)}, least ${sorted(opened)[0].toFixed(0)}, most ${at(opened, 1).toFixed(0)}; ` +
    `page read ${median("document")}, rows asked ${median("asked")}, answered ${median("answered")}; ` +
    `scrolling, ms a frame: p50 ${at(frames, 0.5).toFixed(1)}, p99 ${at(frames, 0.99).toFixed(1)}; ${rounds} fresh browsers\n`,
);
