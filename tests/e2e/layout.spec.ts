import { expect, type Page, test } from "@playwright/test";
import { panelNames } from "../../components/dock/panel-names";
import { type Arrangement, arrangementSchema, panelsOf } from "../../protocol/layouts";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

const key = "heliograph.layout";

/** The panels that share a place, place by place, as this browser keeps them. */
async function places(page: Page): Promise<string[][]> {
  const text = await page.evaluate((of) => localStorage.getItem(of), key);
  const of = (parts: Arrangement["parts"]): string[][] =>
    parts.flatMap((part) => (part.kind === "group" ? [[...part.panels]] : of(part.parts)));
  return of(arrangementSchema.parse(JSON.parse(text ?? "null")).parts);
}

/** Waits until what this browser keeps meets a condition. */
async function keeps(page: Page, condition: (places: string[][]) => boolean): Promise<void> {
  await expect.poll(async () => condition(await places(page))).toBe(true);
}

const alone = (panel: string) => (found: string[][]) => found.some((place) => place.length === 1 && place[0] === panel);
const together = (a: string, b: string) => (found: string[][]) =>
  found.some((place) => place.includes(a) && place.includes(b));
const absent = (panel: string) => (found: string[][]) => !found.flat().includes(panel);

async function choose(page: Page, text: string): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-search").fill(text);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("palette")).toBeHidden();
}

async function box(page: Page, testId: string) {
  const found = await page.getByTestId(testId).boundingBox();
  if (found === null) throw new Error(`${testId} is not on the screen`);
  return found;
}

test("the desk opens with every panel in its place, each with the age of its data", async ({ page }) => {
  await new DeskPage(page).open(desk.url);
  await expect(page.getByTestId("dock")).toBeVisible();
  await keeps(page, (found) => found.length === 7 && found.flat().length === panelNames.length);
  const sections = page.locator("section[data-mark]");
  const shown = await sections.evaluateAll((found) => found.map((section) => section.getAttribute("data-testid")));
  expect(shown.length).toBe(7);
  for (const id of shown) await expect(page.getByTestId(`${id}-age`)).toHaveText(/\d s|\d ms/);
});

test("a panel dragged beside another stays there after a reload, and the bars have not moved", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const bars = () => Promise.all(["halt", "day-pnl", "connection"].map((id) => box(page, id)));
  const before = await bars();
  const tab = await box(page, "tab-orders");
  const chart = await box(page, "chart");
  await page.mouse.move(tab.x + 8, tab.y + 8);
  await page.mouse.down();
  await page.mouse.move(tab.x + 60, tab.y + 4, { steps: 5 });
  await page.mouse.move(chart.x + chart.width * 0.9, chart.y + chart.height / 2, { steps: 10 });
  await page.mouse.up();
  await keeps(page, alone("orders"));
  await page.reload();
  await screen.becomesLive();
  const orders = await box(page, "blotter-orders");
  const price = await box(page, "chart");
  expect(orders.x).toBeGreaterThan(price.x + price.width - 1);
  expect(Math.abs(orders.y - price.y)).toBeLessThan(2);
  expect(await bars()).toEqual(before);
});

test("the edge between two panels is dragged, and stays where it was put @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  const before = await box(page, "chart");
  await page.mouse.move(before.x + before.width + 3, before.y + 150);
  await page.mouse.down();
  await page.mouse.move(before.x + before.width - 117, before.y + 150, { steps: 6 });
  await page.mouse.up();
  await expect.poll(async () => (await box(page, "chart")).width).toBeLessThan(before.width - 100);
  const { width } = await box(page, "chart");
  await page.waitForTimeout(400);
  await page.reload();
  await screen.becomesLive();
  expect(Math.abs((await box(page, "chart")).width - width)).toBeLessThan(3);
});

test("by keyboard: go to a panel, close it, open it again, move it, maximise it @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.keyboard.press("F6");
  await expect(page.getByRole("listbox", { name: "Watch list" })).toBeFocused();
  await page.keyboard.press("Alt+w");
  await expect(page.getByTestId("watch")).toHaveCount(0);
  await keeps(page, absent("watch"));
  await page.keyboard.press("Alt+Shift+W");
  await screen.showsMark("watch", "live");
  await expect(page.getByRole("listbox", { name: "Watch list" })).toBeFocused();

  await page.keyboard.press("Alt+3");
  await expect(page.getByRole("grid", { name: "Fills" })).toBeFocused();
  await page.keyboard.press("Alt+Shift+ArrowRight");
  await keeps(page, alone("fills"));
  await page.keyboard.press("Alt+Shift+ArrowLeft");
  await keeps(page, together("fills", "positions"));

  const { width } = await box(page, "blotter-fills");
  await page.keyboard.press("Alt+m");
  await expect.poll(async () => (await box(page, "blotter-fills")).width).toBeGreaterThan(1_400);
  await expect(page.getByTestId("halt")).toBeInViewport();
  await page.keyboard.press("Alt+m");
  await expect.poll(async () => (await box(page, "blotter-fills")).width).toBe(width);
  await page.keyboard.press("Alt+-");
  await expect.poll(async () => (await box(page, "blotter-fills")).height).toBeLessThan(200);
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog")).toContainText("Go to the next panel");
});

test("a closed panel opens again from the palette and from the menu, also when all were closed @thorough", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.getByTestId("close-ladder").click();
  await expect(page.getByTestId("ladder")).toHaveCount(0);
  await page.reload();
  await expect(page.getByTestId("chart")).toHaveAttribute("data-mark", "live");
  await expect(page.getByTestId("ladder")).toHaveCount(0);
  await choose(page, "panel depth");
  await screen.showsMark("ladder", "live");

  await page.getByTestId("layout-menu").click();
  for (const name of panelNames) await page.getByTestId(`panel-${name}`).uncheck();
  await expect(page.getByText("Every panel is closed")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Every panel is closed")).toBeVisible();
  await page.getByTestId("layout-menu").click();
  await page.getByTestId("panel-strategies").check();
  await screen.showsMark("strategies", "live");
});

test("a layout is saved under a name, loaded in another browser, renamed and deleted @thorough", async ({
  page,
  browser,
}) => {
  // Three openings of the desk, one of them in another browser.
  test.slow();
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await page.getByTestId("close-pairs-heat").click();
  await keeps(page, absent("pairs-heat"));
  await page.getByTestId("layout-menu").click();
  await page.getByTestId("layout-name").fill("No heat");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("layout-load-No heat")).toBeVisible();
  await page.getByTestId("layout-reset").click();
  await screen.showsMark("pairs-heat", "live");
  await page.keyboard.press("Escape");

  const other = await browser.newPage();
  try {
    await new DeskPage(other).open(desk.url);
    await other.getByTestId("layout-menu").click();
    await other.getByTestId("layout-load-No heat").click();
    await expect(other.getByTestId("pairs-heat")).toHaveCount(0);
    await expect(other.getByTestId("watch")).toHaveAttribute("data-mark", "live");
  } finally {
    await other.close();
  }

  await choose(page, "layout no heat");
  await expect(page.getByTestId("pairs-heat")).toHaveCount(0);
  await choose(page, "layout default");
  await screen.showsMark("pairs-heat", "live");

  await page.getByTestId("layout-menu").click();
  await page.getByTestId("layout-rename-No heat").click();
  await page.getByLabel("New name of No heat").fill("Morning");
  await page.keyboard.press("Enter");
  await page.getByTestId("layout-delete-Morning").click();
  await page.getByTestId("layout-delete-Morning").click();
  await expect(page.getByTestId("layout-load-Morning")).toHaveCount(0);
  await page.reload();
  await screen.becomesLive();
  await page.getByTestId("layout-menu").click();
  await expect(page.getByText("None saved.")).toBeVisible();
});

const broken = [
  ["no JSON", "{"],
  ["another shape", JSON.stringify({ grid: { root: {} }, panels: {} })],
  [
    "only foreign panels",
    JSON.stringify({
      version: 1,
      width: 100,
      height: 100,
      direction: "row",
      parts: [{ kind: "group", size: 100, panels: ["news"], shown: "news" }],
    }),
  ],
] as const;

test("a kept layout that is broken falls back to the default and says so @thorough", async ({ page }) => {
  const screen = new DeskPage(page);
  for (const [what, text] of broken) {
    // Another page of the same origin: a desk that is left keeps what it shows.
    await page.goto(`${desk.url}/api/health`);
    await page.evaluate(([of, kept]) => localStorage.setItem(of, kept), [key, text]);
    await page.goto(desk.url);
    await expect(page.getByText("The kept layout is not shown"), what).toBeVisible();
    await screen.becomesLive();
    await keeps(page, (found) => found.flat().length === panelNames.length);
  }
});

test("a foreign panel in a saved layout is left out, the rest is shown @thorough", async ({ page }) => {
  const arrangement = {
    version: 1,
    width: 1_000,
    height: 500,
    direction: "column",
    parts: [
      { kind: "group", size: 200, panels: ["news", "chart"], shown: "news" },
      { kind: "group", size: 300, panels: ["watch"], shown: "watch" },
    ],
  };
  const saved = await fetch(`${desk.url}/api/layouts/foreign`, {
    method: "PUT",
    headers: { origin: desk.url, "x-heliograph": "1" },
    body: JSON.stringify({ arrangement }),
  });
  expect(saved.status).toBe(204);
  await new DeskPage(page).open(desk.url);
  await choose(page, "layout foreign");
  await keeps(page, (found) => JSON.stringify(found) === JSON.stringify([["chart"], ["watch"]]));
  await expect(page.getByTestId("chart")).toHaveAttribute("data-mark", "live");
  expect(panelsOf(arrangementSchema.parse(arrangement).parts)).toContain("news");
});

test("nothing in the dock moves under live updates @thorough", async ({ page }) => {
  await new DeskPage(page).open(desk.url);
  await desk.command("approve", "strategy", 3, "browser test");
  await page.waitForTimeout(1_000);
  const geometry = () =>
    page
      .locator(".dv-groupview, .dv-tab, .dv-groupview button[data-testid], .desk-dock [data-testid$='-age']")
      .evaluateAll((found) =>
        found
          .filter((element) => !(element.getAttribute("data-testid") ?? "").startsWith("pair-"))
          .map((element) => {
            const { left, top, width } = element.getBoundingClientRect();
            return `${element.getAttribute("data-testid") ?? element.id} ${left} ${top} ${width}`;
          })
          .join("\n"),
      );
  const before = await geometry();
  for (let look = 0; look < 20; look++) {
    await page.waitForTimeout(200);
    expect(await geometry()).toBe(before);
  }
});

test("a narrow screen has one column instead of a dock, and does not load it", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  const scripts: string[] = [];
  page.on("response", async (response) => {
    if (response.url().endsWith(".js")) scripts.push(await response.text().catch(() => ""));
  });
  await new DeskPage(page).open(desk.url);
  await expect(page.getByTestId("dock")).toHaveCount(0);
  await expect(page.getByTestId("layout-menu")).toHaveCount(0);
  await page.waitForTimeout(500);
  expect(scripts.some((text) => text.includes("dv-groupview"))).toBe(false);
  await page.keyboard.press("Control+k");
  await page.getByTestId("palette-search").fill("panel");
  await expect(page.getByText("Nothing is called so.")).toBeVisible();
});
