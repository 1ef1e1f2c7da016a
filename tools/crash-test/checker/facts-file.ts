import { readFileSync } from "node:fs";
import { crc32 } from "node:zlib";

/*
 * Reads a facts log by its documented bytes and nothing else. A file: header (magic 8, version u32, first f64, length of
 * JSON u32, JSON, CRC u32), then appends (length u32, CRC-32 u32, content), each content whole facts: length u16, kind
 * u8, field count u8, number f64, time f64, fields f64 each, text. Big-endian. Kinds and fields: `domain/facts.ts`.
 */

const kinds = {
  orderSubmitted: 7,
  orderAccepted: 8,
  orderRejected: 9,
  orderReplaceSent: 10,
  orderReplaced: 11,
  orderCancelled: 13,
  orderLost: 14,
  fill: 15,
  fillBroken: 16,
  orderAbandoned: 39,
} as const;
const factHeader = 20;

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

export type FactsFile = {
  readonly orders: readonly FactOrder[];
  /** Orders that no fact has ended. */
  readonly openOrders: ReadonlySet<number>;
  /** venue:user reference → order, replaces included. */
  readonly references: ReadonlyMap<string, number>;
  readonly fills: readonly FactFill[];
  readonly brokenFills: ReadonlySet<number>;
  readonly count: number;
};

/** Reads a facts log; throws an Error on damage, on a hole in the numbers, or on a reference used twice. */
export function readFactsFile(file: string): FactsFile {
  const bytes = readFileSync(file);
  if (bytes.toString("latin1", 0, 8) !== "HELIOLOG") throw new Error(`${file} is no journal`);
  const orders: FactOrder[] = [];
  const openOrders = new Set<number>();
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
  for (let at = 24 + bytes.readUInt32BE(20) + 4; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (at + 8 + length > bytes.length) break; // a torn end: the next start cuts it
    const content = bytes.subarray(at + 8, at + 8 + length);
    if (crc32(content) !== bytes.readUInt32BE(at + 4)) throw new Error(`${file} is damaged at ${at}`);
    at += 8 + length;
    for (let fact = 0; fact < content.length; fact += content.readUInt16BE(fact)) {
      const field = (index: number): number => content.readDoubleBE(fact + factHeader + index * 8);
      const number = content.readDoubleBE(fact + 4);
      if (number !== count + 1) throw new Error(`fact ${number} follows ${count}`);
      count = number;
      switch (content[fact + 2]) {
        case kinds.orderSubmitted:
          orders.push({
            order: field(0),
            instrument: field(4),
            venue: field(5),
            userReference: field(6),
            quantity: field(8),
          });
          openOrders.add(field(0));
          venueOf.set(field(0), field(5));
          refer(field(5), field(6), field(0));
          break;
        case kinds.orderAccepted:
          // One that was given up as never seen, and here it is: its end is told anew.
          openOrders.add(field(0));
          break;
        case kinds.orderRejected:
        case kinds.orderLost:
        case kinds.orderAbandoned:
          openOrders.delete(field(0));
          break;
        case kinds.orderCancelled:
          if (field(2) === 0) openOrders.delete(field(0));
          break;
        case kinds.orderReplaced:
          if (field(2) > 0) openOrders.add(field(0));
          refer(venueOf.get(field(0)) ?? -1, field(1), field(0));
          break;
        case kinds.orderReplaceSent:
          refer(venueOf.get(field(0)) ?? -1, field(1), field(0));
          break;
        case kinds.fill:
          if (field(19) === 0) openOrders.delete(field(1));
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
  return { orders, openOrders, references, fills, brokenFills, count };
}
