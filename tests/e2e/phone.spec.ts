import { expect, test } from "@playwright/test";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

test("a phone can watch, approve, kill and halt, and nothing is wider than its screen", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await expect(page.getByTestId("day-pnl")).toBeInViewport();
  await expect(screen.strategy(0)).toBeInViewport();
  const button = await screen.strategyButton(0, "kill").boundingBox();
  expect(button?.height ?? 0).toBeGreaterThanOrEqual(40);
  await screen.approve(0, "browser test on a phone");
  await screen.strategyIs(0, "running");
  await screen.kill(0);
  await screen.strategyIs(0, "killed");
  await expect(page.getByTestId("halt")).toBeInViewport();
  await page.getByTestId("halt").tap();
  await page.getByTestId("halt-confirm").tap();
  await expect(screen.haltFrame).toBeVisible();
  await expect(screen.haltProgress).toBeInViewport();
});
