/**
 * What the worker tells other threads without a message: how far the logs are written, and numbers for the status.
 * Lengths are stored before the sequence that announces them, which is stored with Atomics: who loads the sequence
 * first sees lengths at least as new.
 */
export class SharedCounters {
  private readonly numbers: Float64Array;
  /** Sequence of the published facts; segment that is written (counted from 1 in a run); its length. */
  private readonly announced: Int32Array;

  constructor(readonly memory: SharedArrayBuffer = new SharedArrayBuffer(64)) {
    this.numbers = new Float64Array(memory, 0, 6);
    this.announced = new Int32Array(memory, 48, 3);
  }

  /** When facts may be shown to others: the facts log's length up to them and the last one's number. */
  commitFacts(fileLength: number, factNumber: number): void {
    this.numbers[0] = factNumber;
    this.numbers[4] = fileLength;
    Atomics.add(this.announced, 0, 1);
  }

  /** After each turn: which segment of the run is written, how long it is, and how long the facts log is. */
  commitInputs(segment: number, segmentLength: number, factsLength: number): void {
    this.numbers[5] = factsLength;
    if (this.announced[1] !== segment) {
      // In between no length is claimed for either segment.
      Atomics.store(this.announced, 2, 0);
      Atomics.store(this.announced, 1, segment);
    }
    Atomics.store(this.announced, 2, segmentLength);
  }

  /** A few times a second, in the worker. */
  setStatus(engineTimeNs: number, inputs: number, journalBytes: number): void {
    this.numbers[1] = engineTimeNs;
    this.numbers[2] = inputs;
    this.numbers[3] = journalBytes;
  }

  /** Length of the facts log up to which it may be shown. */
  get factsLength(): number {
    Atomics.load(this.announced, 0);
    return this.numbers[4];
  }

  get factNumber(): number {
    return this.numbers[0];
  }

  /**
   * How far the inputs log is written, at a turn's end: the run's segment and its length. The facts log's length, read
   * afterwards with `writtenFactsLength`, holds every fact of these inputs.
   */
  readInputs(target: { segment: number; length: number }): void {
    do {
      target.segment = Atomics.load(this.announced, 1);
      target.length = Atomics.load(this.announced, 2);
    } while (target.segment !== Atomics.load(this.announced, 1));
  }

  /** Length of the facts log as it is written, shown to others or not. */
  get writtenFactsLength(): number {
    return this.numbers[5];
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
