import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "@playwright/test";
import { rootFolder } from "../../server/cli/root-folder";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";
import { enteredAfter, lastTimeNs, openOrders } from "./exchange-orders";

let desk: DeskUnderTest;
const scratch = mkdtempSync(path.join(tmpdir(), "heliograph-halt-"));
/** While this file is there the engine's disk is full. */
const fullDisk = path.join(scratch, "full");

// One that fails takes those after it along, so a busy machine has time: what the exchange knows is recovered from its journal.
test.describe.configure({ mode: "serial", timeout: 240_000 });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk({
    environment: {
      NODE_OPTIONS: `--require=${path.join(rootFolder, "tests/support/full-disk.cjs")}`,
      HELIOGRAPH_FULL_DISK_FLAG: fullDisk,
    },
  });
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

const maker = 3;

test("the halt dialog tells what happens to orders, positions and strategies, and Escape leaves all as it was @thorough", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.getByTestId("halt").click();
  for (const line of ["Working orders", "Positions", "Strategies"])
    await expect(page.getByRole("dialog")).toContainText(line);
  await page.keyboard.press("Escape");
  await expect(screen.haltFrame).toBeHidden();
});

test("HALT from the keyboard leaves no order at the exchange and none follows", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.approve(maker, "browser test");
  await screen.strategyIs(maker, "running");
  await expect(async () => expect(openOrders(desk.exchangeLog()).length).toBeGreaterThan(0)).toPass({
    timeout: 30_000,
  });
  await screen.haltByKeyboard();
  await expect(screen.haltFrame).toBeVisible();
  await expect(screen.haltProgress).toContainText(/blocked at [\d:.]+ UTC · cancelled \d+ of \d+ · unknown 0/);
  await expect(async () => expect(openOrders(desk.exchangeLog())).toEqual([])).toPass({ timeout: 10_000 });
  const quiet = lastTimeNs(desk.exchangeLog());
  await page.waitForTimeout(4_000);
  expect(enteredAfter(desk.exchangeLog(), quiet)).toEqual([]);
});

test("a halt stays through a reload, bars what adds risk and is released only with a reason", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.reload();
  await screen.becomesLive();
  await expect(screen.haltFrame).toBeVisible();
  await expect(screen.strategyButton(0, "approve")).toHaveAttribute("aria-disabled", "true");
  await screen.releaseHalt("browser test is over");
  await expect(screen.haltFrame).toBeHidden();
  await expect(screen.strategyButton(0, "approve")).not.toHaveAttribute("aria-disabled", "true");
});

test("the halt page halts without a script: the terminal's bundle is blocked and JavaScript is off", async ({
  browser,
}) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const asked: string[] = [];
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.route("**/_next/**", (route) => route.abort());
  await page.goto(`${desk.url}/halt`);
  await expect(page.locator("#standing")).toHaveText("not halted");
  await page.keyboard.press("Enter");
  await expect(page.locator("#standing")).toHaveText("HALTED by desk");
  await expect(page.getByRole("status")).toContainText(/blocked at [\d:.]+ UTC · cancelled \d+ of \d+ · unknown \d+/);
  expect(new Set(asked)).toEqual(new Set(["/halt"]));
  await context.close();
  await expect(async () => expect(openOrders(desk.exchangeLog())).toEqual([])).toPass({ timeout: 10_000 });
});

test("a log that cannot be written halts the desk, and the desk page and the halt page name the log and its error", async ({
  page,
}) => {
  await desk.command("release", "all", -1, "browser test");
  const screen = new DeskPage(page);
  await page.goto(desk.url);
  await expect(screen.connection).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
  await expect(screen.haltFrame).toBeHidden();
  writeFileSync(fullDisk, "");
  const why = /a log cannot be written: \S+\.log: .*ENOSPC: no space left on device/;
  await expect(screen.haltFrame).toBeVisible();
  await expect(screen.haltProgress).toContainText(new RegExp(`blocked at .* · engine: ${why.source}`));
  // All of it is there to read, on a phone too: nothing of the line ends in dots.
  await page.setViewportSize({ width: 390, height: 844 });
  const isWhole = (line: Element) =>
    [...line.querySelectorAll("span")].every(
      (part) => part.scrollWidth <= part.clientWidth || getComputedStyle(part).overflow === "visible",
    );
  expect(await screen.haltProgress.evaluate(isWhole)).toBe(true);
  await page.goto(`${desk.url}/halt`);
  await expect(page.locator("#standing")).toHaveText("HALTED by engine");
  await expect(page.locator("#why")).toHaveText(why);
});
