// Script time a frame of the pairs map, every pair moving. Needs a desk or a fake desk on the address given:
//   NODE_ENV=production node server/gateway/testing/start-fake-desk.mjs 3330 200 400
//   node bench/pairs-map.mjs http://127.0.0.1:3330 [seconds] [path]
import { chromium } from "@playwright/test";
import { launchOptions, mean, quantile, scriptPerFrame, traced } from "./page-trace.mjs";

const [url = "http://127.0.0.1:3330", seconds = "20", path = "/pairs"] = process.argv.slice(2);
const browser = await chromium.launch(launchOptions);
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(url + path);
await page.locator('[data-mark="live"]').first().waitFor();
await page.waitForTimeout(4_000);
const session = await page.context().newCDPSession(page);
await session.send("Performance.enable");
const { events } = await traced(session, () => page.waitForTimeout(Number(seconds) * 1_000));
const { metrics } = await session.send("Performance.getMetrics");
const { costs, longest, frames } = scriptPerFrame(events, Number(seconds));
const at = (share) => quantile(costs, share).toFixed(2);
const heap = `${((metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 2 ** 20).toFixed(1)} MB`;
process.stdout.write(
  `${path}: script a frame, ms: mean ${mean(costs).toFixed(2)}, p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)}; longest run ${longest.toFixed(2)}; heap ${heap}; ${frames} frames\n`,
);
await browser.close();
