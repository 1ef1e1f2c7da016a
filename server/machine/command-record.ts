/**
 * A command as the engine reads it from its input: command u8, scope u8, role u8, detail u8, target i32, id 16
 * bytes, actor length u8, reason length u16, value f64, actor and reason in UTF-8; big-endian. Codes are those of
 * `domain/command.ts`, which says what detail and value are of each command.
 */
export const commandHeaderLength = 35;
export const commandDetailOffset = 3;
export const commandValueOffset = 27;
export const commandIdOffset = 8;

const encoder = new TextEncoder();

export type CommandRecord = {
  readonly command: number;
  readonly scope: number;
  readonly role: number;
  readonly target: number;
  /** 0 where the command has none. */
  readonly detail?: number | undefined;
  readonly value?: number | undefined;
  /** A UUID, with or without hyphens. */
  readonly id: string;
  readonly actor: string;
  readonly reason: string;
};

/** Encodes a command; throws a RangeError on an id that is no UUID. Texts are cut at 64 and 200 characters. */
export function encodeCommand(command: CommandRecord): Uint8Array {
  const hex = command.id.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(hex)) throw new RangeError(`command id must be a UUID, got "${command.id}"`);
  const actor = encoder.encode(command.actor.slice(0, 64)).subarray(0, 255);
  const reason = encoder.encode(command.reason.slice(0, 200));
  const bytes = new Uint8Array(commandHeaderLength + actor.length + reason.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = command.command;
  bytes[1] = command.scope;
  bytes[2] = command.role;
  bytes[commandDetailOffset] = command.detail ?? 0;
  view.setFloat64(commandValueOffset, command.value ?? 0);
  view.setInt32(4, command.target);
  for (let i = 0; i < 16; i++) bytes[commandIdOffset + i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  bytes[24] = actor.length;
  view.setUint16(25, reason.length);
  bytes.set(actor, commandHeaderLength);
  bytes.set(reason, commandHeaderLength + actor.length);
  return bytes;
}
