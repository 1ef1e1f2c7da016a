import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { viewOf } from "../../domain/view-of";
import { checksum } from "./checksum";
import { JournalError } from "./journal-error";
import { formatVersion, isReadable } from "./log-header";
import type { SegmentReader } from "./segment-reader";

/** Where a record lies: file offset of its append, and its input's time. */
export type IndexEntry = { readonly record: number; readonly offset: number; readonly timeNs: number };

/** What stands beside a closed segment. It helps to find a record and is never believed over the log. */
export type SegmentIndex = {
  readonly firstRecord: number;
  readonly recordCount: number;
  /** Length of the segment it was made for. */
  readonly byteLength: number;
  /** Times of the first and the last record, ns since the trading day's start; 0 in an empty segment. */
  readonly firstTimeNs: number;
  readonly lastTimeNs: number;
  /**
   * Each state group's hash after the segment's last record, as the follower had it (never the live machine); null
   * when it was not there: the index was made by reading only.
   */
  readonly stateGroups: Uint32Array | null;
  readonly entries: readonly IndexEntry[];
};

const magic = "HELIOIDX";

/**
 * Magic 8, format version u32, entry count u32, group count u32, 0 u32, then f64: first record, record count, byte
 * length, first time, last time; the entries (record, offset, time, f64 each); the groups (high u32, low u32 each); the
 * CRC u32 of all before it. Big-endian.
 */
const fixedLength = 64;

/** Records from one entry to the next. */
export const indexStep = 4_096;

/** The index file of a segment. */
export function indexFileOf(segmentFile: string): string {
  return segmentFile.replace(/\.log$/, ".idx");
}

/** Makes an index while a segment is read. */
export class SegmentIndexBuilder {
  private readonly entries: IndexEntry[] = [];
  private count = 0;
  private firstTimeNs = 0;
  private lastTimeNs = 0;

  constructor(private readonly firstRecord: number) {}

  /** Takes in the record the reader stands at; every record must be given, from the segment's first on. */
  take(reader: SegmentReader): void {
    this.lastTimeNs = reader.view.getFloat64(reader.offset + 4);
    if (this.count === 0) this.firstTimeNs = this.lastTimeNs;
    if (this.count % indexStep === 0)
      this.entries.push({ record: reader.record, offset: reader.fileOffset, timeNs: this.lastTimeNs });
    this.count++;
  }

  build(byteLength: number, stateGroups: Uint32Array | null): SegmentIndex {
    const { firstRecord, firstTimeNs, lastTimeNs, entries } = this;
    return { firstRecord, recordCount: this.count, byteLength, firstTimeNs, lastTimeNs, stateGroups, entries };
  }
}

/** Writes the index of a segment, whole or not at all. */
export function writeIndex(segmentFile: string, index: SegmentIndex): void {
  const groups = index.stateGroups ?? new Uint32Array(0);
  const bytes = Buffer.alloc(fixedLength + index.entries.length * 24 + groups.length * 4 + 4);
  bytes.write(magic, 0, "latin1");
  bytes.writeUInt32BE(formatVersion, 8);
  bytes.writeUInt32BE(index.entries.length, 12);
  bytes.writeUInt32BE(groups.length / 2, 16);
  let at = 24;
  for (const number of [index.firstRecord, index.recordCount, index.byteLength, index.firstTimeNs, index.lastTimeNs])
    at = bytes.writeDoubleBE(number, at);
  for (const { record, offset, timeNs } of index.entries)
    for (const number of [record, offset, timeNs]) at = bytes.writeDoubleBE(number, at);
  for (const number of groups) at = bytes.writeUInt32BE(number, at);
  bytes.writeUInt32BE(checksum(viewOf(bytes), 0, at), at);
  const file = indexFileOf(segmentFile);
  writeFileSync(`${file}.part`, bytes);
  renameSync(`${file}.part`, file);
}

/**
 * Reads a segment's index; null when there is none. Throws a JournalError when it is damaged, or was made for a
 * segment of another length or first record.
 */
export function readIndex(segment: {
  readonly file: string;
  readonly firstRecord: number;
  readonly byteLength: number;
}): SegmentIndex | null {
  const file = indexFileOf(segment.file);
  if (!existsSync(file)) return null;
  const bytes = readFileSync(file);
  if (bytes.length < fixedLength + 4 || bytes.toString("latin1", 0, 8) !== magic)
    throw new JournalError(`${file}: no index of a segment`);
  const version = bytes.readUInt32BE(8);
  if (!isReadable(version)) throw new JournalError(`${file}: index format ${version}, expected ${formatVersion}`);
  const entryCount = bytes.readUInt32BE(12);
  const groupCount = bytes.readUInt32BE(16);
  const end = fixedLength + entryCount * 24 + groupCount * 8;
  if (bytes.length !== end + 4)
    throw new JournalError(`${file}: is ${bytes.length} bytes long, ${entryCount} entries need ${end + 4}`);
  const got = checksum(viewOf(bytes), 0, end);
  if (got !== bytes.readUInt32BE(end))
    throw new JournalError(`${file}: checksum is ${got}, the file says ${bytes.readUInt32BE(end)}`);
  const double = (at: number): number => bytes.readDoubleBE(at);
  const groupsAt = fixedLength + entryCount * 24;
  const index: SegmentIndex = {
    firstRecord: double(24),
    recordCount: double(32),
    byteLength: double(40),
    firstTimeNs: double(48),
    lastTimeNs: double(56),
    entries: Array.from({ length: entryCount }, (_, i) => {
      const at = fixedLength + i * 24;
      return { record: double(at), offset: double(at + 8), timeNs: double(at + 16) };
    }),
    stateGroups:
      groupCount === 0
        ? null
        : Uint32Array.from({ length: groupCount * 2 }, (_, i) => bytes.readUInt32BE(groupsAt + i * 4)),
  };
  for (const what of ["firstRecord", "byteLength"] as const)
    if (index[what] !== segment[what])
      throw new JournalError(`${file}: was made for another segment: ${what} ${index[what]}, it is ${segment[what]}`);
  return index;
}

/** Reads a segment's index, or null when there is none that can be used. */
export function usableIndex(segment: Parameters<typeof readIndex>[0]): SegmentIndex | null {
  try {
    return readIndex(segment);
  } catch (error) {
    if (error instanceof JournalError) return null;
    throw error;
  }
}
