import { peerChannelFirst } from "../machine/channels";

/**
 * Channel numbers for the peers of all listeners of a process: the lowest free one from `peerChannelFirst` up, so
 * that the machine may keep a table of `peersMax` rows.
 */
export class PeerChannels {
  private readonly taken: boolean[] = [];

  constructor(readonly peersMax = 256) {}

  /** A free channel, or 0 when all are taken. */
  take(): number {
    for (let i = 0; i < this.peersMax; i++) {
      if (this.taken[i]) continue;
      this.taken[i] = true;
      return peerChannelFirst + i;
    }
    return 0;
  }

  release(channel: number): void {
    this.taken[channel - peerChannelFirst] = false;
  }
}
