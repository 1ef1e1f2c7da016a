import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { z } from "zod";
import { commandKinds, scopes } from "../../domain/command";
import { venueCountMax } from "../machine/channels";
import { encodeCommand } from "../machine/command-record";
import { operatorCommands } from "../machine/operator-commands";

/**
 * What an operator may ask of the simulated exchange while it runs. `instrument` and `venue` count from 0. `back`: which
 * execution, 0 for the last. `withhold`: the venue's drop copy leaves out the next `count` executions.
 */
const orderSchema = z.discriminatedUnion("order", [
  z.strictObject({ order: z.enum(["halt", "resume"]), instrument: z.int().min(0) }),
  z.strictObject({ order: z.enum(["bust", "repeat"]), venue: z.int().min(0).lt(venueCountMax), back: z.int().min(0) }),
  z.strictObject({
    order: z.literal("withhold"),
    venue: z.int().min(0).lt(venueCountMax),
    count: z.int().min(1).max(1_000),
  }),
]);
export type OperatorOrder = z.infer<typeof orderSchema>;

const orderLengthMax = 1_024;
const answerMsMax = 5_000;

/** Where the exchange beside an engine's socket takes its operator's orders. */
export function operatorSocketOf(engineSocket: string): string {
  return engineSocket.replace(/sock$/, "exchange");
}

/**
 * Takes one order a connection, a line of JSON, and answers it with a line: "done", or what was wrong. `take` gets the
 * order as the exchange's `command` input. A socket left by a dead process is replaced: the data directory has one owner.
 */
export function listenForOperator(path: string, take: (command: Uint8Array) => void): Promise<Server> {
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    let text = "";
    socket.on("error", () => undefined);
    socket.setTimeout(answerMsMax, () => socket.destroy());
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (text.length > orderLengthMax) return socket.end(`an order has at most ${orderLengthMax} characters\n`);
      if (!text.includes("\n")) return;
      const order = orderOf(text);
      text = "";
      if (typeof order === "string") return socket.end(`${order}\n`);
      take(commandOf(order));
      socket.end("done\n");
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    const before = process.umask(0o177);
    try {
      server.listen(path, () => resolve(server));
    } finally {
      process.umask(before);
    }
  });
}

/** Gives an order to a running exchange; resolves with its answer, rejects when there is none. */
export function giveOrder(path: string, order: OperatorOrder): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(path, () => socket.write(`${JSON.stringify(order)}\n`));
    socket.setTimeout(answerMsMax, () => socket.destroy(new Error(`the exchange did not answer in ${answerMsMax} ms`)));
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("utf8");
    });
    socket.on("error", reject);
    socket.on("close", () =>
      answer === "" ? reject(new Error("the exchange gave no answer")) : resolve(answer.trim()),
    );
  });
}

function orderOf(text: string): OperatorOrder | string {
  try {
    return orderSchema.parse(JSON.parse(text));
  } catch (error) {
    return error instanceof z.ZodError ? z.prettifyError(error).replaceAll("\n", " ") : "that is no JSON";
  }
}

function commandOf(order: OperatorOrder): Uint8Array {
  const from = { role: 0, id: randomUUID(), actor: "operator", reason: order.order };
  switch (order.order) {
    case "halt":
    case "resume": {
      const command = order.order === "halt" ? commandKinds.code.kill : commandKinds.code.release;
      return encodeCommand({ ...from, command, scope: scopes.code.instrument, target: order.instrument });
    }
    case "bust":
    case "repeat": {
      const command = order.order === "bust" ? operatorCommands.breakExecution : operatorCommands.repeatExecution;
      return encodeCommand({
        ...from,
        command,
        scope: scopes.code.venue,
        target: order.venue + venueCountMax * order.back,
      });
    }
    case "withhold": {
      const target = order.venue + venueCountMax * (order.count - 1);
      return encodeCommand({ ...from, command: operatorCommands.withholdExecution, scope: scopes.code.venue, target });
    }
  }
}
