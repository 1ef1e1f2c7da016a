import { z } from "zod";
import { commandKinds, scopes } from "../domain/command";
import { playbackActions, playbackSpeeds } from "../domain/playback";

/** A topic name: a family, or `book:SYMBOL`, `wall:SYMBOL`, `bars:SYMBOL:second|minute`, `pair:ID`, `strategy:ID`. */
export const topicSchema = z
  .string()
  .max(64)
  .regex(
    /^(reference|watch|sparks|desk|pnl|positions|strategies|pairs|orders|fills|kills|breaks|risk|refusals|standing|riskLog|notices|health|playback|(?:book|wall):[A-Z0-9.+=^#*$~-]{1,8}|(?:pair|strategy):[0-9]{1,5}|bars:[A-Z0-9.+=^#*$~-]{1,8}:(second|minute))$/,
  );

/** `subscribe`, `unsubscribe`: at most 64 topics in one message. A subscribed topic answers with a snapshot. */
export const topicsSchema = z.object({ topics: z.array(topicSchema).min(1).max(64) }).strict();

/** `resync`: a gap was seen on this topic. */
export const resyncSchema = z.object({ topic: topicSchema }).strict();

/**
 * `command`: what a person asks of the engine. `id` is a UUID made by the browser; sending it again gives the first
 * answer. `target` is the id of a strategy, instrument, venue or order; -1 for scope all.
 */
export const commandSchema = z
  .object({
    id: z.uuid(),
    command: z.enum(commandKinds.names).exclude(["shutdown"]),
    scope: z.enum(scopes.names),
    target: z
      .int()
      .min(-1)
      .max(2 ** 31),
    /** As `domain/command.ts` says of each command: a limit's or mode's code, 1 to force a release. */
    detail: z.int().min(0).max(255).optional(),
    /** A limit's new value. */
    value: z.number().min(0).optional(),
    reason: z.string().max(200),
  })
  .strict()
  .refine(
    ({ command, detail, value }) =>
      (command !== "setLimit" && command !== "setMode") ||
      (detail !== undefined && (command === "setMode" || value !== undefined)),
    "which limit or mode, and to what?",
  );

/** `playback`: what a person asks of a replay. Refused by a desk that is live. */
export const playbackSchema = z.discriminatedUnion("action", [
  z.object({ action: z.enum(playbackActions.names).exclude(["speed", "seek"]) }).strict(),
  z.object({ action: z.literal("speed"), speed: z.enum(playbackSpeeds.names) }).strict(),
  z.object({ action: z.literal("seek"), toNs: z.number().min(0).max(Number.MAX_SAFE_INTEGER) }).strict(),
]);

export type ClientTopics = z.infer<typeof topicsSchema>;
export type ClientResync = z.infer<typeof resyncSchema>;
export type ClientCommand = z.infer<typeof commandSchema>;
