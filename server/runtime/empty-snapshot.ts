import type { Transport } from "../adapters/transport";
import { inputKinds } from "../machine/input-record";
import { encodeGlimpseSnapshot, glimpseSnapshotLength } from "../wire/glimpse";
import { encodeLoginAccepted, encodeSequencedData, soupType } from "../wire/soup-bin-tcp";

/** An input that waits to be stepped. */
export type WaitingInput = { readonly kind: number; readonly channel: number; readonly bytes: Uint8Array };

/**
 * A venue's GLIMPSE service for a recording that is played from its start: accepts the login and says that the book is
 * empty and the first message comes next. What it answers waits in `answers`; whoever drives the engine steps it.
 */
export class EmptySnapshot implements Transport {
  readonly stream = true;
  readonly waiting = 0;
  private answers: WaitingInput[] = [];

  connect(channel: number): void {
    this.answers.push({ kind: inputKinds.code.connected, channel, bytes: new Uint8Array(0) });
  }

  send(channel: number, bytes: Uint8Array, offset: number, length: number): void {
    if (length < 3 || bytes[offset + 2] !== soupType.loginRequest) return;
    const snapshot = new Uint8Array(glimpseSnapshotLength);
    encodeGlimpseSnapshot(snapshot, 0, 1);
    const answer = new Uint8Array(256);
    let used = encodeLoginAccepted(answer, 0, "REPLAY", 1);
    used += encodeSequencedData(answer, used, snapshot, 0, snapshot.length);
    this.answers.push({ kind: inputKinds.code.data, channel, bytes: answer.slice(0, used) });
  }

  disconnect(): void {}

  close(): void {
    this.answers = [];
  }

  /** The next answer that waits; null when there is none. */
  take(): WaitingInput | null {
    return this.answers.shift() ?? null;
  }
}
