import { factCode, factKinds, factFields as fieldsOfKinds } from "../../domain/facts";
import type { FactsOutbox } from "../machine/facts-outbox";
import type { Outbox } from "../machine/outbox";
import type { StateRegistry } from "../machine/state-registry";

const fieldCounts = factKinds.map((kind) => fieldsOfKinds[kind].length);
const noText = new Uint8Array(0);

/**
 * What a step carries through the stages: the input's time, where outputs go, where facts go. One object for the
 * engine's life; each step sets its fields, so nothing is allocated.
 */
export class Turn {
  /** Time of the input, ns since the trading day's start. */
  timeNs = 0;
  declare outbox: Outbox;
  declare private facts: FactsOutbox;
  /** Where the facts of this step are written; see `beginFact`. */
  declare factFields: Float64Array;
  private readonly lastFactNumber: Float64Array;
  /**
   * The fields of the next fact, for `emitFields`. An array, since a number that is no small integer costs an allocation
   * each time it is handed to a function that is not compiled into its caller.
   */
  readonly fields = new Float64Array(32);
  /** Number and time of the fact being emitted. */
  private readonly head = new Float64Array(2);
  private text: Uint8Array = noText;
  private textOffset = 0;
  private textLength = 0;

  /** `seed`: where the engine's own randomness (reconnects) comes from. */
  constructor(
    registry: StateRegistry,
    readonly seed = 0,
  ) {
    this.lastFactNumber = registry.allocate("engine.lastFactNumber", "f64", 1);
  }

  readonly begin = (timeNs: number, outbox: Outbox, facts: FactsOutbox): void => {
    this.timeNs = timeNs;
    // Assigned once where every step brings the same two: the compiler then takes them, and the bytes in them, for constants.
    if (outbox !== this.outbox || facts !== this.facts) this.bind(outbox, facts);
  };

  private readonly bind = (outbox: Outbox, facts: FactsOutbox): void => {
    this.outbox = outbox;
    this.facts = facts;
    this.factFields = facts.fields;
  };

  /** Number of the last fact emitted on this day. */
  get factNumber(): number {
    return this.lastFactNumber[0];
  }

  /** Gives the next fact a text. */
  readonly withText = (bytes: Uint8Array, offset: number, length: number): this => {
    this.text = bytes;
    this.textOffset = offset;
    this.textLength = length;
    return this;
  };

  /** Emits a fact of few fields; the arguments are its fields in the order of `factFields`. */
  readonly emit = (code: number, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0): void => {
    const at = this.beginFact();
    const { factFields } = this;
    factFields[at] = a;
    factFields[at + 1] = b;
    factFields[at + 2] = c;
    factFields[at + 3] = d;
    factFields[at + 4] = e;
    factFields[at + 5] = f;
    factFields[at + 6] = g;
    factFields[at + 7] = h;
    this.endFact(code);
  };

  /** Emits a fact whose fields were put into `fields`, in the order of `factFields`. */
  readonly emitFields = (code: number): void => {
    this.emitFrom(code, this.fields, fieldCounts[code]);
  };

  /** Emits a fact whose fields are the first `count` numbers of `fields`, all if not given; those it leaves out read as 0. */
  readonly emitFrom = (code: number, fields: Float64Array, count: number = fieldCounts[code]): void => {
    const at = this.beginFact();
    const { factFields } = this;
    for (let i = 0; i < count; i++) factFields[at + i] = fields[i];
    this.endFact(code, count);
  };

  /**
   * For facts of orders on their way: their fields are written where they stay, into `turn.factFields` from the place
   * returned on; then `endFact` makes them a fact. No other fact may be emitted between the two.
   */
  readonly beginFact = (): number => {
    return this.facts.begin();
  };

  /** Makes a fact of the `count` fields written since `beginFact`, all if not given; those it leaves out read as 0. */
  readonly endFact = (code: number, count: number = fieldCounts[code]): void => {
    this.lastFactNumber[0]++;
    this.head[0] = this.lastFactNumber[0];
    this.head[1] = this.timeNs;
    this.facts.end(code, count, this.head, this.text, this.textOffset, this.textLength);
    if (this.textLength === 0) return;
    this.text = noText;
    this.textOffset = 0;
    this.textLength = 0;
  };

  /** Emits an alert. */
  readonly alert = (code: number, target: number, value: number, limit: number): void => {
    this.emit(factCode.alert, code, target, value, limit);
  };
}
