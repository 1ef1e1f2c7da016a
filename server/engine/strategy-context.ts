import { factCode } from "../../domain/facts";
import { alertCodes } from "../../domain/health";
import { cancelCauses, orderStates } from "../../domain/order";
import type { Engine } from "./engine";
import type { StrategyContext } from "./strategy/strategy";

/** The engine as its strategies see it. */
export function createStrategyContext(engine: Engine): StrategyContext {
  const isFree = () => !engine.kills.isHalted && !engine.control.isRecovering && !engine.control.isShuttingDown;
  const totals = { realised: 0, unrealised: 0, fees: 0 };
  return {
    desk: engine.desk,
    get quotes() {
      return engine.quotes;
    },
    get pairSignals() {
      return engine.pairSignals;
    },
    get positions() {
      return engine.positions;
    },
    get timeNs() {
      return engine.turn.timeNs;
    },
    get lastOrder() {
      return engine.execution.lastOrder;
    },
    isRunning: (strategy) => engine.strategyStates.isRunning(strategy) && isFree(),
    isPaused: (strategy) => engine.strategyStates.isPaused(strategy) && isFree(),
    mayTake: (wish) => engine.execution.wouldTake(wish),
    submit: (wish) => engine.execution.submit(wish),
    cancelParent: (parent) => engine.execution.cancelParent(parent, cancelCauses.code.strategy),
    replace: (order, price) => engine.execution.replace(order, price),
    orderPrice: (order) =>
      engine.orders.replaceReference[order] === 0 ? engine.orders.price[order] : engine.orders.replacePrice[order],
    quantityAheadOf: (order) => engine.execution.quantityAheadOf(order),
    isReplaceable: (order) =>
      engine.orders.state[order] === orderStates.code.working && engine.orders.replaceReference[order] === 0,
    filledOf: (parent) => engine.parents.filledQuantity[parent],
    recordPairState: (pair, from, to, reason) => {
      const { pairBook, pairSignals, positions, turn } = engine;
      positions.pairTotalsInto(pair, totals);
      engine.pairChanged(pair);
      turn.emit(
        factCode.pairState,
        pair,
        positions.holderStrategy[pair * 2],
        from,
        to,
        reason,
        pairSignals.z[pair],
        to === 0 ? 0 : pairBook.targetA[pair],
        to === 0 ? 0 : pairBook.targetB[pair],
        totals.realised,
        totals.fees,
      );
    },
    alertUnwound: (pair) => engine.turn.alert(alertCodes.code.legUnwound, pair, 0, 0),
  };
}
