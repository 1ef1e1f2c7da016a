/** How long after a fill the market is looked at again, in seconds; ascending. */
export const markHorizonsSeconds = [1, 10, 60] as const;
