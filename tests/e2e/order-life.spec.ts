import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import type { Fact, FactOf } from "../../domain/facts";
import { sides } from "../../domain/order";
import type { OrderLife } from "../../protocol/history";
import { giveOrder, operatorSocketOf } from "../../server/runtime/exchange-operator";
import { dayStartMsOf } from "../../server/runtime/shell-clock";
import { demoDesk } from "../support/demo-desk";
import { type DeskUnderTest, startDesk } from "../support/desk-under-test";
import { DeskPage } from "./desk-page";

let desk: DeskUnderTest;

test.describe.configure({ timeout: 240_000 });
test.beforeAll(async () => {
  test.setTimeout(180_000);
  desk = await startDesk();
  await desk.command("approve", "strategy", maker, "browser test");
});
test.afterAll(async () => {
  await desk?.stop();
  desk?.remove();
});

/** The maker quotes and is filled as soon as it runs. */
const maker = 3;
const sizes = demoDesk();

const drawer = (page: Page) => page.getByTestId("life-drawer");
const minus = (text: string) => text.replace("\u2212", "-").replaceAll(",", "");
const signedBps = (bps: number) => {
  const text = (Math.round(Math.abs(bps) * 10) / 10).toFixed(1);
  return Number(text) === 0 ? text : `${bps > 0 ? "+" : "-"}${text}`;
};

/** The order whose life the drawer shows. */
async function shownOrder(page: Page): Promise<number> {
  const label = (await drawer(page).getAttribute("aria-label")) ?? "";
  expect(label).toMatch(/^Order [\d,]+$/);
  return Number(label.slice("Order ".length).replaceAll(",", ""));
}

/** The facts of the engine's log about an order, straight from its socket. */
async function factsOf(order: number): Promise<{ of<Kind extends Fact["kind"]>(kind: Kind): FactOf<Kind>[] }> {
  const truth = await desk.engine();
  return {
    of: (kind) => truth.factsOf(kind).filter((fact) => "order" in fact && (fact as { order: number }).order === order),
  };
}

test("from a mark on the chart to the life of its order in at most two clicks, with the numbers of the facts", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.openTab("fills");
  await expect(screen.blotterRows("fills").first()).toBeVisible({ timeout: 120_000 });
  const symbol = (await screen.blotterRows("fills").first().getByRole("gridcell").nth(1).textContent()) ?? "";
  await page.locator("#watch-filter").fill(symbol);
  await screen.watchRow(symbol).click();
  const canvas = page.getByTestId("price-chart-canvas");
  await expect(canvas).toHaveAttribute("aria-label", new RegExp(`Candles of ${symbol} `));
  // The chart stands still from here on: a mark is clicked where it was seen.
  await canvas.hover();
  await expect(canvas).toHaveAttribute("data-held", "true");
  await page.waitForTimeout(1_500);
  await expect(canvas).toHaveAttribute("data-newest-mark", /^\d+,\d+$/);
  const [x, y] = ((await canvas.getAttribute("data-newest-mark")) ?? "").split(",").map(Number);
  await canvas.click({ position: { x, y }, timeout: 15_000 });
  await expect(drawer(page)).toBeVisible();
  await expect(page.getByTestId("life-choice").or(page.getByTestId("life-submitted")).first()).toBeVisible();
  if (await page.getByTestId("life-choice").first().isVisible()) await page.getByTestId("life-choice").first().click();
  await expect(page.getByTestId("life-submitted")).toBeVisible();

  const order = await shownOrder(page);
  const facts = await factsOf(order);
  const [submitted] = facts.of("orderSubmitted");
  const fills = facts.of("fill");
  expect(fills.length).toBeGreaterThan(0);
  const truth = await desk.engine();
  const parent = truth.factsOf("parentCreated").find((fact) => fact.parent === submitted.parent);
  const seen = truth.factsOf("quoteSignal").find((fact) => fact.parent === submitted.parent);
  if (parent === undefined || seen === undefined) throw new Error("an order has a parent that saw something");
  const price = (units: number) => (units / 10_000).toFixed(2);

  await expect(drawer(page)).toContainText(symbol);
  const market = (await page.getByTestId("life-market").textContent()) ?? "";
  expect(market).toBe(`${price(submitted.bid)} / ${price(submitted.ask)}`);
  await expect(page.getByTestId("life-signal")).toHaveText(
    `${seen.spreadBps.toFixed(1)} bp, quotes from ${seen.spreadBpsMin.toFixed(1)} bp`,
  );
  const book = facts.of("orderBook").find(({ fact }) => fact === submitted.number);
  if (book === undefined) throw new Error("a message has its book");
  expect(minus((await page.getByTestId("life-submitted").getByTestId("life-book-best").textContent()) ?? "")).toBe(
    `${book.bidQuantity} × ${price(book.bid)} / ${price(book.ask)} × ${book.askQuantity}`,
  );
  const mids = { twice: parent.arrivalBid + parent.arrivalAsk, sign: submitted.side === 0 ? 1 : -1 };
  const filled = fills.reduce((sum, { quantity }) => sum + quantity, 0);
  const twice = fills.reduce((sum, fill) => sum + mids.sign * (2 * fill.price - mids.twice) * fill.quantity, 0);
  const arrival = page.getByTestId("life-cost-arrival");
  expect(minus((await arrival.textContent()) ?? "")).toBe(signedBps((twice / (mids.twice * filled)) * 10_000));

  // The mark a second after comes by itself while the life is open.
  await expect(page.getByTestId("life-cost-1")).not.toHaveText("–", { timeout: 20_000 });
  const marks = (await factsOf(order)).of("fillMark").filter(({ horizonSeconds }) => horizonSeconds === 1);
  const marked = fills.flatMap((fill) => {
    const mark = marks.find((each) => each.fill === fill.fill);
    return mark === undefined || mark.bid === 0 || mark.ask === 0 ? [] : [{ ...fill, twiceMid: mark.bid + mark.ask }];
  });
  const cost = marked.reduce((sum, fill) => sum + mids.sign * (2 * fill.price - fill.twiceMid) * fill.quantity, 0);
  const value = marked.reduce((sum, fill) => sum + fill.twiceMid * fill.quantity, 0);
  const shown = Number(await page.getByTestId("life-cost-1").getAttribute("data-bps"));
  if (fills.length === (await factsOf(order)).of("fill").length) expect(shown).toBeCloseTo((cost / value) * 10_000, 9);

  const answer = await page.request.get(`${desk.url}/api/history/order?id=${order}`);
  const life = (await answer.json()) as OrderLife;
  expect(life.events.map(({ factNumber }) => factNumber).slice(0, 2)).toEqual([
    submitted.number,
    facts.of("orderAccepted")[0].number,
  ]);
  for (const event of life.events) {
    const line = drawer(page).getByTestId(`life-${event.kind}`).first();
    await expect(line).toBeVisible();
  }
});

test("from the keyboard: a fill's row opens the life of its order, the book unfolds, Escape goes back to the row @thorough", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await screen.openTab("fills");
  await expect(screen.blotterRows("fills").first()).toBeVisible({ timeout: 120_000 });
  const grid = page.getByRole("grid", { name: "Fills" });
  await grid.focus();
  await page.keyboard.press("Enter");
  await expect(drawer(page)).toBeFocused();
  await expect(page.getByTestId("life-submitted")).toBeVisible();
  const book = page.getByTestId("life-submitted").getByTestId("life-book");
  await expect(book.getByTestId("life-book-levels")).toBeHidden();
  await book.locator("summary").focus();
  await page.keyboard.press("Enter");
  await expect(book.getByTestId("life-book-levels")).toBeVisible();
  const order = await shownOrder(page);
  const facts = await factsOf(order);
  const [submitted] = facts.of("orderSubmitted");
  const recorded = facts.of("orderBook").find(({ fact }) => fact === submitted.number);
  const first = book.locator("tbody tr").first().locator("td");
  expect((await first.allTextContents()).map((text) => Number(text.replaceAll(",", "")))).toEqual([
    recorded?.bidQuantity1,
    (recorded?.bidPrice1 ?? 0) / 10_000,
    (recorded?.askPrice1 ?? 0) / 10_000,
    recorded?.askQuantity1,
  ]);
  await page.keyboard.press("Escape");
  await expect(drawer(page)).toBeHidden();
  await expect(grid).toBeFocused();
});

for (const theme of ["dark", "light"])
  test(`axe finds nothing serious in the life of an order, ${theme} @thorough`, async ({ page }) => {
    await page.addInitScript((chosen) => localStorage.setItem("heliograph.theme", chosen), theme);
    const screen = new DeskPage(page);
    await screen.open(desk.url);
    await screen.openTab("fills");
    await page.getByRole("grid", { name: "Fills" }).focus();
    await expect(screen.blotterRows("fills").first()).toBeVisible({ timeout: 120_000 });
    await page.keyboard.press("Enter");
    await page.getByTestId("life-submitted").getByTestId("life-book").locator("summary").click();
    const { violations } = await new AxeBuilder({ page }).include('[data-testid="life-drawer"]').analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    expect(serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`))).toEqual([]);
  });

test("a row of orders on a strategy's page opens the life beside it, and leads to the history @thorough", async ({
  page,
}) => {
  await page.goto(`${desk.url}/strategies/${maker}`);
  await page.getByTestId("strategy-tab-orders").click();
  const row = page.getByTestId("orders-row").first();
  await expect(row).toBeVisible({ timeout: 30_000 });
  await row.getByRole("gridcell").nth(3).click();
  await expect(page.getByTestId("life-submitted")).toBeVisible();
  const order = await shownOrder(page);
  await drawer(page).getByRole("link", { name: "In the history" }).click();
  await expect(page).toHaveURL(new RegExp(`/history\\?open=order-${order}`));
  await expect(page.getByTestId("history-life").getByTestId("life-submitted")).toBeVisible();
  await expect(drawer(page)).toBeHidden();
});

test("a fill that the drop copy leaves out is a break on the screen within five seconds, and goes when a person adopts it", async ({
  page,
}) => {
  const screen = new DeskPage(page);
  await screen.open(desk.url);
  await expect(page.getByTestId("breaks")).toBeHidden();
  const { engineSocket } = desk.processes();
  for (const venue of [0, 1])
    expect(await giveOrder(operatorSocketOf(engineSocket), { order: "withhold", venue, count: 1 })).toBe("done");
  // By the page's clock, at the first frame that has it. The market may take its time with a fill of ours.
  const watch = await page.waitForFunction(
    () => {
      const row = document.querySelector('[data-testid^="break-"]');
      if (row?.checkVisibility() !== true) return null;
      return { id: row.getAttribute("data-testid") ?? "", text: row.textContent ?? "", ms: Date.now() };
    },
    undefined,
    { timeout: 120_000 },
  );
  const seen = await watch.jsonValue();
  if (seen === null) throw new Error("no break on the screen");
  const row = page.getByTestId(seen.id);

  // The very fill: the exchange names the one execution there that its drop copy lacks, the engine's facts have it once.
  const truth = await desk.engine();
  const broken = truth
    .factsOf("reconciliationBreak")
    .find(({ open, venue, instrument }) => open === 1 && seen.id === `break-${venue}:${instrument}`);
  if (broken === undefined) throw new Error(`no fact of ${seen.id}`);
  const withheld = desk.exchangeLog().filter(({ venue, isInDropCopy }) => venue === broken.venue && !isInDropCopy);
  expect(withheld.map(({ message }) => message)).toEqual(["executed"]);
  const [execution] = withheld;
  const ofListing = truth
    .factsOf("fill")
    .filter(({ venue, instrument }) => venue === broken.venue && instrument === broken.instrument);
  const causes = ofListing.filter(({ venueTimeNs }) => venueTimeNs === execution.timeNs);
  const { symbol } = sizes.instruments[broken.instrument];
  expect(causes.map((fill) => [symbol, fill.quantity, fill.price])).toEqual([
    [execution.symbol, execution.quantity, execution.price],
  ]);
  const [cause] = causes;
  const sent = [...truth.factsOf("orderSubmitted"), ...truth.factsOf("orderReplaceSent")];
  const references = sent.filter(({ order }) => order === cause.order).map(({ userReference }) => userReference);
  expect(references).toContain(execution.userReference);

  // On the screen within five seconds of that fill's fact, of which the engine waits three to four.
  const filledMs = dayStartMsOf(truth.hello?.tradingDay ?? "") + cause.timeNs / 1e6;
  expect(seen.ms - filledMs).toBeGreaterThan(0);
  const waited = `${((broken.timeNs - cause.timeNs) / 1e6).toFixed(0)} ms of it until the engine's fact`;
  expect(seen.ms - filledMs, waited).toBeLessThanOrEqual(5_000);

  // Both sides' numbers: all fills of the name there, and the same without the one that was left out.
  const told = /order session ([−+-]?[\d,]+) in ([\d,]+), drop copy ([−+-]?[\d,]+) in ([\d,]+); no new risk/;
  const numbers = told
    .exec(seen.text)
    ?.slice(1)
    .map((text) => Number(minus(text)));
  const signed = ({ side, quantity }: FactOf<"fill">) => (sides.name(side) === "buy" ? quantity : -quantity);
  const before = ofListing.filter(({ number }) => number < broken.number);
  const net = before.reduce((sum, fill) => sum + signed(fill), 0);
  expect(numbers).toEqual([net, before.length, net - signed(cause), before.length - 1]);
  expect(numbers).toEqual([broken.orderNet, broken.orderFills, broken.dropNet, broken.dropFills]);

  // On a phone too both sides' numbers are there to read.
  const size = page.viewportSize() ?? { width: 1_440, height: 900 };
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await row.evaluate((line) => line.scrollWidth <= line.clientWidth)).toBe(true);
  await page.setViewportSize(size);

  // A person says why, and adopts: nothing happens without a reason.
  const adopt = row.getByRole("button", { name: "Adopt" });
  await expect(adopt).toHaveAttribute("aria-disabled", "true");
  await row.getByRole("textbox").fill("the venue's fault, by telephone");
  await adopt.click();
  await expect(row).toBeHidden();

  // Between the two no order of ours added to what was held of the name.
  const after = await desk.engine();
  const settled = after
    .factsOf("reconciliationBreak")
    .find((fact) => fact.open === 0 && fact.instrument === broken.instrument && fact.number > broken.number);
  if (settled === undefined) throw new Error("the break was not settled");
  let held = 0;
  let added = 0;
  for (const fact of after.facts) {
    if (fact.kind === "fill" && fact.instrument === broken.instrument) held = fact.positionQuantity;
    if (fact.kind !== "orderSubmitted" || fact.instrument !== broken.instrument) continue;
    if (fact.number < broken.number || fact.number > settled.number) continue;
    if (held === 0 || held > 0 === (sides.name(fact.side) === "buy")) added++;
  }
  expect(added).toBe(0);
});
