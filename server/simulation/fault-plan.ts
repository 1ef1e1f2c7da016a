import { closedSet, type NameOf } from "../../domain/closed-set";
import { commandKinds, roles, scopes } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { nsPerMillisecond, nsPerSecond } from "../../domain/time";
import { dropChannel, feedChannel, orderChannel, snapshotChannel } from "../machine/channels";
import { Draws } from "./draws";
import type { AimedAt } from "./frames";

/** What can go wrong in a world; `commands` are people's doing, at the worst moments. */
export const faultKinds = closedSet(
  "fault",
  "loss",
  "duplicates",
  "reordering",
  "delay",
  "oneWayCut",
  "cut",
  "lostAcknowledgement",
  "venueRestart",
  "lateFills",
  "repeatedFills",
  "busts",
  "halts",
  "clockJump",
  "crash",
  "tornWrite",
  "fullDisk",
  "powerLoss",
  "commands",
  "withheldAnswers",
  "crosses",
  "heldCancels",
);
export type FaultKind = NameOf<typeof faultKinds>;

/** Where in a turn our side dies. Writes may be torn at any byte; sends may have left in part. */
export const crashPoints = closedSet(
  "crash point",
  "beforeInputs",
  "withinInputs",
  "afterInputs",
  "withinFacts",
  "afterFacts",
  "withinSends",
  "afterSends",
);
export type CrashPoint = NameOf<typeof crashPoints>;

/** The two ways of a line, as the engine sees them. */
export type Way = "in" | "out";

/** One fault, complete: what it does does not depend on the others. Times are ns since the world's start. */
export type Fault =
  | {
      readonly kind: "loss" | "duplicates" | "reordering";
      readonly atNs: number;
      readonly untilNs: number;
      readonly venue: number;
      readonly share: number;
      readonly salt: number;
    }
  | { readonly kind: "delay"; readonly atNs: number; readonly untilNs: number; readonly delayNs: number }
  | {
      readonly kind: "oneWayCut" | "lateFills";
      readonly atNs: number;
      readonly untilNs: number;
      readonly channel: number;
      readonly way: Way;
    }
  | {
      readonly kind: "cut";
      readonly atNs: number;
      readonly channel: number;
      readonly way: Way;
      readonly bytes: number;
      /** Counts the bytes from the beginning of the next such message, or answer to one, on an order line. */
      readonly within?: AimedAt;
    }
  | { readonly kind: "lostAcknowledgement"; readonly atNs: number; readonly venue: number }
  | { readonly kind: "venueRestart"; readonly atNs: number; readonly downNs: number }
  | {
      readonly kind: "repeatedFills" | "busts";
      readonly atNs: number;
      readonly venue: number;
      readonly back: number;
      readonly times: number;
    }
  | { readonly kind: "halts" | "crosses"; readonly atNs: number; readonly untilNs: number; readonly instrument: number }
  | {
      readonly kind: "heldCancels";
      readonly atNs: number;
      readonly untilNs: number;
      readonly instrument: number;
      /** With the next such message of a venue its line is cut, or our side dies as it hears it. */
      readonly aimed: AimedDeath | null;
    }
  | {
      readonly kind: "withheldAnswers";
      readonly atNs: number;
      readonly venue: number;
      readonly of: "acceptance" | "account";
      readonly answers: number;
    }
  | { readonly kind: "clockJump"; readonly atNs: number; readonly byNs: number; readonly downNs: number }
  | {
      readonly kind: "crash" | "tornWrite";
      readonly atNs: number;
      readonly downNs: number;
      readonly point: CrashPoint;
      /** How far into the write or the sends, 0..1. */
      readonly depth: number;
    }
  | { readonly kind: "fullDisk"; readonly atNs: number; readonly downNs: number; readonly depth: number }
  | {
      readonly kind: "powerLoss";
      readonly atNs: number;
      readonly downNs: number;
      /** Last milliseconds of each log that never reached the disk. */
      readonly inputsLostNs: number;
      readonly factsLostNs: number;
    }
  | {
      readonly kind: "commands";
      readonly atNs: number;
      readonly command: number;
      readonly scope: number;
      readonly target: number;
      readonly role: number;
    };

/** Frames of a venue's Cancel Pending and Order Priority Update (OUCH 5.0 sections 3.9, 3.11), their headers included. */
export const cancelPendingLength = 16;
export const priorityUpdatedLength = 33;

/** What dies at a message of a venue: its order line, after so many bytes of it, or our side, which is away for so long. */
export type AimedDeath =
  | { readonly of: "line"; readonly venue: number; readonly within: AimedAt; readonly bytes: number }
  | { readonly of: "engine"; readonly venue: number; readonly within: AimedAt; readonly downNs: number };

/** How long a world is disturbed; then it is left to come to rest. */
export const marketNs = 30 * nsPerSecond;

/** The faults of a seed among the kinds asked for, in order of time. Each seed has a mix of its own. */
export function planFaults(seed: number, desk: Desk, kinds: readonly FaultKind[]): Fault[] {
  const plan: Fault[] = [];
  for (const kind of kinds) {
    const draws = new Draws(seed, 100 + faultKinds.code[kind]);
    const present = kind === "powerLoss" ? 0.06 : kind === "fullDisk" ? 0.15 : kind === "commands" ? 0.8 : 0.45;
    const alone = kinds.length === 1;
    if (!alone && !draws.chance(present)) continue;
    const most = kind === "commands" ? 8 : kind === "powerLoss" || kind === "fullDisk" ? 1 : 4;
    const count = draws.between(1, most);
    for (let i = 0; i < count; i++) plan.push(faultOf(kind, desk, draws));
  }
  return plan.sort((a, b) => a.atNs - b.atNs || faultKinds.code[a.kind] - faultKinds.code[b.kind]);
}

function faultOf(kind: FaultKind, desk: Desk, draws: Draws): Fault {
  const atNs = Math.floor(draws.uniform() * marketNs);
  const lasting = (msMin: number, msMax: number): number =>
    Math.min(marketNs, atNs + draws.between(msMin, msMax) * nsPerMillisecond);
  const venue = draws.below(desk.venues.length);
  const downNs = draws.chance(0.1)
    ? draws.between(9_000, 14_000) * nsPerMillisecond
    : draws.between(20, 2_500) * nsPerMillisecond;
  switch (kind) {
    case "loss":
      return { kind, atNs, untilNs: lasting(500, 15_000), venue, share: draws.uniform() * 0.3, salt: draws.below(1e9) };
    case "duplicates":
    case "reordering":
      return { kind, atNs, untilNs: lasting(500, 15_000), venue, share: draws.uniform() * 0.4, salt: draws.below(1e9) };
    case "delay":
      return { kind, atNs, untilNs: lasting(200, 5_000), delayNs: draws.between(1, 400) * nsPerMillisecond };
    case "oneWayCut": {
      const base = draws.pick([feedChannel, snapshotChannel, orderChannel, orderChannel, dropChannel]);
      return { kind, atNs, untilNs: lasting(100, 20_000), channel: base + venue, way: draws.pick(["in", "out"]) };
    }
    case "cut": {
      const base = draws.pick([snapshotChannel, orderChannel, orderChannel, orderChannel, dropChannel]);
      return { kind, atNs, channel: base + venue, way: draws.pick(["in", "out"]), bytes: draws.below(400) };
    }
    case "lostAcknowledgement":
      return { kind, atNs, venue };
    case "venueRestart":
      return { kind, atNs, downNs };
    case "lateFills":
      return {
        kind,
        atNs,
        untilNs: lasting(50, 4_000),
        channel: draws.pick([orderChannel, dropChannel]) + venue,
        way: "in",
      };
    case "repeatedFills":
      return { kind, atNs, venue, back: draws.below(6), times: draws.between(1, 4) };
    case "busts":
      return { kind, atNs, venue, back: draws.below(6), times: 1 };
    case "halts":
      return { kind, atNs, untilNs: lasting(200, 8_000), instrument: draws.below(desk.instruments.length) };
    case "crosses":
      return { kind, atNs, untilNs: lasting(200, 8_000), instrument: draws.pick(quotedNames(desk)) };
    case "heldCancels": {
      const untilNs = lasting(200, 8_000);
      const instrument = draws.pick(quotedNames(desk));
      const within = draws.pick(["cancelPending", "cancelPending", "priorityUpdated"] as const);
      const bytes = draws.between(0, within === "cancelPending" ? cancelPendingLength : priorityUpdatedLength);
      const of = draws.pick(["line", "engine", "nothing"] as const);
      const aimed =
        of === "line" ? { of, venue, within, bytes } : of === "engine" ? { of, venue, within, downNs } : null;
      return { kind, atNs, untilNs, instrument, aimed };
    }
    case "withheldAnswers":
      return { kind, atNs, venue, of: draws.pick(["acceptance", "account"]), answers: draws.between(1, 3) };
    case "clockJump":
      return { kind, atNs, byNs: (draws.chance(0.5) ? 1 : -1) * 3_600 * nsPerSecond, downNs };
    case "crash":
      return { kind, atNs, downNs, point: draws.pick(crashPoints.names), depth: draws.uniform() };
    case "tornWrite":
      return { kind, atNs, downNs, point: draws.pick(["withinInputs", "withinFacts"]), depth: draws.uniform() };
    case "fullDisk":
      return { kind, atNs, downNs, depth: draws.uniform() };
    case "powerLoss": {
      const inputsLostNs = draws.between(0, 3_000) * nsPerMillisecond;
      // Facts are written after the inputs they come from, but nothing orders two files on a disk.
      const factsLostNs = draws.chance(0.7) ? inputsLostNs : draws.between(0, 3_000) * nsPerMillisecond;
      return { kind, atNs, downNs, inputsLostNs, factsLostNs };
    }
    case "commands":
      return { kind, atNs, ...commandOf(desk, draws) };
  }
}

/** Names with orders that rest. */
function quotedNames(desk: Desk): readonly number[] {
  return desk.strategies.flatMap(({ parameters }) => (parameters.kind === "maker" ? parameters.instruments : []));
}

function commandOf(desk: Desk, draws: Draws): { command: number; scope: number; target: number; role: number } {
  const role = roles.code.trader;
  const scope = draws.pick(["all", "strategy", "strategy", "instrument", "venue"] as const);
  const targets = {
    all: 0,
    strategy: desk.strategies.length,
    instrument: desk.instruments.length,
    venue: desk.venues.length,
  };
  const target = scope === "all" ? -1 : draws.below(targets[scope]);
  const command = draws.pick(["kill", "kill", "release", "release", "cancelAll", "pause", "resume", "resume"] as const);
  if (command === "pause" || command === "resume")
    return {
      command: commandKinds.code[command],
      scope: scopes.code.strategy,
      target: draws.below(desk.strategies.length),
      role,
    };
  return { command: commandKinds.code[command], scope: scopes.code[scope], target, role };
}
