import { join } from "node:path";
import type { Desk } from "../../domain/desk";
import { decodeFact, type Fact } from "../../domain/facts";
import { ChannelTable } from "../../server/adapters/transport";
import { createEngine, type Engine } from "../../server/engine/engine";
import { inputKinds } from "../../server/machine/input-record";
import { type Recovered, recover } from "../../server/runtime/recover";
import { Shell, type ShellOptions } from "../../server/runtime/shell";
import { ShellClock } from "../../server/runtime/shell-clock";

const tradingDay = "2026-01-05";
/** Between two readings of the clock, ns. */
const stepNs = 1_000_000;

/**
 * The real engine in its shell with its logs in a folder, and no venue: for what people ask of it and what it answers. It can
 * be killed, and comes back out of its logs alone.
 */
export class JournaledEngine {
  private current: { readonly recovered: Recovered<Engine>; readonly shell: Shell };
  private timeNs = 0;
  private turn: Fact[] = [];

  /** `shellOptions`: those of each run, beside the usual ones. */
  constructor(
    private readonly desk: Desk,
    private readonly folder: string,
    private readonly shellOptions: Partial<ShellOptions> = {},
  ) {
    this.current = this.start();
  }

  get engine(): Engine {
    return this.current.recovered.machine;
  }

  get recovered(): Recovered<Engine> {
    return this.current.recovered;
  }

  /** Gives a command in a turn of its own; the facts of that turn. */
  command(bytes: Uint8Array): readonly Fact[] {
    const { shell } = this.current;
    this.turn = [];
    shell.input(inputKinds.code.command, 0, bytes, 0, bytes.length);
    shell.endTurn();
    return this.turn;
  }

  /** What a killed process leaves: nothing closed in order, nothing more written. */
  kill(): void {
    this.recovered.inputs.close();
    this.recovered.facts.close();
  }

  /** Starts again out of the logs of a killed run. */
  restart(): void {
    this.current = this.start();
  }

  private start() {
    const recovered = recover({
      directory: join(this.folder, "engine"),
      identity: {
        machine: "engine",
        codeVersion: "test",
        deskHash: "0",
        deskShape: "0",
        desk: { file: "", names: null, pairs: null, seed: null },
      },
      today: tradingDay,
      createMachine: () =>
        createEngine(this.desk, { restingOrdersMax: 256, levelsMax: 512, orderRows: 256, fillRows: 256 }),
      report: () => undefined,
      turnLengthMax: 1 << 20,
    });
    const shell = new Shell({
      recovered,
      channels: new ChannelTable(),
      clock: new ShellClock(0, recovered.timeNs, {
        wallMs: () => 0,
        monotonicNs: () => {
          this.timeNs += stepNs;
          return BigInt(this.timeNs);
        },
      }),
      timerMs: 1_000_000_000,
      onHalt: ({ text }) => {
        throw new Error(text);
      },
      ...this.shellOptions,
      onFacts: (facts) => {
        for (let at = 0; at < facts.used; ) {
          const { fact, length } = decodeFact(facts.bytes, at);
          this.turn.push(fact);
          at += length;
        }
      },
    });
    shell.start();
    return { recovered, shell };
  }
}
