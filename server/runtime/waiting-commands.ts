import { type CommandKind, type Role, type Scope, takesRiskAway } from "../../domain/command";
import type { ViewTable } from "../../domain/views";

/**
 * Commands waiting for the engine that may add risk, over all clients, and those that only take it away, of each
 * client: so few that the last one is stepped within milliseconds.
 */
export const sharedRoomMax = 64;
export const ownRoomMax = 64;
/** The same kill waits so many times at most, each with an actor or a reason of its own. */
export const voicesMax = 4;

/** What decides where a command waits. */
export type CommandOutline = {
  readonly command: CommandKind;
  readonly scope: Scope;
  readonly target: number;
  readonly detail: number;
  readonly role: Role;
  readonly actor: string;
  readonly reason: string;
};

/** Who asked, and under which id. */
export type Asker<Client> = { readonly client: Client; readonly id: string };

type Waiting<Client> = {
  readonly outline: CommandOutline;
  readonly askers: Asker<Client>[];
  readonly sinceMs: number;
  /** The kill it engages, for others to join; null where it latches nothing. */
  readonly latch: string | null;
};

/** Rows of the engine's views: how many of each scope there are. */
type ScopeRows = Readonly<Record<Extract<ViewTable, "strategy" | "instrument" | "venue" | "pair">, number>>;

/**
 * Commands that were passed on to the engine and have no answer yet. A kill of everything, a strategy, pair, symbol or
 * venue is always taken: one that waits is joined by every other of the same scope, target and role, so that there are
 * never more than a few of each. The first few that differ in who asks or why are passed on all the same: that is to stand
 * in the facts. None is joined across a command that may add risk: after a release a kill is a new one. What
 * else takes risk away has a room for each client, the rest shares one.
 */
export class WaitingCommands<Client> {
  private readonly byKey = new Map<string, Waiting<Client>>();
  /** The kills of each latch that others may join, in the order in which they were passed on; none without one. */
  private readonly latching = new Map<string, Waiting<Client>[]>();

  constructor(private readonly rows: ScopeRows) {}

  /** Joins the command that waits under this key already; false when there is none. */
  join(key: string, asker: Asker<Client>): boolean {
    const waiting = this.byKey.get(key);
    if (waiting === undefined) return false;
    if (!waiting.askers.some(({ client }) => client === asker.client)) waiting.askers.push(asker);
    return true;
  }

  /** `forward`: it waits now and is to be passed on. `joined`: another one does it too. Otherwise why it can't wait. */
  add(
    key: string,
    asker: Asker<Client>,
    outline: CommandOutline,
    nowMs: number,
  ): "forward" | "joined" | { refused: string } {
    const latch = this.latchOf(outline);
    const same = latch === null ? [] : (this.latching.get(latch) ?? []);
    const { actor, reason } = outline;
    const alike = same.find(({ outline: other }) => other.actor === actor && other.reason === reason);
    const joined = alike ?? (same.length < voicesMax ? undefined : same[0]);
    if (joined !== undefined) {
      joined.askers.push(asker);
      return "joined";
    }
    const takesAway = takesRiskAway(outline.command, outline.detail);
    if (latch === null) {
      const most = takesAway ? ownRoomMax : sharedRoomMax;
      const before = this.countBefore(asker.client, takesAway);
      if (before >= most) return { refused: `${before} commands wait for the engine, at most ${most}` };
    }
    if (!takesAway) this.latching.clear();
    const waiting = { outline, askers: [asker], sinceMs: nowMs, latch };
    this.byKey.set(key, waiting);
    if (latch !== null) this.latching.set(latch, [...same, waiting]);
    return "forward";
  }

  /** Takes the command under this key out; who asked for it, in order, or nobody. */
  take(key: string): readonly Asker<Client>[] {
    const waiting = this.byKey.get(key);
    if (waiting === undefined) return [];
    this.byKey.delete(key);
    const { latch } = waiting;
    if (latch !== null) {
      const left = (this.latching.get(latch) ?? []).filter((other) => other !== waiting);
      if (left.length > 0) this.latching.set(latch, left);
      else this.latching.delete(latch);
    }
    return waiting.askers;
  }

  /** Takes out what was passed on before this time; who asked for it. */
  takeBefore(ms: number): readonly Asker<Client>[] {
    const late: Asker<Client>[] = [];
    for (const [key, { sinceMs }] of this.byKey) {
      if (sinceMs >= ms) break;
      late.push(...this.take(key));
    }
    return late;
  }

  /** Forgets a client that is gone; what it asked for is done all the same. */
  forget(client: Client): void {
    for (const { askers } of this.byKey.values())
      for (let i = askers.length - 1; i >= 0; i--) if (askers[i].client === client) askers.splice(i, 1);
  }

  private latchOf({ command, scope, target, role }: CommandOutline): string | null {
    if (command !== "kill" || scope === "order") return null;
    if (scope === "all") return `${role} all`;
    // A target that does not exist latches nothing, and there are too many of them.
    return target >= 0 && target < this.rows[scope] ? `${role} ${scope} ${target}` : null;
  }

  private countBefore(client: Client, takesAway: boolean): number {
    let count = 0;
    for (const { outline, askers, latch } of this.byKey.values()) {
      if (latch !== null || takesRiskAway(outline.command, outline.detail) !== takesAway) continue;
      if (!takesAway || askers.some((asker) => asker.client === client)) count++;
    }
    return count;
  }
}
