/** What a search is made in: the text people read, and other words it should be found by. */
export type Findable = { readonly group: string; readonly text: string; readonly keywords: string };

/** A group of the list with what is found in it, the best first. */
export type FoundGroup<Entry> = { readonly group: string; readonly entries: readonly Entry[] };

/** How well an entry meets the words of a search; the less the better, null when it does not. */
function rankOf(entry: Findable, words: readonly string[]): number | null {
  const text = entry.text.toLowerCase();
  const keywords = entry.keywords.toLowerCase();
  const whole = words.join(" ");
  if (text === whole) return 0;
  if (text.startsWith(whole)) return 1;
  if (` ${text}`.includes(` ${whole}`)) return 2;
  let rank = 3;
  for (const word of words) {
    if (` ${text}`.includes(` ${word}`)) continue;
    if (text.includes(word)) rank = Math.max(rank, 4);
    else if (` ${keywords}`.includes(` ${word}`)) rank = Math.max(rank, 5);
    else return null;
  }
  return rank;
}

/**
 * The entries that hold every word of a search, in their groups. Whoever is called exactly so comes first, then who
 * begins so; a group stands where its best entry does. An empty search finds all, in the order given.
 */
export function findEntries<Entry extends Findable>(
  entries: readonly Entry[],
  search: string,
  groupMax: number,
): FoundGroup<Entry>[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  const groups = new Map<string, { best: number; found: { rank: number; entry: Entry }[] }>();
  for (const entry of entries) {
    const rank = words.length === 0 ? 0 : rankOf(entry, words);
    if (rank === null) continue;
    let group = groups.get(entry.group);
    if (group === undefined) {
      group = { best: rank, found: [] };
      groups.set(entry.group, group);
    }
    group.best = Math.min(group.best, rank);
    group.found.push({ rank, entry });
  }
  return [...groups]
    .sort(([, a], [, b]) => a.best - b.best)
    .map(([group, { found }]) => ({
      group,
      entries: found
        .sort((a, b) => a.rank - b.rank)
        .slice(0, groupMax)
        .map(({ entry }) => entry),
    }));
}
