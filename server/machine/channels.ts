/*
 * Channel numbers, the same on both ends of a wire: a venue's channel is its base plus the venue's id (0..15).
 * On the listening side (the exchange) the base names the listener; each peer that connects, or sends its first
 * datagram, gets a channel of its own from `peerChannelFirst` up, announced by a `connected` input whose payload is
 * the listener's channel as a u16.
 */

/** ITCH over MoldUDP64. Engine: datagrams in, retransmission requests out. Exchange: datagrams out to all subscribers. */
export const feedChannel = 16;
/** GLIMPSE snapshot, SoupBinTCP. */
export const snapshotChannel = 32;
/** OUCH orders, SoupBinTCP. */
export const orderChannel = 48;
/** Drop copy, SoupBinTCP. */
export const dropChannel = 64;
/** MoldUDP64 retransmission requests, the exchange's listener. */
export const retransmissionChannel = 80;
/** The same feed over its second line: every packet comes on both, and either may lose some. */
export const secondFeedChannel = 96;
/** First channel number given to a peer of a listener. */
export const peerChannelFirst = 1_024;

export const venueCountMax = 16;

/** Feeds and snapshots: what an engine that may not take risk can do without. */
export function isMarketData(channel: number): boolean {
  return (
    (channel >= feedChannel && channel < orderChannel) ||
    (channel >= secondFeedChannel && channel < secondFeedChannel + venueCountMax)
  );
}
