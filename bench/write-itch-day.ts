import { closeSync, openSync, writeSync } from "node:fs";
import { UsageError } from "../server/cli/command";
import type { ItchGenerator } from "./itch-generator";

/** Streams a generated day to a file; the bytes written. */
export function writeItchDay(file: string, day: ItchGenerator): number {
  const out = openFile(file);
  try {
    const chunk = new Uint8Array(Math.max(1 << 20, day.openingLength));
    let total = 0;
    for (let length = day.fill(chunk); length > 0; length = day.fill(chunk)) {
      for (let at = 0; at < length; ) at += writeSync(out, chunk, at, length - at);
      total += length;
    }
    return total;
  } finally {
    closeSync(out);
  }
}

function openFile(file: string): number {
  try {
    return openSync(file, "w");
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
