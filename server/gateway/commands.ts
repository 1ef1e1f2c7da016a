import { type CommandAnswer, type CommandKind, commandAnswers, type Role, takesRiskAway } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { type ClientCommand, commandSchema } from "../../protocol/client-events";
import type { CommandReply } from "../../protocol/topics";
import type { EngineAnswer, EngineCommand } from "../runtime/engine-link";
import { NothingSentError } from "../runtime/engine-link-client";
import { targetText } from "./target-text";

/** Who is asking, as the handshake established it; never taken from the message. */
export type Actor = { readonly name: string; readonly role: Role };

/** The one person of a desk without accounts: whoever trades it also answers for its limits. */
export const deskActor: Actor = { name: "desk", role: "admin" };

/** What each role may ask. Risk stops things and cannot start them. */
const permitted: Readonly<Record<Role, ReadonlySet<CommandKind>>> = {
  viewer: new Set(),
  trader: new Set([
    "approve",
    "pause",
    "resume",
    "kill",
    "release",
    "cancelOrder",
    "cancelAll",
    "setMode",
    "listOpen",
    "adopt",
    "correct",
  ]),
  risk: new Set(["pause", "kill", "cancelOrder", "cancelAll", "setLimit", "setMode", "listOpen"]),
  admin: new Set([
    "approve",
    "pause",
    "resume",
    "kill",
    "release",
    "cancelOrder",
    "cancelAll",
    "setLimit",
    "setMode",
    "listOpen",
    "adopt",
    "correct",
  ]),
  system: new Set(),
};

/** Whether a message looks like a command that takes risk away; decides which rate it counts against. */
export function looksLikeRemovingRisk(message: unknown): boolean {
  if (typeof message !== "object" || message === null || !("command" in message)) return false;
  const detail = "detail" in message && typeof message.detail === "number" ? message.detail : undefined;
  return typeof message.command === "string" && takesRiskAway(message.command, detail);
}

/** How long an answer of the engine is waited for, its start included, before the browser hears that it is unreachable. */
const answerMsMax = 5_000;

/** Sends a command to the engine. */
export type SendCommand = (command: EngineCommand, timeoutMs: number) => Promise<EngineAnswer>;

/** Reads, permits, sends and answers one command. Always answers; never throws. */
export async function answerCommand(
  message: unknown,
  actor: Actor,
  desk: Desk,
  engineUp: boolean,
  send: SendCommand,
): Promise<CommandReply> {
  const parsed = commandSchema.safeParse(message);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const text = `the command cannot be read: ${issue ? `${issue.path.join(".")}: ${issue.message}` : "not an object"}`;
    return { id: idOf(message), answer: "invalid", command: "cancelAll", text, role: actor.role };
  }
  const command = parsed.data;
  const reply = (answer: CommandReply["answer"], text: string): CommandReply => ({
    id: command.id,
    answer,
    command: command.command,
    text,
    role: actor.role,
  });
  if (!permitted[actor.role].has(command.command))
    return reply("notPermitted", `the role ${actor.role} may not ${command.command}`);
  // What takes risk away waits for an engine that is just starting; the rest is for a desk that is seen to be up.
  if (!engineUp && !takesRiskAway(command.command, command.detail))
    return reply("unreachable", "the engine is not reachable; nothing was sent");
  try {
    const answer = await send({ ...command, actor: actor.name, role: actor.role }, answerMsMax);
    const known = commandAnswers.names.find((name) => name === answer.answer);
    if (!known) return reply("invalid", answer.text || "the engine could not read the command");
    return reply(known, answer.text || answerText(known, command, desk));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (error instanceof NothingSentError) return reply("unreachable", `${why}; nothing was sent`);
    return reply("unreachable", `${why}; whether it was done is not known, asking again with the same id is safe`);
  }
}

/** The engine's answer in words, where the engine gave none. */
export function answerText(answer: CommandAnswer, command: ClientCommand, desk: Desk): string {
  const target = targetText(desk, command.scope, command.target);
  switch (answer) {
    case "done":
      return `${command.command} ${target}: done`;
    case "unknownTarget":
      return `${command.command}: there is no ${target}`;
    case "wrongState":
      return `${command.command} ${target}: not possible in its present state`;
    case "notPermitted":
      return `${command.command} ${target}: not permitted`;
    case "reasonMissing":
      return `${command.command} ${target}: give a reason`;
    case "alreadySo":
      return `${command.command} ${target}: it already is so`;
    case "shuttingDown":
      return `${command.command} ${target}: the engine is shutting down`;
    case "unknownOrders":
      return `${command.command} ${target}: the fate of some of its orders is unknown; force it to go on`;
    case "valueOutOfRange":
      return `${command.command} ${target}: the value is out of range`;
    case "limitStands":
      return `${command.command} ${target}: a loss limit asks for this mode; change the limit first`;
  }
}

function idOf(message: unknown): string {
  if (typeof message !== "object" || message === null || !("id" in message)) return "";
  return typeof message.id === "string" ? message.id.slice(0, 64) : "";
}
