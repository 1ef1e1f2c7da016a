import { type Arrangement, type ArrangementPart, arrangementSchema, panelsOf } from "@/protocol/layouts";
import { type PanelName, panelNamed } from "./panel-names";

/** An arrangement as it can be shown, or why a stored one cannot. */
export type ReadArrangement =
  | { readonly ok: true; readonly arrangement: Arrangement }
  | { readonly ok: false; readonly reason: string };

/**
 * Reads an arrangement that comes from outside: this browser's storage or the server's. Panels that the desk does not
 * have are left out; one that holds nothing else is refused, one in which everything was closed is not.
 */
export function readArrangement(value: unknown): ReadArrangement {
  const parsed = arrangementSchema.safeParse(value);
  if (!parsed.success) return { ok: false, reason: "it cannot be read" };
  const parts = knownParts(parsed.data.parts);
  if (parts.length === 0 && panelsOf(parsed.data.parts).length > 0)
    return { ok: false, reason: "this desk has none of its panels" };
  return { ok: true, arrangement: { ...parsed.data, parts } };
}

function knownParts(parts: readonly ArrangementPart[]): ArrangementPart[] {
  return parts.flatMap((part): ArrangementPart[] => {
    if (part.kind === "split") {
      const known = knownParts(part.parts);
      return known.length === 0 ? [] : [{ ...part, parts: known }];
    }
    const panels = part.panels.filter((name) => panelNamed(name) !== undefined);
    if (panels.length === 0) return [];
    return [{ ...part, panels, shown: panels.includes(part.shown) ? part.shown : panels[0] }];
  });
}

const group = (size: number, ...panels: PanelName[]): ArrangementPart => ({
  kind: "group",
  size,
  panels,
  shown: panels[0],
});
const split = (size: number, ...parts: ArrangementPart[]): ArrangementPart => ({ kind: "split", size, parts });

/** From this width on the watch list shows each name's last minute. */
const roomyWidth = 1_392;
const minimumSize = 100;

/** The desk as it comes, for a screen of this many pixels: one look answers "are we all right?". */
export function defaultArrangement(width: number, height: number): Arrangement {
  const roomy = width >= roomyWidth;
  const left = roomy ? 442 : 398;
  const right = roomy ? 316 : 300;
  const heat = height < 740 ? 138 : 166;
  const strategies = 192;
  const blotter = height < 740 ? 148 : 232;
  const rest = (whole: number, ...taken: number[]) => taken.reduce((left, size) => left - size, whole);
  const atLeast = (size: number) => Math.max(minimumSize, Math.round(size));
  const upper = atLeast(rest(height, blotter));
  return {
    version: 1,
    width: atLeast(width),
    height: atLeast(height),
    direction: "row",
    parts: [
      split(left, group(atLeast(rest(height, heat)), "watch"), group(heat, "pairs-heat")),
      split(
        atLeast(rest(width, left)),
        split(
          upper,
          split(
            atLeast(rest(width, left, right)),
            group(atLeast(rest(upper, strategies)), "chart"),
            group(strategies, "strategies"),
          ),
          split(right, group(atLeast(rest(upper, strategies)), "ladder"), group(strategies, "pnl")),
        ),
        group(blotter, "positions", "orders", "fills", "pairs", "notices"),
      ),
    ],
  };
}
