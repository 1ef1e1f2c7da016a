import { multiplyDivide, notionalOf, roundHalfAway } from "../../../domain/money";
import type { StateRegistry } from "../../machine/state-registry";

/**
 * Positions with their cost, one per row. `totalCost` is what the open quantity cost (negative for a short: what it
 * brought in); average price = totalCost / quantity, derived. Adding to a position adds cost; reducing it takes cost
 * out in proportion, rounded half away from zero, and the difference to the proceeds is realised. A fill through zero
 * closes, then opens. All integers: quantities in lots, money in 1/10,000.
 */
export class PositionBook {
  readonly quantity: Float64Array;
  readonly totalCost: Float64Array;
  /** Before fees. */
  readonly realised: Float64Array;
  readonly fees: Float64Array;
  readonly boughtQuantity: Float64Array;
  readonly soldQuantity: Float64Array;

  constructor(registry: StateRegistry, name: string, rowCount: number) {
    this.quantity = registry.allocate(`${name}.quantity`, "f64", rowCount, "carried");
    this.totalCost = registry.allocate(`${name}.totalCost`, "f64", rowCount, "carried");
    this.realised = registry.allocate(`${name}.realised`, "f64", rowCount, "carried");
    this.fees = registry.allocate(`${name}.fees`, "f64", rowCount, "carried");
    this.boughtQuantity = registry.allocate(`${name}.boughtQuantity`, "f64", rowCount, "carried");
    this.soldQuantity = registry.allocate(`${name}.soldQuantity`, "f64", rowCount, "carried");
  }

  /** Applies a fill of `signedQuantity` (buys above zero) at `price`; returns what it realised, before the fee. */
  apply(row: number, signedQuantity: number, price: number, fee: number): number {
    const held = this.quantity[row];
    this.fees[row] += fee;
    if (signedQuantity > 0) this.boughtQuantity[row] += signedQuantity;
    else this.soldQuantity[row] -= signedQuantity;
    const reduces = held !== 0 && held > 0 !== signedQuantity > 0;
    const closing = !reduces ? 0 : Math.abs(signedQuantity) < Math.abs(held) ? signedQuantity : -held;
    let realised = 0;
    if (closing !== 0) {
      const costOut = multiplyDivide(this.totalCost[row], -closing, held);
      realised = -notionalOf(price, closing) - costOut;
      this.totalCost[row] -= costOut;
      this.realised[row] += realised;
    }
    const opening = signedQuantity - closing;
    this.totalCost[row] += notionalOf(price, opening);
    this.quantity[row] = held + signedQuantity;
    return realised;
  }

  /** Money: what the position would realise at `mark` (price units, may end in .5), rounded; 0 without a mark. */
  unrealised(row: number, mark: number): number {
    if (this.quantity[row] === 0 || mark === 0) return 0;
    return roundHalfAway(this.quantity[row] * mark) - this.totalCost[row];
  }

  /** Price units, rounded half away from zero; 0 when flat. */
  averagePrice(row: number): number {
    return this.quantity[row] === 0 ? 0 : roundHalfAway(this.totalCost[row] / this.quantity[row]);
  }
}
