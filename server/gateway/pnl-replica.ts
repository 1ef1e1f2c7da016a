import type { FactOf } from "../../domain/facts";

/** Points kept per curve: a quarter of an hour of seconds, and every minute of a day. */
const secondPointsMax = 900;
const minutePointsMax = 1_440;

type Point = { readonly version: number; readonly timeMs: number; readonly net: number };

/**
 * P&L over time for the desk (-1) and each strategy: minute marks from the facts for the whole day, and a point each
 * second for the last quarter of an hour.
 */
export class PnlReplica {
  private readonly minutes = new Map<number, Point[]>();
  private readonly seconds = new Map<number, Point[]>();
  version = 0;

  constructor(
    private readonly strategyCount: number,
    private readonly dayStartMs: number,
  ) {}

  mark(fact: FactOf<"mark">): void {
    const timeMs = Math.round(this.dayStartMs + fact.timeNs / 1e6);
    this.add(this.minutes, minutePointsMax, fact.strategy, timeMs, fact.realised + fact.unrealised - fact.fees);
  }

  point(strategy: number, timeMs: number, net: number): void {
    this.add(this.seconds, secondPointsMax, strategy, timeMs, net);
  }

  /** The day: minute marks up to where the seconds begin, then the seconds. */
  curves(): Record<number, [number, number][]> {
    const curves: Record<number, [number, number][]> = {};
    for (let strategy = -1; strategy < this.strategyCount; strategy++) {
      const seconds = this.seconds.get(strategy) ?? [];
      const secondsFrom = seconds[0]?.timeMs ?? Number.POSITIVE_INFINITY;
      const minutes = (this.minutes.get(strategy) ?? []).filter(({ timeMs }) => timeMs < secondsFrom);
      curves[strategy] = [...minutes, ...seconds].map(({ timeMs, net }) => [timeMs, net]);
    }
    return curves;
  }

  /** Second points newer than `version`; "lost" when more happened than the seconds kept can tell. */
  curvesSince(version: number): Record<number, [number, number][]> | "lost" {
    const curves: Record<number, [number, number][]> = {};
    for (const [strategy, points] of this.seconds) {
      if (points.length === secondPointsMax && points[0].version > version) return "lost";
      const fresh: [number, number][] = [];
      for (let at = points.length - 1; at >= 0 && points[at].version > version; at--)
        fresh.push([points[at].timeMs, points[at].net]);
      if (fresh.length > 0) curves[strategy] = fresh.reverse();
    }
    return curves;
  }

  private add(curves: Map<number, Point[]>, most: number, strategy: number, timeMs: number, net: number): void {
    const points = curves.get(strategy) ?? [];
    curves.set(strategy, points);
    if (points.length > 0 && points[points.length - 1].timeMs >= timeMs) return;
    points.push({ version: ++this.version, timeMs, net });
    if (points.length > most) points.shift();
  }
}
