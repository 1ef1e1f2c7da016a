import { expect, type Page, test } from "@playwright/test";
import { limitsAt } from "../../components/risk/limit-tree";
import { terminalPages } from "../../components/terminal/navigation";
import type { LimitCode } from "../../domain/limit";
import { sides } from "../../domain/order";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import type { EngineTruth } from "../support/engine-truth";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

// One that fails takes those after it along, so a busy machine has time: what the exchange knows is recovered from its journal.
test.describe.configure({ mode: "serial", timeout: 240_000 });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
  await desk.command("approve", "strategy", maker, "browser test");
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

/** The maker quotes as soon as it runs, which makes it the one to test with. */
const maker = 3;
const sizes = demoDesk();

function makerLimit(wanted: LimitCode): number {
  const found = limitsAt("strategy", maker, sizes).find(({ code }) => code === wanted);
  if (found === undefined) throw new Error(`a strategy has no limit ${wanted}`);
  return found.id;
}

async function open(page: Page, path: string, panel: string): Promise<void> {
  await page.goto(`${desk.url}${path}`);
  await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
  await expect(page.getByTestId(panel).first()).toHaveAttribute("data-mark", "live", { timeout: 30_000 });
}

/** One deliberate step: the dialog has the focus on its button, Enter kills. */
async function confirmKill(page: Page): Promise<void> {
  await expect(page.getByTestId("kill-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
}

test("HALT halts from every page, and every page shows the limit nearest to its end @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  for (const { path } of terminalPages) {
    await page.goto(`${desk.url}${path}`);
    await expect(page.getByTestId("connection")).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
    await expect(page.getByTestId("worst-limit")).toContainText(/· .*\d %/, { timeout: 30_000 });
    await page.getByTestId("halt").click();
    await expect(page.getByTestId("halt-confirm")).toBeFocused();
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toBeHidden();
    await expect(screen.haltFrame).toBeHidden();
    // The second time it is meant.
    await page.getByTestId("halt").click();
    await expect(page.getByTestId("halt-confirm")).toBeFocused();
    await page.keyboard.press("Enter");
    await expect(screen.haltFrame).toBeVisible();
    await expect.poll(() => desk.command("release", "all", -1, "browser test")).toBe("done");
    await expect(screen.haltFrame).toBeHidden();
  }
  expect(await desk.command("resume", "strategy", maker)).toBe("done");
  await page.getByTestId("worst-limit").click();
  await expect(page).toHaveURL(/\/risk$/);
});

/** The maker's open orders that do not only close what it holds, by the facts. */
function opening(truth: EngineTruth): readonly number[] {
  const held = new Map<number, number>();
  for (const { strategy, instrument, quantity } of truth.factsOf("position"))
    if (strategy === maker) held.set(instrument, quantity);
  const ended = new Set<number>();
  for (const { order, leavesQuantity } of truth.factsOf("orderCancelled")) if (leavesQuantity === 0) ended.add(order);
  for (const { order, leavesQuantity } of truth.factsOf("fill")) if (leavesQuantity === 0) ended.add(order);
  for (const { order } of [...truth.factsOf("orderRejected"), ...truth.factsOf("orderLost")]) ended.add(order);
  return truth
    .factsOf("orderSubmitted")
    .filter(({ order, strategy }) => strategy === maker && !ended.has(order))
    .filter(({ side, instrument }) => (held.get(instrument) ?? 0) * (side === sides.code.buy ? 1 : -1) >= 0)
    .map(({ order }) => order);
}

test("the tree shows what is used, opens by keyboard and is filtered", async ({ page }) => {
  await open(page, "/risk", "risk-limits");
  const tree = page.getByTestId("limit-tree");
  await expect(tree).toContainText("Gross exposure");
  await tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowLeft");
  await expect(tree).not.toContainText("Gross exposure");
  await page.keyboard.press("ArrowRight");
  await expect(tree).toContainText("Gross exposure");
  await page.getByTestId("limits-filter").fill("messages a second");
  await expect(page.getByTestId(`limit-line-limit:${makerLimit("messagesPerSecond")}`)).toContainText("50");
  await expect(tree).not.toContainText("Gross exposure");
  await expect(page.getByTestId("risk-rates")).toContainText("/ 50");
});

test("an order is killed from its row", async ({ page }) => {
  await open(page, `/strategies/${maker}`, "strategy-blotter");
  await page.getByTestId("strategy-tab-orders").click();
  const button = page.locator('[data-testid^="order-"][data-testid$="-kill"]:not([aria-disabled])').first();
  // A quote lives for a moment only. While its venue says nothing it stands, until its market is not fresh any more.
  await expect(async () => {
    await page.keyboard.press("Escape");
    desk.freeze("exchange");
    try {
      await button.click({ timeout: 1_000 });
      await confirmKill(page);
      await expect(page.getByText(/Kill order \d+: done/).first()).toBeVisible({ timeout: 3_000 });
    } finally {
      desk.wake("exchange");
    }
  }).toPass({ timeout: 40_000 });
});

test("a tighter limit acts at once, and names the record from which it is in force", async ({ page }) => {
  await open(page, "/risk", "risk-limits");
  const id = makerLimit("grossExposure");
  await page.getByTestId("limits-filter").fill("maker");
  await page.getByTestId(`limit-line-limit:${id}`).click();
  await page.getByTestId("limit-change").click();
  await page.getByTestId("limit-value").fill("1");
  await expect(page.getByTestId("limit-confirm")).toHaveAttribute("aria-disabled", "true");
  await page.getByTestId("limit-reason").fill("browser test of a limit");
  await expect(page.getByTestId("limit-answer")).toContainText("acts at once");
  await page.getByTestId("limit-confirm").click();
  await expect(page.getByTestId("limit-answer")).toContainText(
    /Changed: 1,500,000 → 1, in force from record [\d,]+ on/,
  );
  await page.getByTestId("limit-close").click();
  await expect(page.getByTestId("risk-changes")).toContainText("desk: browser test of a limit");
  // What it had working is beyond the limit now, and goes; nothing follows it but what closes a position.
  await expect(async () => expect(opening(await desk.engine())).toEqual([])).toPass({ timeout: 15_000 });
});

test("what it refuses stands with its numbers beside the strategy and on the risk page @thorough", async ({ page }) => {
  const numbers = /strategy gross exposure limit 1, would be \d/;
  await open(page, "/risk", "risk-refusals");
  const line = page.getByTestId("risk-refusal-rows-row").filter({ hasText: "Gross exposure of the strategy" });
  await expect(line).toContainText(numbers, { timeout: 30_000 });
  await expect(line).toContainText("maker");
  await expect(page.getByTestId("refusals-hour")).not.toHaveAttribute("data-sum", "0");
  await open(page, `/strategies/${maker}`, "strategy-blotter");
  await page.getByTestId("strategy-tab-refusals").click();
  await expect(page.getByTestId("strategy-refusals-row").first()).toContainText(numbers);
  await expect(page.getByTestId("strategy-refusal-counts")).toContainText(/Gross exposure of the strategy \d/);
});

test("a pair is killed from its page, with its reason afterwards, and a symbol from its tile @thorough", async ({
  page,
}) => {
  await open(page, "/pairs/0", "pair-now");
  await page.getByTestId("pair-kill").click();
  await confirmKill(page);
  const pair = page.getByTestId("kill-pair-0");
  await expect(pair).toContainText(/blocked at [\d:.]+ UTC · cancelled \d+ of \d+ · unknown \d+/);
  await page.getByTestId("kill-why-pair-0").fill("legs drift apart");
  await page.keyboard.press("Enter");
  await expect(pair).toContainText("by desk: legs drift apart");

  await open(page, "/markets", "wall");
  await page.locator('[data-testid^="tile-"][data-testid$="-kill"]').first().click();
  await confirmKill(page);
  await expect(page.locator('[data-testid^="tile-"]', { hasText: "Killed" }).first()).toBeVisible();
});

test("the desk kills its symbol and its venues, and the console knows of every kill @thorough", async ({ page }) => {
  await open(page, "/", "ladder");
  await page.getByLabel("Filter by symbol or sector").fill("MSFT");
  await page.getByTestId("watch-row-MSFT").click();
  await expect(page.getByTestId("symbol-kill")).toHaveAccessibleName("Kill MSFT");
  await page.getByTestId("symbol-kill").click();
  await confirmKill(page);
  await expect(page.getByTestId("ladder")).toContainText("Killed: MSFT");

  await page.getByTestId("health-execution").click();
  await page.getByTestId("venue-0-kill").click();
  await confirmKill(page);
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-search").fill("kill venue south");
  await page.keyboard.press("Enter");
  await confirmKill(page);
  await open(page, "/risk", "kill-console");
  for (const killed of ["Killed: pair", "Killed: MSFT", "Killed: venue NORTH", "Killed: venue SOUTH"])
    await expect(page.getByTestId("kill-console")).toContainText(killed);
});

test("the kill console kills a strategy and the desk, and a release lists what is open and asks why @thorough", async ({
  page,
}) => {
  await open(page, "/risk", "kill-console");
  await page.getByTestId("pick-scope").selectOption("strategy");
  await page.getByTestId("pick-target").selectOption(`${maker}`);
  await page.getByTestId("kill-picked").click();
  await confirmKill(page);
  await expect(page.getByTestId(`kill-strategy-${maker}`)).toContainText(/blocked at [\d:.]+ UTC · cancelled/);
  await page.getByTestId("pick-scope").selectOption("all");
  await page.getByTestId("kill-picked").click();
  await page.getByTestId("halt-confirm").click();
  await expect(page.getByTestId("kill-all--1")).toContainText(/blocked at [\d:.]+ UTC · cancelled/);
  for (const [scope, target] of [
    ["all", -1],
    ["strategy", maker],
    ["pair", 0],
    ["venue", 0],
  ] as const) {
    await page.getByTestId(`release-${scope}-${target}`).click();
    await expect(page.getByTestId("release-list")).toContainText(/Still open: \d+ orders?, \d+ positions?/);
    await expect(page.getByTestId("release-confirm")).toHaveAttribute("aria-disabled", "true");
    await page.getByTestId("release-reason").fill("browser test is over");
    await page.getByTestId("release-confirm").click();
    await expect(page.getByTestId(`kill-${scope}-${target}`)).toBeHidden();
  }
});

test("a stricter mode takes one step, a looser one a reason @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await open(page, "/risk", "risk-scope");
  await page.getByTestId("pick-scope").selectOption("strategy");
  await page.getByTestId("pick-target").selectOption("0");
  await page.getByTestId("mode-reducing").click();
  await expect(page.getByTestId("mode-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("mode-in-force-strategy-0")).toContainText("Reducing");
  await page.getByTestId("mode-active").click();
  await expect(page.getByTestId("mode-confirm")).toHaveAttribute("aria-disabled", "true");
  await page.getByTestId("mode-reason").fill("browser test is over");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("mode-in-force-strategy-0")).toBeHidden();
  await expect(page.getByTestId("risk-changes")).toContainText("Reducing → Active");
  await expect(screen.haltFrame).toBeHidden();
});
