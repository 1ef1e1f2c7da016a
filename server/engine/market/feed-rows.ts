import type { StateRegistry } from "../../machine/state-registry";
import { moldSessionLength } from "../../wire/mold-udp64";

/** Columns of `numbers`; `venueNext` is the venue's next sequence number, as far as anything it sent tells. */
export enum FeedColumn {
  expected,
  lastPacketNs,
  venueNext,
  requestedNs,
  requests,
  messages,
  gaps,
  missing,
  retransmitted,
  malformed,
  requestedUpTo,
  /** Last packet of each line, and packets that it brought first. */
  lineNs,
  lineWins = 13,
  /** Since when something is missing that the other line may still bring; 0 for never. */
  missingSinceNs = 15,
  /** Line + 1 that is silent while the other is not; 0 for none. */
  silentLine,
  /** The sequence number after the last one of a session that has ended; 0 while it goes on. */
  end,
  /** How many there are: three lines of the cache. */
  count = 24,
}

/** Columns of `standing`: feed state, 1 while a snapshot is needed, bytes held. */
export enum StandingColumn {
  state,
  needsSnapshot,
  heldBytes,
  count = 4,
}

/** A session's ten bytes, filled up with zeros to words. */
export const sessionWidth = 16;

/** The standing of all venues' feeds, a row each: one place for the code that takes every venue's packets. */
export class FeedRows {
  /** Per venue: see `FeedColumn`. */
  readonly numbers: Float64Array;
  /** Per venue: see `StandingColumn`. */
  readonly standing: Int32Array;
  /** Per venue `sessionWidth` bytes, of which `moldSessionLength` are the session's. */
  readonly sessions: Uint8Array;
  /** The same memory, four words a venue. */
  readonly sessionWords: Int32Array;

  constructor(registry: StateRegistry, venueCount: number) {
    this.numbers = registry.allocate("market.feeds.numbers", "f64", venueCount * FeedColumn.count);
    this.standing = registry.allocate("market.feeds.standing", "i32", venueCount * StandingColumn.count);
    this.sessions = registry.allocate("market.feeds.sessions", "u8", venueCount * sessionWidth);
    this.sessionWords = new Int32Array(this.sessions.buffer, this.sessions.byteOffset, this.sessions.length / 4);
    for (let venue = 0; venue < venueCount; venue++) {
      registry.formerly(`market.feed${venue}.numbers`, this.numbersOf(venue).subarray(0, FeedColumn.end + 1));
      registry.formerly(
        `market.feed${venue}.standing`,
        this.standingOf(venue).subarray(0, StandingColumn.heldBytes + 1),
      );
      registry.formerly(`market.feed${venue}.sessionName`, this.sessionOf(venue));
    }
  }

  /** When a venue's last packet came that was news, ns; 0 before the first. */
  readonly lastPacketNsOf = (venue: number): number => {
    return this.numbers[venue * FeedColumn.count + FeedColumn.lastPacketNs];
  };

  /** A venue's own part of `numbers`. */
  numbersOf(venue: number): Float64Array {
    return this.numbers.subarray(venue * FeedColumn.count, (venue + 1) * FeedColumn.count);
  }

  /** A venue's own part of `standing`. */
  standingOf(venue: number): Int32Array {
    return this.standing.subarray(venue * StandingColumn.count, (venue + 1) * StandingColumn.count);
  }

  /** The bytes of a venue's session. */
  sessionOf(venue: number): Uint8Array {
    return this.sessions.subarray(venue * sessionWidth, venue * sessionWidth + moldSessionLength);
  }
}
