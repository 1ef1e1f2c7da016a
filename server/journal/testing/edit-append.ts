import { readFileSync, writeFileSync } from "node:fs";
import { viewOf } from "../../../domain/view-of";
import { appendHeaderLength } from "../append-log";
import { checksum } from "../checksum";
import { readLogHeader } from "../log-header";

/** An append as it lies in a file: its offset there, and its content. */
export type FileAppend = { readonly offset: number; readonly content: Uint8Array };

/** All appends of a log file, in order. */
export function appendsOf(file: string): FileAppend[] {
  const bytes = readFileSync(file);
  const appends: FileAppend[] = [];
  for (let at = readLogHeader(file)?.length ?? bytes.length; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    appends.push({
      offset: at,
      content: bytes.subarray(at + appendHeaderLength, at + appendHeaderLength + length),
    });
    at += appendHeaderLength + length;
  }
  return appends;
}

/** Changes an append's content in place and gives it a right checksum again: what no checksum finds. */
export function editAppend(file: string, offset: number, edit: (content: Buffer) => void): void {
  const bytes = readFileSync(file);
  const length = bytes.readUInt32BE(offset);
  edit(bytes.subarray(offset + appendHeaderLength, offset + appendHeaderLength + length));
  bytes.writeUInt32BE(checksum(viewOf(bytes), offset + appendHeaderLength, length), offset + 4);
  writeFileSync(file, bytes);
}
