import { type Scope, scopes } from "../../../domain/command";
import type { Desk } from "../../../domain/desk";
import {
  type LimitCode,
  type LimitScope,
  limitCodes,
  limitRowCount,
  limitScopes,
  limitsOfScope,
} from "../../../domain/limit";
import type { StateRegistry } from "../../machine/state-registry";

/** A limit that nobody set. Nothing is below it, so every check against it refuses. */
export const noLimit = -1;
const millisecondsPerSecond = 1_000;

/**
 * All limits of the desk, one row each, in the order of `limitScopes` and `limitsOfScope`: the rows of the `limit`
 * view. They start from the desk file, are carried over restarts and days, and change by command only, or when the
 * desk file itself says something else than it said before. Units: `domain/limit.ts`.
 */
export class Limits {
  readonly value: Float64Array;
  /** When a person changed it last, ns; 0 never. */
  readonly changedNs: Float64Array;
  /** What the desk file said when the value was taken from it. */
  private readonly fromFile: Float64Array;
  /** What the desk file says now. */
  private readonly file: Float64Array;
  readonly rowCount: number;
  /** Codes of `limitCodes` and `scopes`, and the target, of each row: config, not state. */
  readonly code: Uint8Array;
  readonly scope: Uint8Array;
  readonly target: Int32Array;
  /** First row of each scope of `limitScopes`. */
  private readonly firstRow: Readonly<Record<LimitScope, number>>;

  constructor(
    registry: StateRegistry,
    readonly desk: Desk,
  ) {
    const { strategies, venues, instruments, pairs } = desk;
    this.rowCount = limitRowCount(strategies.length, venues.length, instruments.length, pairs.length);
    this.value = registry.allocate("limits.value", "f64", this.rowCount, "carried");
    this.changedNs = registry.allocate("limits.changedNs", "f64", this.rowCount, "carried");
    this.fromFile = registry.allocate("limits.fromFile", "f64", this.rowCount, "carried");
    this.file = new Float64Array(this.rowCount);
    this.code = new Uint8Array(this.rowCount);
    this.scope = new Uint8Array(this.rowCount);
    this.target = new Int32Array(this.rowCount);
    const counts = {
      all: 1,
      strategy: strategies.length,
      venue: venues.length,
      instrument: instruments.length,
      pair: pairs.length,
    };
    const firstRow = { all: 0, strategy: 0, venue: 0, instrument: 0, pair: 0 };
    let row = 0;
    for (const scope of limitScopes) {
      firstRow[scope] = row;
      for (let target = 0; target < counts[scope]; target++)
        for (const code of limitsOfScope[scope]) {
          this.code[row] = limitCodes.code[code];
          this.scope[row] = scopes.code[scope];
          this.target[row] = scope === "all" ? -1 : target;
          this.file[row] = sound(deskValue(desk, code, scope, target));
          row++;
        }
    }
    this.firstRow = firstRow;
    this.value.set(this.file);
    this.fromFile.set(this.file);
  }

  /** The row of a limit; -1 when that scope has no such limit or the target does not exist. */
  rowOf(code: LimitCode, scope: Scope, target: number): number {
    if (scope === "order") return -1;
    const codes: readonly LimitCode[] = limitsOfScope[scope];
    const place = codes.indexOf(code);
    const at = scope === "all" ? 0 : target;
    if (place < 0 || at < 0) return -1;
    const row = this.firstRow[scope] + at * codes.length + place;
    return row < this.rowCount && this.scope[row] === scopes.code[scope] ? row : -1;
  }

  /** The row of the first target's limit: further targets follow at `strideOf(scope)`. Throws where there is none. */
  baseOf(code: LimitCode, scope: LimitScope): number {
    const codes: readonly LimitCode[] = limitsOfScope[scope];
    const place = codes.indexOf(code);
    if (place < 0) throw new RangeError(`${scope} has no limit ${code}`);
    return this.firstRow[scope] + place;
  }

  strideOf(scope: LimitScope): number {
    return limitsOfScope[scope].length;
  }

  set(row: number, value: number, timeNs: number): void {
    this.value[row] = value;
    this.changedNs[row] = timeNs;
  }

  /**
   * A run begins: rows for which the desk file says something else than before take what it says now. Calls `changed`
   * with each row and its value until now.
   */
  onStart(changed: (row: number, before: number) => void): void {
    for (let row = 0; row < this.rowCount; row++) {
      if (this.fromFile[row] === this.file[row]) continue;
      const before = this.value[row];
      this.fromFile[row] = this.file[row];
      this.value[row] = this.file[row];
      changed(row, before);
    }
  }
}

/** What no check passes stands for anything that is no limit. */
function sound(value: number | undefined): number {
  return value !== undefined && Number.isFinite(value) && value >= 0 ? value : noLimit;
}

function deskValue(desk: Desk, code: LimitCode, scope: LimitScope, target: number): number {
  const all = desk.limits;
  switch (scope) {
    case "all":
      return deskWide(desk, code);
    case "strategy": {
      const own = desk.strategies[target].limits;
      switch (code) {
        case "positionQuantity":
          return own.positionQuantityMax;
        case "grossExposure":
          return own.grossExposureMax;
        case "netExposure":
          return own.netExposureMax;
        case "capital":
          return own.capitalMax;
        case "dailyLossSoft":
          return own.dailyLossSoft;
        case "dailyLossHard":
          return own.dailyLossHard;
        case "drawdownSoft":
          return own.drawdownSoft;
        case "drawdownHard":
          return own.drawdownHard;
        case "messagesPerSecond":
          return own.messagesPerSecondMax;
        case "repeatedExecutions":
          return own.repeatedExecutionsMax;
        case "repeatedSeconds":
          return own.repeatedSeconds;
        default:
          return noLimit;
      }
    }
    case "venue":
      return all.venueMessagesPerSecondMax;
    case "instrument":
      return code === "restricted" ? (all.restricted.includes(target) ? 1 : 0) : all.positionQuantityMax;
    case "pair":
      return code === "grossExposure" ? all.pairGrossExposureMax : all.pairNetExposureMax;
  }
}

function deskWide({ limits: all }: Desk, code: LimitCode): number {
  switch (code) {
    case "orderQuantity":
      return all.orderQuantityMax;
    case "orderNotional":
      return all.orderNotionalMax;
    case "parentQuantity":
      return all.parentQuantityMax;
    case "parentNotional":
      return all.parentNotionalMax;
    case "basketNotional":
      return all.basketNotionalMax;
    case "grossExposure":
      return all.grossExposureMax;
    case "netExposure":
      return all.netExposureMax;
    case "capital":
      return all.capitalMax;
    case "dailyLossSoft":
      return all.dailyLossSoft;
    case "dailyLossHard":
      return all.dailyLossHard;
    case "drawdownSoft":
      return all.drawdownSoft;
    case "drawdownHard":
      return all.drawdownHard;
    case "priceCollarBps":
      return all.priceCollarBps;
    case "deviationBps":
      return all.deviationBps;
    case "dataAgeMilliseconds":
      return all.dataAgeSecondsMax * millisecondsPerSecond;
    case "tradeAgeMilliseconds":
      return all.tradeAgeSecondsMax * millisecondsPerSecond;
    case "messagesPerSecond":
      return all.messagesPerSecondMax;
    case "duplicateMilliseconds":
      return all.duplicateMilliseconds;
    case "ordersPerDay":
      return all.ordersPerDayMax;
    case "recoveryUpdates":
      return all.recoveryUpdatesMin;
    default:
      return noLimit;
  }
}
