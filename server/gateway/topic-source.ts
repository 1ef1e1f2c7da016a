/** How often a topic's changes go out: at once, or conflated to so many times a second. */
export type Pace = "atOnce" | 20 | 5 | 4 | 1;

/**
 * What one topic has to say. Readers hold only a version, so a thousand of them, stalled or not, cost the source
 * nothing: `since` either tells the way from there to now, or that it is too long and a snapshot must do.
 */
export interface TopicSource {
  readonly pace: Pace;
  /** Rises with every change. */
  readonly version: number;
  snapshot(): object;
  /** The delta from `version` to now; null when there is nothing to say; "lost" when it reaches too far back. */
  since(version: number): object | null | "lost";
}

/**
 * Rows of which only the last value matters: each remembers the version of its last change, so any reader gets each
 * row that changed since his version once, whatever happened in between.
 */
export class RowVersions {
  private readonly stamps: Float64Array;
  version = 0;

  constructor(rowCount: number) {
    this.stamps = new Float64Array(rowCount);
  }

  touch(row: number): void {
    this.stamps[row] = ++this.version;
  }

  /** The version of a row's last change; 0 before the first. */
  stampOf(row: number): number {
    return this.stamps[row];
  }

  /** Every row number. */
  all(): number[] {
    return Array.from(this.stamps, (_, row) => row);
  }

  /** Rows changed after `version`, by row number. */
  changedSince(version: number): number[] {
    const rows: number[] = [];
    for (let row = 0; row < this.stamps.length; row++) if (this.stamps[row] > version) rows.push(row);
    return rows;
  }
}

/**
 * Changes of which each one matters, in order: a ring of the last `capacity`. A reader that fell out of the ring is
 * told so and takes a snapshot.
 */
export class ChangeLog<Change> {
  private readonly ring: Change[] = [];
  version = 0;

  constructor(private readonly capacity: number) {}

  append(change: Change): void {
    this.ring[this.version % this.capacity] = change;
    this.version++;
  }

  since(version: number): Change[] | "lost" {
    const count = this.version - version;
    if (count > this.capacity) return "lost";
    const changes: Change[] = [];
    for (let at = version; at < this.version; at++) changes.push(this.ring[at % this.capacity]);
    return changes;
  }
}

/** A topic made of functions; remembers its last delta, since readers in step ask for the same one. */
export function topicSource(
  pace: Pace,
  version: () => number,
  snapshot: () => object,
  since: (version: number) => object | null | "lost",
): TopicSource {
  let from = -1;
  let to = -1;
  let last: object | null | "lost" = null;
  return {
    pace,
    get version() {
      return version();
    },
    snapshot,
    since(asked) {
      const now = version();
      if (asked !== from || now !== to) {
        last = since(asked);
        from = asked;
        to = now;
      }
      return last;
    },
  };
}
