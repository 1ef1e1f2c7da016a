import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/*
 * Reads a facts log by its documented bytes and nothing else. A file: header (magic 8, version u32, first f64, length of
 * JSON u32, JSON, CRC u32), then appends (length u32, CRC-32 u32, content), big-endian, each content whole facts,
 * little-endian: length u16, kind u8 with the bit 0x80, field count u8, length of the text u32, number f64, time f64, fields
 * f64 each, text, zeros up to a multiple of eight. Kinds and fields: `domain/facts.ts`.
 */

const kinds = {
  engineStarted: 0,
  orderSubmitted: 7,
  orderAccepted: 8,
  orderRejected: 9,
  orderReplaceSent: 10,
  orderReplaced: 11,
  orderCancelled: 13,
  orderLost: 14,
  fill: 15,
  fillBroken: 16,
  sessionState: 23,
  orderAbandoned: 39,
} as const;
const factHeader = 24;
const layoutBit = 0x80;

export type FactOrder = {
  readonly order: number;
  readonly venue: number;
  readonly instrument: number;
  readonly userReference: number;
  readonly quantity: number;
};

export type FactFill = {
  readonly fill: number;
  readonly order: number;
  readonly venue: number;
  readonly instrument: number;
  /** Signed: sold is negative. */
  readonly quantity: number;
  readonly price: number;
  readonly match: string;
  readonly positionQuantity: number;
};

/** How an order ended. A venue says so itself, but for `lost` (it never had it) and `abandoned` (nobody could tell). */
export type FactEnd = {
  readonly how: "rejected" | "cancelled" | "filled" | "replaced" | "lost" | "abandoned";
  /** Nanoseconds of the trading day. */
  readonly timeNs: number;
};

export type FactsFile = {
  readonly orders: readonly FactOrder[];
  /** Orders that no fact has ended. */
  readonly openOrders: ReadonlySet<number>;
  /** How each of the others ended: the last time, where one came back to life. */
  readonly ends: ReadonlyMap<number, FactEnd>;
  /** When the engine started (venue -1), and when the order session of a venue changed its state; oldest first. */
  readonly disturbances: readonly { readonly venue: number; readonly timeNs: number }[];
  /** venue:user reference → order, replaces included. */
  readonly references: ReadonlyMap<string, number>;
  readonly fills: readonly FactFill[];
  readonly brokenFills: ReadonlySet<number>;
  readonly count: number;
};

/** Reads a facts log; throws an Error on damage, on a hole in the numbers, or on a reference used twice. */
export function readFactsFile(file: string): FactsFile {
  return readFacts(readFileSync(file), file);
}

/** The same of the bytes of a log; `file` is what errors call it. */
export function readFacts(bytes: Buffer, file: string): FactsFile {
  if (bytes.toString("latin1", 0, 8) !== "HELIOLOG") throw new Error(`${file} is no journal`);
  const orders: FactOrder[] = [];
  const openOrders = new Set<number>();
  const ends = new Map<number, FactEnd>();
  const disturbances: { venue: number; timeNs: number }[] = [];
  const venueOf = new Map<number, number>();
  const references = new Map<string, number>();
  const fills: FactFill[] = [];
  const brokenFills = new Set<number>();
  let count = 0;
  const refer = (venue: number, reference: number, order: number): void => {
    const key = `${venue}:${reference}`;
    if (references.has(key) && references.get(key) !== order)
      throw new Error(`reference ${key} belongs to orders ${references.get(key)} and ${order}`);
    references.set(key, order);
  };
  const begin = (order: number): void => {
    openOrders.add(order);
    ends.delete(order);
  };
  // A word about an order that has ended, as a late one may be, is no other end.
  const end = (order: number, how: FactEnd["how"], timeNs: number): void => {
    if (openOrders.delete(order)) ends.set(order, { how, timeNs });
  };
  for (let at = 24 + bytes.readUInt32BE(20) + 4; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 8 + length > bytes.length) break; // a torn end: the next start cuts it
    // Nobody writes an append of nothing, and its checksum would be right: it is a hole.
    if (length === 0) throw new Error(`${file} has a hole at ${at}`);
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(content) !== bytes.readUInt32BE(at + 4)) throw new Error(`${file} is damaged at ${at}`);
    at += 8 + length;
    for (let fact = 0; fact < content.length; fact += content.readUInt16LE(fact)) {
      const field = (index: number): number => content.readDoubleLE(fact + factHeader + index * 8);
      const number = content.readDoubleLE(fact + 8);
      if (number !== count + 1) throw new Error(`fact ${number} follows ${count}`);
      count = number;
      const timeNs = content.readDoubleLE(fact + 16);
      switch (content[fact + 2] & ~layoutBit) {
        case kinds.engineStarted:
          disturbances.push({ venue: -1, timeNs });
          break;
        case kinds.sessionState:
          if (field(1) === 0) disturbances.push({ venue: field(0), timeNs });
          break;
        case kinds.orderSubmitted:
          orders.push({
            order: field(0),
            instrument: field(4),
            venue: field(5),
            userReference: field(6),
            quantity: field(8),
          });
          begin(field(0));
          venueOf.set(field(0), field(5));
          refer(field(5), field(6), field(0));
          break;
        case kinds.orderAccepted:
          // One that was given up as never seen, or refused, and here it is: its end is told anew. To any other that has ended
          // this is a late word: its fill was told first.
          if (["lost", "rejected"].includes(ends.get(field(0))?.how ?? "")) begin(field(0));
          break;
        case kinds.orderRejected:
          end(field(0), "rejected", timeNs);
          break;
        case kinds.orderLost:
          end(field(0), "lost", timeNs);
          break;
        case kinds.orderAbandoned:
          end(field(0), "abandoned", timeNs);
          break;
        case kinds.orderCancelled:
          if (field(2) === 0) end(field(0), "cancelled", timeNs);
          break;
        case kinds.orderReplaced:
          // To more than its fills took: what they had ended goes on. To no more: they had ended it.
          if (field(2) > 0) begin(field(0));
          else end(field(0), "replaced", timeNs);
          refer(venueOf.get(field(0)) ?? -1, field(1), field(0));
          break;
        case kinds.orderReplaceSent:
          refer(venueOf.get(field(0)) ?? -1, field(1), field(0));
          break;
        case kinds.fill:
          if (field(19) === 0) end(field(1), "filled", timeNs);
          fills.push({
            fill: field(0),
            order: field(1),
            instrument: field(5),
            venue: field(6),
            quantity: field(7) === 0 ? field(8) : -field(8),
            price: field(9),
            match: `${field(12)}/${field(13)}`,
            positionQuantity: field(17),
          });
          break;
        case kinds.fillBroken:
          brokenFills.add(field(0));
          break;
      }
    }
  }
  return { orders, openOrders, ends, disturbances, references, fills, brokenFills, count };
}
