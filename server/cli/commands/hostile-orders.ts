import { runHostileOrders, runThrowingChecks } from "../../../bench/hostile-orders";
import { machineLine } from "../../../bench/machine-line";
import type { Command } from "../command";

/** Proves the gate: generated hostile orders and replaces through a whole engine, judged on the wire by an independent oracle. */
export const command: Command = {
  name: "hostile-orders",
  summary: "ask a whole engine for hostile orders; an oracle judges every message on the wire",
  usage: "",
  options: [
    { name: "orders", kind: "whole", value: "N", summary: "orders and replaces to ask for; default 200000" },
    { name: "seed", kind: "whole", value: "K", summary: "the same seed asks for the same; default 1" },
    { name: "throwing", kind: "whole", value: "N", summary: "orders with each check forced to throw; default 500" },
    { name: "json", kind: "flag", summary: "one JSON object on the last line" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const count = input.whole("orders") ?? 200_000;
    const seed = input.whole("seed") ?? 1;
    console.log(machineLine());
    const began = Date.now();
    const figures = runHostileOrders(count, seed);
    const seconds = Math.round((Date.now() - began) / 1_000);
    const words = (value: number) => value.toLocaleString("en");
    console.log(
      `${words(figures.asked)} asked (${words(figures.orders)} orders, ${words(figures.replaces)} replaces), seed ${seed}, ` +
        `${words(figures.simulatedSeconds)} simulated seconds in ${seconds} s`,
    );
    console.log(
      `${words(figures.approved)} messages on the wire, ${words(figures.fills)} fills, ${words(figures.cancels)} cancels`,
    );
    console.log(`${figures.escapes} escapes, ${figures.falseRefusals} false refusals`);
    for (const [reason, times] of Object.entries(figures.reasons).sort((left, right) => right[1] - left[1]))
      console.log(`  ${reason.padEnd(24)}${words(times).padStart(12)}`);
    for (const sample of figures.samples) console.log(sample);
    const throwing = runThrowingChecks(input.whole("throwing") ?? 500, seed);
    const asked = throwing.reduce((sum, check) => sum + check.asked, 0);
    const sent = throwing.reduce((sum, check) => sum + check.sent, 0);
    console.log(`${throwing.length} checks forced to throw, one at a time: ${words(asked)} asked, ${sent} sent`);
    if (input.flag("json")) console.log(JSON.stringify({ machine: machineLine(), seconds, ...figures, throwing }));
    return figures.escapes === 0 && figures.falseRefusals === 0 && sent === 0 ? 0 : 1;
  },
};
