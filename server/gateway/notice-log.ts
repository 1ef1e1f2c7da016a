import type { Notice } from "../../protocol/topics";

/** So many are kept for a reader that is behind, of refusals and of all else. */
export const refusalsKeptMax = 1_024;
export const othersKeptMax = 4_096;
/** So many of each a snapshot has. */
const shownMax = 200;

type Entry = { readonly version: number; readonly notice: Notice };

/**
 * The last notices, for a topic. A strategy beyond its limits is refused thousands of times a second, so refusals
 * have room of their own: they push each other out, and never an alert. A reader that is behind misses refusals before
 * it misses anything else.
 */
export class NoticeLog {
  /** Rises with every notice. */
  version = 0;
  private readonly refusals: Entry[] = [];
  private readonly others: Entry[] = [];
  /** Version of the last one dropped that was no refusal. */
  private lastDropped = 0;

  append(notice: Notice): void {
    const entry = { version: ++this.version, notice };
    if (notice.refusal !== null) {
      this.refusals.push(entry);
      if (this.refusals.length > refusalsKeptMax) this.refusals.shift();
      return;
    }
    this.others.push(entry);
    if (this.others.length > othersKeptMax) this.lastDropped = this.others.shift()?.version ?? 0;
  }

  /** The last ones, refusals and others, in the order in which they came. */
  last(): Notice[] {
    return inOrder(this.others.slice(-shownMax), this.refusals.slice(-shownMax));
  }

  /** All since a version but refusals that were dropped; "lost" when another one was. */
  since(version: number): Notice[] | "lost" {
    if (version < this.lastDropped) return "lost";
    return inOrder(behind(this.others, version), behind(this.refusals, version));
  }
}

function behind(entries: readonly Entry[], version: number): readonly Entry[] {
  let first = entries.length;
  while (first > 0 && entries[first - 1].version > version) first--;
  return entries.slice(first);
}

function inOrder(others: readonly Entry[], refusals: readonly Entry[]): Notice[] {
  return [...others, ...refusals].sort((a, b) => a.version - b.version).map(({ notice }) => notice);
}
