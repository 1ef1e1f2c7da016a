import { viewOf } from "../../domain/view-of";

/**
 * Classic capture files (the libpcap file format: a 24-byte header, then records with a 16-byte header each), in
 * either byte order, with microsecond or nanosecond stamps, and the way from a captured frame to the UDP or TCP bytes
 * in it. Link types: Ethernet with VLAN tags, Linux cooked (1 and 2), raw IP, BSD loopback. IPv4 only; fragments and
 * everything else are counted and skipped. The end of a payload comes from the IP and UDP lengths, so padding and
 * trailers that capture hardware adds behind the packet stay out.
 */

/** One transport payload inside a capture file; the offsets are places in the file's bytes. */
export type PcapPayload = {
  /** Seconds since 1970, and the nanoseconds within that second. */
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly protocol: "udp" | "tcp";
  readonly sourceAddress: number;
  readonly sourcePort: number;
  readonly destinationAddress: number;
  readonly destinationPort: number;
  /** TCP sequence number of the first payload byte; 0 for UDP. */
  readonly tcpSequence: number;
  readonly offset: number;
  readonly length: number;
};

/** What a pass over a capture file found. */
export type PcapSummary = {
  /** Null when the file could be read; otherwise why not. */
  readonly problem: null | "notACapture" | "unsupportedLinkType";
  readonly packets: number;
  /** Packets that held UDP or TCP over IPv4; `packets - payloads` were skipped. */
  readonly payloads: number;
  /** Where a cut-off record begins; null when the file ends with a whole one. */
  readonly truncatedAt: number | null;
};

const FILE_HEADER_LENGTH = 24;
const RECORD_HEADER_LENGTH = 16;

const LINK_NULL = 0;
const LINK_ETHERNET = 1;
const LINK_RAW_BSD = 12;
const LINK_RAW_OPENBSD = 14;
const LINK_RAW = 101;
const LINK_LOOP = 108;
const LINK_COOKED = 113;
const LINK_IPV4 = 228;
const LINK_COOKED_2 = 276;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_SERVICE_VLAN = 0x88a8;
const ETHERTYPE_OLD_SERVICE_VLAN = 0x9100;

const ADDRESS_FAMILY_IPV4 = 2;
const PROTOCOL_TCP = 6;
const PROTOCOL_UDP = 17;

const NO_IP = -1;

/** Calls back for every UDP or TCP payload of a capture file, in file order. Never throws on bad bytes. */
export function forEachPcapPayload(file: Uint8Array, onPayload: (payload: PcapPayload) => void): PcapSummary {
  const nothing = { packets: 0, payloads: 0, truncatedAt: null };
  if (file.length < FILE_HEADER_LENGTH) return { problem: "notACapture", ...nothing };
  const view = viewOf(file);
  const magic = view.getUint32(0, false);
  const littleEndian = magic === 0xd4c3b2a1 || magic === 0x4d3cb2a1;
  const nanosecondStamps = magic === 0xa1b23c4d || magic === 0x4d3cb2a1;
  if (!littleEndian && magic !== 0xa1b2c3d4 && magic !== 0xa1b23c4d) return { problem: "notACapture", ...nothing };
  const linkType = view.getUint32(20, littleEndian) & 0xffff;
  if (!isKnownLinkType(linkType)) return { problem: "unsupportedLinkType", ...nothing };

  let position = FILE_HEADER_LENGTH;
  let packets = 0;
  let payloads = 0;
  while (position < file.length) {
    if (position + RECORD_HEADER_LENGTH > file.length) break;
    const seconds = view.getUint32(position, littleEndian);
    const fraction = view.getUint32(position + 4, littleEndian);
    const captured = view.getUint32(position + 8, littleEndian);
    const start = position + RECORD_HEADER_LENGTH;
    const end = start + captured;
    if (end > file.length) break;
    packets += 1;
    const payload = payloadOf(view, linkType, start, end, seconds, nanosecondStamps ? fraction : fraction * 1000);
    if (payload !== null) {
      payloads += 1;
      onPayload(payload);
    }
    position = end;
  }
  return { problem: null, packets, payloads, truncatedAt: position < file.length ? position : null };
}

function isKnownLinkType(linkType: number): boolean {
  switch (linkType) {
    case LINK_NULL:
    case LINK_ETHERNET:
    case LINK_RAW_BSD:
    case LINK_RAW_OPENBSD:
    case LINK_RAW:
    case LINK_LOOP:
    case LINK_COOKED:
    case LINK_IPV4:
    case LINK_COOKED_2:
      return true;
    default:
      return false;
  }
}

/** Where the IPv4 header of a frame begins, or `NO_IP`. */
function ipOffset(view: DataView, linkType: number, start: number, end: number): number {
  switch (linkType) {
    case LINK_ETHERNET: {
      let at = start + 12;
      while (at + 2 <= end) {
        const etherType = view.getUint16(at, false);
        if (etherType === ETHERTYPE_IPV4) return at + 2;
        const isVlan =
          etherType === ETHERTYPE_VLAN ||
          etherType === ETHERTYPE_SERVICE_VLAN ||
          etherType === ETHERTYPE_OLD_SERVICE_VLAN;
        if (!isVlan) return NO_IP;
        at += 4;
      }
      return NO_IP;
    }
    case LINK_COOKED:
      return start + 16 <= end && view.getUint16(start + 14, false) === ETHERTYPE_IPV4 ? start + 16 : NO_IP;
    case LINK_COOKED_2:
      return start + 20 <= end && view.getUint16(start, false) === ETHERTYPE_IPV4 ? start + 20 : NO_IP;
    case LINK_NULL: {
      if (start + 4 > end) return NO_IP;
      const isIpv4 =
        view.getUint32(start, true) === ADDRESS_FAMILY_IPV4 || view.getUint32(start, false) === ADDRESS_FAMILY_IPV4;
      return isIpv4 ? start + 4 : NO_IP;
    }
    case LINK_LOOP:
      return start + 4 <= end && view.getUint32(start, false) === ADDRESS_FAMILY_IPV4 ? start + 4 : NO_IP;
    default:
      return start;
  }
}

function payloadOf(
  view: DataView,
  linkType: number,
  start: number,
  end: number,
  seconds: number,
  nanoseconds: number,
): PcapPayload | null {
  const ip = ipOffset(view, linkType, start, end);
  if (ip === NO_IP || ip + 20 > end) return null;
  const versionAndLength = view.getUint8(ip);
  const headerLength = (versionAndLength & 0x0f) * 4;
  const totalLength = view.getUint16(ip + 2, false);
  if (versionAndLength >>> 4 !== 4 || headerLength < 20 || totalLength < headerLength) return null;
  const isFragment = (view.getUint16(ip + 6, false) & 0x3fff) !== 0;
  if (isFragment) return null;
  const protocol = view.getUint8(ip + 9);
  const transport = ip + headerLength;
  const ipEnd = Math.min(ip + totalLength, end);
  if (protocol === PROTOCOL_UDP) {
    if (transport + 8 > ipEnd) return null;
    const udpLength = view.getUint16(transport + 4, false);
    if (udpLength < 8) return null;
    const offset = transport + 8;
    return transportPayload("udp", offset, Math.min(transport + udpLength, ipEnd) - offset, 0);
  }
  if (protocol === PROTOCOL_TCP) {
    if (transport + 20 > ipEnd) return null;
    const tcpHeaderLength = (view.getUint8(transport + 12) >>> 4) * 4;
    const offset = transport + tcpHeaderLength;
    if (tcpHeaderLength < 20 || offset > ipEnd) return null;
    return transportPayload("tcp", offset, ipEnd - offset, view.getUint32(transport + 4, false));
  }
  return null;

  function transportPayload(kind: "udp" | "tcp", offset: number, length: number, tcpSequence: number): PcapPayload {
    return {
      seconds,
      nanoseconds,
      protocol: kind,
      sourceAddress: view.getUint32(ip + 12, false),
      sourcePort: view.getUint16(transport, false),
      destinationAddress: view.getUint32(ip + 16, false),
      destinationPort: view.getUint16(transport + 2, false),
      tcpSequence,
      offset,
      length,
    };
  }
}
