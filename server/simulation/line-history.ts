/** A time without a venue's order line, ns: the line was cut, or our side began anew. It may last to the end (infinity). */
export type Outage = { readonly fromNs: number; toNs: number; by: "cut" | "restart" };

/** When our side had no order line to each venue. */
export class LineHistory {
  readonly outages: readonly Outage[][];
  /** A line is first missed once it was there. */
  private readonly isUp: boolean[];

  constructor(venueCount: number) {
    this.outages = Array.from({ length: venueCount }, () => []);
    this.isUp = this.outages.map(() => false);
  }

  lost(venue: number, atNs: number, by: Outage["by"]): void {
    if (this.isUp[venue]) this.outages[venue].push({ fromNs: atNs, toNs: Number.POSITIVE_INFINITY, by });
    this.isUp[venue] = false;
    const last = this.outages[venue].at(-1);
    if (last !== undefined && by === "restart") last.by = by;
  }

  back(venue: number, atNs: number): void {
    this.isUp[venue] = true;
    const last = this.outages[venue].at(-1);
    if (last?.toNs === Number.POSITIVE_INFINITY) last.toNs = atNs;
  }
}
