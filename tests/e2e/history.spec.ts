import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";

const root = fileURLToPath(new URL("../..", import.meta.url));
const fillCount = 100_000;

let desk: DeskUnderTest;
let day: string;

test.beforeAll(async () => {
  test.setTimeout(600_000);
  const dataDirectory = mkdtempSync(join(tmpdir(), "heliograph-history-"));
  const parts = ["generate-history", "--data", dataDirectory, "--fills", `${fillCount}`, "--seed", "5"];
  day = execFileSync(process.execPath, [join(root, "bin/heliograph"), ...parts], { encoding: "utf8" }).trim();
  desk = await startDesk({ dataDirectory });
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

/** Opens the history of the generated day; more of the address may be given. */
async function open(page: Page, more = ""): Promise<void> {
  await page.goto(`${desk.url}/history?day=${day}${more}`);
  await expect(page.getByTestId("history")).toHaveAttribute("data-mark", "live");
}

const rows = (page: Page) => page.getByTestId("history-rows-row");
const units = async (page: Page, total: string) =>
  Number(await page.getByTestId(`total-${total}`).getAttribute("data-units"));

/** The file behind the CSV button, as rows by head. */
async function download(page: Page): Promise<Record<string, string>[]> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByTestId("history-csv").click()]);
  const [head, ...lines] = readFileSync(await file.path(), "utf8")
    .trimEnd()
    .split("\r\n");
  const names = head.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((cell, index) => [names[index], cell])));
}

const sumOf = (lines: readonly Record<string, string>[], column: string) =>
  lines.reduce((sum, line) => sum + Number(line[column]), 0);

test("a day of 100,000 fills opens with one request for rows, and its first rows are there", async ({ page }) => {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (request.url().includes("/api/history/fills")) asked.push(request.url());
  });
  await open(page);
  await expect(rows(page).first()).toBeVisible();
  const waitedMs = await page.evaluate(() => {
    const [entry] = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/api/history/fills"));
    return entry.duration;
  });
  test.info().annotations.push({ type: "measured", description: `first rows answered in ${waitedMs.toFixed(0)} ms` });
  // Development of React asks twice; a production page asks once for the list and at most once for its neighbour.
  expect(asked.length).toBeLessThanOrEqual(2);
  expect(await units(page, "fills")).toBe(fillCount);
  await expect(page.getByRole("grid", { name: "Fills" })).toHaveAttribute("aria-rowcount", `${fillCount + 1}`);
  expect(await rows(page).count()).toBeLessThan(80);
});

test("the list scrolls to its last row, and asks only for what it stops at", async ({ page }) => {
  await open(page);
  let asked = 0;
  page.on("request", (request) => {
    if (request.url().includes("/api/history/fills")) asked++;
  });
  const grid = page.getByRole("grid", { name: "Fills" });
  for (const part of [0.2, 0.4, 0.6, 0.8, 1])
    await grid.evaluate((element, to) => element.scrollTo({ top: element.scrollHeight * to }), part);
  const last = page.locator(`[data-testid="history-rows-row"][aria-rowindex="${fillCount + 1}"]`);
  await expect(last).toBeVisible();
  expect(asked).toBeLessThan(16);
});

test("no column changes its width over two hundred screens of rows @thorough", async ({ page }) => {
  await open(page);
  const widths = await page.getByRole("grid", { name: "Fills" }).evaluate(async (grid) => {
    const seen = new Set<string>();
    for (let screen = 0; screen < 200; screen++) {
      grid.scrollTo({ top: (grid.scrollHeight * screen) / 2_000 });
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const boxes = [...grid.querySelectorAll('[role="columnheader"]')].map((head) => head.getBoundingClientRect());
      seen.add(boxes.map(({ left, width }) => `${left.toFixed(1)} ${width.toFixed(1)}`).join(", "));
    }
    return [...seen];
  });
  expect(widths).toHaveLength(1);
  expect(widths[0].split(",").length).toBeGreaterThan(8);
});

test("filters narrow rows and totals, stay in the address after a reload, and agree with the file to the unit", async ({
  page,
}) => {
  await open(page);
  await page.getByTestId("history-side").selectOption("sell");
  await page.getByTestId("history-venue").selectOption({ index: 1 });
  await page.getByTestId("history-symbol").selectOption({ index: 3 });
  // A time narrows the list once it is whole, on a clock of 24 hours.
  await page.getByTestId("history-from").fill("10:3");
  await expect(page.getByTestId("history-from")).toHaveAttribute("aria-invalid", "true");
  await page.getByTestId("history-from").fill("10:30");
  await page.getByTestId("history-to").fill("15:00:00");
  await expect.poll(() => units(page, "fills")).toBeLessThan(5_000);
  await expect(page.getByTestId("history")).toHaveAttribute("data-mark", "live");
  const totals = await page.getByTestId("history-totals").textContent();
  expect(new URL(page.url()).searchParams.get("side")).toBe("sell");
  await page.reload();
  await expect(page.getByTestId("history-side")).toHaveValue("sell");
  await expect(page.getByTestId("history-from")).toHaveValue("10:30");
  await expect(page.getByTestId("history-totals")).toHaveText(totals ?? "");
  // And when somebody comes back from the life of an order.
  await rows(page).first().click();
  await expect(page).toHaveURL(/side=sell.*open=order-/);
  await page.goBack();
  await expect(page.getByTestId("history-life")).toBeHidden();
  await expect(page.getByTestId("history-side")).toHaveValue("sell");
  await expect(page.getByTestId("history-totals")).toHaveText(totals ?? "");
  const lines = await download(page);
  expect(lines.length).toBe(await units(page, "fills"));
  expect(lines.length).toBeGreaterThan(50);
  expect(lines.every(({ time_utc }) => time_utc >= "10:30:00" && time_utc < "15:00:00")).toBe(true);
  expect(sumOf(lines, "quantity")).toBe(await units(page, "quantity"));
  expect(sumOf(lines, "notional_units")).toBe(await units(page, "notional"));
  expect(sumOf(lines, "fee_units")).toBe(await units(page, "fees"));
  expect(sumOf(lines, "realised_units")).toBe(await units(page, "realised"));
  expect(sumOf(lines, "net_units")).toBe(await units(page, "net"));
});

test("the file of the whole day has every fill, with the totals of the screen", async ({ page }) => {
  await open(page);
  const lines = await download(page);
  expect(lines.length).toBe(fillCount);
  expect(sumOf(lines, "net_units")).toBe(await units(page, "net"));
  expect(sumOf(lines, "notional_units")).toBe(await units(page, "notional"));
});

test("trades are sorted by the server and agree with their file to the unit @thorough", async ({ page }) => {
  await open(page, "&tab=trades");
  await page.getByRole("columnheader", { name: "Net" }).getByRole("button").click();
  await expect(page).toHaveURL(/sort=net&order=desc/);
  await expect(page.getByTestId("history")).toHaveAttribute("data-mark", "live");
  const nets = await rows(page).evaluateAll((found) => {
    const heads = [...document.querySelectorAll('[role="columnheader"]')];
    const column = heads.findIndex((head) => head.getAttribute("data-column") === "net");
    return found
      .toSorted((a, b) => Number(a.getAttribute("aria-rowindex")) - Number(b.getAttribute("aria-rowindex")))
      .map((row) => row.querySelectorAll('[role="gridcell"]')[column].textContent ?? "")
      .map((text) => Number(text.replace(/[+,]/g, "").replace("\u2212", "-")));
  });
  expect(nets.length).toBeGreaterThan(10);
  expect(nets).toEqual(nets.toSorted((a, b) => b - a));
  const lines = await download(page);
  expect(lines.length).toBe(await units(page, "trades"));
  for (const [column, total] of [
    ["gross_units", "gross"],
    ["fees_units", "fees"],
    ["net_units", "net"],
    ["turnover_units", "turnover"],
  ])
    expect(sumOf(lines, column)).toBe(await units(page, total));
});

test("from the keyboard: a row opens the life of its order, Escape goes back to the list @thorough", async ({
  page,
}) => {
  await open(page);
  await page.getByRole("grid", { name: "Fills" }).focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  const life = page.getByTestId("history-life");
  await expect(life.getByTestId("life-submitted")).toBeVisible();
  await expect(life.getByTestId("life-accepted")).toContainText("venue");
  await expect(life.getByTestId("life-fill").first()).toBeVisible();
  await expect(life.getByTestId("life-slippage")).toContainText("bp");
  await expect(page).toHaveURL(/open=order-\d+/);
  await page.keyboard.press("Escape");
  await expect(life).toBeHidden();
  await expect(page.getByRole("grid", { name: "Fills" })).toBeFocused();
});

test("a trade leads to its orders and each to its messages", async ({ page }) => {
  await open(page, "&tab=trades");
  await rows(page).first().click();
  await expect(page.getByTestId("life-net")).toBeVisible();
  await page.getByTestId("life-order").first().click();
  await expect(page.getByTestId("life-submitted")).toBeVisible();
  await page.goBack();
  await expect(page.getByTestId("life-net")).toBeVisible();
});

test("a filter that the desk does not know is refused in words", async ({ page }) => {
  await page.goto(`${desk.url}/history?day=${day}&symbol=NOSUCH`);
  await expect(page.getByTestId("history")).toContainText('this desk has no "NOSUCH"');
});
