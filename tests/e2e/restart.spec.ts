import { expect, test } from "@playwright/test";
import { limitsAt } from "../../components/risk/limit-tree";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage, panels } from "./desk-page";

let desk: DeskUnderTest;

/** The maker quotes as soon as it runs. */
const maker = 3;
const exposureLimit = limitsAt("strategy", maker, demoDesk()).find(({ code }) => code === "grossExposure")?.id;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

test("a reload shows the same symbol, tab and strategies", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const [, , , fourth] = await screen.watchedSymbols();
  await screen.watchRow(fourth).click();
  await screen.openTab("pairs");
  await page.reload();
  await screen.becomesLive();
  await expect(screen.watchRow(fourth)).toHaveAttribute("aria-selected", "true");
  await expect(screen.panel("ladder")).toHaveAccessibleName(new RegExp(fourth));
  await expect(page.getByTestId("tab-pairs")).toHaveAttribute("data-state", "active");
});

test("an open page survives the death of the web process: marked meanwhile, then resynchronised @thorough", async ({
  page,
}) => {
  test.setTimeout(120_000);
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  desk.kill9("web");
  await expect(page.getByTestId("connection-banner")).toBeVisible();
  for (const panel of panels) {
    await screen.showsMark(panel, "disconnected");
    await expect(screen.hatch(panel)).toBeVisible();
  }
  await expect(screen.age("watch")).toContainText("NO CONNECTION");
  await screen.becomesLive();
  await expect(page.getByTestId("connection-banner")).toBeHidden();
  const before = await screen.watchText();
  await expect(async () => expect(await screen.watchText()).not.toBe(before)).toPass();
});

test("an open page says that the engine is dead, and goes on after its recovery", async ({ page }) => {
  test.setTimeout(120_000);
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  desk.kill9("engine");
  await expect(page.getByTestId("health-engine")).not.toHaveAttribute("data-state", "ok");
  await screen.becomesLive();
  await expect(page.getByTestId("health-feed")).toHaveAttribute("data-state", "ok", { timeout: 30_000 });
  const before = await screen.watchText();
  await expect(async () => expect(await screen.watchText()).not.toBe(before)).toPass();
});

test("a frozen engine hatches every panel, and none stays hatched when it goes on", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const engine = desk.pidOf("engine");
  process.kill(engine, "SIGSTOP");
  try {
    for (const panel of panels) {
      await screen.showsMark(panel, "stale");
      await expect(screen.hatch(panel)).toBeVisible();
    }
    await expect(screen.age("ladder")).toContainText(/STALE \d/);
  } finally {
    process.kill(engine, "SIGCONT");
  }
  await screen.becomesLive();
});

test("a frozen feed hatches what shows prices and leaves orders and money unmarked", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const exchange = desk.pidOf("exchange");
  process.kill(exchange, "SIGSTOP");
  try {
    for (const panel of ["watch", "ladder", "chart", "pairs-heat"] as const) {
      await screen.showsMark(panel, "stale");
      await expect(screen.hatch(panel)).toBeVisible();
    }
    for (const panel of ["strategies", "pnl", "blotter"] as const) await screen.showsMark(panel, "live");
    await expect(page.getByTestId("health-feed")).toHaveAttribute("data-state", "down");
  } finally {
    process.kill(exchange, "SIGCONT");
  }
  await screen.becomesLive();
});

test("orders whose venue does not answer are shown as unknown, stay in exposure, and as what became of them once it is back", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  expect(await desk.command("approve", "strategy", maker)).toBe("done");
  await screen.openTab("orders");
  const orders = screen.panel("blotter").getByRole("row");
  const unknown = orders.filter({ hasText: "? Unknown" });
  const open = orders.filter({ hasText: /Working|Part filled|Pending|Cancelling|Replacing/ });
  await expect(open.first()).toBeVisible({ timeout: 30_000 });
  const exchange = desk.pidOf("exchange");
  process.kill(exchange, "SIGSTOP");
  try {
    // The maker takes its quotes back when their market is not fresh any more, and nobody answers.
    await expect(unknown.first()).toBeVisible({ timeout: 30_000 });
    await expect(open).toHaveCount(0);
    const numberOf = (text: string) => Number(text.replaceAll(",", ""));
    let stake = 0;
    for (const row of await unknown.all()) {
      const cells = await row.getByRole("gridcell").allTextContents();
      const [filled, quantity] = cells[3].split("/").map(numberOf);
      stake += (quantity - filled) * numberOf(cells[4]);
    }
    expect(stake).toBeGreaterThan(0);

    // Their worst case stands in the exposure: what is held, and all of them filled.
    await page.getByRole("navigation").getByRole("link", { name: "Risk" }).click();
    await page.getByTestId("limits-filter").fill("maker");
    const line = page.getByTestId(`limit-line-limit:${exposureLimit}`).getByRole("gridcell");
    const [used, worst] = [await line.nth(2).textContent(), await line.nth(3).textContent()];
    // The screen rounds to whole dollars; a replace that was on its way may be some ticks worse than its order.
    expect(Math.abs(numberOf(worst ?? "") - numberOf(used ?? "") - stake)).toBeLessThan(stake / 500);
    await page.getByRole("navigation").getByRole("link", { name: "Desk" }).click();
    await screen.openTab("orders");
    await expect(unknown.first()).toBeVisible();
  } finally {
    process.kill(exchange, "SIGCONT");
  }
  await expect(unknown).toHaveCount(0, { timeout: 30_000 });
  await screen.becomesLive();
});
