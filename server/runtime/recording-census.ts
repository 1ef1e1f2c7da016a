import { readFileSync, statSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { z } from "zod";
import { nsPerSecond } from "../../domain/time";
import { type RecordingCensus, recordedSymbolPattern, recordedSymbolsMax } from "../desk/desk-of-recording";
import { readSymbol } from "../wire/bytes";
import { decodeItch, ItchHandlerBase, itchType } from "../wire/itch";
import { RecordingReader } from "./recording-reader";

/** A file that cannot be replayed; says what was found. */
export class RecordingError extends Error {
  override readonly name = "RecordingError";
}

/** Types that begin the day proper; what comes before them is the day's preparation. */
const marketTypes: ReadonlySet<number> = new Set([
  itchType.addOrder,
  itchType.addOrderAttributed,
  itchType.trade,
  itchType.crossTrade,
]);

/** What comes this long before everything else is an image of the books, not yet the day. */
const imageGapNs = 1_800 * nsPerSecond;

/** Times `report` is told how far the pass is. */
const reportMs = 1_000;

/**
 * Reads a recording once, whatever its size: symbols, how busy they are, their price steps, the day's span, and
 * whether the file is whole. Throws a RecordingError when it is no length-prefixed ITCH 5.0 file. `report` is told the
 * share read so far, once a second.
 */
export function takeCensus(file: string, report: (share: number) => void = () => undefined): RecordingCensus {
  const reader = openRecording(file);
  try {
    const counter = new SymbolCounter();
    let malformed = 0;
    let startNs = 0;
    let firstNs = -1;
    let hasBegun = false;
    let reportedMs = Date.now();
    while (reader.next()) {
      const { bytes, offset, length } = reader;
      if (reader.messages === 1) {
        if (!reader.isSound) throw notItch(file, reader.bytes.subarray(reader.offset - 2));
        startNs = reader.timeNs;
      }
      if (!reader.isSound) malformed++;
      else {
        if (firstNs < 0 && marketTypes.has(bytes[offset])) firstNs = reader.timeNs;
        else if (!hasBegun && firstNs >= 0 && reader.timeNs > firstNs) {
          hasBegun = true;
          if (reader.timeNs - firstNs > imageGapNs) firstNs = reader.timeNs;
        }
        decodeItch(bytes, offset, length, counter);
      }
      if ((reader.messages & 0xffff) === 0 && Date.now() - reportedMs >= reportMs) {
        reportedMs = Date.now();
        report(reader.share);
      }
    }
    if (reader.byteLength === 0) throw new RecordingError(`${file}: is empty`);
    if (reader.messages === 0) throw notItch(file, reader.bytes);
    const { symbols, leftOut } = counter.busiest(recordedSymbolsMax);
    if (symbols.length === 0)
      throw new RecordingError(`${file}: ${reader.messages} messages, but no symbol in any of them: nothing to show`);
    return {
      name: basename(file),
      tradingDay: dayOfName(basename(file)),
      messages: reader.messages,
      malformed: malformed + reader.leftOut,
      truncatedAt: reader.truncatedAt,
      startNs,
      firstNs: firstNs < 0 ? startNs : firstNs,
      lastNs: reader.timeNs,
      symbols,
      symbolsLeftOut: leftOut,
    };
  } finally {
    reader.close();
  }
}

const symbolSchema = z.object({
  symbol: z.string().regex(recordedSymbolPattern),
  orders: z.number().int().nonnegative(),
  priceStep: z.number().int().nonnegative(),
  middlePrice: z.number().int().nonnegative(),
  middleQuantity: z.number().int().nonnegative(),
  openOrdersMax: z.number().int().nonnegative(),
});

const censusSchema = z.object({
  name: z.string(),
  tradingDay: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .nullable(),
  messages: z.number().int().positive(),
  malformed: z.number().int().nonnegative(),
  truncatedAt: z.number().int().nullable(),
  startNs: z.number().nonnegative(),
  firstNs: z.number().nonnegative(),
  lastNs: z.number().nonnegative(),
  symbols: z.array(symbolSchema).min(1).max(recordedSymbolsMax),
  symbolsLeftOut: z.number().int().nonnegative(),
});

/** Leaves a census for the other processes, which need not read the recording for it. */
export function writeCensus(file: string, census: RecordingCensus): void {
  writeFileSync(file, JSON.stringify(census), { mode: 0o600 });
}

/** Reads what `writeCensus` left; throws when it is not that. */
export function readCensus(file: string): RecordingCensus {
  return censusSchema.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** A date written as YYYYMMDD or YYYY-MM-DD in a file's name; null when there is none, or no such day. */
export function dayOfName(name: string): string | null {
  for (const match of name.matchAll(/(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?!\d)/g)) {
    const day = `${match[1]}-${match[2]}-${match[3]}`;
    const time = Date.parse(`${day}T00:00:00Z`);
    if (Number.isFinite(time) && new Date(time).toISOString().slice(0, 10) === day && match[1] >= "1990") return day;
  }
  return null;
}

function openRecording(file: string): RecordingReader {
  try {
    if (!statSync(file).isFile()) throw new RecordingError(`${file}: is no file`);
    return new RecordingReader(file);
  } catch (error) {
    if (error instanceof RecordingError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new RecordingError(`${file}: there is no such file`);
    throw new RecordingError(`${file}: cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

/** What a file is that does not begin with a message; its first bytes tell. */
function notItch(file: string, beginning: Uint8Array): RecordingError {
  const start = Buffer.from(beginning.subarray(0, 8));
  const bytes = [...start].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const mark = start.toString("hex", 0, 4);
  const kind = mark.startsWith("1f8b")
    ? " (gzip: unpack it first)"
    : ["a1b2c3d4", "d4c3b2a1", "a1b23c4d", "4d3cb2a1"].includes(mark)
      ? " (a capture: heliograph book reads those, a replay does not)"
      : "";
  return new RecordingError(
    `${file}: is no length-prefixed ITCH 5.0 file, it begins with ${bytes}${kind}; expected two bytes of length and a message of that length`,
  );
}

/** The middle of many numbers from an even sample of at most `sampleMax` of them. */
class Middle {
  private readonly sample: number[] = [];
  private stride = 1;
  private seen = 0;

  add(value: number): void {
    if (this.seen++ % this.stride !== 0) return;
    this.sample.push(value);
    if (this.sample.length < sampleMax) return;
    for (let i = 0; i < sampleMax / 2; i++) this.sample[i] = this.sample[i * 2];
    this.sample.length = sampleMax / 2;
    this.stride *= 2;
  }

  get value(): number {
    const sorted = [...this.sample].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] ?? 0;
  }
}

const sampleMax = 256;

/** One symbol's counts, by locate. */
class SymbolCount {
  orders = 0;
  priceStep = 0;
  open = 0;
  openMax = 0;
  readonly price = new Middle();
  readonly quantity = new Middle();

  constructor(readonly symbol: string) {}

  add(quantity: number, price: number): void {
    this.orders++;
    this.open++;
    if (this.open > this.openMax) this.openMax = this.open;
    this.seePrice(price);
    this.quantity.add(quantity);
  }

  seePrice(price: number): void {
    if (price <= 0) return;
    if (this.priceStep === 0 || price % this.priceStep !== 0) this.priceStep = divisorOf(price, this.priceStep);
    this.price.add(price);
  }
}

class SymbolCounter extends ItchHandlerBase {
  private readonly byLocate: (SymbolCount | undefined)[] = new Array(65_536).fill(undefined);

  busiest(most: number): { symbols: RecordingCensus["symbols"]; leftOut: number } {
    const bySymbol = new Map<string, SymbolCount>();
    for (const count of this.byLocate) {
      if (count === undefined || !recordedSymbolPattern.test(count.symbol)) continue;
      const known = bySymbol.get(count.symbol);
      if (known === undefined || count.orders > known.orders) bySymbol.set(count.symbol, count);
    }
    const sorted = [...bySymbol.values()].sort(
      (a, b) => b.orders - a.orders || (a.symbol < b.symbol ? -1 : a.symbol > b.symbol ? 1 : 0),
    );
    const symbols = sorted.slice(0, most).map(({ symbol, orders, priceStep, openMax, price, quantity }) => ({
      symbol,
      orders,
      priceStep,
      middlePrice: price.value,
      middleQuantity: quantity.value,
      openOrdersMax: openMax,
    }));
    return { symbols, leftOut: sorted.length - symbols.length };
  }

  override stockDirectory(locate: number, _tracking: number, _timeNs: number, bytes: Uint8Array, at: number): void {
    this.of(locate, bytes, at);
  }

  override tradingAction(locate: number, _tracking: number, _timeNs: number, bytes: Uint8Array, at: number): void {
    this.of(locate, bytes, at);
  }

  override addOrder(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    this.of(locate, bytes, symbolOffset).add(shares, price);
  }

  override addOrderAttributed(
    locate: number,
    tracking: number,
    timeNs: number,
    refHigh: number,
    refLow: number,
    side: number,
    shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
    price: number,
  ): void {
    this.addOrder(locate, tracking, timeNs, refHigh, refLow, side, shares, bytes, symbolOffset, price);
  }

  override orderReplace(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _originalHigh: number,
    _originalLow: number,
    _newHigh: number,
    _newLow: number,
    _shares: number,
    price: number,
  ): void {
    const count = this.byLocate[locate];
    if (count === undefined) return;
    count.orders++;
    count.seePrice(price);
  }

  override orderDelete(locate: number): void {
    const count = this.byLocate[locate];
    if (count !== undefined && count.open > 0) count.open--;
  }

  override trade(
    locate: number,
    _tracking: number,
    _timeNs: number,
    _refHigh: number,
    _refLow: number,
    _side: number,
    _shares: number,
    bytes: Uint8Array,
    symbolOffset: number,
  ): void {
    this.of(locate, bytes, symbolOffset);
  }

  private of(locate: number, bytes: Uint8Array, symbolOffset: number): SymbolCount {
    const known = this.byLocate[locate];
    if (known !== undefined) return known;
    const made = new SymbolCount(readSymbol(bytes, symbolOffset, 8));
    this.byLocate[locate] = made;
    return made;
  }
}

/** Greatest common divisor; the other number when one is 0. */
function divisorOf(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}
