import type { StateRegistry } from "../machine/state-registry";

/** The member's last executions that a venue can still repeat or break. */
const rows = 1_024;

/** An execution of the member, as the venue may have to tell of it again. */
export type Execution = {
  readonly row: number;
  readonly venue: number;
  readonly instrument: number;
  readonly side: number;
  readonly userReference: number;
  readonly quantity: number;
  readonly price: number;
  /** A code of `liquidity`. */
  readonly how: number;
  readonly match: number;
};

/** The member's last 1,024 executions over all venues, oldest overwritten: what an operator can repeat or break. */
export class Executions {
  private readonly venue: Uint8Array;
  private readonly instrument: Uint16Array;
  private readonly side: Uint8Array;
  private readonly userReference: Uint32Array;
  private readonly quantity: Uint32Array;
  private readonly price: Float64Array;
  private readonly how: Uint8Array;
  private readonly match: Float64Array;
  private readonly broken: Uint8Array;
  private readonly count: Float64Array;

  constructor(registry: StateRegistry) {
    this.venue = registry.allocate("executions.venue", "u8", rows);
    this.instrument = registry.allocate("executions.instrument", "u16", rows);
    this.side = registry.allocate("executions.side", "u8", rows);
    this.userReference = registry.allocate("executions.userReference", "u32", rows);
    this.quantity = registry.allocate("executions.quantity", "u32", rows);
    this.price = registry.allocate("executions.price", "f64", rows);
    this.how = registry.allocate("executions.how", "u8", rows);
    this.match = registry.allocate("executions.match", "f64", rows);
    this.broken = registry.allocate("executions.broken", "u8", rows);
    this.count = registry.allocate("executions.count", "f64", 1);
  }

  clear(): void {
    this.count[0] = 0;
  }

  add(execution: Omit<Execution, "row">): void {
    const row = this.count[0]++ % rows;
    this.venue[row] = execution.venue;
    this.instrument[row] = execution.instrument;
    this.side[row] = execution.side;
    this.userReference[row] = execution.userReference;
    this.quantity[row] = execution.quantity;
    this.price[row] = execution.price;
    this.how[row] = execution.how;
    this.match[row] = execution.match;
    this.broken[row] = 0;
  }

  /** A venue's execution `back` before its last one that is not broken (0: the last); null when there is none. */
  find(venue: number, back: number): Execution | null {
    const oldest = Math.max(0, this.count[0] - rows);
    for (let index = this.count[0] - 1, left = back; index >= oldest; index--) {
      const row = index % rows;
      if (this.venue[row] !== venue || this.broken[row] === 1 || left-- > 0) continue;
      return {
        row,
        venue,
        instrument: this.instrument[row],
        side: this.side[row],
        userReference: this.userReference[row],
        quantity: this.quantity[row],
        price: this.price[row],
        how: this.how[row],
        match: this.match[row],
      };
    }
    return null;
  }

  markBroken(row: number): void {
    this.broken[row] = 1;
  }
}
