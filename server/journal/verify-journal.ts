import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { inputKinds } from "../machine/input-record";
import { FactsReader, factsFile } from "./facts-log";
import { JournalError } from "./journal-error";
import { type LogHeader, readLogHeader } from "./log-header";
import { indexFileOf, readIndex, type SegmentIndex, SegmentIndexBuilder } from "./segment-index";
import { SegmentReader } from "./segment-reader";
import { listSegments, type Segment } from "./segments";
import { listSnapshots, readSnapshot } from "./snapshot-file";

/** What a day's directory holds, and what is wrong with it. */
export type JournalVerification = {
  readonly segments: number;
  readonly indexes: number;
  readonly snapshots: number;
  readonly records: number;
  readonly facts: number;
  /** What is wrong: file, place, found, expected. Empty when all is well. */
  readonly problems: readonly string[];
  /** What a crash leaves and the next start mends. */
  readonly notes: readonly string[];
};

/**
 * Checks a day's directory without stepping anything: checksums, numbering, times that never go back, headers that
 * agree with each other, indexes and snapshots that agree with the log. Goes on after a problem where it can.
 */
export function verifyJournal(directory: string): JournalVerification {
  const problems: string[] = [];
  const notes: string[] = [];
  const segments = existsSync(directory) ? listSegments(directory) : [];
  if (segments.length === 0) problems.push(`${directory}: holds no inputs log (inputs-*.log)`);
  const check = new SegmentChecks(problems, notes);
  segments.forEach((segment, i) => {
    trying(problems, () => check.take(segment, i === segments.length - 1));
  });
  const facts = trying(problems, () => countFacts(directory, check.first, notes)) ?? 0;
  const snapshots = existsSync(directory) ? listSnapshots(directory) : [];
  for (const { file, record } of snapshots)
    trying(problems, () => {
      const { header } = readSnapshot(file);
      if (header.record !== record) problems.push(`${file}: is after record ${header.record}, its name says ${record}`);
      problems.push(...disagreements(check.first, header).map((text) => `${file}: ${text}`));
      if (segments.length > 0 && record > check.record)
        problems.push(`${file}: is after record ${record}, the inputs log ends with ${check.record}`);
      if (header.factNumber > facts)
        problems.push(`${file}: was taken after fact ${header.factNumber}, the facts log ends with ${facts}`);
    });
  if (existsSync(directory))
    for (const name of readdirSync(directory))
      if (name.endsWith(".idx") && !existsSync(join(directory, name.replace(/idx$/, "log"))))
        problems.push(`${join(directory, name)}: its segment is missing`);
  return {
    segments: segments.length,
    indexes: check.indexes,
    snapshots: snapshots.length,
    records: check.records,
    facts,
    problems,
    notes,
  };
}

/** Runs one check; what it finds out of order is added to the problems. */
function trying<Result>(problems: string[], check: () => Result): Result | undefined {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    problems.push(error.message);
    return undefined;
  }
}

type Identity = Pick<LogHeader, "machine" | "journal" | "tradingDay">;

function disagreements(first: Identity | null, header: Identity): string[] {
  if (!first) return [];
  return (["machine", "journal", "tradingDay"] as const)
    .filter((what) => header[what] !== first[what])
    .map((what) => `${what} is ${header[what]}, the first segment says ${first[what]}`);
}

class SegmentChecks {
  first: LogHeader | null = null;
  /** The last record read. */
  record = 0;
  records = 0;
  indexes = 0;
  private epoch = 0;
  private timeNs = 0;

  constructor(
    private readonly problems: string[],
    private readonly notes: string[],
  ) {}

  take(segment: Segment, isLast: boolean): void {
    const { file, firstRecord } = segment;
    const { problems, notes } = this;
    const reader = new SegmentReader(file);
    try {
      if (!reader.header) {
        (isLast ? notes : problems).push(`${file}: ends within its header`);
        return;
      }
      this.takeHeader(file, firstRecord, reader.header.firstRecord, reader.header.header);
      this.record = firstRecord - 1;
      const builder = new SegmentIndexBuilder(firstRecord);
      while (reader.next()) {
        this.record = reader.record;
        this.records++;
        builder.take(reader);
        this.takeInput(reader);
      }
      if (reader.tornBytes > 0)
        (isLast ? notes : problems).push(
          `${file}: a torn append of ${reader.tornBytes} bytes at offset ${reader.goodLength}, after record ${reader.record}`,
        );
      const index = readIndex(segment);
      if (index === null) return;
      this.indexes++;
      const problem = indexProblem(index, builder.build(segment.byteLength, null));
      if (problem !== null) problems.push(`${indexFileOf(file)}: ${problem}`);
    } finally {
      reader.close();
    }
  }

  private takeHeader(file: string, named: number, firstRecord: number, header: LogHeader): void {
    const { problems } = this;
    if (firstRecord !== named) problems.push(`${file}: begins with record ${firstRecord}, its name says ${named}`);
    if (this.first !== null && firstRecord !== this.record + 1)
      problems.push(`${file}: begins with record ${firstRecord}, expected ${this.record + 1}`);
    if (header.kind !== "inputs") problems.push(`${file}: is a log of ${header.kind}, expected inputs`);
    if (header.epoch < this.epoch) problems.push(`${file}: run ${header.epoch} follows run ${this.epoch}`);
    problems.push(...disagreements(this.first, header).map((text) => `${file}: ${text}`));
    this.epoch = header.epoch;
    this.first ??= header;
  }

  private takeInput(reader: SegmentReader): void {
    const { view, offset, file, record } = reader;
    const kind = view.getUint8(offset);
    const timeNs = view.getFloat64(offset + 4);
    if (kind >= inputKinds.names.length)
      this.problems.push(`${file}: record ${record} at offset ${reader.fileOffset} is of unknown kind ${kind}`);
    if (!(timeNs >= this.timeNs))
      this.problems.push(
        `${file}: time of record ${record} at offset ${reader.fileOffset} is ${timeNs} ns, before it was ${this.timeNs}`,
      );
    this.timeNs = timeNs;
  }
}

function indexProblem(found: SegmentIndex, expected: SegmentIndex): string | null {
  for (const what of ["recordCount", "firstTimeNs", "lastTimeNs"] as const)
    if (found[what] !== expected[what]) return `${what} is ${found[what]}, the segment has ${expected[what]}`;
  if (found.entries.length !== expected.entries.length)
    return `${found.entries.length} entries, the segment needs ${expected.entries.length}`;
  const at = expected.entries.findIndex(
    ({ record, offset, timeNs }, i) =>
      found.entries[i].record !== record || found.entries[i].offset !== offset || found.entries[i].timeNs !== timeNs,
  );
  if (at < 0) return null;
  return `entry ${at} is ${JSON.stringify(found.entries[at])}, the segment has ${JSON.stringify(expected.entries[at])}`;
}

function countFacts(directory: string, first: LogHeader | null, notes: string[]): number {
  const file = factsFile(directory);
  const facts = new FactsReader(directory, 0, 0);
  try {
    const header = readLogHeader(file)?.header;
    if (!header) throw new JournalError(`${file}: has no whole header`);
    const [problem] = disagreements(first, header);
    if (problem !== undefined) throw new JournalError(`${file}: ${problem}`);
    if (header.kind !== "facts") throw new JournalError(`${file}: is a log of ${header.kind}, expected facts`);
    while (facts.next());
    if (facts.tornBytes > 0)
      notes.push(`${basename(file)}: a torn append of ${facts.tornBytes} bytes at offset ${facts.fileOffset}`);
    return facts.number;
  } finally {
    facts.close();
  }
}
