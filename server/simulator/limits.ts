/*
 * Sizes of the simulated exchange: everything has a limit, and what happens at the limit is written here. All of it is
 * allocated once, in the state registry.
 */

/** Feed messages a venue keeps for retransmission. Requests below them get nothing: the client takes a snapshot. */
export const retentionMessageCount = 65_536;

/** Most messages one retransmission request is answered with; the client asks again for the rest. */
export const retransmissionMessageMax = 1_000;

/** Bytes of a venue's outbound member messages kept for the day (about 150,000); older ones can no longer be replayed. */
export const memberStreamByteLength = 8 << 20;

/** Outbound member messages a venue keeps for the day, whatever their length. */
export const memberStreamMessageCount = 262_144;

/** Connections at a time over all listeners. One more is closed at once; a retransmission client takes the oldest's place. */
export const peerCountMax = 64;

/** Longest packet a client may send in bytes; a longer one ends the connection. */
export const clientPacketLengthMax = 512;

/** Sequenced bytes sent to one client in one turn: a replay of the day is spread over turns. */
export const sequencedBytesPerTurnMax = 128 << 10;

/** Sequenced bytes sent to all clients together in one turn; those connected last wait longest. */
export const allSequencedBytesPerTurnMax = 1 << 20;

/** Displayed orders a snapshot can hold, so that it fits one turn's outbox; with more the login is refused. */
export const snapshotOrderMax = 70_000;

/** Messages of the member under way to one venue (see `latencyMicroseconds`); with more the oldest arrives early. */
export const messagesUnderWayMax = 1_024;

/** Highest notional of one order, in money: a billion. Above it: "exceeds maximum allowed notional value". */
export const orderNotionalMax = 10_000_000_000_000;

/** Latency below it is not simulated: the agents act on a grid of ten milliseconds, so nothing happens in between. */
export const latencyResolutionNs = 1_000_000;

/** Orders open at once over all venues; with more, entry is refused with "processing error". */
export function orderCapacityFor(listingCount: number): number {
  return 16_384 + listingCount * 112;
}

/**
 * Cancel on disconnect: a member's orders are cancelled when its order session has been down for so long, in ns. An
 * engine that comes back sooner finds them working; one that does not leaves nothing behind.
 */
export const cancelOnDisconnectNs = 10_000_000_000;
