import { expect, test } from "@playwright/test";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

test("live prices move on the watch list", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const before = await screen.watchText();
  await expect(async () => expect(await screen.watchText()).not.toBe(before)).toPass({ timeout: 10_000 });
});

test("the ladder and the chart follow the symbol that is clicked", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const [, , third] = await screen.watchedSymbols();
  const before = await screen.ladderPrices("bid");
  await screen.watchRow(third).click();
  await expect(screen.watchRow(third)).toHaveAttribute("aria-selected", "true");
  // The name of a docked panel is its own, its title stands in the dock's head.
  await expect(screen.panel("ladder")).toHaveAccessibleName(new RegExp(`Depth\\s+${third}`));
  await expect(screen.panel("chart")).toHaveAccessibleName(new RegExp(third));
  await expect(page.getByRole("img", { name: `Candles of ${third}` })).toBeVisible();
  await screen.showsMark("ladder", "live");
  await expect(async () => expect(await screen.ladderPrices("bid")).not.toEqual(before)).toPass();
});

test("prices fall from top to bottom on each side of the ladder", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  for (let look = 0; look < 10; look++) {
    for (const side of ["ask", "bid"]) {
      const prices = await page
        .locator(`[data-testid^="ladder-${side}-"]`)
        .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute("data-price"))).filter((price) => price > 0));
      expect(prices.length).toBeGreaterThan(4);
      expect(prices).toEqual([...prices].sort((a, b) => b - a));
    }
    await page.waitForTimeout(150);
  }
});

test("prices stand still on the ladder while the pointer is over it", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.getByTestId("ladder-bid-2").hover();
  const held = await screen.ladderPrices("bid");
  for (let look = 0; look < 10; look++) {
    await page.waitForTimeout(200);
    expect(await screen.ladderPrices("bid")).toEqual(held);
  }
});

test("the chart stands still while the pointer is over it, and is at the newest bar again when it leaves @thorough", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const chart = page.getByTestId("price-chart-canvas");
  const [symbol] = await screen.watchedSymbols();
  await screen.watchRow(symbol).click();
  await expect(chart).toHaveAttribute("data-from", /\d/, { timeout: 30_000 });
  await chart.hover();
  await expect(chart).toHaveAttribute("data-held", "true");
  // What was on its way to the screen when the pointer came.
  await page.waitForTimeout(1_500);
  const held = await chart.getAttribute("data-from");
  for (let look = 0; look < 10; look++) {
    await page.waitForTimeout(400);
    expect(await chart.getAttribute("data-from")).toBe(held);
  }
  await page.mouse.move(700, 12);
  await expect(chart).not.toHaveAttribute("data-held", "true");
  await expect.poll(async () => Number(await chart.getAttribute("data-from"))).toBeGreaterThan(Number(held));
});

test("the arrow keys walk through the watch list", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const [first, second] = await screen.watchedSymbols();
  await screen.watchRow(first).click();
  await page.getByRole("listbox", { name: "Watch list" }).focus();
  await page.keyboard.press("ArrowDown");
  await expect(screen.watchRow(second)).toHaveAttribute("aria-selected", "true");
  await expect(screen.panel("ladder")).toHaveAccessibleName(new RegExp(second));
});

test("the filter finds a symbol from the keyboard and Escape shows all again", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const all = await screen.watchedSymbols();
  await page.keyboard.press("/");
  await page.keyboard.type(all[4]);
  await expect(screen.watchRow(all[4])).toBeVisible();
  expect((await screen.watchedSymbols()).every((symbol) => symbol.includes(all[4]))).toBe(true);
  await page.keyboard.press("Escape");
  await expect(async () => expect(await screen.watchedSymbols()).toEqual(all)).toPass();
});

test("the chart goes over to minute bars and back", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.getByTestId("chart-interval-minute").click();
  await expect(page.getByTestId("chart-interval-minute")).toHaveAttribute("aria-pressed", "true");
  await screen.showsMark("chart", "live");
  await page.keyboard.press("Alt+b");
  await expect(page.getByTestId("chart-interval-second")).toHaveAttribute("aria-pressed", "true");
  await screen.showsMark("chart", "live");
});

test("no column and no button moves over two hundred updates, and the page does not scroll", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const before = await screen.geometry();
  expect(before.split("\n").length).toBeGreaterThan(30);
  for (let look = 0; look < 40; look++) {
    await page.waitForTimeout(250);
    expect(await screen.geometry()).toBe(before);
  }
  const overflow = await page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.documentElement;
    return { down: scrollHeight - clientHeight, right: scrollWidth - clientWidth };
  });
  expect(overflow).toEqual({ down: 0, right: 0 });
});
