import { z } from "zod";

/** A name of a research file: what the simulated market needs to know of it. */
const researchName = z.object({
  symbol: z.string().regex(/^[A-Z0-9.-]{1,8}$/),
  sector: z.string().min(1),
  lastClose: z.number().positive(),
  dailyVolatility: z.number().positive(),
  marketBeta: z.number(),
  residualVolatility: z.number().positive(),
  dailyDollarVolumeMillions: z.number().nonnegative(),
  synthetic: z.boolean(),
});

/** A relation ln(a) = spreadMean + hedgeRatio × ln(b) + spread, between two names of the same file. */
const researchPair = z.object({
  a: z.string(),
  b: z.string(),
  hedgeRatio: z.number().min(0.3).max(2),
  spreadMean: z.number(),
  spreadDeviation: z.number().positive(),
  halfLifeDays: z.number().positive(),
  correlation: z.number(),
});

/** What `tools/calibrate.ts` writes. Pairs form a forest: a name is `a` of at most one, and its `b` is listed earlier. */
export const researchSchema = z.object({ names: z.array(researchName).min(1), pairs: z.array(researchPair) });

export type Research = z.infer<typeof researchSchema>;
