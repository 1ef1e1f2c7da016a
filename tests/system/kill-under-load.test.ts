import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { degradedStates } from "../../bench/kill/kill-rig";
import { rootFolder } from "../../server/cli/root-folder";

const orders = 1_000;
/** Some are filled, and not replaced, between what breaks and the kill. */
const ordersBefore = 1_100;

const stateFigures = z.object({
  kills: z.int(),
  workingMin: z.int(),
  orders: z.int(),
  cancelled: z.int(),
  unknown: z.int(),
  named: z.int(),
  openUnreachable: z.int(),
  ordersAfter: z.int(),
  openAfter: z.int(),
  openMended: z.int(),
});

/** Real processes, a kill in each state; how long it takes is told by `heliograph bench kill`, which this runs. */
it("a kill at a random instant under load leaves no order, whatever is broken: each is cancelled or named as unknown", {
  timeout: 540_000,
}, () => {
  const program = path.join(rootFolder, "bin/heliograph");
  const words = ["bench", "kill", "--orders", `${ordersBefore}`, "--kills", "1", "--seed", "7", "--json"];
  const text = execFileSync(process.execPath, [program, ...words], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  const { states } = z
    .object({ states: z.record(z.enum(degradedStates.names), stateFigures) })
    .parse(JSON.parse(text.trim().split("\n").at(-1) ?? ""));
  for (const state of degradedStates.names) {
    const of = states[state];
    expect([state, of.workingMin >= orders]).toEqual([state, true]);
    expect([state, of.ordersAfter, of.openAfter, of.openMended]).toEqual([state, 0, 0, 0]);
    expect([state, of.cancelled + of.unknown]).toEqual([state, of.orders]);
    // What is open where nobody can reach it is among the unknown; where everybody can be reached nothing is unknown.
    expect([state, of.openUnreachable <= of.unknown, of.named]).toEqual([state, true, of.unknown]);
    expect([state, of.unknown > 0]).toEqual([state, state === "venue"]);
  }
});
