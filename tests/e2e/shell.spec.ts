import { expect, type Page, test } from "@playwright/test";
import { terminalPages } from "../../components/terminal/navigation";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

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

const maker = 3;

/** Opens the palette from the keyboard and types. */
async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await expect(page.getByTestId("palette-search")).toBeFocused();
  await page.keyboard.type(text);
}

function colourOf(page: Page, name: string): Promise<string> {
  return page.evaluate((of) => getComputedStyle(document.documentElement).getPropertyValue(of).trim(), name);
}

test("the bars, the health lights and HALT stay in their places on every page, over one connection", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  let connections = 0;
  page.on("websocket", () => connections++);
  await screen.open(desk.url);
  const places = () =>
    Promise.all(
      ["halt", "day-pnl", "health-feed", "connection"].map((id) => page.getByTestId(id).first().boundingBox()),
    );
  const before = await places();
  for (const { path, title } of [...terminalPages.slice(1), terminalPages[0]]) {
    await page.getByTestId(`go-${title.toLowerCase()}`).click();
    await expect(page).toHaveURL(`${desk.url}${path}`);
    await expect(page.getByRole("navigation", { name: "Pages" }).locator('[aria-current="page"]')).toHaveText(title);
    await expect(screen.connection).toHaveAttribute("data-state", "connected");
    await expect(page.getByRole("main")).toHaveCount(1);
    expect(await places()).toEqual(before);
  }
  await screen.becomesLive();
  expect(connections).toBe(1);
});

test("g and a letter go to each page @thorough", async ({ page }) => {
  await new DeskPage(page).open(desk.url);
  for (const { path, letter } of [...terminalPages.slice(1), terminalPages[0]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(letter);
    await expect(page).toHaveURL(`${desk.url}${path}`);
  }
});

test("the palette goes to a symbol", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const symbol = (await screen.watchedSymbols())[5];
  await find(page, symbol);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("palette")).toBeHidden();
  await expect(screen.panel("ladder")).toHaveAccessibleName(new RegExp(symbol));
});

test("the slash finds a symbol from every page @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const symbol = (await screen.watchedSymbols())[7];
  for (const { path } of terminalPages.slice(1)) {
    await page.goto(`${desk.url}${path}`);
    await expect(screen.connection).toHaveAttribute("data-state", "connected");
    await page.keyboard.press("/");
    await page.getByTestId("palette-search").fill(symbol);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(`${desk.url}/`);
    await expect(screen.panel("ladder")).toHaveAccessibleName(new RegExp(symbol));
  }
});

test("the palette approves, pauses and kills through the dialogs of the buttons, and HALT opens its own @thorough", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const name = (await screen.strategyButton(maker, "approve").getAttribute("aria-label"))?.slice("Approve ".length);
  await find(page, `approve ${name}`);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("approve-reason")).toBeFocused();
  await page.keyboard.type("browser test");
  await page.keyboard.press("Enter");
  await screen.strategyIs(maker, "running");
  await find(page, `pause ${name}`);
  await page.keyboard.press("Enter");
  await screen.strategyIs(maker, "paused");
  await find(page, `kill ${name}`);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("kill-confirm")).toBeFocused();
  await page.keyboard.press("Enter");
  await screen.strategyIs(maker, "killed");
  await find(page, "halt");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("halt-confirm")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(screen.haltFrame).toBeHidden();
});

test("colours and theme are chosen once and kept through a reload, and the signs stay @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const blue = await colourOf(page, "--buy");
  const orange = await colourOf(page, "--sell");
  await page.getByTestId("colours").click();
  await page.getByTestId("colours-green-up").check();
  const green = await colourOf(page, "--buy");
  expect([blue, orange]).not.toContain(green);
  await page.reload();
  await screen.becomesLive();
  expect(await colourOf(page, "--buy")).toBe(green);
  await find(page, "red up");
  await page.keyboard.press("Enter");
  expect(await colourOf(page, "--sell")).toBe(green);
  await page.getByRole("button", { name: "Switch theme" }).click();
  await page.reload();
  await screen.becomesLive();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(page.locator("html")).toHaveAttribute("data-colours", "red-up");
  await expect(page.getByTestId("day-pnl")).toHaveText(/^[+−-]|^ ?0/);
});

test("the question mark shows the keys, and each page's letter is among them", async ({ page }) => {
  await new DeskPage(page).open(desk.url);
  await page.keyboard.press("?");
  for (const { title } of terminalPages) await expect(page.getByRole("dialog")).toContainText(`Go to ${title}`);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("HALT works from every page, by keyboard alone @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  for (const { path } of terminalPages) {
    await page.goto(`${desk.url}${path}`);
    await expect(screen.connection).toHaveAttribute("data-state", "connected");
    await screen.haltByKeyboard();
    await expect(screen.haltFrame).toBeVisible();
    await screen.releaseHalt("browser test");
    await expect(screen.haltFrame).toBeHidden();
  }
});
