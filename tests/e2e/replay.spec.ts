import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { z } from "zod";
import { recordingPath } from "../../server/wire/testing/recorded-data";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

const root = fileURLToPath(new URL("../..", import.meta.url));
const recording = recordingPath("itch/esh4-20231225.itch");
const secondsPerDay = 86_400;

test.skip(!existsSync(recording), `no recording at ${recording}: the replay is not tested in the browser`);

let desk: DeskUnderTest;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk({ extraArguments: ["--replay", recording, "--from", "22:50", "--speed", "60"] });
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

/** The transport bar as a person uses it. */
class PlaybackBar {
  constructor(readonly page: Page) {}

  async open(): Promise<void> {
    await this.page.goto(desk.url);
    await expect(this.page.getByTestId("mode")).toHaveText("replay");
    await expect(this.page.getByTestId("replay-frame")).toBeVisible();
    await expect(this.bar).toHaveAttribute("data-state", /playing|paused|seeking|ended/);
  }

  get bar() {
    return this.page.getByTestId("playback");
  }

  async is(state: string): Promise<void> {
    await expect(this.bar).toHaveAttribute("data-state", state, { timeout: 30_000 });
  }

  async press(control: "play" | "step-packet" | "step-second" | "speed-1" | "speed-10" | "speed-60" | "speed-max") {
    await this.page.getByTestId(`playback-${control}`).click();
  }

  /** The recording's clock, seconds since midnight with milliseconds. */
  async clock(): Promise<number> {
    const [hours, minutes, seconds] = ((await this.page.getByTestId("playback-clock").textContent()) ?? "")
      .split(":")
      .map(Number);
    return hours * 3_600 + minutes * 60 + seconds;
  }

  async goTo(time: string): Promise<void> {
    await this.page.getByTestId("playback-time").fill(time);
    await this.page.getByTestId("playback-time").press("Enter");
  }

  /** At a place of the recording, standing still. */
  async standAt(time: string, seconds: number): Promise<void> {
    await this.goTo(time);
    await expect.poll(() => this.clock(), { timeout: 20_000 }).toBe(seconds);
  }
}

/** Levels of one side of the ladder on the screen: price in units and quantity, best first. */
async function shownLevels(page: Page, side: "bid" | "ask"): Promise<[number, number][]> {
  const rows = page.locator(`[data-testid^="ladder-${side}-"]`);
  const levels = await rows.evaluateAll((found) =>
    found.map((row) => [Number(row.getAttribute("data-price")), Number(row.getAttribute("data-quantity"))]),
  );
  return levels
    .filter(([, quantity]) => quantity > 0)
    .map(([price, quantity]): [number, number] => [price, quantity])
    .sort((a, b) => (side === "bid" ? b[0] - a[0] : a[0] - b[0]));
}

test("the evening from ten to eleven is shown in the frame of a replay, and its clock is the recording's", async ({
  page,
}) => {
  const playback = new PlaybackBar(page);
  await playback.open();
  expect(desk.output()).toContain("59,488 messages");
  expect(await playback.clock()).toBeGreaterThanOrEqual(22 * 3_600 + 50 * 60);
  await expect(new DeskPage(page).watchRow("ESH4")).toBeVisible();
  await expect(page.getByTestId("health-execution")).toHaveAttribute("data-state", "off");
  await expect(page.getByTestId("halt")).toBeVisible();
});

for (const theme of ["dark", "light"])
  test(`axe finds nothing serious in what a replay adds to the desk, ${theme} @thorough`, async ({ page }) => {
    await page.addInitScript((chosen) => localStorage.setItem("heliograph.theme", chosen), theme);
    await new PlaybackBar(page).open();
    await page.waitForTimeout(1_500);
    // What a replay adds: its bar, and the ages in the panels' heads. The rest is looked at on a live desk.
    const { violations } = await new AxeBuilder({ page })
      .include('[data-testid="playback"]')
      .include("header")
      .analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
  });

test("pause stands still, and steps go on by a packet and by a second", async ({ page }) => {
  const playback = new PlaybackBar(page);
  await playback.open();
  await playback.press("speed-1");
  await playback.goTo("23:10:30");
  await playback.is("playing");
  await expect.poll(() => playback.clock()).toBeGreaterThan(23 * 3_600 + 10 * 60 + 30);
  await playback.press("play");
  await playback.is("paused");
  const at = await playback.clock();
  await page.waitForTimeout(1_200);
  expect(await playback.clock()).toBe(at);
  await new DeskPage(page).showsMark("ladder", "paused");
  await expect(page.getByTestId("ladder-age")).toHaveText("paused");
  await expect(page.getByTestId("ladder-hatch")).toHaveCount(0);
  await playback.press("step-second");
  await expect.poll(() => playback.clock()).toBe(Math.floor(at) + 1);
  await playback.press("step-packet");
  await expect.poll(() => playback.clock()).toBeGreaterThan(Math.floor(at) + 1);
  await playback.is("paused");
});

test("a place before is sought by its time and by the slider's keys, and the speed is chosen by a click", async ({
  page,
}) => {
  const playback = new PlaybackBar(page);
  await playback.open();
  await playback.is("paused");
  await playback.standAt("22:40:00", 22 * 3_600 + 40 * 60);
  const run = Number(await playback.bar.getAttribute("data-run"));
  expect(run).toBeGreaterThan(1);
  const slider = page.getByTestId("playback-slider");
  await slider.focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => playback.clock()).toBe(22 * 3_600 + 40 * 60 + 2);
  await playback.press("speed-10");
  await expect(page.getByTestId("playback-speed-10")).toHaveAttribute("aria-pressed", "true");
  await page.keyboard.press("k");
  await playback.is("playing");
  await page.keyboard.press("k");
  await playback.is("paused");
  await playback.goTo("05:00");
  await expect(page.getByText("05:00 is not a place in the recording")).toBeVisible();
});

test("an approved strategy says what it would do, and no order is sent on any wire", async ({ page }) => {
  const playback = new PlaybackBar(page);
  await playback.open();
  const screen = new DeskPage(page);
  await playback.standAt("23:05:00", 23 * 3_600 + 5 * 60);
  await screen.approve(0, "to see what it would do");
  await screen.strategyIs(0, "running");
  await playback.press("speed-60");
  await playback.press("play");
  await screen.openTab("notices");
  await expect(page.getByText(/would (buy|sell) \d+ ESH4 at 4,8\d\d\.\d\d/).first()).toBeVisible({ timeout: 20_000 });
  await playback.press("play");
  await playback.is("paused");
  await expect(page.getByText("Order refused")).toHaveCount(0);
  expect(await desk.history("orders")).toEqual([]);
  expect(await desk.history("fills")).toEqual([]);
  const { children } = desk.processes();
  expect(children.map(({ name }) => name)).not.toContain("exchange");
  expect(readdirSync(desk.dataDirectory)).not.toContain("exchange");
});

test("the book on the screen at the end is the one that the command line makes of the file", async ({ page }) => {
  const playback = new PlaybackBar(page);
  await playback.open();
  await playback.press("speed-max");
  if ((await playback.bar.getAttribute("data-state")) === "paused") await playback.press("play");
  await playback.is("ended");
  await expect(page.getByTestId("playback-state")).toHaveText("end of the recording");
  await expect(page.getByTestId("playback-share")).toHaveText("100 %");
  expect(await playback.clock()).toBeGreaterThan(secondsPerDay - 2);
  await new DeskPage(page).watchRow("ESH4").click();
  const printed = execFileSync(process.execPath, [join(root, "bin/heliograph"), "book", recording, "--json"], {
    encoding: "utf8",
  });
  const levels = z.array(z.tuple([z.number(), z.number()]));
  const book = z.object({ bids: levels, asks: levels }).parse(JSON.parse(printed.trim().split("\n").at(-1) ?? ""));
  for (const [side, expected] of [
    ["bid", book.bids],
    ["ask", book.asks],
  ] as const)
    await expect(async () => {
      const shown = await shownLevels(page, side);
      expect(shown.length).toBeGreaterThan(4);
      expect(shown).toEqual(expected.slice(0, shown.length));
    }).toPass({ timeout: 15_000 });
  // As fast as it can the last half hour is over before anybody looks.
  await playback.press("speed-1");
  await playback.goTo("23:30");
  await expect.poll(() => playback.clock(), { timeout: 20_000 }).toBeLessThan(secondsPerDay - 2);
});
