import { nsPerMicrosecond } from "../domain/time";
import { createEngine, type Engine } from "../server/engine/engine";
import { FactsOutbox } from "../server/machine/facts-outbox";
import { InputRecord, inputKinds, startCauses } from "../server/machine/input-record";
import { Outbox } from "../server/machine/outbox";
import { type EngineLine, ScriptedDesk } from "./scripted-desk";
import { type DeskSize, syntheticDesk } from "./synthetic-desk";

/** Made time between two inputs: 10,000 packets a second. */
const stepNs = 100 * nsPerMicrosecond;

/** A made desk's engine on a line of its own, market and venues up; `before` sees the engine first. */
export function bringUpSteps(
  size: DeskSize,
  seed: number,
  before: (engine: Engine) => void = () => undefined,
): { readonly engine: Engine; readonly scripted: ScriptedDesk; readonly line: StepLine } {
  const desk = syntheticDesk(size);
  const engine = createEngine(desk);
  before(engine);
  const scripted = new ScriptedDesk(desk, seed);
  const line = new StepLine(engine, scripted);
  scripted.bringUp(
    line,
    engine,
    () => line.start(),
    (ns) => line.wait(ns),
  );
  return { engine, scripted, line };
}

/** An engine line straight into `step`, without shell or logs; its time is made, and moves with each input. */
export class StepLine implements EngineLine {
  readonly outbox = new Outbox();
  readonly facts = new FactsOutbox();
  private readonly input = new InputRecord();
  private readonly time = new Float64Array(1);

  constructor(
    private readonly engine: Engine,
    private readonly desk: ScriptedDesk,
  ) {
    this.input.attach(desk.bytes);
    engine.registry.makeResident();
  }

  /** Steps the `start` input of a new day. */
  start(): void {
    this.desk.bytes.set([0, 0, 0, 1, startCauses.code.fresh]);
    this.turn(inputKinds.code.start, 0, 0, 5);
  }

  /** Lets made time pass. */
  wait(ns: number): void {
    this.time[0] += ns;
  }

  turn(kind: number, channel: number, offset: number, length: number): void {
    this.begin(kind, channel, offset, length);
    this.step();
    this.end();
  }

  /** Readies one input; `step` is then the only thing left to be timed. */
  begin(kind: number, channel: number, offset: number, length: number): void {
    this.time[0] += stepNs;
    this.outbox.clear();
    this.facts.clear();
    this.input.set(kind, channel, this.time[0], offset, length);
  }

  step(): void {
    this.engine.step(this.input, this.outbox, this.facts);
  }

  /** Hands what came out to the scripted desk. */
  end(): void {
    const { desk, outbox } = this;
    for (let i = 0; i < outbox.count; i++)
      desk.take(outbox.kindAt(i), outbox.channelAt(i), outbox.bytes, outbox.offsetAt(i), outbox.lengthAt(i));
  }
}
