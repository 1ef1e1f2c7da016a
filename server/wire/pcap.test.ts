import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forEachPcapPayload, type PcapPayload } from "./pcap";
import { itWithRecording } from "./testing/recorded-data";

type Frame = { readonly linkType: number; readonly header: readonly number[] };

/** The bytes each link type puts before the same IPv4 packet. */
const frames: Readonly<Record<string, Frame>> = {
  Ethernet: { linkType: 1, header: [...new Array<number>(12).fill(1), 8, 0] },
  "Ethernet with two VLAN tags": {
    linkType: 1,
    header: [...new Array<number>(12).fill(1), 0x88, 0xa8, 0, 5, 0x81, 0, 0, 6, 8, 0],
  },
  "Linux cooked": { linkType: 113, header: [...new Array<number>(14).fill(0), 8, 0] },
  "Linux cooked 2": { linkType: 276, header: [8, 0, ...new Array<number>(18).fill(0)] },
  "raw IP": { linkType: 101, header: [] },
  "BSD loopback": { linkType: 0, header: [2, 0, 0, 0] },
  "OpenBSD loopback": { linkType: 108, header: [0, 0, 0, 2] },
};

/** A capture file of one frame with a trailer behind the packet, in either byte order and stamp precision. */
function capture(frame: Frame, packet: readonly number[], littleEndian: boolean, nanoseconds: boolean): Uint8Array {
  const body = [...frame.header, ...packet, 0xde, 0xad];
  const file = new Uint8Array(40 + body.length);
  const view = new DataView(file.buffer);
  view.setUint32(0, nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4, littleEndian);
  view.setUint32(20, frame.linkType, littleEndian);
  view.setUint32(24, 1_700_000_000, littleEndian);
  view.setUint32(28, 123_456, littleEndian);
  view.setUint32(32, body.length, littleEndian);
  view.setUint32(36, body.length, littleEndian);
  file.set(body, 40);
  return file;
}

const udpPacket = [
  ...[0x45, 0, 0, 31, 0, 0, 0x40, 0, 17, 17, 0, 0, 10, 0, 0, 1, 233, 54, 12, 111],
  ...[0x1f, 0x43, 0x67, 0x6d, 0, 11, 0, 0, 7, 8, 9],
];

const tcpPacket = [
  ...[0x45, 0, 0, 46, 0, 0, 0x40, 0, 17, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2],
  ...[0, 80, 0, 81, 0xff, 0, 0, 1, 0, 0, 0, 0, 0x60, 0x18, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1],
  ...[5, 6],
];

function payloadsOf(file: Uint8Array): { payloads: (PcapPayload & { data: number[] })[]; problem: string | null } {
  const payloads: (PcapPayload & { data: number[] })[] = [];
  const summary = forEachPcapPayload(file, (payload) => {
    payloads.push({ ...payload, data: [...file.subarray(payload.offset, payload.offset + payload.length)] });
  });
  return { payloads, problem: summary.problem };
}

describe("capture files", () => {
  for (const [name, frame] of Object.entries(frames)) {
    it(`finds the payload behind ${name}, without the trailer capture hardware adds`, () => {
      for (const littleEndian of [true, false]) {
        for (const nanoseconds of [true, false]) {
          const udp = payloadsOf(capture(frame, udpPacket, littleEndian, nanoseconds)).payloads;
          expect(udp).toHaveLength(1);
          expect(udp[0]).toMatchObject({
            protocol: "udp",
            seconds: 1_700_000_000,
            nanoseconds: nanoseconds ? 123_456 : 123_456_000,
            sourcePort: 8003,
            destinationPort: 26477,
            destinationAddress: 0xe9360c6f,
            data: [7, 8, 9],
          });
          const tcp = payloadsOf(capture(frame, tcpPacket, littleEndian, nanoseconds)).payloads;
          expect(tcp[0]).toMatchObject({ protocol: "tcp", tcpSequence: 0xff000001, data: [5, 6] });
        }
      }
    });
  }

  it("skips fragments and what is not UDP or TCP over IPv4, and counts it", () => {
    const fragment = udpPacket.map((byte, index) => (index === 6 ? 0x20 : byte));
    const icmp = udpPacket.map((byte, index) => (index === 9 ? 1 : byte));
    for (const packet of [fragment, icmp]) {
      const summary = forEachPcapPayload(capture(frames.Ethernet, packet, true, false), () => {});
      expect(summary).toEqual({ problem: null, packets: 1, payloads: 0, truncatedAt: null });
    }
  });

  it("says what is no capture, which link type it cannot read, and where a record is cut off", () => {
    expect(payloadsOf(new Uint8Array(10)).problem).toBe("notACapture");
    expect(payloadsOf(new Uint8Array(100)).problem).toBe("notACapture");
    expect(payloadsOf(capture({ linkType: 9, header: [] }, udpPacket, true, false)).problem).toBe(
      "unsupportedLinkType",
    );
    const file = capture(frames.Ethernet, udpPacket, true, false);
    expect(forEachPcapPayload(file.subarray(0, file.length - 1), () => {}).truncatedAt).toBe(24);
  });

  itWithRecording(
    "survives a recorded capture with bytes changed at random",
    "itch/pcap/Multiple.Packets.pcap",
    (file) => {
      const change = fc.tuple(fc.nat(file.length - 1), fc.nat(255));
      fc.assert(
        fc.property(fc.array(change, { maxLength: 30 }), fc.nat(file.length), (changes, length) => {
          const copy = file.slice(0, length);
          for (const [at, value] of changes) if (at < length) copy[at] = value;
          forEachPcapPayload(copy, (payload) => {
            expect(payload.length).toBeGreaterThanOrEqual(0);
            expect(payload.offset + payload.length).toBeLessThanOrEqual(length);
          });
        }),
      );
    },
  );
});
