/**
 * What the worker tells the main thread without a message: how far the facts log is written, and numbers for the
 * status. The log's length is the one that others rely on: it is stored last, with Atomics.
 */
export class SharedCounters {
  private readonly committed: BigInt64Array;
  private readonly numbers: Float64Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(64)) {
    this.committed = new BigInt64Array(memory, 0, 1);
    this.numbers = new Float64Array(memory, 8, 4);
  }

  /** After each turn with facts, in the worker: the facts log's length and its last fact's number. */
  commitFacts(fileLength: number, factNumber: number): void {
    this.numbers[0] = factNumber;
    Atomics.store(this.committed, 0, BigInt(fileLength));
  }

  /** A few times a second, in the worker. */
  setStatus(engineTimeNs: number, inputs: number, journalBytes: number): void {
    this.numbers[1] = engineTimeNs;
    this.numbers[2] = inputs;
    this.numbers[3] = journalBytes;
  }

  /** Length of the facts log up to which it may be read. */
  get factsLength(): number {
    return Number(Atomics.load(this.committed, 0));
  }

  get factNumber(): number {
    return this.numbers[0];
  }

  /** Time of the last input, ns since the trading day's start. */
  get engineTimeNs(): number {
    return this.numbers[1];
  }

  /** Inputs of this run. */
  get inputs(): number {
    return this.numbers[2];
  }

  get journalBytes(): number {
    return this.numbers[3];
  }
}
