import {
  type CommandAnswer,
  type CommandKind,
  commandAnswers,
  commandKinds,
  type Role,
  roles,
  type Scope,
  scopes,
} from "../../domain/command";
import { factCode } from "../../domain/facts";
import { type LimitCode, limitCodes, type TradingMode, tradingModes } from "../../domain/limit";
import {
  commandDetailOffset,
  commandHeaderLength,
  commandIdOffset,
  commandValueOffset,
} from "../machine/command-record";
import type { InputRecord } from "../machine/input-record";
import type { StateRegistry } from "../machine/state-registry";
import { readU16 } from "../wire/bytes";
import { RememberedCommands } from "./remembered-commands";
import type { Turn } from "./turn";

const hexDigits = "0123456789abcdef";

/** What a command does; the engine is behind it. Each returns the answer. */
export interface CommandTarget {
  approve(strategy: number): CommandAnswer;
  pause(strategy: number): CommandAnswer;
  resume(strategy: number): CommandAnswer;
  kill(scope: Scope, target: number, role: Role): CommandAnswer;
  release(scope: Scope, target: number, role: Role, forced: boolean): CommandAnswer;
  cancelOrder(order: number): CommandAnswer;
  cancelAll(scope: Scope, target: number): CommandAnswer;
  setLimit(code: LimitCode, scope: Scope, target: number, value: number, role: Role): CommandAnswer;
  setMode(mode: TradingMode, scope: Scope, target: number, role: Role, hasReason: boolean): CommandAnswer;
  listOpen(scope: Scope, target: number): CommandAnswer;
  shutdown(endsDay: boolean): CommandAnswer;
  adopt(scope: Scope, target: number): CommandAnswer;
  correct(scope: Scope, target: number): CommandAnswer;
}

/**
 * Reads commands, checks who may do what, and answers each with a fact. A repeated id gets its first answer and does
 * nothing again (the last ones are remembered, see `rememberedMax`). What a command's own words refuse, role or reason, is
 * not: it would be refused again, and whoever may do nothing could make the engine forget. What takes risk away is open to everyone but viewers; what adds risk
 * needs a trader or admin and a reason. Limits are the risk desk's and the admin's.
 */
export class Commands {
  private readonly remembered: RememberedCommands;
  private readonly text = new Uint8Array(600);

  constructor(
    registry: StateRegistry,
    private readonly turn: Turn,
    private readonly target: CommandTarget,
  ) {
    this.remembered = new RememberedCommands(registry);
  }

  /** Takes one command input; malformed ones are ignored (the shell encodes them, so there are none). */
  onCommand(input: InputRecord): void {
    const { bytes, offset, length, view } = input;
    if (length < commandHeaderLength) return;
    const kind = commandKinds.names[bytes[offset]];
    const scope = scopes.names[bytes[offset + 1]];
    const role = roles.names[bytes[offset + 2]];
    const actorLength = bytes[offset + 24];
    const reasonLength = readU16(bytes, offset + 25);
    if (kind === undefined || scope === undefined || role === undefined) return;
    if (commandHeaderLength + actorLength + reasonLength > length) return;
    // Everything has one target, whatever number comes with it: a kill is released by the same one.
    const target = scope === "all" ? -1 : view.getInt32(offset + 4);
    const value = view.getFloat64(offset + commandValueOffset);
    const known = this.remembered.find(bytes, offset + commandIdOffset);
    const refusal = known >= 0 ? null : refusalOf(kind, role, reasonLength);
    const answer =
      known >= 0
        ? commandAnswers.name(this.remembered.answerOf(known))
        : (refusal ??
          this.answer(kind, scope, target, role, reasonLength > 0, bytes[offset + commandDetailOffset], value));
    if (known < 0 && refusal === null)
      this.remembered.add(bytes, offset + commandIdOffset, commandAnswers.code[answer]);
    const textLength = this.composeText(bytes, offset, actorLength, reasonLength);
    this.turn
      .withText(this.text, 0, textLength)
      .emit(
        factCode.command,
        bytes[offset],
        bytes[offset + 1],
        target,
        bytes[offset + 2],
        commandAnswers.code[answer],
        known >= 0 ? 1 : 0,
      );
  }

  private answer(
    kind: CommandKind,
    scope: Scope,
    target: number,
    role: Role,
    hasReason: boolean,
    detail: number,
    value: number,
  ): CommandAnswer {
    switch (kind) {
      case "approve":
        return scope === "strategy" ? this.target.approve(target) : "unknownTarget";
      case "pause":
        return scope === "strategy" ? this.target.pause(target) : "unknownTarget";
      case "resume":
        return scope === "strategy" ? this.target.resume(target) : "unknownTarget";
      case "kill":
        return this.target.kill(scope, target, role);
      case "release":
        return this.target.release(scope, target, role, detail === 1);
      case "setLimit": {
        const code = limitCodes.names[detail];
        return code === undefined ? "unknownTarget" : this.target.setLimit(code, scope, target, value, role);
      }
      case "setMode": {
        const mode = tradingModes.names[detail];
        return mode === undefined ? "unknownTarget" : this.target.setMode(mode, scope, target, role, hasReason);
      }
      case "listOpen":
        return this.target.listOpen(scope, target);
      case "cancelOrder":
        return scope === "order" ? this.target.cancelOrder(target) : "unknownTarget";
      case "cancelAll":
        return this.target.cancelAll(scope, target);
      case "shutdown":
        return this.target.shutdown(detail === 1);
      case "adopt":
        return this.target.adopt(scope, target);
      case "correct":
        return this.target.correct(scope, target);
    }
  }

  /** Id as a UUID, actor, reason, split by U+001F: the text of the command's fact. */
  private composeText(bytes: Uint8Array, offset: number, actorLength: number, reasonLength: number): number {
    const { text } = this;
    let at = 0;
    for (let i = 0; i < 16; i++) {
      if (i === 4 || i === 6 || i === 8 || i === 10) text[at++] = 0x2d;
      const byte = bytes[offset + commandIdOffset + i];
      text[at++] = hexDigits.charCodeAt(byte >> 4);
      text[at++] = hexDigits.charCodeAt(byte & 15);
    }
    text[at++] = 0x1f;
    const actor = offset + commandHeaderLength;
    for (let i = 0; i < actorLength; i++) text[at++] = bytes[actor + i];
    text[at++] = 0x1f;
    for (let i = 0; i < reasonLength && at < text.length; i++) text[at++] = bytes[actor + actorLength + i];
    return at;
  }
}

const needsReason: Readonly<Partial<Record<CommandKind, true>>> = {
  approve: true,
  release: true,
  adopt: true,
  correct: true,
  setLimit: true,
};

/** What the command's own words refuse, whatever the engine's state; null where nothing does. */
function refusalOf(kind: CommandKind, role: Role, reasonLength: number): CommandAnswer | null {
  if (!isPermitted(kind, role)) return "notPermitted";
  return needsReason[kind] && reasonLength === 0 ? "reasonMissing" : null;
}

/** Lets orders out that were held back; a limit and a mode have rules of their own. */
function addsRisk(kind: CommandKind): boolean {
  return kind === "approve" || kind === "resume" || kind === "release" || kind === "adopt" || kind === "correct";
}

function isPermitted(kind: CommandKind, role: Role): boolean {
  switch (role) {
    case "viewer":
      return false;
    case "risk":
      return !addsRisk(kind) && kind !== "shutdown";
    case "trader":
      return kind !== "shutdown" && kind !== "setLimit";
    case "admin":
      return kind !== "shutdown";
    case "system":
      return kind === "shutdown" || kind === "kill" || kind === "cancelAll";
  }
}
