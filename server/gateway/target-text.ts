import type { Desk } from "../../domain/desk";

/** A target's name for people: "strategy pairs", "AAPL", "venue XONE", "everything". */
export function targetText(desk: Desk, scope: string, target: number): string {
  switch (scope) {
    case "all":
      return "everything";
    case "strategy":
      return `strategy ${desk.strategies[target]?.name ?? target}`;
    case "instrument":
      return desk.instruments[target]?.symbol ?? `instrument ${target}`;
    case "venue":
      return `venue ${desk.venues[target]?.name ?? target}`;
    case "pair":
      return `pair ${desk.pairs[target]?.name ?? target}`;
    default:
      return `${scope} ${target}`;
  }
}
