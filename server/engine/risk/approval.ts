import { factCode, factFields } from "../../../domain/facts";
import type { Turn } from "../turn";

const fieldCount = factFields.approval.length;

/**
 * The numbers that the message approved last was judged by, each beside its limit, as the fields of the fact
 * `approval` in its order. A limit of 0 was not asked. Quantities in lots, prices in price units, money in 1/10,000.
 */
export class Approval {
  private readonly fields = new Float64Array(fieldCount);

  /** Begins a judgement. Only exposures may not be asked of a message that passes; the rest is judged each time. */
  readonly clear = (): void => {
    this.judgeExposure(0, 0, 0, 0);
  };

  readonly judgeQuantity = (quantity: number, limit: number): void => {
    this.fields[2] = quantity;
    this.fields[3] = limit;
  };

  readonly judgeNotional = (notional: number, limit: number): void => {
    this.fields[4] = notional;
    this.fields[5] = limit;
  };

  readonly judgePrice = (price: number, low: number, high: number): void => {
    this.fields[6] = price;
    this.fields[7] = low;
    this.fields[8] = high;
  };

  readonly judgePosition = (desk: number, deskLimit: number, strategy: number, strategyLimit: number): void => {
    this.fields[9] = desk;
    this.fields[10] = deskLimit;
    this.fields[11] = strategy;
    this.fields[12] = strategyLimit;
  };

  readonly judgeExposure = (desk: number, deskLimit: number, strategy: number, strategyLimit: number): void => {
    this.fields[13] = desk;
    this.fields[14] = deskLimit;
    this.fields[15] = strategy;
    this.fields[16] = strategyLimit;
  };

  readonly judgeDataAge = (ageNs: number, limitNs: number): void => {
    this.fields[17] = ageNs;
    this.fields[18] = limitNs;
  };

  /** Emits the fact for the message whose own fact is `fact`. */
  readonly record = (turn: Turn, order: number, fact: number): void => {
    const { fields } = this;
    const at = turn.beginFact();
    const { factFields: told } = turn;
    told[at] = order;
    told[at + 1] = fact;
    for (let i = 2; i < fieldCount; i++) told[at + i] = fields[i];
    turn.endFact(factCode.approval);
  };
}
