/** Where the life of an order or trade is asked for; no day is the newest. */
export function lifePath(kind: "order" | "trade", id: number, day: string | undefined): string {
  return `${kind}?${new URLSearchParams({ id: String(id), ...(day === undefined ? {} : { day }) }).toString()}`;
}
