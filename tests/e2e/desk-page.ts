import { expect, type Locator, type Page } from "@playwright/test";

/** Panels of the desk page, by test id; the blotter is whichever of its lists is in front. */
export const panels = ["watch", "pairs-heat", "chart", "ladder", "strategies", "pnl", "blotter"] as const;
export type PanelName = (typeof panels)[number];

/** How a panel says that its data stands. */
export type PanelMark = "loading" | "live" | "resyncing" | "stale" | "disconnected" | "paused" | "ended";

/** The desk page as a person uses it. */
export class DeskPage {
  constructor(readonly page: Page) {}

  /** Opens the page and waits until it is connected and every panel is live. */
  async open(url: string): Promise<void> {
    await this.page.goto(url);
    await this.becomesLive();
  }

  async becomesLive(): Promise<void> {
    await expect(this.connection).toHaveAttribute("data-state", "connected", { timeout: 30_000 });
    for (const panel of panels) await this.showsMark(panel, "live");
  }

  async showsMark(panel: PanelName, mark: PanelMark): Promise<void> {
    await expect(this.panel(panel)).toHaveAttribute("data-mark", mark, { timeout: 20_000 });
  }

  get connection(): Locator {
    return this.page.getByTestId("connection");
  }

  panel(name: PanelName): Locator {
    if (name === "blotter") return this.page.locator('section[data-testid^="blotter"]').first();
    return this.page.getByTestId(name).first();
  }

  hatch(name: PanelName): Locator {
    return this.panel(name).locator('[data-testid$="-hatch"]');
  }

  age(name: Exclude<PanelName, "blotter">): Locator {
    return this.page.getByTestId(`${name}-age`);
  }

  watchRow(symbol: string): Locator {
    return this.page.getByTestId(`watch-row-${symbol}`);
  }

  /** Symbols on the screen's part of the watch list, from the top. */
  async watchedSymbols(): Promise<string[]> {
    const rows = this.page.locator('[data-testid^="watch-row-"]');
    const ids = await rows.evaluateAll((found) =>
      found
        .map((row) => ({ id: row.getAttribute("data-testid") ?? "", top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
        .map(({ id }) => id),
    );
    return ids.map((id) => id.slice("watch-row-".length));
  }

  /** The text of everything on the watch list. */
  async watchText(): Promise<string> {
    return (await this.page.getByRole("listbox", { name: "Watch list" }).textContent()) ?? "";
  }

  /** Prices on one side of the ladder, best first, as printed. */
  async ladderPrices(side: "bid" | "ask"): Promise<string[]> {
    const prices: string[] = [];
    for (let level = 0; level < 5; level++)
      prices.push((await this.page.getByTestId(`ladder-${side}-${level}`).getAttribute("data-price")) ?? "");
    return prices;
  }

  strategy(id: number): Locator {
    return this.page.getByTestId(`strategy-${id}`);
  }

  strategyButton(id: number, action: "approve" | "pause" | "resume" | "kill" | "release"): Locator {
    return this.page.getByTestId(`strategy-${id}-${action}`);
  }

  async strategyIs(id: number, state: string): Promise<void> {
    await expect(this.strategy(id)).toHaveAttribute("data-state", state);
  }

  async approve(id: number, reason: string): Promise<void> {
    await this.strategyButton(id, "approve").click();
    await this.page.getByTestId("approve-reason").fill(reason);
    await this.page.getByTestId("approve-confirm").click();
  }

  /** One step: the button, then Enter in the dialog that already has the focus on it. */
  async kill(id: number): Promise<void> {
    await this.strategyButton(id, "kill").click();
    await expect(this.page.getByTestId("kill-confirm")).toBeFocused();
    await this.page.keyboard.press("Enter");
  }

  async release(id: number, reason: string): Promise<void> {
    await this.strategyButton(id, "release").click();
    await this.giveReleaseReason(reason);
  }

  /** HALT from the keyboard: the chord, then Enter. */
  async haltByKeyboard(): Promise<void> {
    await this.page.keyboard.press("Control+Alt+h");
    await expect(this.page.getByTestId("halt-confirm")).toBeFocused();
    await this.page.keyboard.press("Enter");
  }

  async releaseHalt(reason: string): Promise<void> {
    await this.page.getByTestId("halt-release").click();
    await this.giveReleaseReason(reason);
  }

  get haltFrame(): Locator {
    return this.page.getByTestId("halt-frame");
  }

  get haltProgress(): Locator {
    return this.page.getByTestId("halt-progress");
  }

  async openTab(tab: "positions" | "orders" | "fills" | "pairs" | "notices"): Promise<void> {
    await this.page.getByTestId(`tab-${tab}`).click();
    await expect(this.page.getByRole("grid", { name: new RegExp(tab, "i") })).toBeVisible();
  }

  /** Rows of the open blotter tab that the screen shows. */
  blotterRows(tab: "positions" | "orders" | "fills" | "pairs" | "notices"): Locator {
    return this.page.getByTestId(`${tab}-row`);
  }

  /** The orders on the screen from the top, each with its height there. */
  async ordersInPlace(): Promise<string[]> {
    return this.page.locator('[data-testid="orders-row"]').evaluateAll((rows) =>
      rows
        .map((row) => ({
          order: row.querySelector('[data-testid$="-cancel"]')?.getAttribute("data-testid") ?? "",
          top: row.getBoundingClientRect().top,
        }))
        .sort((a, b) => a.top - b.top)
        .map(({ order, top }) => `${order} ${top.toFixed(1)}`),
    );
  }

  /** Puts the pointer among the orders, wherever they are: a row of a live list stands still only from then on. */
  async entersOrders(): Promise<void> {
    const box = await this.page.getByRole("grid", { name: "Orders" }).boundingBox();
    if (box === null) throw new Error("the orders are not on the screen");
    await this.page.mouse.move(box.x + box.width / 3, box.y + 36);
  }

  /** Takes the pointer out of the blotter, to the clock of the top bar. */
  async leavesBlotter(): Promise<void> {
    await this.page.mouse.move(700, 12);
    await expect(this.page.locator('[data-testid$="-waiting"]')).toHaveCount(0);
  }

  /** Left edges and widths of every cell in one row of each table, and of the buttons that must not move. */
  async geometry(): Promise<string> {
    return this.page.evaluate(() => {
      const boxes: string[] = [];
      const note = (name: string, element: Element | null | undefined) => {
        if (!element) return;
        const { left, width } = element.getBoundingClientRect();
        boxes.push(`${name} ${left.toFixed(1)} ${width.toFixed(1)}`);
      };
      const cells = (name: string, row: Element | null) => {
        for (const [index, cell] of [...(row?.children ?? [])].entries())
          if (!cell.hasAttribute("aria-hidden")) note(`${name}.${index}`, cell);
      };
      cells("watch", document.querySelector('[data-testid^="watch-row-"] > div'));
      cells("ladder", document.querySelector('[data-testid="ladder-bid-0"]'));
      for (const head of document.querySelectorAll('[role="columnheader"]'))
        note(`head.${head.getAttribute("data-column")}`, head);
      for (const button of document.querySelectorAll('[data-testid^="strategy-"] button'))
        note(button.getAttribute("data-testid") ?? "", button);
      for (const id of ["halt", "day-pnl", "health-feed", "health-store", "connection", "frame-cost"])
        note(id, document.querySelector(`[data-testid="${id}"]`));
      return boxes.join("\n");
    });
  }

  private async giveReleaseReason(reason: string): Promise<void> {
    await expect(this.page.getByTestId("release-confirm")).toHaveAttribute("aria-disabled", "true");
    await this.page.getByTestId("release-reason").fill(reason);
    await expect(this.page.getByTestId("release-list")).toHaveAttribute("data-known", "true");
    await this.page.getByTestId("release-confirm").click();
  }
}
