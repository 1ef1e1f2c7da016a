import { describe, expect, it } from "vitest";
import { tradingModes } from "../../domain/limit";
import { type CommandOutline, ownRoomMax, sharedRoomMax, voicesMax, WaitingCommands } from "./waiting-commands";

const rows = { strategy: 4, instrument: 100, venue: 2, pair: 60 };

function outline(some: Partial<CommandOutline> = {}): CommandOutline {
  return { command: "kill", scope: "all", target: -1, detail: 0, role: "trader", actor: "anna", reason: "", ...some };
}

/** Rooms, and a way to ask under ids that are never the same. */
function rooms() {
  const waiting = new WaitingCommands<string>(rows);
  let asked = 0;
  const ask = (client: string, some: Partial<CommandOutline>) => {
    const id = `${++asked}`;
    const place = waiting.add(id, { client, id }, outline(some), asked);
    return typeof place === "string" ? place : "refused";
  };
  const fill = (client: string, some: Partial<CommandOutline>, count: number) =>
    Array.from({ length: count }, (_, target) => ask(client, { ...some, target })).filter((p) => p === "forward")
      .length;
  return { waiting, ask, fill };
}

describe("commands that wait for the engine", () => {
  it("has room for a kill of every scope, whatever waits, and passes none on twice", () => {
    const { ask, fill } = rooms();
    expect(fill("web", { command: "resume", scope: "strategy" }, 1_000)).toBe(sharedRoomMax);
    expect(fill("web", { command: "pause", scope: "strategy" }, 1_000)).toBe(ownRoomMax);
    for (const scope of ["strategy", "instrument", "venue", "pair"] as const)
      expect(fill("web", { scope }, rows[scope])).toBe(rows[scope]);
    expect(ask("web", {})).toBe("forward");
    for (const scope of ["strategy", "instrument", "venue", "pair"] as const)
      expect(fill("another", { scope }, rows[scope])).toBe(0);
    expect(ask("another", { target: 7 })).toBe("joined");
  });

  it("does not take a trader's kill for the risk desk's, which stands longer", () => {
    const { ask } = rooms();
    expect(ask("web", {})).toBe("forward");
    expect(ask("web", { role: "risk" })).toBe("forward");
    expect(ask("web", { role: "risk" })).toBe("joined");
  });

  it("passes the kill on once more where another person asks, or with its reason, a few times and not without end", () => {
    const { waiting, ask } = rooms();
    expect([ask("web", {}), ask("web", { reason: "legs drift apart" }), ask("web", { actor: "bo" })]).toEqual([
      "forward",
      "forward",
      "forward",
    ]);
    expect([ask("web", { reason: "legs drift apart" }), ask("web", { actor: "bo" }), ask("web", {})]).toEqual([
      "joined",
      "joined",
      "joined",
    ]);
    const flood = Array.from({ length: 1_000 }, (_, i) => ask("web", { reason: `reason ${i}` }));
    expect(flood.filter((place) => place === "forward")).toHaveLength(voicesMax - 3);
    expect(flood.filter((place) => place === "refused")).toHaveLength(0);
    // Each is answered with the one whose words it has.
    expect(waiting.take("2").map(({ id }) => id)).toEqual(["2", "4"]);
    expect(waiting.take("3").map(({ id }) => id)).toEqual(["3", "5"]);
    expect(ask("web", { reason: "and now this" })).toBe("forward");
  });

  it("does not take a kill after a release for the one before it", () => {
    const { ask } = rooms();
    expect([ask("web", {}), ask("web", { command: "cancelAll" }), ask("web", {})]).toEqual([
      "forward",
      "forward",
      "joined",
    ]);
    expect(ask("web", { command: "release", role: "admin" })).toBe("forward");
    expect(ask("web", {})).toBe("forward");
  });

  it("holds kills of orders, and of what there is not, in the room of who asks: there is no end of them", () => {
    const { ask, fill } = rooms();
    expect(fill("web", { scope: "order" }, 1_000)).toBe(ownRoomMax);
    expect(ask("web", { scope: "venue", target: 2 })).toBe("refused");
    expect(ask("command line", { scope: "order", target: 5 })).toBe("forward");
  });

  it("counts a stricter mode as taking risk away, a looser mode and a limit not", () => {
    const { ask, fill } = rooms();
    fill("another", { command: "resume", scope: "strategy" }, sharedRoomMax);
    const { active, reducing, halted } = tradingModes.code;
    const modes = [active, reducing, halted].map((detail) => ask("web", { command: "setMode", detail }));
    expect(modes).toEqual(["refused", "forward", "forward"]);
    expect(ask("web", { command: "setLimit" })).toBe("refused");
  });

  it("answers each who asked, under the own id, and nobody who is gone", () => {
    const { waiting, ask } = rooms();
    ask("web", {});
    ask("leaves", {});
    ask("command line", {});
    waiting.forget("leaves");
    expect(waiting.take("1")).toEqual([
      { client: "web", id: "1" },
      { client: "command line", id: "3" },
    ]);
    expect(waiting.take("1")).toEqual([]);
    expect(ask("web", {})).toBe("forward");
  });

  it("gives up what the engine did not answer in time, and takes the same kill anew", () => {
    const { waiting, ask } = rooms();
    ask("web", {});
    ask("web", { command: "cancelAll" });
    expect(waiting.takeBefore(2).map(({ id }) => id)).toEqual(["1"]);
    expect(ask("web", {})).toBe("forward");
    expect(waiting.takeBefore(9).map(({ id }) => id)).toEqual(["2", "3"]);
  });
});
