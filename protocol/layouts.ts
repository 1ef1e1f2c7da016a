import { z } from "zod";

/*
 * Layouts of the desk over REST: `GET /api/layouts`, `PUT`, `PATCH` and `DELETE /api/layouts/NAME`. An arrangement is
 * written in our own words, not in those of the library that draws it, so that it outlives the library's version.
 */

/** Most layouts that a desk keeps. */
export const layoutsMax = 50;
/** Most panels in one arrangement, also over all its groups. */
export const arrangementPanelsMax = 32;
/** How deep rows and columns may stand in each other. */
export const arrangementDepthMax = 8;

/** A name people give: no longer than a menu is wide, no line breaks, nothing at its ends to stumble over. */
export const layoutNameSchema = z
  .string()
  .min(1)
  .max(40)
  .regex(/^[^\p{C}]+$/u)
  .refine((name) => name.trim() === name);

/** The name of a kind of panel. Which there are is known to the browser; an unknown one is left out there. */
const panelName = z.string().regex(/^[a-z][a-z-]{0,31}$/);
/** Pixels of the screen it was arranged on; only their ratio counts. */
const size = z.number().finite().min(1).max(20_000);

/** Panels in one place, one of which shows. */
export type ArrangementGroup = {
  readonly kind: "group";
  readonly size: number;
  readonly panels: readonly string[];
  readonly shown: string;
};

/** Parts side by side; the parts of a part stand across them, in turns. */
export type ArrangementSplit = {
  readonly kind: "split";
  readonly size: number;
  readonly parts: readonly ArrangementPart[];
};

export type ArrangementPart = ArrangementGroup | ArrangementSplit;

/** Where the desk's panels are and how large. */
export type Arrangement = {
  readonly version: 1;
  readonly width: number;
  readonly height: number;
  /** How the outermost parts stand: side by side, or one below the other. */
  readonly direction: "row" | "column";
  readonly parts: readonly ArrangementPart[];
};

const groupSchema = z.strictObject({
  kind: z.literal("group"),
  size,
  panels: z.array(panelName).min(1).max(arrangementPanelsMax).readonly(),
  shown: panelName,
});

function partSchema(depth: number): z.ZodType<ArrangementPart> {
  if (depth <= 1) return groupSchema;
  const split = z.strictObject({
    kind: z.literal("split"),
    size,
    parts: z
      .array(partSchema(depth - 1))
      .min(1)
      .max(arrangementPanelsMax)
      .readonly(),
  });
  return z.discriminatedUnion("kind", [groupSchema, split as z.ZodObject & z.ZodType<ArrangementSplit>]);
}

/** An arrangement from outside: bounded in every direction, each panel at most once. */
export const arrangementSchema: z.ZodType<Arrangement> = z
  .strictObject({
    version: z.literal(1),
    width: size,
    height: size,
    direction: z.enum(["row", "column"]),
    parts: z.array(partSchema(arrangementDepthMax)).max(arrangementPanelsMax).readonly(),
  })
  .refine(
    ({ parts }) => {
      const panels = panelsOf(parts);
      return panels.length <= arrangementPanelsMax && new Set(panels).size === panels.length;
    },
    { message: `at most ${arrangementPanelsMax} panels, each once` },
  );

/** The panels of some parts, in reading order. */
export function panelsOf(parts: readonly ArrangementPart[]): string[] {
  return parts.flatMap((part) => (part.kind === "group" ? [...part.panels] : panelsOf(part.parts)));
}

/** What `PUT /api/layouts/NAME` takes. */
export const layoutSaveSchema = z.strictObject({ arrangement: arrangementSchema });
/** What `PATCH /api/layouts/NAME` takes: another name. */
export const layoutRenameSchema = z.strictObject({ name: layoutNameSchema });

/** A saved layout as the server lists it; whoever loads it reads its arrangement through `arrangementSchema`. */
export const savedLayoutSchema = z.object({
  name: z.string(),
  arrangement: z.unknown(),
  /** Milliseconds since 1970. */
  changedMs: z.number(),
});
export type SavedLayout = z.infer<typeof savedLayoutSchema>;

/** What `GET /api/layouts` answers, by name. */
export const layoutListSchema = z.object({ layouts: z.array(savedLayoutSchema) });
