import { factCode } from "../../../domain/facts";
import type { StateRegistry } from "../../machine/state-registry";
import type { Turn } from "../turn";

const Column = { scope: 0, target: 1, orders: 2, endedBefore: 3, cancelled: 4, unknown: 5, active: 6 } as const;

/** How far the last kill is: orders it found open, those ended since, those whose session is down. Told as facts. */
export class KillProgress {
  private readonly numbers: Float64Array;

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
  ) {
    this.numbers = registry.allocate("kill.progress", "f64", 7);
  }

  get scope(): number {
    return this.numbers[Column.scope];
  }

  get target(): number {
    return this.numbers[Column.target];
  }

  get orders(): number {
    return this.numbers[Column.orders];
  }

  get cancelled(): number {
    return this.numbers[Column.cancelled];
  }

  get unknown(): number {
    return this.numbers[Column.unknown];
  }

  get isActive(): boolean {
    return this.numbers[Column.active] === 1;
  }

  /** A kill was engaged over `orders` open orders; `ended` is the count of killed orders ended before it. */
  begin(scope: number, target: number, orders: number, ended: number): void {
    const { numbers } = this;
    numbers[Column.scope] = scope;
    numbers[Column.target] = target;
    numbers[Column.orders] = orders;
    numbers[Column.endedBefore] = ended;
    numbers[Column.cancelled] = 0;
    numbers[Column.unknown] = 0;
    numbers[Column.active] = orders > 0 ? 1 : 0;
    this.emit();
  }

  /** Looks again; a fact when something moved. */
  update(ended: number, unknown: number): void {
    const { numbers } = this;
    const cancelled = ended - numbers[Column.endedBefore];
    if (cancelled === numbers[Column.cancelled] && unknown === numbers[Column.unknown]) return;
    numbers[Column.cancelled] = cancelled;
    numbers[Column.unknown] = unknown;
    if (cancelled >= numbers[Column.orders]) numbers[Column.active] = 0;
    this.emit();
  }

  private emit(): void {
    const { numbers } = this;
    this.turn.emit(
      factCode.kill,
      numbers[Column.scope],
      numbers[Column.target],
      1,
      numbers[Column.orders],
      numbers[Column.cancelled],
      numbers[Column.unknown],
    );
  }
}
