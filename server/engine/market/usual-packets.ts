import { feedStates } from "../../../domain/health";
import { moldEndOfSessionCount, moldHeaderLength } from "../../wire/mold-udp64";
import type { Turn } from "../turn";
import type { FeedOwner } from "./feed";
import { FeedColumn, type FeedRows, StandingColumn } from "./feed-rows";
import type { ItchNormaliser } from "./itch-normaliser";

const { live } = feedStates.code;
const twoTo32 = 0x1_0000_0000;

/**
 * The packet that nearly all are: sound, of the session that is open, with the message that comes next, of a live feed
 * that misses nothing. What is asked of it, and what it changes, is what `Feed.onDatagram` asks and changes; it stands
 * here once for all venues, so that the compiler knows every array. Any other packet is left to its venue's `Feed`.
 */
export class UsualPackets {
  constructor(
    private readonly rows: FeedRows,
    private readonly turn: Turn,
    private readonly normaliser: Pick<ItchNormaliser, "blocks">,
    private readonly owner: Pick<FeedOwner, "onPacket">,
  ) {}

  /** Takes a datagram of a venue's line (0, 1); false, and nothing is changed, when it is not such a packet. */
  readonly take = (
    venue: number,
    line: number,
    bytes: Uint8Array,
    view: DataView,
    offset: number,
    length: number,
  ): boolean => {
    const { numbers, sessionWords, standing } = this.rows;
    const row = venue * FeedColumn.count;
    const words = venue * StandingColumn.count;
    const expected = numbers[row + FeedColumn.expected];
    const end = offset + length;
    if (
      length < moldHeaderLength ||
      end > view.byteLength ||
      standing[words + StandingColumn.state] !== live ||
      standing[words + StandingColumn.needsSnapshot] !== 0 ||
      standing[words + StandingColumn.heldBytes] !== 0 ||
      view.getInt32(offset, true) !== sessionWords[words] ||
      view.getInt32(offset + 4, true) !== sessionWords[words + 1] ||
      view.getUint16(offset + 8, true) !== sessionWords[words + 2] ||
      view.getUint32(offset + 10) * twoTo32 + view.getUint32(offset + 14) !== expected ||
      numbers[row + FeedColumn.venueNext] !== expected ||
      numbers[row + FeedColumn.missingSinceNs] !== 0 ||
      numbers[row + FeedColumn.end] !== 0
    )
      return false;
    const count = view.getUint16(offset + 18);
    if (count === 0 || count === moldEndOfSessionCount) return false;
    let block = offset + moldHeaderLength;
    for (let left = count; left > 0; left--) {
      if (block + 2 > end) return false;
      block += 2 + view.getUint16(block);
    }
    if (block !== end) return false;
    const { timeNs } = this.turn;
    const silenceNs = timeNs - numbers[row + FeedColumn.lastPacketNs];
    numbers[row + FeedColumn.lineNs + line] = timeNs;
    numbers[row + FeedColumn.lastPacketNs] = timeNs;
    numbers[row + FeedColumn.venueNext] = expected + count;
    numbers[row + FeedColumn.lineWins + line]++;
    this.normaliser.blocks(venue, bytes, offset + moldHeaderLength, end);
    numbers[row + FeedColumn.expected] = expected + count;
    numbers[row + FeedColumn.messages] += count;
    this.owner.onPacket(venue, silenceNs);
    return true;
  };
}
