import type { Desk } from "../../domain/desk";
import { factCode } from "../../domain/facts";
import { alertCodes } from "../../domain/health";
import { cancelCauses, orderStates } from "../../domain/order";
import type { Quotes } from "./book/quotes";
import type { Engine } from "./engine";
import type { Execution } from "./order/execution";
import type { Orders } from "./order/orders";
import type { Parents } from "./order/parents";
import type { Positions } from "./position/positions";
import type { KillSwitch } from "./risk/kill-switch";
import type { PairSignals } from "./signal/pair-signals";
import type { PairBook } from "./strategy/pairs/pair-book";
import type { StrategyContext, Wish } from "./strategy/strategy";
import type { StrategyStates } from "./strategy/strategy-states";
import type { Turn } from "./turn";

/** The engine as its strategies see it; made once the stages that it shows exist. */
export class EngineStrategyContext implements StrategyContext {
  readonly desk: Desk;
  readonly quotes: Quotes;
  readonly pairSignals: PairSignals;
  readonly positions: Positions;
  readonly ticks: Float64Array;
  readonly evidence: Float64Array;
  private readonly turn: Turn;
  private readonly states: StrategyStates;
  private readonly kills: KillSwitch;
  private readonly execution: Execution;
  private readonly orders: Orders;
  private readonly parents: Parents;
  private readonly pairBook: PairBook;

  constructor(private readonly engine: Engine) {
    this.desk = engine.desk;
    this.quotes = engine.quotes;
    this.pairSignals = engine.pairSignals;
    this.positions = engine.positions;
    this.ticks = Float64Array.from(engine.desk.instruments, (instrument) => instrument.tick);
    this.turn = engine.turn;
    this.states = engine.strategyStates;
    this.kills = engine.kills;
    this.execution = engine.execution;
    this.evidence = engine.execution.evidence;
    this.orders = engine.orders;
    this.parents = engine.parents;
    this.pairBook = engine.pairBook;
  }

  get timeNs(): number {
    return this.turn.timeNs;
  }

  get lastOrder(): number {
    return this.execution.lastOrder;
  }

  readonly isRunning = (strategy: number): boolean => {
    return this.states.isRunning(strategy) && this.isFree;
  };

  readonly isPaused = (strategy: number): boolean => {
    return this.states.isPaused(strategy) && this.isFree;
  };

  readonly submitBasket = (wishes: readonly Wish[], parents: Int32Array): number => {
    return this.execution.submitBasket(wishes, parents);
  };

  readonly submit = (wish: Wish): number => {
    return this.execution.submit(wish);
  };

  readonly cancelParent = (parent: number): void => {
    this.execution.cancelParent(parent, cancelCauses.code.strategy);
  };

  readonly replace = (order: number, price: number): boolean => {
    return this.execution.replace(order, price);
  };

  readonly orderPrice = (order: number): number => {
    const { orders } = this;
    return orders.replaceReference[order] === 0 ? orders.price[order] : orders.replacePrice[order];
  };

  readonly quantityAheadOf = (order: number): number => {
    return this.execution.quantityAheadOf(order);
  };

  readonly isReplaceable = (order: number): boolean => {
    return this.orders.state[order] === orderStates.code.working && this.orders.replaceReference[order] === 0;
  };

  readonly filledOf = (parent: number): number => {
    return this.parents.filledQuantity[parent];
  };

  readonly pairOf = (parent: number): number => {
    return this.parents.pair[parent];
  };

  readonly recordPairState = (pair: number, from: number, to: number, reason: number): void => {
    const { pairBook, pairSignals, positions, turn } = this;
    const { fees, realised } = positions.holders;
    this.engine.pairChanged(pair);
    const { fields } = turn;
    fields[0] = pair;
    fields[1] = positions.holderStrategy[pair * 2];
    fields[2] = from;
    fields[3] = to;
    fields[4] = reason;
    fields[5] = pairSignals.z(pair);
    fields[6] = to === 0 ? 0 : pairBook.targetA[pair];
    fields[7] = to === 0 ? 0 : pairBook.targetB[pair];
    fields[8] = realised[pair * 2] + realised[pair * 2 + 1];
    fields[9] = fees[pair * 2] + fees[pair * 2 + 1];
    turn.emitFields(factCode.pairState);
  };

  readonly alertUnwound = (pair: number): void => {
    this.turn.alert(alertCodes.code.legUnwound, pair, 0, 0);
  };

  /** Nothing is killed or closed over everybody. */
  private get isFree(): boolean {
    const { control } = this.engine;
    return !this.kills.isHalted && !control.isRecovering && !control.isShuttingDown;
  }
}
