import { closeSync, openSync, readSync } from "node:fs";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";

/** Which machine a journal belongs to. */
export type MachineName = "engine" | "exchange";

/** What wrote a journal: compared on recovery, printed in errors. */
export type JournalIdentity = {
  readonly machine: MachineName;
  /** Version of the code, as the supervisor gives it. */
  readonly codeVersion: string;
  /** Hash of the desk file with its overrides. */
  readonly deskHash: string;
  /** Hash of what array positions mean: names of venues, instruments, pairs and strategies in order. */
  readonly deskShape: string;
};

export type LogKind = "inputs" | "facts";

/** What a log file says of itself before its first append. */
export type LogHeader = JournalIdentity & {
  readonly kind: LogKind;
  /** A UUID made when the trading day was opened; fact and record numbers count within it. */
  readonly journal: string;
  readonly tradingDay: string;
  /** Runs of the day are counted from 1. */
  readonly epoch: number;
  readonly nodeVersion: string;
};

const magic = "HELIOLOG";
const formatVersion = 1;

/** Magic 8, format version u32, first record f64, header length u32, JSON, CRC u32; big-endian. */
const fixedLength = 24;
const headerLengthMax = 16_384;

/** The header's bytes. `firstRecord` is the number of the file's first record (inputs) or fact (facts). */
export function encodeLogHeader(header: LogHeader, firstRecord: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const bytes = Buffer.alloc(fixedLength + json.length + 4);
  bytes.write(magic, 0, "latin1");
  bytes.writeUInt32BE(formatVersion, 8);
  bytes.writeUInt32BE(json.length, 20);
  json.copy(bytes, fixedLength);
  setFirstRecord(bytes, firstRecord);
  return bytes;
}

/** Sets the first record number of encoded header bytes and closes them with their checksum. */
export function setFirstRecord(bytes: Buffer, firstRecord: number): void {
  bytes.writeDoubleBE(firstRecord, 12);
  bytes.writeUInt32BE(checksum(bytes, 0, bytes.length - 4), bytes.length - 4);
}

export type DecodedLogHeader = { readonly header: LogHeader; readonly firstRecord: number; readonly length: number };

/**
 * Decodes the header at the start of `bytes`. Null when the file ends inside it (the process died while it was
 * written, so that nothing follows); a JournalError when it is whole but damaged, foreign or of another format.
 */
export function decodeLogHeader(bytes: Uint8Array, file: string): DecodedLogHeader | null {
  if (bytes.length < fixedLength) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (found !== magic) throw new JournalError(`${file}: no journal, it begins with "${found}", expected "${magic}"`);
  const version = view.getUint32(8);
  if (version !== formatVersion)
    throw new JournalError(`${file}: journal format ${version}, this code reads ${formatVersion}`);
  const jsonLength = view.getUint32(20);
  if (jsonLength > headerLengthMax)
    throw new JournalError(`${file}: header of ${jsonLength} bytes at offset 20, at most ${headerLengthMax} expected`);
  const length = fixedLength + jsonLength + 4;
  if (bytes.length < length) return null;
  const expected = view.getUint32(length - 4);
  const got = checksum(bytes, 0, length - 4);
  if (expected !== got) throw new JournalError(`${file}: header checksum is ${got}, the file says ${expected}`);
  const header = JSON.parse(Buffer.from(bytes.subarray(fixedLength, length - 4)).toString()) as LogHeader;
  return { header, firstRecord: view.getFloat64(12), length };
}

/** Reads a file's header; see `decodeLogHeader`. */
export function readLogHeader(file: string): DecodedLogHeader | null {
  const descriptor = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(fixedLength + headerLengthMax + 4);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return decodeLogHeader(bytes.subarray(0, length), file);
  } finally {
    closeSync(descriptor);
  }
}
