import { beforeEach, describe, expect, it } from "vitest";
import { tradingStatuses } from "../../../domain/health";
import { sides } from "../../../domain/order";
import { type RefusalCode, refusalCodes } from "../../../domain/refusal";
import { strategyStates } from "../../../domain/strategy";
import { nsPerSecond } from "../../../domain/time";
import { demoDesk } from "../../../tests/support/demo-desk";
import { FactsOutbox } from "../../machine/facts-outbox";
import { Outbox } from "../../machine/outbox";
import { StateRegistry } from "../../machine/state-registry";
import { Quotes } from "../book/quotes";
import { Turn } from "../turn";
import { Gate } from "./gate";
import { KillSwitch } from "./kill-switch";

const desk = demoDesk({ names: 30, pairs: 15 });
const { limits } = desk;
const instrument = 0;
const mid = Math.round((desk.instruments[0]?.referencePrice ?? 0) / 100) * 100;
const own = desk.strategies[0]!.limits;

/** A gate over a world that the test sets by hand; everything is in order to begin with. */
class GateBench {
  readonly registry = new StateRegistry();
  readonly turn = new Turn(this.registry);
  readonly quotes = new Quotes(this.registry, desk.instruments.length, desk.venues.length);
  readonly kills = new KillSwitch(this.registry, desk.strategies.length, desk.instruments.length, desk.venues.length);
  position = 0;
  strategyPosition = 0;
  grossExposure = 0;
  workingBuy = 0;
  workingSell = 0;
  workingNotional = new Float64Array(1);
  strategyWorkingNotional = new Float64Array(desk.strategies.length);
  ready = true;
  closed = false;
  room = true;
  feedTimeNs = 0;
  state: number = strategyStates.code.running;
  status: number = tradingStatuses.code.trading;
  replay = false;
  readonly gate: Gate;

  constructor() {
    this.turn.begin(0, new Outbox(16, 1), new FactsOutbox(16));
    this.quotes.venueLive.fill(1);
    this.quotes.bidPrice[instrument] = mid - 100;
    this.quotes.askPrice[instrument] = mid + 100;
    const bench = this;
    this.gate = new Gate(
      this.registry,
      desk,
      this.turn,
      this.quotes,
      this.kills,
      {
        quantityOf: () => this.position,
        strategyQuantityOf: () => this.strategyPosition,
        pairQuantityOf: () => 0,
        strategyGrossExposureOf: () => 0,
        get grossExposure() {
          return bench.grossExposure;
        },
      },
      {
        workingOf: (_, sell) => (sell === 1 ? this.workingSell : this.workingBuy),
        strategyWorkingOf: () => 0,
        workingNotional: this.workingNotional,
        strategyWorkingNotional: this.strategyWorkingNotional,
        hasRoom: () => this.room,
        ordersMax: limits.ordersPerDayMax,
      },
      {
        isVenueReady: () => this.ready,
        feedTimeOf: () => this.feedTimeNs,
        strategyStateOf: () => this.state,
        listingStatusOf: () => this.status,
        isBroken: () => false,
        isClosed: () => this.closed,
        isReplay: () => this.replay,
      },
    );
  }

  ask({ sell = false, quantity = 100, price = mid, left = 100_000 } = {}) {
    return this.gate.approveOrder(0, instrument, 0, sell, quantity, price, 0, 0, left);
  }

  get code(): RefusalCode | "approved" {
    return this.gate.code < 0 ? "approved" : refusalCodes.name(this.gate.code);
  }
}

describe("the gate", () => {
  let bench: GateBench;
  beforeEach(() => {
    bench = new GateBench();
  });

  it("approves what is in order, and says what it approved", () => {
    expect(bench.ask({ quantity: 300 })).toMatchObject({ quantity: 300, price: mid, venue: 0, side: sides.code.buy });
    expect(bench.code).toBe("approved");
  });

  it.each<[RefusalCode, (bench: GateBench) => unknown]>([
    ["killed", (b) => b.kills.set(0, -1, true) && b.ask()],
    ["killed", (b) => b.kills.set(1, 0, true) && b.ask()],
    ["killed", (b) => b.kills.set(2, instrument, true) && b.ask()],
    ["killed", (b) => b.kills.set(3, 0, true) && b.ask()],
    ["strategyNotRunning", (b) => Object.assign(b, { state: strategyStates.code.paused }).ask()],
    ["venueNotReady", (b) => Object.assign(b, { ready: false }).ask()],
    ["venueNotReady", (b) => Object.assign(b, { closed: true }).ask()],
    ["notTrading", (b) => Object.assign(b, { status: tradingStatuses.code.halted }).ask()],
    ["staleData", (b) => b.quotes.venueLive.fill(0) && b.ask()],
    ["orderQuantity", (b) => b.ask({ quantity: limits.orderQuantityMax + 1 })],
    ["orderQuantity", (b) => b.ask({ quantity: 0 })],
    ["orderNotional", (b) => b.ask({ quantity: Math.floor(limits.orderNotionalMax / mid) + 1 })],
    ["priceCollar", (b) => b.ask({ price: Math.ceil((mid * (1 + (limits.priceCollarBps + 2) / 10_000)) / 100) * 100 })],
    [
      "priceCollar",
      (b) => b.ask({ price: Math.floor((mid * (1 - (limits.priceCollarBps + 2) / 10_000)) / 100) * 100, sell: true }),
    ],
    ["notATick", (b) => b.ask({ price: mid + 1 })],
    ["noReferencePrice", (b) => b.quotes.bidPrice.fill(0) && b.ask()],
    ["parentExceeded", (b) => b.ask({ quantity: 101, left: 100 })],
    ["ordersOfTheDay", (b) => Object.assign(b, { room: false }).ask()],
    ["positionLimit", (b) => Object.assign(b, { position: limits.positionQuantityMax }).ask({ quantity: 1 })],
    [
      "positionLimit",
      (b) => Object.assign(b, { position: limits.positionQuantityMax - 100, workingBuy: 100 }).ask({ quantity: 1 }),
    ],
    [
      "positionLimit",
      (b) => Object.assign(b, { position: -limits.positionQuantityMax }).ask({ quantity: 1, sell: true }),
    ],
    [
      "strategyPositionLimit",
      (b) => Object.assign(b, { strategyPosition: own.positionQuantityMax }).ask({ quantity: 1 }),
    ],
    ["grossExposure", (b) => Object.assign(b, { grossExposure: limits.grossExposureMax }).ask()],
    ["grossExposure", (b) => b.strategyWorkingNotional.fill(own.grossExposureMax) && b.ask()],
    ["grossExposure", (b) => b.workingNotional.fill(limits.grossExposureMax) && b.ask()],
  ])("refuses: %s", (code, ask) => {
    expect(ask(bench)).toBeNull();
    expect(bench.code).toBe(code);
  });

  it("in a replay judges a wish as ever, and sends nothing that would be in order", () => {
    bench.replay = true;
    const wish = (quantity: number) => bench.gate.approvesParent(0, instrument, false, quantity, mid);
    expect(wish(100)).toBe(false);
    expect(bench.code).toBe("replayOnly");
    expect(wish(limits.orderQuantityMax + 1)).toBe(false);
    expect(bench.code).toBe("orderQuantity");
    expect(bench.ask()).toBeNull();
    expect(bench.code).toBe("replayOnly");
    expect(bench.gate.approveReplace(0, instrument, 0, sides.code.buy, 100, mid, mid, 0, 0)).toBeNull();
    expect(bench.code).toBe("replayOnly");
    expect(bench.gate.isVenueOpen(instrument, 0)).toBe(false);
  });

  it("takes the very limit and refuses one more, with both numbers", () => {
    const quantity = Math.min(limits.orderQuantityMax, Math.floor(limits.orderNotionalMax / mid));
    expect(bench.ask({ quantity })).not.toBeNull();
    bench.position = limits.positionQuantityMax - 10;
    expect(bench.ask({ quantity: 10 })).not.toBeNull();
    expect(bench.ask({ quantity: 11 })).toBeNull();
    expect([bench.gate.limit, bench.gate.value]).toEqual([limits.positionQuantityMax, limits.positionQuantityMax + 1]);
  });

  it("never refuses for a limit what brings a position back towards zero", () => {
    bench.position = limits.positionQuantityMax + 500;
    bench.strategyPosition = bench.position;
    bench.grossExposure = limits.grossExposureMax * 2;
    expect(bench.ask({ sell: true, quantity: 100 })).not.toBeNull();
  });

  it("lets no more messages through in any second than the limit, counted at once", () => {
    for (let i = 0; i < limits.messagesPerSecondMax; i++) expect(bench.ask()).not.toBeNull();
    expect(bench.ask()).toBeNull();
    expect(bench.code).toBe("messageRate");
    bench.turn.timeNs = nsPerSecond - 1;
    expect(bench.ask()).toBeNull();
    bench.turn.timeNs = nsPerSecond;
    expect(bench.ask()).not.toBeNull();
  });

  it("derives sell or sell short from what is held and not offered yet", () => {
    bench.position = 500;
    expect(bench.ask({ sell: true, quantity: 500 })?.side).toBe(sides.code.sell);
    expect(bench.ask({ sell: true, quantity: 501 })?.side).toBe(sides.code.sellShort);
    bench.workingSell = 100;
    expect(bench.ask({ sell: true, quantity: 500 })?.side).toBe(sides.code.sellShort);
    bench.position = -5;
    expect(bench.ask({ sell: true, quantity: 1 })?.side).toBe(sides.code.sellShort);
  });
});
