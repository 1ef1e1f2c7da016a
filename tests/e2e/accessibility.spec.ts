import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { terminalPages } from "../../components/terminal/navigation";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
  // Something to show: orders, positions, fills.
  await desk.command("approve", "strategy", maker, "browser test");
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

const maker = 3;

/** What axe finds serious or critical, one line each; in the whole page, or in what a selector names. */
async function seriousViolations(page: Page, within = "html"): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).include(within).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`));
}

/** Steps through the page with the Tab key until the wanted control has the focus. */
async function tabTo(page: Page, testId: string): Promise<void> {
  for (let step = 0; step < 400; step++) {
    const at = await page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? "");
    if (at === testId) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`the Tab key does not reach ${testId}`);
}

/** The pages of the navigation, and those that lie below them: a pair, a strategy, the life of an order. */
async function everyPage(): Promise<string[]> {
  let order: unknown;
  await expect(async () => {
    [{ order }] = [...(await desk.history("fills"))];
  }).toPass({ timeout: 60_000 });
  return [
    ...terminalPages.map(({ path }) => path),
    "/pairs/0",
    "/strategies/0",
    `/strategies/${maker}`,
    `/history?open=order-${String(order)}`,
  ];
}

for (const [name, viewport] of [
  ["a laptop", { width: 1_440, height: 900 }],
  ["a phone", { width: 390, height: 844 }],
] as const)
  test(`axe finds nothing serious on any page, dark and light, on ${name} @thorough`, async ({ page }) => {
    test.setTimeout(720_000);
    await page.setViewportSize(viewport);
    for (const path of await everyPage()) {
      await page.goto(`${desk.url}${path}`);
      await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
      await expect(page.locator('[data-mark="loading"]')).toHaveCount(0, { timeout: 30_000 });
      if (path.includes("open=")) await expect(page.getByTestId("life-submitted")).toBeVisible();
      for (const theme of ["dark", "light"]) {
        await page.evaluate((chosen) => {
          document.documentElement.dataset.theme = chosen;
        }, theme);
        expect(await seriousViolations(page), `${path}, ${theme}`).toEqual([]);
      }
    }
  });

for (const [colours, theme] of [
  ["green-up", "light"],
  ["red-up", "dark"],
] as const)
  test(`axe finds nothing serious on the desk in ${colours}, ${theme} @thorough`, async ({ page }) => {
    await page.addInitScript(
      ([chosen, set]) => {
        localStorage.setItem("heliograph.theme", chosen);
        localStorage.setItem("heliograph.colours", set);
      },
      [theme, colours],
    );
    await new DeskPage(page).open(desk.url);
    expect(await seriousViolations(page)).toEqual([]);
  });

test("axe finds nothing serious in the palette, the shortcut sheet and the dialogs @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const openings = [
    () => page.keyboard.press("Control+k"),
    () => page.keyboard.press("?"),
    () => page.keyboard.press("Control+Alt+h"),
    () => page.getByTestId("layout-menu").click(),
    () => screen.strategyButton(0, "approve").click(),
    () => screen.strategyButton(0, "kill").click(),
  ];
  for (const open of openings) {
    await open();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await seriousViolations(page, '[role="dialog"]')).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
});

test("approve, kill and HALT need no mouse: Tab reaches the buttons, Enter works them @thorough", async ({ page }) => {
  // The way there is a few hundred Tabs long.
  test.setTimeout(480_000);
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await tabTo(page, "strategy-1-approve");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("approve-reason")).toBeFocused();
  await page.keyboard.type("keyboard only");
  await page.keyboard.press("Enter");
  await screen.strategyIs(1, "running");
  await tabTo(page, "strategy-1-kill");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("kill-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
  await screen.strategyIs(1, "killed");
  await tabTo(page, "halt");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("halt-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(screen.haltFrame).toBeVisible();
  await tabTo(page, "halt-release");
  await page.keyboard.press("Enter");
  await page.keyboard.type("keyboard only");
  await expect(page.getByTestId("release-list")).toHaveAttribute("data-known", "true");
  await page.keyboard.press("Enter");
  await expect(screen.haltFrame).toBeHidden();
});

test("a trade is found without a mouse: the page's letter, the symbol, the row, the life of its order", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  let fills: Awaited<ReturnType<DeskUnderTest["history"]>> = [];
  await expect(async () => {
    fills = await desk.history("fills");
    expect(fills.length).toBeGreaterThan(0);
  }).toPass({ timeout: 60_000 });
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(page.getByTestId("history")).toHaveAttribute("data-mark", "live");
  const symbol = page.getByTestId("history-symbol");
  const wanted = demoDesk().instruments[Number(fills[0].instrument)].symbol;
  await tabTo(page, "history-symbol");
  await page.keyboard.type(wanted);
  await page.keyboard.press("Enter");
  await expect(symbol).toHaveValue(wanted);
  await expect(page).toHaveURL(new RegExp(`symbol=${wanted}`));
  await expect(page.getByTestId("history-rows-row").first()).toContainText(wanted);
  // The rows of before the filter may still stand when the first of them has the symbol by chance.
  await expect(async () => {
    for (const row of await page.getByTestId("history-rows-row").allTextContents()) expect(row).toContain(wanted);
  }).toPass({ timeout: 40_000 });
  await expect(async () => {
    await tabTo(page, "history-rows");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect(page.getByTestId("life-submitted")).toBeVisible({ timeout: 3_000 });
  }).toPass({ timeout: 40_000 });
  await expect(page.getByTestId("history-life")).toContainText(wanted);
});
