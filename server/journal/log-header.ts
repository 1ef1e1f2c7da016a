import { closeSync, openSync, readSync } from "node:fs";
import { z } from "zod";
import { viewOf } from "../../domain/view-of";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";

const deskSourceSchema = z.object({
  file: z.string(),
  names: z.number().nullable(),
  pairs: z.number().nullable(),
  seed: z.number().nullable(),
});

/** Where the desk was read from: its file, and the sizes given on the command line (null: those of the file). */
export type DeskSource = Readonly<z.infer<typeof deskSourceSchema>>;

const identitySchema = z.object({
  machine: z.enum(["engine", "exchange"]),
  /** Version of the code, as the supervisor gives it. */
  codeVersion: z.string(),
  /** Hash of the desk file with its overrides. */
  deskHash: z.string(),
  /** Hash of what array positions mean: names of venues, instruments, pairs and strategies in order. */
  deskShape: z.string(),
  /** Where to look for the desk when the journal is replayed. */
  desk: deskSourceSchema,
});

/** What wrote a journal: compared on recovery, printed in errors. */
export type JournalIdentity = Readonly<z.infer<typeof identitySchema>>;

/** Which machine a journal belongs to. */
export type MachineName = JournalIdentity["machine"];

/** What logs and snapshots say of the run that wrote them. */
export const journalRunSchema = identitySchema.extend({
  /** A UUID made when the trading day was opened; fact and record numbers count within it. */
  journal: z.string(),
  tradingDay: z.string(),
  /** Runs of the day are counted from 1; 0 is what stands before the first. */
  epoch: z.number(),
  nodeVersion: z.string(),
});

const logHeaderSchema = journalRunSchema.extend({ kind: z.enum(["inputs", "facts"]) });

/** What a log file says of itself before its first append. */
export type LogHeader = Readonly<z.infer<typeof logHeaderSchema>>;

export type LogKind = LogHeader["kind"];

const magic = "HELIOLOG";

/**
 * Version 2 brought hash marks, and the desk's source in the header; version 3 inputs that say when outputs were sent, and the
 * marks among outputs that ask for them; version 4 facts as the processor has them (`domain/facts.ts`). Older ones are read too.
 */
export const formatVersion = 4;
const formatVersionMin = 2;
/** The first whose hashes are over state and facts as they lie now; of older ones facts alone are compared, by what they say. */
const hashedVersionMin = 4;

/** True for a version whose hashes this code makes again. */
export function isHashedAlike(version: number): boolean {
  return version >= hashedVersionMin;
}

/** True for a version of the format that this code reads. */
export function isReadable(version: number): boolean {
  return version >= formatVersionMin && version <= formatVersion;
}

/** What to say of a file that another version of the format wrote. */
export function otherFormat(file: string, version: number): JournalError {
  return new JournalError(
    `${file}: journal format ${version}, this code reads ${formatVersionMin} to ${formatVersion}: another version wrote this data directory; ` +
      "start that version on it, or give this one another --data",
  );
}

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
  bytes.writeUInt32BE(checksum(viewOf(bytes), 0, bytes.length - 4), bytes.length - 4);
}

export type DecodedLogHeader = {
  readonly header: LogHeader;
  readonly firstRecord: number;
  readonly length: number;
  /** The format that it was written in. */
  readonly version: number;
};

/**
 * Decodes the header at the start of `bytes`. Null when the file ends inside it (the process died while it was
 * written, so that nothing follows); a JournalError when it is whole but damaged, foreign or of another format.
 */
export function decodeLogHeader(bytes: Uint8Array, file: string): DecodedLogHeader | null {
  if (bytes.length < fixedLength) return null;
  const view = viewOf(bytes);
  const found = Buffer.from(bytes.subarray(0, 8)).toString("latin1");
  if (found !== magic) throw new JournalError(`${file}: no journal, it begins with "${found}", expected "${magic}"`);
  const version = view.getUint32(8);
  if (!isReadable(version)) throw otherFormat(file, version);
  const jsonLength = view.getUint32(20);
  if (jsonLength > headerLengthMax)
    throw new JournalError(`${file}: header of ${jsonLength} bytes at offset 20, at most ${headerLengthMax} expected`);
  const length = fixedLength + jsonLength + 4;
  if (bytes.length < length) {
    const whole = wholeHeaderLength(bytes);
    if (whole === null) return null;
    throw new JournalError(`${file}: header length at offset 20 is ${jsonLength}, ${whole} is right by its checksum`);
  }
  const expected = view.getUint32(length - 4);
  const got = checksum(view, 0, length - 4);
  if (expected !== got) throw new JournalError(`${file}: header checksum is ${got}, the file says ${expected}`);
  const header = logHeaderSchema.safeParse(parseJson(bytes.subarray(fixedLength, length - 4), file));
  if (!header.success) throw new JournalError(`${file}: header is not as expected: ${z.prettifyError(header.error)}`);
  return { header: header.data, firstRecord: view.getFloat64(12), length, version };
}

/** The JSON length with which the bytes begin with a whole header; null when none does: the header is torn. */
function wholeHeaderLength(bytes: Uint8Array): number | null {
  const copy = Buffer.from(bytes);
  const view = viewOf(copy);
  for (let length = 2; fixedLength + length + 4 <= copy.length; length++) {
    if (copy[fixedLength + length - 1] !== 0x7d) continue;
    copy.writeUInt32BE(length, 20);
    if (checksum(view, 0, fixedLength + length) === copy.readUInt32BE(fixedLength + length)) return length;
  }
  return null;
}

/** Parses the JSON of a header; throws a JournalError that names the file. */
export function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString());
  } catch (error) {
    throw new JournalError(`${file}: header is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
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
