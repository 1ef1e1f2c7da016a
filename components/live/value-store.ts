import { type FrameScheduler, type Lane, Signal } from "./frame-scheduler";

/** One value that is replaced as a whole. */
export class ValueStore<Value> {
  private readonly signal = new Signal();
  private current: Value;

  constructor(
    private readonly scheduler: FrameScheduler,
    readonly initial: Value,
  ) {
    this.current = initial;
  }

  get value(): Value {
    return this.current;
  }

  set(value: Value): void {
    if (Object.is(value, this.current)) return;
    this.current = value;
    this.scheduler.mark(this.signal);
  }

  subscribe(lane: Lane, listener: () => void): () => void {
    return this.signal.subscribe(lane, listener);
  }
}
