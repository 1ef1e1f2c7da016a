import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium, type Page } from "@playwright/test";
import sharp from "sharp";
import { z } from "zod";
import { terminalPages } from "../components/terminal/navigation";
import { wideScreenPixels } from "../components/terminal/use-wide-screen";
import type { Arrangement } from "../protocol/layouts";
import { startDesk } from "../tests/support/desk-under-test";
import { findChromium } from "../tests/support/find-chromium";

/** A usual laptop and a usual phone. */
const sizes = [
  { name: "", width: 1_440, height: 900 },
  { name: "-phone", width: 390, height: 844 },
] as const;
const themes = ["dark", "light"] as const;

/** How long a page may take to come up, on a machine that does other things too. */
const pageMsMax = 180_000;
/** How long each page may fill after it is connected. */
const settleMs = 2_500;

/** A desk as somebody might arrange it: the chart large, orders and fills beside each other below it. */
const arranged: Arrangement = {
  version: 1,
  width: 1_428,
  height: 816,
  direction: "row",
  parts: [
    {
      kind: "split",
      size: 1_000,
      parts: [
        { kind: "group", size: 500, panels: ["chart"], shown: "chart" },
        {
          kind: "split",
          size: 316,
          parts: [
            { kind: "group", size: 500, panels: ["orders", "positions"], shown: "orders" },
            { kind: "group", size: 500, panels: ["fills", "pairs", "notices"], shown: "fills" },
          ],
        },
      ],
    },
    {
      kind: "split",
      size: 428,
      parts: [
        { kind: "group", size: 420, panels: ["ladder", "watch"], shown: "ladder" },
        { kind: "group", size: 196, panels: ["pnl", "pairs-heat"], shown: "pnl" },
        { kind: "group", size: 200, panels: ["strategies"], shown: "strategies" },
      ],
    },
  ],
};

/** What a replay is photographed of: the evening of a recorded day, with the gap before the opening skipped. */
const replayFrom = "22:50";
const replaySpeed = "60";
/** At that speed the evening is over after a minute: it runs so for a while, and slowly once photographing begins. */
const replaySecondsMax = 15;
const slowly = (page: Page) => page.getByTestId("playback-speed-1").click();

/** A picture to take: the name of its file, where it is, and how the desk is arranged there. */
type Picture = { readonly name: string; readonly place: string; readonly layout?: Arrangement };

/** Every page of the navigation, and what lies below them. */
async function picturesOf(address: string): Promise<readonly Picture[]> {
  const pages = terminalPages.map(({ path: place, title }) => ({ name: title.toLowerCase(), place }));
  const order = await newestOrder(address);
  return [
    ...pages,
    { name: "desk-arranged", place: "/", layout: arranged },
    { name: "pair", place: "/pairs/0" },
    { name: "strategy", place: "/strategies/0" },
    ...(order === null ? [] : [{ name: "order", place: `/history?open=order-${order}` }]),
  ];
}

/** The order of the newest fill; null while the store has none. */
async function newestOrder(address: string): Promise<number | null> {
  const response = await fetch(new URL("/api/history/fills?limit=1", address));
  if (!response.ok) return null;
  const { rows } = z.object({ rows: z.array(z.object({ order: z.int() })) }).parse(await response.json());
  return rows[0]?.order ?? null;
}

/** What is photographed, and for how long it runs before. */
export type Sitting = {
  /** A running desk; null starts one for the pictures, lets every strategy trade, and stops it. */
  readonly address: string | null;
  /** A recorded day whose replay is photographed too, on a desk of its own; null for none. */
  readonly recording: string | null;
  readonly folder: string;
  readonly seconds: number;
};

/**
 * Photographs every page of a desk and of a replay, dark and light, on a laptop and on a phone, after each desk has had
 * `seconds` to fill. The pictures carry at most 256 colours, which keeps them small. Returns the files written.
 */
export async function takeScreenshots({ address, recording, folder, seconds }: Sitting): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const files: string[] = [];
  if (address !== null) files.push(...(await photograph(address, folder, seconds, () => picturesOf(address))));
  else
    await withDesk([], async (url) => {
      files.push(...(await photograph(url, folder, seconds, () => picturesOf(url))));
    });
  if (recording !== null)
    await withDesk(["--replay", recording, "--from", replayFrom, "--speed", replaySpeed], async (url) => {
      const replay = [{ name: "replay", place: "/" }];
      const fillSeconds = Math.min(seconds, replaySecondsMax);
      files.push(...(await photograph(url, folder, fillSeconds, () => Promise.resolve(replay), slowly)));
    });
  return files;
}

/** Runs `work` on a desk of its own, whose strategies all may trade. */
async function withDesk(extraArguments: readonly string[], work: (address: string) => Promise<void>): Promise<void> {
  const desk = await startDesk({ extraArguments });
  try {
    for (let strategy = 0, answer = "done"; answer === "done"; strategy++)
      answer = await desk.command("approve", "strategy", strategy, "pictures for the documents");
    await work(desk.url);
  } finally {
    await desk.stop();
    desk.remove();
  }
}

/** Photographs one desk once it has run for `seconds`. */
async function photograph(
  address: string,
  folder: string,
  seconds: number,
  picturesOfDesk: () => Promise<readonly Picture[]>,
  /** What the one who looks on does at the end of that. */
  beforePictures: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const files: string[] = [];
  try {
    // Somebody looks on meanwhile: what only a screen that is open remembers is there too.
    const waiting = await browser.newPage();
    await waiting.goto(address, { waitUntil: "commit" });
    await waiting.waitForTimeout(seconds * 1_000);
    await beforePictures(waiting);
    await waiting.close();
    const pictures = await picturesOfDesk();
    for (const size of sizes)
      for (const theme of themes)
        for (const { name, place, layout } of pictures) {
          // A phone has no dock to arrange.
          if (layout !== undefined && size.width < wideScreenPixels) continue;
          const page = await browser.newPage({ viewport: { width: size.width, height: size.height } });
          await page.addInitScript(
            ([chosen, kept]) => {
              localStorage.setItem("heliograph.theme", chosen);
              if (kept !== "") localStorage.setItem("heliograph.layout", kept);
            },
            [theme, layout === undefined ? "" : JSON.stringify(layout)],
          );
          page.setDefaultTimeout(pageMsMax);
          await page.goto(new URL(place, address).href, { waitUntil: "commit" });
          await page.locator('[data-testid="connection"][data-state="connected"]').waitFor({ state: "attached" });
          await page.waitForFunction(() => document.querySelector('[data-mark="loading"]') === null);
          await page.waitForTimeout(settleMs);
          const file = path.join(folder, `${name}-${theme}${size.name}.png`);
          const picture = await sharp(await page.screenshot())
            .png({ palette: true, effort: 10 })
            .toBuffer();
          writeFileSync(file, picture);
          files.push(file);
          await page.close();
        }
    return files;
  } finally {
    await browser.close();
  }
}
