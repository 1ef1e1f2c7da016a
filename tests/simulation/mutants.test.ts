import { describe, expect, it } from "vitest";
import { scopes } from "../../domain/command";
import { cancelCauses, orderStates } from "../../domain/order";
import type { Engine } from "../../server/engine/engine";
import type { Shell } from "../../server/runtime/shell";
import type { FaultKind } from "../../server/simulation/fault-plan";
import { type Break, runWorld } from "../../server/simulation/world";
import { MoldHeader, readMoldHeader } from "../../server/wire/mold-udp64";

/** An engine with a mistake in it, and the faults that bring the mistake out. */
type Mutant = {
  readonly mistake: string;
  readonly faults: readonly FaultKind[];
  readonly engine?: (engine: Engine) => void;
  readonly shell?: (shell: Shell) => void;
};

/** A mutant that no longer fits the engine must not count as caught. */
const isMissing = "is not there to make a mistake in";

type Method = (...parts: never[]) => unknown;

/** Puts `make(original)` in place of a method, private ones included: a mistake respects no visibility. */
function change(target: object, name: string, make: (original: Method) => Method): void {
  const methods = target as Record<string, Method>;
  const original = methods[name];
  if (original === undefined) throw new Error(`${name} ${isMissing}`);
  methods[name] = make(original.bind(target) as Method);
}

/** A field that only its class can see. */
function inside<Value>(target: object, name: string): Value {
  const value = (target as Record<string, Value>)[name];
  if (value === undefined) throw new Error(`${name} ${isMissing}`);
  return value;
}

type Numbers = (...parts: number[]) => unknown;

/** Changes a method whose arguments are numbers. */
function changeNumbers(target: object, name: string, make: (original: Numbers) => Numbers): void {
  change(target, name, (original) => make(original as unknown as Numbers) as unknown as Method);
}

const none: readonly FaultKind[] = [];
const lines: readonly FaultKind[] = ["cut", "lostAcknowledgement", "oneWayCut"];
const deaths: readonly FaultKind[] = ["crash", "tornWrite"];

const mutants: readonly Mutant[] = [
  {
    mistake: "drops a fill",
    faults: none,
    engine: ({ fills }) =>
      changeNumbers(
        fills,
        "onExecuted",
        (original) =>
          (...parts) =>
            parts[8] % 7 === 0 ? undefined : original(...parts),
      ),
  },
  {
    mistake: "counts a fill twice in the position",
    faults: none,
    engine: ({ positions }) =>
      changeNumbers(positions, "apply", (original) => (...parts) => {
        if (parts[3] % 3 === 0) original(...parts);
        return original(...parts);
      }),
  },
  {
    mistake: "takes the drop copy's report of a fill for another fill",
    faults: none,
    engine: ({ fills }) =>
      changeNumbers(
        fills,
        "onExecuted",
        (original) => (venue, source, time, reference, quantity, price, flag, high, low) =>
          original(venue, source, time, reference, quantity, price, flag, high + source, low),
      ),
  },
  {
    mistake: "uses a user reference again",
    faults: none,
    engine: ({ orders }) =>
      changeNumbers(orders, "takeReference", (original) => (venue, row) => {
        const reference = Number(original(venue, row));
        if (reference % 11 === 0) inside<Float64Array>(orders, "nextReference")[venue]--;
        return reference;
      }),
  },
  {
    mistake: "skips a gap in the feed",
    faults: ["loss"],
    engine: ({ feeds }) => {
      for (const feed of feeds)
        change(feed, "requestMissing", () => () => {
          feed.numbers[0] = feed.numbers[2];
        });
    },
  },
  {
    mistake: "applies a packet that it has applied already",
    faults: ["duplicates"],
    engine: ({ feeds }) => {
      const header = new MoldHeader();
      for (const feed of feeds)
        change(
          feed,
          "onDatagram",
          (original) =>
            ((bytes: Uint8Array, offset: number, length: number) => {
              readMoldHeader(bytes, offset, length, header);
              if (header.count < 60_000 && header.sequence < feed.numbers[0] && header.sequence > feed.numbers[0] - 40)
                feed.numbers[0] = header.sequence;
              return (original as (...parts: unknown[]) => unknown)(bytes, offset, length);
            }) as unknown as Method,
        );
    },
  },
  {
    mistake: "forgets working sell orders in exposure",
    faults: none,
    engine: ({ orders }) =>
      changeNumbers(
        orders,
        "countWorst",
        (original) => (row, quantity, price) => (orders.side[row] === 0 ? original(row, quantity, price) : undefined),
      ),
  },
  {
    mistake: "sends before it appends",
    faults: none,
    shell: (shell) =>
      change(shell, "endTurn", (original) => () => {
        const outbox = inside<{ count: number; clear(): void }>(shell, "outbox");
        const { channels } = inside<{ channels: { dispatch(outbox: unknown): void } }>(shell, "options");
        if (outbox.count > 0) channels.dispatch(outbox);
        outbox.clear();
        return original();
      }),
  },
  {
    mistake: "loses the side of a replaced order",
    faults: none,
    engine: ({ execution, orders }) =>
      changeNumbers(execution, "onReplaced", (original) => (order, ...parts) => {
        const done = original(order, ...parts);
        orders.side[order] = orders.side[order] === 0 ? 1 : 0;
        return done;
      }),
  },
  {
    mistake: "keeps the old price after a replace",
    faults: none,
    engine: ({ execution, orders }) =>
      change(
        execution,
        "onReplaced",
        (original) =>
          ((
            order: number,
            reference: number,
            high: number,
            low: number,
            quantity: number,
            _: number,
            ...rest: unknown[]
          ) =>
            (original as (...parts: unknown[]) => unknown)(
              order,
              reference,
              high,
              low,
              quantity,
              orders.price[order],
              ...rest,
            )) as unknown as Method,
      ),
  },
  {
    mistake: "ignores a bust",
    faults: ["busts"],
    engine: ({ fills }) => change(fills, "onBroken", () => () => undefined),
  },
  {
    mistake: "books a bust twice when the drop copy tells of it too",
    faults: ["busts"],
    engine: ({ fills }) =>
      changeNumbers(fills, "onBroken", (original) => (...parts) => {
        original(...parts);
        inside<Uint8Array>(fills, "broken").fill(0);
      }),
  },
  {
    mistake: "forgets a kill over a restart",
    faults: ["commands", ...deaths],
    engine: ({ control, kills, desk }) =>
      change(
        control,
        "onStart",
        (original) =>
          ((isRecovering: boolean) => {
            kills.set(scopes.code.all, -1, false);
            desk.strategies.forEach((_, strategy) => void kills.set(scopes.code.strategy, strategy, false));
            desk.instruments.forEach((_, instrument) => void kills.set(scopes.code.instrument, instrument, false));
            desk.venues.forEach((_, venue) => void kills.set(scopes.code.venue, venue, false));
            return (original as (isRecovering: boolean) => unknown)(isRecovering);
          }) as unknown as Method,
      ),
  },
  {
    mistake: "lets orders through a kill",
    faults: ["commands"],
    engine: ({ kills }) => change(kills, "covers", () => () => false),
  },
  {
    mistake: "closes the gate in a kill and cancels nothing",
    faults: ["commands"],
    engine: ({ control, execution }) => {
      changeNumbers(
        execution,
        "cancelScope",
        (original) =>
          (scope, target, cause, ...slot) =>
            cause === cancelCauses.code.kill ? 0 : original(scope, target, cause, ...slot),
      );
      // What looks for orders under a kill would make up for it.
      change(control, "cancelUnderKills", () => () => undefined);
    },
  },
  {
    mistake: "does not send cancels again after a cut",
    faults: lines,
    engine: ({ execution, orderSessions }) => {
      let isAnswering = false;
      changeNumbers(execution, "onQueryAnswered", (original) => (...parts) => {
        isAnswering = true;
        original(...parts);
        isAnswering = false;
      });
      for (const session of orderSessions)
        changeNumbers(session, "cancel", (original) => (reference) => (isAnswering ? true : original(reference)));
    },
  },
  {
    mistake: "takes orders for rejected when the line is cut",
    faults: lines,
    engine: ({ orderSessions, orders, execution }) => {
      orderSessions.forEach((session, venue) => {
        change(session, "onSessionLost", (original) => () => {
          for (let i = orders.openCount - 1; i >= 0; i--) {
            const order = orders.open[i];
            if (orders.venue[order] === venue) execution.onRejected(order, orders.userReference[order], 0, 0);
          }
          return original();
        });
      });
    },
  },
  {
    mistake: "leaves orders that the venue never saw pending for ever",
    faults: lines,
    engine: ({ execution, orders }) =>
      changeNumbers(execution, "onQueryAnswered", () => (venue, next) => orders.raiseNextReference(venue, next)),
  },
  {
    mistake: "does not take up the venue's next reference after a login",
    faults: ["crash", "powerLoss"],
    engine: ({ orders }) => {
      change(orders, "raiseNextReference", () => () => undefined);
    },
  },
  {
    mistake: "asks for one message too few after a reconnect",
    faults: lines,
    engine: ({ orderSessions, dropSessions }) => {
      for (const session of [...orderSessions, ...dropSessions]) {
        const client = inside<object>(session, "client");
        change(client, "onConnected", (original) => () => {
          const times = inside<Float64Array>(client, "times");
          if (times[3] > 0) times[3]++;
          return original();
        });
      }
    },
  },
  {
    mistake: "swallows every fifth cancel",
    faults: none,
    engine: ({ orderSessions }) => {
      for (const session of orderSessions)
        changeNumbers(
          session,
          "cancel",
          (original) => (reference) => (reference % 5 === 0 ? true : original(reference)),
        );
    },
  },
  {
    mistake: "ends an order with its first partial fill",
    faults: none,
    engine: ({ execution }) =>
      changeNumbers(execution, "onFilled", (original) => (order, quantity) => {
        original(order, quantity);
        return 0;
      }),
  },
  {
    mistake: "does not take a fill off what is open",
    faults: none,
    engine: ({ execution, orders }) =>
      changeNumbers(execution, "onFilled", (original) => (order, quantity) => {
        const leaves = orders.leavesQuantity[order];
        const left = original(order, quantity);
        if (orders.isOpen(order) && Number(left) > 0) orders.setLeaves(order, leaves);
        return left;
      }),
  },
  {
    mistake: "takes one too little off in a partial cancel",
    faults: none,
    engine: ({ execution }) =>
      changeNumbers(
        execution,
        "onCancelled",
        (original) =>
          (order, quantity, ...parts) =>
            original(order, Math.max(1, quantity - 1), ...parts),
      ),
  },
  {
    mistake: "checks no position limit",
    faults: none,
    engine: ({ gate }) => {
      change(gate, "isPositionWithin", () => () => true);
      change(gate, "isStrategyPositionWithin", () => () => true);
    },
  },
  {
    mistake: "checks no notional",
    faults: none,
    engine: ({ gate }) => change(gate, "isNotionalSound", () => () => true),
  },
  {
    mistake: "sends twice what the parent wants",
    faults: none,
    engine: ({ gate, execution }) => {
      // The gate counts by itself what it approved of a parent: it must be blind too.
      change(gate, "isWithinParent", () => () => true);
      change(
        execution,
        "place",
        (original) =>
          ((wish: unknown, parent: number, venue: number, quantity: number, ...rest: number[]) =>
            (original as (...parts: unknown[]) => unknown)(
              wish,
              parent,
              venue,
              quantity * 2,
              ...rest,
            )) as unknown as Method,
      );
    },
  },
  {
    mistake: "charges no fee for fills that add liquidity",
    faults: none,
    engine: ({ positions }) =>
      changeNumbers(
        positions,
        "apply",
        (original) => (strategy, pair, instrument, quantity, price, fee) =>
          original(strategy, pair, instrument, quantity, price, Math.max(0, fee)),
      ),
  },
  {
    mistake: "skips a fact number",
    faults: none,
    engine: ({ parents, turn }) =>
      changeNumbers(parents, "fill", (original) => (row, quantity) => {
        if ((parents.idOf[row] ?? 0) % 9 === 0) inside<Float64Array>(turn, "lastFactNumber")[0]++;
        return original(row, quantity);
      }),
  },
  {
    mistake: "forgets over a restart which fills it has booked",
    faults: ["repeatedFills", ...deaths],
    engine: ({ control, fills }) =>
      change(
        control,
        "onStart",
        (original) =>
          ((isRecovering: boolean) => {
            inside<Int32Array>(fills, "slots").fill(0);
            return (original as (isRecovering: boolean) => unknown)(isRecovering);
          }) as unknown as Method,
      ),
  },
  {
    mistake: "keeps state that is not in the registry",
    faults: deaths,
    engine: ({ execution }) => {
      let refusals = 0;
      changeNumbers(execution, "cancel", (original) => (order, cause) => {
        refusals++;
        return refusals % 3 === 0 ? false : original(order, cause);
      });
    },
  },
  {
    mistake: "judges an order by the answer to a question that was asked before it left",
    faults: ["lateFills"],
    engine: ({ execution }) =>
      changeNumbers(
        execution,
        "onQueryAnswered",
        (original) => (venue, next) => original(venue, next, Number.MAX_SAFE_INTEGER),
      ),
  },
  {
    mistake: "gives up an order that the venue counts as received",
    faults: ["withheldAnswers"],
    engine: ({ execution }) => change(execution, "onReceiptTold", () => () => undefined),
  },
  {
    mistake: "does not ask again what the venue never answered",
    faults: ["withheldAnswers", "cut"],
    engine: ({ orderSessions }) => {
      for (const session of orderSessions) {
        const numbers = inside<Float64Array>(session, "numbers");
        change(session, "askAboutUnanswered", (original) => () => (numbers[5] > 0 ? undefined : original()));
      }
    },
  },
  {
    mistake: "stops without cancelling",
    faults: none,
    engine: ({ execution }) =>
      changeNumbers(
        execution,
        "cancelScope",
        (original) =>
          (scope, target, cause, ...slot) =>
            cause === cancelCauses.code.shutdown ? 0 : original(scope, target, cause, ...slot),
      ),
  },
  {
    mistake: "takes an order back to life when its acceptance comes after its end",
    faults: none,
    engine: ({ execution, orders }) =>
      changeNumbers(execution, "onAccepted", (original) => (order, ...parts) => {
        if (orders.state[order] === orderStates.code.filled) orders.beginLife(order);
        return original(order, ...parts);
      }),
  },
];

const seedsMax = 40;

/** The first seed whose world shows the mistake; null when none of them does. */
function seedThatCatches(mutant: Mutant): number | null {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const { breaks } = runWorld({
      seed,
      kinds: mutant.faults,
      ...(mutant.engine && { alter: mutant.engine }),
      ...(mutant.shell && { alterShell: mutant.shell }),
    });
    const own = breaks.find(({ text }) => text.includes(isMissing));
    if (own !== undefined) throw new Error(own.text);
    if (breaks.length > 0) return seed;
  }
  return null;
}

const soundWorlds = new Map<string, readonly Break[]>();

/** What the engine without a mistake breaks in the world of a seed under some faults; each world is run once. */
function breaksOfSound(faults: readonly FaultKind[], seed: number): readonly Break[] {
  const world = `${seed} ${faults.join(" ")}`;
  const breaks = soundWorlds.get(world) ?? runWorld({ seed, kinds: faults }).breaks;
  soundWorlds.set(world, breaks);
  return breaks;
}

/** Puts a method that does the same in place of every method that is a field, and of those a mistake is made in. */
function changeNothing(engine: Engine): void {
  const { execution, orders, fills, positions, gate, kills, control, parents } = engine;
  for (const target of [execution, orders, fills, positions, gate, kills, control, parents])
    for (const [name, value] of Object.entries(target))
      if (typeof value === "function")
        change(
          target,
          name,
          (original) =>
            (...parts) =>
              original(...parts),
        );
  for (const feed of engine.feeds)
    for (const name of ["onDatagram", "requestMissing"])
      change(
        feed,
        name,
        (original) =>
          (...parts) =>
            original(...parts),
      );
  for (const session of engine.orderSessions)
    for (const name of ["cancel", "onSessionLost", "askAboutUnanswered"])
      change(
        session,
        name,
        (original) =>
          (...parts) =>
            original(...parts),
      );
}

describe("the simulator finds mistakes that an engine could make", () => {
  it("knows at least twenty of them", () => {
    expect(new Set(mutants.map(({ mistake }) => mistake)).size).toBeGreaterThanOrEqual(20);
  });

  it.each(mutants.map((mutant) => [mutant.mistake, mutant] as const))(
    "an engine that %s is caught, and one without the mistake breaks nothing in the same world",
    (_, mutant) => {
      const seed = seedThatCatches(mutant);
      if (seed === null) throw new Error(`no world of ${seedsMax} shows it`);
      expect(breaksOfSound(mutant.faults, seed)).toEqual([]);
    },
  );

  it("an engine without a mistake breaks nothing under any of these lists of faults, nor one with its methods changed for the same", () => {
    const lists = new Map(mutants.map(({ faults }) => [faults.join(" "), faults]));
    for (const faults of lists.values())
      for (const seed of [1, 2]) expect(breaksOfSound(faults, seed), `seed ${seed}, ${faults.join(" ")}`).toEqual([]);
    for (const seed of [1, 2]) {
      const world = { seed, kinds: [...lines, ...deaths] };
      const changed = runWorld({ ...world, alter: changeNothing });
      expect(changed.breaks).toEqual([]);
      expect(changed.hash).toBe(runWorld(world).hash);
    }
  });
});
