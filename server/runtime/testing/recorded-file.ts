import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSymbol, writeU16, writeU32, writeU48 } from "../../wire/bytes";

/** One ITCH message with its length before it. */
export type RecordedMessage = Uint8Array;

function message(type: string, length: number, locate: number, timeNs: number, fill: (bytes: Uint8Array) => void) {
  const bytes = new Uint8Array(2 + length);
  writeU16(bytes, 0, length);
  const body = bytes.subarray(2);
  body[0] = type.charCodeAt(0);
  writeU16(body, 1, locate);
  writeU48(body, 5, timeNs);
  fill(body);
  return bytes;
}

/** 'S', a system event. */
export function systemEvent(timeNs: number, code = "O"): RecordedMessage {
  return message("S", 12, 0, timeNs, (body) => {
    body[11] = code.charCodeAt(0);
  });
}

/** 'R', a stock directory entry. */
export function directoryEntry(timeNs: number, symbol: string, locate = 1): RecordedMessage {
  return message("R", 39, locate, timeNs, (body) => writeSymbol(body, 11, symbol, 8));
}

/** 'A', an order added. */
export function orderAdded(
  timeNs: number,
  reference: number,
  side: "B" | "S",
  quantity: number,
  price: number,
  symbol = "AAPL",
  locate = 1,
): RecordedMessage {
  return message("A", 36, locate, timeNs, (body) => {
    writeU32(body, 15, reference);
    body[19] = side.charCodeAt(0);
    writeU32(body, 20, quantity);
    writeSymbol(body, 24, symbol, 8);
    writeU32(body, 32, price);
  });
}

/** 'D', an order deleted. */
export function orderDeleted(timeNs: number, reference: number, locate = 1): RecordedMessage {
  return message("D", 19, locate, timeNs, (body) => writeU32(body, 15, reference));
}

/** 'E', an order executed. */
export function orderExecuted(timeNs: number, reference: number, quantity: number, locate = 1): RecordedMessage {
  return message("E", 31, locate, timeNs, (body) => {
    writeU32(body, 15, reference);
    writeU32(body, 19, quantity);
  });
}

/** Recordings in a folder of their own, removed at the end. */
export class RecordedFiles {
  private readonly folder = mkdtempSync(join(tmpdir(), "heliograph-recording-"));

  write(name: string, ...parts: readonly Uint8Array[]): string {
    const file = join(this.folder, name);
    writeFileSync(file, Buffer.concat(parts));
    return file;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
