import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { threadId } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { z } from "zod";
import type { StateRegistry } from "../machine/state-registry";
import { JournalError } from "./journal-error";
import { formatVersion, isReadable, journalRunSchema, otherFormat, parseJson } from "./log-header";

const snapshotHeaderSchema = journalRunSchema.extend({
  /** The state is that after this record (0: before the first); a poisoned record counts as passed. */
  record: z.number(),
  /** Length of the facts log at that moment, and its last fact's number. */
  factsOffset: z.number(),
  factNumber: z.number(),
  /** Time of the last input, ns since the trading day's start. */
  timeNs: z.number(),
  /** The day's running hash up to the record, as `RunningHash` writes it. */
  runningHash: z.string(),
  layout: z.array(
    z.object({
      name: z.string(),
      type: z.enum(["u8", "i8", "u16", "u32", "i32", "f64"]),
      life: z.enum(["day", "carried"]),
      length: z.number(),
    }),
  ),
});

/** What a snapshot says of itself. */
export type SnapshotHeader = Readonly<z.infer<typeof snapshotHeaderSchema>>;

const magic = "HELIOSNP";
/** Magic 8, format version u32, header length u32, JSON, state, CRC u32 of all before it; big-endian. */
const fixedLength = 16;

/** Newest snapshots kept in a day's directory. */
const keptCount = 2;

const unfinishedSuffix = ".part";

/** The file name of the snapshot after `record`. */
export function snapshotName(record: number): string {
  return `snapshot-${String(record).padStart(12, "0")}.bin`;
}

/**
 * Writes a snapshot of `registry` (of the arrays that the header's layout names) under a temporary name, renames it and
 * deletes all but the newest two and the one the day opened with. With `isForced` it is on the disk before it has its
 * name. Throws what the file system throws; a snapshot that could not be written
 * leaves the older ones.
 */
export function writeSnapshot(
  directory: string,
  header: SnapshotHeader,
  registry: StateRegistry,
  isForced = false,
): void {
  const name = join(directory, snapshotName(header.record));
  const temporary = `${name}.${threadId}${unfinishedSuffix}`;
  const descriptor = openSync(temporary, "w");
  try {
    const head = encodeHead(header);
    writePart(descriptor, head);
    let sum = crc32(head);
    const isPartial = header.layout.every(({ life }) => life === "carried");
    for (const part of registry.parts(isPartial ? "carried" : undefined)) {
      sum = crc32(part, sum);
      writePart(descriptor, part);
    }
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(sum);
    writePart(descriptor, tail);
    if (isForced) fsyncSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    rmSync(temporary, { force: true });
    throw error;
  }
  closeSync(descriptor);
  renameSync(temporary, name);
  for (const old of listSnapshots(directory).slice(keptCount)) if (old.record > 0) rmSync(old.file, { force: true });
}

function writePart(descriptor: number, part: Uint8Array): void {
  for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at, part.length - at);
}

function encodeHead(header: SnapshotHeader): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(fixedLength + json.length);
  head.write(magic, 0, "latin1");
  head.writeUInt32BE(formatVersion, 8);
  head.writeUInt32BE(json.length, 12);
  json.copy(head, fixedLength);
  return head;
}

/** Deletes what a process left that died while it wrote a snapshot. */
export function removeUnfinishedSnapshots(directory: string): void {
  for (const name of readdirSync(directory))
    if (name.startsWith("snapshot-") && name.endsWith(unfinishedSuffix)) unlinkSync(join(directory, name));
}

/** Snapshots of a day's directory, newest first. */
export function listSnapshots(directory: string): { readonly file: string; readonly record: number }[] {
  return readdirSync(directory)
    .filter((name) => /^snapshot-\d{12}\.bin$/.test(name))
    .sort()
    .reverse()
    .map((name) => ({ file: join(directory, name), record: Number(name.slice(9, 21)) }));
}

/** The first record that must stay for a recovery from the older of the two newest snapshots. */
export function neededFromOf(directory: string): number {
  const newest = listSnapshots(directory).slice(0, keptCount);
  return (newest.at(-1)?.record ?? 0) + 1;
}

/** Reads and verifies a snapshot; throws a JournalError that names the file and what is wrong. */
export function readSnapshot(file: string): { readonly header: SnapshotHeader; readonly state: Uint8Array } {
  const bytes = readFileSync(file);
  const found = bytes.toString("latin1", 0, 8);
  if (found !== magic) throw new JournalError(`${file}: no snapshot, it begins with "${found}"`);
  if (bytes.length < fixedLength + 4) throw new JournalError(`${file}: is ${bytes.length} bytes long, no snapshot`);
  const version = bytes.readUInt32BE(8);
  if (!isReadable(version)) throw otherFormat(file, version);
  const stateAt = fixedLength + bytes.readUInt32BE(12);
  const end = bytes.length - 4;
  if (stateAt > end) throw new JournalError(`${file}: is ${bytes.length} bytes long, its header needs ${stateAt}`);
  const got = crc32(bytes.subarray(0, end));
  if (got !== bytes.readUInt32BE(end))
    throw new JournalError(`${file}: checksum is ${got}, the file says ${bytes.readUInt32BE(end)}`);
  const header = snapshotHeaderSchema.safeParse(parseJson(bytes.subarray(fixedLength, stateAt), file));
  if (!header.success) throw new JournalError(`${file}: header is not as expected: ${z.prettifyError(header.error)}`);
  return { header: header.data, state: bytes.subarray(stateAt, end) };
}
