import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSymbol, symbolBytes } from "./bytes";
import { decodeItch, itchVerdict } from "./itch";
import {
  checkMoldBlocks,
  encodeMoldEndOfSession,
  encodeMoldHeartbeat,
  encodeMoldRequest,
  forEachMoldBlock,
  MoldHeader,
  MoldPacketWriter,
  moldBlockCount,
  moldBlockLength,
  moldHeaderLength,
  moldPayloadLimit,
  moldVerdict,
  readMoldHeader,
} from "./mold-udp64";
import { forEachPcapPayload } from "./pcap";
import { ItchEcho } from "./testing/itch-echo";
import { itWithRecording, recordings } from "./testing/recorded-data";

const { ok, truncatedHeader, sequenceOutOfRange, truncatedBlock, trailingBytes } = moldVerdict.code;
const session = symbolBytes("000010059B", 10);

/** How many messages of each type the recorded captures hold. */
const recordedCounts: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "20230822-AddOrderNoMPID.pcap": { A: 5 },
  "20230822-AddOrderWithMPID.pcap": { F: 5 },
  "20230822-CrossTrade.pcap": { Q: 5 },
  "20230822-LULDAuctionCollar.pcap": { J: 5 },
  "20230822-MarketParticipantPosition.pcap": { L: 5 },
  "20230822-NetOrderImbalanceIndicator.pcap": { I: 5 },
  "20230822-NonCrossTrade.pcap": { P: 5 },
  "20230822-OrderCancel.pcap": { X: 5 },
  "20230822-OrderDelete.pcap": { D: 5 },
  "20230822-OrderExecuted.pcap": { E: 5 },
  "20230822-OrderExecutedWithPrice.pcap": { C: 5 },
  "20230822-OrderReplace.pcap": { U: 5 },
  "20230822-RegSHORestriction.pcap": { Y: 5 },
  "20230822-StockTradingAction.pcap": { H: 5 },
  "20230822-SystemEvent.pcap": { S: 1 },
  "AddOrderNoMpidAttributionMessage.pcap": { A: 1 },
  "MarketParticipantPositionMessage.pcap": { L: 1 },
  "Multiple.Packets.pcap": { D: 1, A: 36, F: 2 },
  "NetOrderImbalanceIndicatorMessage.pcap": { I: 1 },
  "OrderDeleteMessage.pcap": { D: 1 },
  "OrderExecutedMessage.pcap": { E: 1 },
  "OrderReplaceMessage.pcap": { U: 1 },
  "StockTradingActionMessage.pcap": { H: 1 },
};

describe("MoldUDP64", () => {
  it("numbers the messages of a packet from the header's sequence and gives each back as it was", () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 20 });
    fc.assert(
      fc.property(messages, fc.maxSafeNat(), (sent, sequence) => {
        const writer = new MoldPacketWriter(new Uint8Array(2000), session);
        writer.begin(sequence % 2 ** 52);
        for (const message of sent) expect(writer.append(message, 0, message.length)).toBe(true);
        const length = writer.finish();
        const header = new MoldHeader();
        expect(readMoldHeader(writer.bytes, 0, length, header)).toBe(ok);
        expect(readSymbol(writer.bytes, header.sessionOffset, 10)).toBe("000010059B");
        expect([header.sequence, header.count]).toEqual([sequence % 2 ** 52, sent.length]);
        expect(checkMoldBlocks(writer.bytes, 0, length, header)).toBe(ok);
        const received: [number, number[]][] = [];
        const verdict = forEachMoldBlock(writer.bytes, 0, length, header, (number, at, blockLength) => {
          received.push([number, [...writer.bytes.subarray(at, at + blockLength)]]);
        });
        expect(verdict).toBe(ok);
        expect(received).toEqual(sent.map((message, index) => [(sequence % 2 ** 52) + index, [...message]]));
      }),
    );
  });

  it("walks a packet by cursor without a callback", () => {
    const writer = new MoldPacketWriter(new Uint8Array(100), session);
    writer.begin(9);
    writer.append(new Uint8Array([1, 2, 3]), 0, 3);
    writer.append(new Uint8Array([4]), 0, 1);
    const end = writer.finish();
    let position = moldHeaderLength;
    const first = moldBlockLength(writer.bytes, position, end);
    position += 2 + first;
    const second = moldBlockLength(writer.bytes, position, end);
    expect([first, second, position + 2 + second]).toEqual([3, 1, end]);
    expect(moldBlockLength(writer.bytes, end, end)).toBe(-1);
  });

  it("fills a packet up to the payload limit and says when the next message does not fit", () => {
    const writer = new MoldPacketWriter(new Uint8Array(9000), session);
    writer.begin(1);
    const message = new Uint8Array(36);
    while (writer.append(message, 0, message.length)) expect(writer.length).toBeLessThanOrEqual(moldPayloadLimit);
    expect(writer.count).toBe(Math.floor((moldPayloadLimit - moldHeaderLength) / 38));
    writer.begin(100);
    expect([writer.count, writer.length]).toEqual([0, moldHeaderLength]);
  });

  it("sends a heartbeat with count 0, an end of session with count 65,535, and a request in the same shape", () => {
    const bytes = new Uint8Array(moldHeaderLength);
    const header = new MoldHeader();
    expect(encodeMoldHeartbeat(bytes, 0, session, 0, 77)).toBe(20);
    expect(readMoldHeader(bytes, 0, 20, header)).toBe(ok);
    expect([header.sequence, header.count, moldBlockCount(header.count)]).toEqual([77, 0, 0]);
    expect(checkMoldBlocks(bytes, 0, 20, header)).toBe(ok);
    encodeMoldEndOfSession(bytes, 0, session, 0, 78);
    expect(readMoldHeader(bytes, 0, 20, header)).toBe(ok);
    expect([header.sequence, header.count, moldBlockCount(header.count)]).toEqual([78, 0xffff, 0]);
    expect(checkMoldBlocks(bytes, 0, 20, header)).toBe(ok);
    encodeMoldRequest(bytes, 0, session, 0, 5, 300);
    expect(readMoldHeader(bytes, 0, 20, header)).toBe(ok);
    expect([header.sequence, header.count]).toEqual([5, 300]);
  });

  it("refuses a packet cut anywhere, one with bytes left over, and a sequence no feed can reach", () => {
    const writer = new MoldPacketWriter(new Uint8Array(200), session);
    writer.begin(1);
    writer.append(new Uint8Array(30), 0, 30);
    writer.append(new Uint8Array(20), 0, 20);
    const length = writer.finish();
    const header = new MoldHeader();
    for (let cut = 0; cut < length; cut += 1) {
      const packet = writer.bytes.slice(0, cut);
      const verdict = readMoldHeader(packet, 0, cut, header);
      expect(verdict).toBe(cut < 20 ? truncatedHeader : ok);
      if (verdict === ok) expect(checkMoldBlocks(packet, 0, cut, header)).toBe(truncatedBlock);
    }
    readMoldHeader(writer.bytes, 0, length + 3, header);
    expect(checkMoldBlocks(writer.bytes, 0, length + 3, header)).toBe(trailingBytes);
    writer.bytes[10] = 1;
    expect(readMoldHeader(writer.bytes, 0, length, header)).toBe(sequenceOutOfRange);
  });

  it("never throws on arbitrary bytes", () => {
    const header = new MoldHeader();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        if (readMoldHeader(bytes, 0, bytes.length, header) !== ok) return;
        const checked = checkMoldBlocks(bytes, 0, bytes.length, header);
        expect(forEachMoldBlock(bytes, 0, bytes.length, header, () => {})).toBe(checked);
      }),
    );
  });

  for (const [name, counts] of Object.entries(recordedCounts)) {
    itWithRecording(
      `decodes the recorded packets of ${name} and re-encodes every message`,
      `itch/pcap/${name}`,
      (file) => {
        const echo = new ItchEcho();
        const header = new MoldHeader();
        const summary = forEachPcapPayload(file, (payload) => {
          expect(payload.protocol).toBe("udp");
          expect(readMoldHeader(file, payload.offset, payload.length, header)).toBe(ok);
          expect(checkMoldBlocks(file, payload.offset, payload.length, header)).toBe(ok);
          const writer = new MoldPacketWriter(new Uint8Array(1500), file, header.sessionOffset, payload.length);
          writer.begin(header.sequence);
          forEachMoldBlock(file, payload.offset, payload.length, header, (_sequence, at, length) => {
            expect(decodeItch(file, at, length, echo)).toBe(itchVerdict.code.ok);
            expect(writer.append(echo.bytes, 0, echo.length)).toBe(true);
          });
          expect([...writer.bytes.subarray(0, writer.finish())]).toEqual([
            ...file.subarray(payload.offset, payload.offset + payload.length),
          ]);
        });
        expect(summary).toMatchObject({ problem: null, truncatedAt: null });
        expect(summary.payloads).toBe(summary.packets);
        expect(Object.fromEntries(echo.counts)).toEqual(counts);
      },
    );
  }

  it("has an expectation for every recorded market data capture there is", () => {
    for (const file of recordings("itch/pcap", ".pcap")) {
      expect(Object.keys(recordedCounts)).toContain(file.slice("itch/pcap/".length));
    }
  });
});
