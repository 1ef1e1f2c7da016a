import { expect, test } from "@playwright/test";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";
import { enteredAfter, lastTimeNs, openOrders } from "./exchange-orders";

let desk: DeskUnderTest;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

/** The maker quotes as soon as it runs, which makes it the one to test with. */
const maker = 3;

test("a strategy is approved only with a reason, and then trades", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.strategyIs(maker, "stopped");
  await screen.strategyButton(maker, "approve").click();
  await expect(page.getByRole("dialog")).toContainText("Gross exposure at most");
  await expect(page.getByTestId("approve-confirm")).toHaveAttribute("aria-disabled", "true");
  await page.getByTestId("approve-reason").fill("browser test");
  await page.keyboard.press("Enter");
  await screen.strategyIs(maker, "running");
  await screen.openTab("orders");
  await expect(screen.blotterRows("orders").first()).toBeVisible({ timeout: 30_000 });
  await screen.openTab("notices");
  await expect(screen.panel("blotter")).toContainText("browser test");
});

test("a running strategy is paused and resumed, each with one click", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.strategyButton(maker, "pause").click();
  await screen.strategyIs(maker, "paused");
  await screen.strategyButton(maker, "resume").click();
  await screen.strategyIs(maker, "running");
});

test("an order is cancelled from its row, which stands still under the pointer", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.openTab("orders");
  const cancel = page.locator('[data-testid^="order-"][data-testid$="-cancel"]:not([aria-disabled])').first();
  // The maker's orders live a second or two: one that ends between the look and the click is not the one.
  await expect(async () => {
    await screen.leavesBlotter();
    await screen.entersOrders();
    await cancel.click({ timeout: 2_000 });
    await expect(page.getByText(/Cancel order \d+ in/).first()).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 45_000 });
});

test("orders that end under the pointer stay in their rows and say so, new ones wait until it leaves", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.openTab("orders");
  await page.getByText("Working only").click();
  await expect(screen.blotterRows("orders").first()).toBeVisible();
  await screen.entersOrders();
  await page.waitForTimeout(500);
  const held = await screen.ordersInPlace();
  const ended = page.locator('[data-testid^="order-"][data-testid$="-state"]', { hasText: /Cancelled|Filled/ });
  await expect(ended.first()).toBeVisible({ timeout: 20_000 });
  await expect(page.getByTestId("orders-waiting")).toContainText("when the pointer leaves");
  expect(await screen.ordersInPlace()).toEqual(held);
  const order = (await ended.first().getAttribute("data-testid"))?.match(/\d+/)?.[0];
  const cancel = page.getByTestId(`order-${order}-cancel`);
  await expect(cancel).toHaveAttribute("aria-disabled", "true");
  await cancel.hover();
  await expect(page.getByRole("tooltip")).toContainText(/Final: (cancelled|filled)/);
  expect(await screen.ordersInPlace()).toEqual(held);
  await screen.leavesBlotter();
  await expect(page.getByTestId("orders-waiting")).toBeHidden();
  await expect(cancel).toBeHidden();
});

test("the keyboard holds the rows too, and Escape shows what is new", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.openTab("orders");
  await screen.leavesBlotter();
  await expect(screen.blotterRows("orders").first()).toBeVisible();
  await page.getByRole("grid", { name: "Orders" }).focus();
  await page.keyboard.press("ArrowDown");
  const held = await screen.ordersInPlace();
  const waiting = page.getByTestId("orders-waiting");
  await expect(waiting).toContainText("with Escape", { timeout: 20_000 });
  expect(await screen.ordersInPlace()).toEqual(held);
  await page.keyboard.press("Escape");
  await expect.poll(() => screen.ordersInPlace()).not.toEqual(held);
});

test("a button that cannot be used keeps its place and says why", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const approve = screen.strategyButton(maker, "approve");
  await expect(approve).toHaveAttribute("aria-disabled", "true");
  await approve.hover();
  await expect(page.getByRole("tooltip")).toContainText("Approved already");
});

test("a killed strategy has no orders at the exchange and none follows", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.strategyIs(maker, "running");
  await screen.kill(maker);
  await screen.strategyIs(maker, "killed");
  await expect(async () => expect(openOrders(desk.exchangeLog())).toEqual([])).toPass({ timeout: 10_000 });
  const quiet = lastTimeNs(desk.exchangeLog());
  await page.waitForTimeout(4_000);
  expect(enteredAfter(desk.exchangeLog(), quiet)).toEqual([]);
});

test("a kill stays through a reload and is released only with a reason", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.strategyIs(maker, "killed");
  await page.reload();
  await screen.becomesLive();
  await screen.strategyIs(maker, "killed");
  await screen.release(maker, "browser test is over");
  await screen.strategyIs(maker, "stopped");
});
