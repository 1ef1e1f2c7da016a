import { closeSync, openSync, readdirSync, readFileSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import type { StateRegistry } from "../machine/state-registry";
import { JournalError } from "./journal-error";
import type { JournalIdentity } from "./log-header";

/** What a snapshot says of itself. */
export type SnapshotHeader = JournalIdentity & {
  readonly journal: string;
  readonly tradingDay: string;
  readonly epoch: number;
  readonly nodeVersion: string;
  /** The state is that after this record (0: before the first); a poisoned record counts as passed. */
  readonly record: number;
  /** Length of the facts log at that moment, and its last fact's number. */
  readonly factsOffset: number;
  readonly factNumber: number;
  /** Time of the last input, ns since the trading day's start. */
  readonly timeNs: number;
  readonly layout: ReturnType<StateRegistry["layout"]>;
};

const magic = "HELIOSNP";
const formatVersion = 1;
/** Magic 8, format version u32, header length u32, JSON, state, CRC u32 of all before it; big-endian. */
const fixedLength = 16;

/** Snapshots kept in a day's directory. */
const keptCount = 2;

/** The file name of the snapshot after `record`. */
export function snapshotName(record: number): string {
  return `snapshot-${String(record).padStart(12, "0")}.bin`;
}

/**
 * Writes a snapshot under a temporary name, renames it and deletes all but the newest two. `state` may lie in shared
 * memory. Throws what the file system throws; a snapshot that could not be written leaves the older ones.
 */
export function writeSnapshot(directory: string, header: SnapshotHeader, state: Uint8Array): void {
  const head = encodeHead(header);
  const tail = Buffer.alloc(4);
  tail.writeUInt32BE(crc32(state, crc32(head)));
  const name = join(directory, snapshotName(header.record));
  const temporary = `${name}.part`;
  const descriptor = openSync(temporary, "w");
  try {
    for (const part of [head, state, tail])
      for (let at = 0; at < part.length; ) at += writeSync(descriptor, part, at, part.length - at);
  } catch (error) {
    closeSync(descriptor);
    unlinkSync(temporary);
    throw error;
  }
  closeSync(descriptor);
  renameSync(temporary, name);
  deleteOld(directory);
}

/** Bytes checked and written at a time by the background writer, so that its thread is never held for long. */
const backgroundLength = 2 << 20;

/** As `writeSnapshot`, without holding its thread for more than a millisecond or so at a time. */
export async function writeSnapshotInBackground(
  directory: string,
  header: SnapshotHeader,
  state: Uint8Array,
): Promise<void> {
  const name = join(directory, snapshotName(header.record));
  const temporary = `${name}.part`;
  const file = await open(temporary, "w");
  try {
    const head = encodeHead(header);
    await file.writeFile(head);
    let sum = crc32(head);
    for (let at = 0; at < state.length; at += backgroundLength) {
      const part = state.subarray(at, at + backgroundLength);
      sum = crc32(part, sum);
      await file.writeFile(part);
    }
    const tail = Buffer.alloc(4);
    tail.writeUInt32BE(sum);
    await file.writeFile(tail);
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, name);
  deleteOld(directory);
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

function deleteOld(directory: string): void {
  for (const old of listSnapshots(directory).slice(keptCount)) unlinkSync(old.file);
}

/** Snapshots of a day's directory, newest first. */
export function listSnapshots(directory: string): { readonly file: string; readonly record: number }[] {
  return readdirSync(directory)
    .filter((name) => /^snapshot-\d{12}\.bin$/.test(name))
    .sort()
    .reverse()
    .map((name) => ({ file: join(directory, name), record: Number(name.slice(9, 21)) }));
}

/** Reads and verifies a snapshot; throws a JournalError that names the file and what is wrong. */
export function readSnapshot(file: string): { readonly header: SnapshotHeader; readonly state: Uint8Array } {
  const bytes = readFileSync(file);
  const found = bytes.toString("latin1", 0, 8);
  if (found !== magic) throw new JournalError(`${file}: no snapshot, it begins with "${found}"`);
  const version = bytes.length < fixedLength ? 0 : bytes.readUInt32BE(8);
  if (version !== formatVersion)
    throw new JournalError(`${file}: snapshot format ${version}, expected ${formatVersion}`);
  const stateAt = fixedLength + bytes.readUInt32BE(12);
  const end = bytes.length - 4;
  if (stateAt > end) throw new JournalError(`${file}: is ${bytes.length} bytes long, its header needs ${stateAt}`);
  const got = crc32(bytes.subarray(0, end));
  if (got !== bytes.readUInt32BE(end))
    throw new JournalError(`${file}: checksum is ${got}, the file says ${bytes.readUInt32BE(end)}`);
  const header = JSON.parse(bytes.toString("utf8", fixedLength, stateAt)) as SnapshotHeader;
  return { header, state: bytes.subarray(stateAt, end) };
}
