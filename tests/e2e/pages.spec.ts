import { expect, type Page, test } from "@playwright/test";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";

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

async function open(page: Page, path: string, panel: string): Promise<void> {
  await page.goto(`${desk.url}${path}`);
  await expect(page.getByTestId(panel)).toHaveAttribute("data-mark", "live", { timeout: 30_000 });
}

/** The pixels of the first canvas below an element. */
function pixels(page: Page, testId: string): Promise<string> {
  return page
    .getByTestId(testId)
    .locator("canvas")
    .first()
    .evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
}

/** The maker quotes as soon as it runs, which makes it the one to test with. */
const maker = 3;

test("the map of pairs moves by itself, says why a pair waits, and Enter opens the pair", async ({ page }) => {
  await open(page, "/pairs", "pairs-map");
  await expect(page.getByTestId("pairs-map-count")).toHaveText("60/60");
  const before = await pixels(page, "pairs-canvas");
  await expect(async () => expect(await pixels(page, "pairs-canvas")).not.toBe(before)).toPass();
  await page.getByTestId("pairs-canvas").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByTestId("pair-strip-wait")).toContainText(/z [+−]?\d|warming up/);
  await expect(page.getByRole("option")).toContainText(/z .*net/);
  const name = (await page.getByTestId("pair-strip").getByRole("link").textContent()) ?? "";
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/pairs\/\d+$/);
  await expect(page.getByTestId("pair-chart")).toContainText(name);
});

test("the map is filtered and sorted, and a click opens the pair under the pointer", async ({ page }) => {
  await open(page, "/pairs", "pairs-map");
  await page.getByTestId("pairs-sort-distance").click();
  await expect(page.getByTestId("pairs-sort-distance")).toHaveAttribute("aria-pressed", "true");
  await page.getByTestId("pairs-filter").fill("pairs-industry");
  await expect(page.getByTestId("pairs-map-count")).not.toHaveText("60/60");
  await page.getByTestId("pairs-canvas").hover({ position: { x: 30, y: 20 } });
  await expect(page.getByTestId("pair-strip")).toContainText("pairs-industry");
  const name = (await page.getByTestId("pair-strip").getByRole("link").textContent()) ?? "";
  await page.getByTestId("pairs-canvas").click({ position: { x: 30, y: 20 } });
  await expect(page.getByTestId("pair-chart")).toContainText(name);
});

test("a pair's page draws its seconds and goes on drawing them @thorough", async ({ page }) => {
  await open(page, "/pairs/0", "pair-chart");
  const chart = page.getByTestId("pair-chart-canvas");
  const samples = async () => Number(await chart.getAttribute("data-samples"));
  await expect(async () => expect(await samples()).toBeGreaterThan(5)).toPass();
  const before = await samples();
  await expect(async () => expect(await samples()).toBeGreaterThan(before + 1)).toPass();
  await expect(page.getByTestId("pair-wait")).toContainText(/\d/);
});

test("a strategy is approved and killed on its page, the reason of the kill is asked afterwards, and its history has it all", async ({
  page,
}) => {
  await open(page, "/strategies", "strategy-cards");
  await page.getByTestId(`strategy-${maker}`).getByRole("link").first().click();
  await expect(page).toHaveURL(new RegExp(`/strategies/${maker}$`));
  const strategy = page.getByTestId(`strategy-${maker}`);
  await expect(strategy).toHaveAttribute("data-state", "stopped");
  await page.getByTestId(`strategy-${maker}-approve`).click();
  await page.getByTestId("approve-reason").fill("page test");
  await page.keyboard.press("Enter");
  await expect(strategy).toHaveAttribute("data-state", "running");
  const history = page.getByTestId("strategy-events");
  await expect(history).toContainText("Approve: done");
  await expect(history).toContainText("page test");
  await expect(history).toContainText("Stopped → Running");
  await page.getByTestId("strategy-tab-orders").click();
  await expect(page.getByTestId("orders-row").first()).toBeVisible({ timeout: 30_000 });
  await page.getByTestId(`strategy-${maker}-kill`).click();
  await expect(page.getByTestId("kill-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(strategy).toHaveAttribute("data-state", "killed");
  await expect(history).toContainText("Running → Killed");
  await expect(history).toContainText(/Kill: blocked, cancelled \d+ of \d+/);
  await page.getByLabel("Why was it killed?").fill("end of the test");
  await page.keyboard.press("Enter");
  await expect(history).toContainText("end of the test");
  await expect(page.getByTestId("kill-reason")).toBeHidden();
});

test("a strategy's page draws the spread of one of its pairs with its legs below, and a row of its pairs chooses another", async ({
  page,
}) => {
  await open(page, "/strategies/0", "strategy-spread");
  const spread = page.getByTestId("strategy-spread");
  const chart = page.getByTestId("pair-chart-canvas");
  const samples = async () => Number(await chart.getAttribute("data-samples"));
  await expect.poll(samples).toBeGreaterThan(5);
  await expect(spread).toContainText(/enters ±\d/);
  await expect(page.getByTestId("pair-strip-wait")).toContainText(/z [+−]?\d|warming up/);
  // Flat legs stand there with a zero, held ones with their sign.
  await expect(page.getByTestId("pair-strip")).toContainText(/[A-Z]+ [+−]?\d+ · [A-Z]+ [+−]?\d+/);
  const pair = page.getByTestId("strategy-pair");
  const names = await pair.locator("option").allTextContents();
  const shown = await pair.locator("option:checked").textContent();
  const other = names.find((name) => name !== shown) ?? "";
  await page.getByTestId("pairs").getByRole("row").filter({ hasText: other }).getByRole("gridcell").nth(1).click();
  await expect(pair.locator("option:checked")).toHaveText(other);
  await expect(chart).toHaveAttribute("aria-label", new RegExp(`of ${other} `));
  await expect.poll(samples).toBeGreaterThan(5);
  await pair.selectOption(shown);
  await expect(page.getByTestId("pair-strip")).toContainText(shown ?? "?");
  await page.getByTestId("strategy-0").getByRole("button", { name: "Approve" }).waitFor();
  await spread.getByRole("link", { name: "Page" }).click();
  await expect(page.getByTestId("pair-chart")).toContainText(shown ?? "?");
});

test("the wall shows five levels of each symbol on the screen @thorough", async ({ page }) => {
  await open(page, "/markets", "wall");
  const tile = page.locator('[data-testid^="tile-"]').first();
  for (const side of ["bid", "ask"]) {
    const prices = async () =>
      (await tile.getByTestId(`wall-${side}`).evaluateAll((levels) => levels.map((level) => level.dataset.price))).map(
        Number,
      );
    await expect(async () => {
      const found = await prices();
      expect(found).toHaveLength(5);
      expect(found.every((price) => price > 0)).toBe(true);
      expect(found).toEqual([...found].sort((a, b) => (side === "bid" ? b - a : a - b)));
    }).toPass();
  }
  const subscribed = await page.locator('[data-testid^="tile-"]').count();
  expect(subscribed).toBeLessThan(100);
});

/** The panels that are framed on each page, and those of the pages below them. */
const everyPath = [
  "/",
  "/markets",
  "/pairs",
  "/pairs/0",
  "/strategies",
  "/strategies/0",
  `/strategies/${maker}`,
  "/risk",
  "/history",
];

test("every panel of every page shows the age of its data", async ({ page }) => {
  for (const path of everyPath) {
    await page.goto(`${desk.url}${path}`);
    const frames = page.locator("section[data-mark]");
    await expect(frames.first()).toHaveAttribute("data-mark", "live", { timeout: 30_000 });
    const ids = await frames.evaluateAll((found) => found.map((frame) => frame.getAttribute("data-testid")));
    expect(ids.length, path).toBeGreaterThan(0);
    for (const id of ids)
      await expect(page.getByTestId(`${id}-age`), `${id} on ${path}`).toHaveText(/\d (ms|s|min)|\d:\d\d/);
  }
});

for (const path of ["/markets", "/pairs", "/pairs/0", "/strategies/0", `/strategies/${maker}`])
  test(`no column, no tile and no button moves over two hundred updates on ${path} @thorough`, async ({ page }) => {
    let updates = 0;
    page.on("websocket", (socket) => socket.on("framereceived", () => updates++));
    await page.goto(`${desk.url}${path}`);
    await expect(page.locator('section[data-mark="live"]').first()).toBeVisible({ timeout: 30_000 });
    // A symbol that stands still for long sinks in the wall, but never while the pointer is over it.
    await page.mouse.move(700, 450);
    await page.waitForTimeout(1_500);
    const geometry = () =>
      page.evaluate(() =>
        [...document.querySelectorAll('[role="columnheader"], button, [data-testid^="tile-"], [data-testid$="-age"]')]
          .filter((element) => element.closest('[role="row"] [role="gridcell"]') === null)
          .map((element) => {
            const { left, width } = element.getBoundingClientRect();
            const name = element.getAttribute("data-testid") ?? element.getAttribute("data-column") ?? element.tagName;
            return `${name} ${left.toFixed(1)} ${width.toFixed(1)}`;
          })
          .join("\n"),
      );
    const before = await geometry();
    const from = updates;
    while (updates - from < 200) {
      await page.waitForTimeout(200);
      expect(await geometry()).toBe(before);
    }
  });

test("a symbol whose book stands still is marked stale and sinks, the older the deeper @thorough", async ({ page }) => {
  await open(page, "/markets", "wall");
  await page.mouse.move(700, 20);
  const tiles = page.locator('[data-testid^="tile-"]');
  const exchange = desk.pidOf("exchange");
  process.kill(exchange, "SIGSTOP");
  try {
    await expect(page.getByTestId("wall-hatch")).toBeVisible();
    await expect(page.locator('[data-testid^="tile-"][data-stale="false"]')).toHaveCount(0, { timeout: 30_000 });
    await expect(tiles.first()).toContainText("STALE");
    await expect(async () => {
      const changed = await tiles.evaluateAll((found) => found.map((tile) => Number(tile.dataset.changed)));
      expect(changed.length).toBeGreaterThan(10);
      expect(changed).toEqual([...changed].sort((a, b) => b - a));
    }).toPass();
    for (const [path, panel] of [
      ["/pairs", "pairs-map"],
      ["/pairs/0", "pair-chart"],
      ["/markets", "wall"],
    ]) {
      await page.goto(`${desk.url}${path}`);
      await expect(page.getByTestId(`${panel}-hatch`)).toBeVisible({ timeout: 20_000 });
    }
  } finally {
    process.kill(exchange, "SIGCONT");
  }
  await expect(tiles.first()).toHaveAttribute("data-stale", "false", { timeout: 30_000 });
});
