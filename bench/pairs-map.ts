import { loadavg } from "node:os";
import type { Bench } from "./bench";
import { addressOption, deskAddress } from "./page-address";

/** How long the page may come to rest before. */
const restMs = 4_000;

/** Script time a frame of the pairs map, or of another page that lives; a desk or a fake desk must be there. */
export const pairsMapBench: Bench = {
  summary: "script a frame of the pairs map, or of the page named",
  usage: "[PAGE]",
  options: [
    addressOption,
    { name: "seconds", kind: "whole", value: "N", summary: "pairs-map: how long to watch; default 20" },
  ],
  run: async (input, [place = "/pairs"]) => {
    const address = new URL(place, await deskAddress(input)).href;
    const seconds = input.whole("seconds") ?? 20;
    const { benchViewport, launchBrowser, mean, quantile, scriptPerFrame, traced } = await import("./page-trace");
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage({ viewport: benchViewport });
      await page.goto(address);
      await page.locator('[data-mark="live"]').first().waitFor();
      await page.waitForTimeout(restMs);
      const session = await page.context().newCDPSession(page);
      await session.send("Performance.enable");
      const { events } = await traced(session, () => page.waitForTimeout(seconds * 1_000));
      const { metrics } = await session.send("Performance.getMetrics");
      const { costs, longest, frames } = scriptPerFrame(events, seconds);
      const heapBytes = metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0;
      const scriptMs = {
        mean: mean(costs),
        p50: quantile(costs, 0.5),
        p99: quantile(costs, 0.99),
        max: quantile(costs, 1),
        longestRun: longest,
      };
      const text = Object.entries(scriptMs).map(([name, ms]) => `${name} ${ms.toFixed(2)}`);
      const [load] = loadavg();
      console.log(`${place}: script a frame, ms: ${text.join(", ")}; ${frames} frames, load ${load.toFixed(1)}`);
      console.log(`heap ${(heapBytes / 2 ** 20).toFixed(1)} MB`);
      return { place, seconds, frames, scriptMs, heapBytes, load };
    } finally {
      await browser.close();
    }
  },
};
