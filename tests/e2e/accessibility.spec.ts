import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { terminalPages } from "../../components/terminal/navigation";
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

/** What axe finds serious or critical, one line each. */
async function seriousViolations(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
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

for (const theme of ["dark", "light"])
  for (const { path, title } of terminalPages)
    test(`axe finds nothing serious on ${title}, ${theme}`, async ({ page }) => {
      await page.addInitScript((chosen) => localStorage.setItem("heliograph.theme", chosen), theme);
      await page.goto(`${desk.url}${path}`);
      await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
      await page.waitForTimeout(2_500);
      expect(await seriousViolations(page)).toEqual([]);
    });

for (const colours of ["green-up", "red-up"])
  for (const theme of ["dark", "light"])
    test(`axe finds nothing serious on the desk in ${colours}, ${theme}`, async ({ page }) => {
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

test("axe finds nothing serious in the palette, the shortcut sheet and the dialogs", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const openings = [
    () => page.keyboard.press("Control+k"),
    () => page.keyboard.press("?"),
    () => page.keyboard.press("Control+Alt+h"),
    () => screen.strategyButton(0, "approve").click(),
    () => screen.strategyButton(0, "kill").click(),
  ];
  for (const open of openings) {
    await open();
    await expect(page.getByRole("dialog")).toBeVisible();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
  }
});

test("approve, kill and HALT need no mouse: Tab reaches the buttons, Enter works them", async ({ page }) => {
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
  await page.keyboard.press("Enter");
  await expect(screen.haltFrame).toBeHidden();
});
