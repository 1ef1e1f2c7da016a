import type { Desk } from "../../domain/desk";
import { feedStates, sessionStates } from "../../domain/health";
import { viewColumn } from "../../domain/views";
import type { DeskMode, HealthLight, HealthPayload } from "../../protocol/topics";
import type { DeskReplica } from "./desk-replica";

const venueColumn = viewColumn.venue;
const deskColumn = viewColumn.desk;

/** What the store says of itself. */
export type StoreStatus = {
  readonly state: "starting" | "connected" | "down" | "failed";
  /** Words for people: why it is down or failed. */
  readonly text: string;
  /** Facts known and not yet in the database, as the store counts them. */
  readonly behindFacts: number;
  /** Last fact in the database, of the current journal. */
  readonly committedFactNumber: number;
  readonly lastAdvancedMs: number;
};

/** What the engine link says. */
export type EngineLinkState = {
  readonly up: boolean;
  readonly downReason: string;
  readonly epoch: number;
  readonly factNumber: number;
  readonly inputsPerSecond: number;
  readonly engineTimeMs: number;
};

type Light = Pick<HealthLight, "state" | "text">;

/**
 * The four lights, in words. Feed, execution, engine and store fail apart and are told apart. Remembers since when
 * each light shows what it shows.
 */
export class HealthLights {
  private readonly since = new Map<string, { state: string; sinceMs: number }>();
  private readonly messagesBefore = new Map<number, { count: number; atMs: number; perSecond: number }>();

  constructor(
    private readonly desk: Desk,
    private readonly now: () => number,
    private readonly mode: DeskMode = "simulated",
  ) {}

  read(replica: DeskReplica | null, link: EngineLinkState, store: StoreStatus): HealthPayload {
    const behind = Math.max(store.behindFacts, link.up ? link.factNumber - store.committedFactNumber : 0, 0);
    return {
      feed: this.lit("feed", this.feedLight(replica, link)),
      execution: this.lit("execution", this.executionLight(replica, link)),
      engine: this.lit("engine", engineLight(replica, link, this.mode)),
      store: this.lit("store", storeLight(store, behind, this.now())),
      venues: this.desk.venues.map((_, id) => this.venue(id, replica, link)),
      storeBehindFacts: behind,
      engineMessagesPerSecond: link.inputsPerSecond,
      engineTimeMs: link.engineTimeMs,
    };
  }

  private venue(id: number, replica: DeskReplica | null, link: EngineLinkState): HealthPayload["venues"][number] {
    const view = replica?.view("venue", id);
    if (!replica || !view)
      return {
        id,
        feedState: "waiting",
        feedAgeMs: 0,
        orderSession: "disconnected",
        dropSession: "disconnected",
        gaps: 0,
        missingMessages: 0,
        malformed: 0,
        messagesPerSecond: 0,
        roundTripMicroseconds: 0,
        killed: false,
      };
    return {
      id,
      feedState: feedStates.name(view[venueColumn.feedState]),
      feedAgeMs: feedAgeMs(view, replica, link),
      orderSession: sessionStates.name(view[venueColumn.orderSession]),
      dropSession: sessionStates.name(view[venueColumn.dropSession]),
      gaps: view[venueColumn.gaps],
      missingMessages: view[venueColumn.missingMessages],
      malformed: view[venueColumn.malformed],
      messagesPerSecond: this.messagesPerSecond(id, view[venueColumn.messages]),
      roundTripMicroseconds: Math.round(view[venueColumn.roundTripNs] / 1_000),
      killed: view[venueColumn.killed] === 1,
    };
  }

  private messagesPerSecond(venue: number, count: number): number {
    const nowMs = this.now();
    const before = this.messagesBefore.get(venue);
    if (before && nowMs - before.atMs < 900) return before.perSecond;
    const perSecond =
      before && count >= before.count ? Math.round(((count - before.count) * 1_000) / (nowMs - before.atMs)) : 0;
    this.messagesBefore.set(venue, { count, atMs: nowMs, perSecond });
    return perSecond;
  }

  private feedLight(replica: DeskReplica | null, link: EngineLinkState): Light {
    if (!replica || !link.up) return { state: "down", text: "no market data: the engine is not reachable" };
    const words: string[] = [];
    let worst: HealthLight["state"] = "ok";
    this.desk.venues.forEach(({ name }, id) => {
      const view = replica.view("venue", id);
      const state = feedStates.name(view[venueColumn.feedState]);
      const silent = view[venueColumn.silentLine];
      if (state === "live" && silent !== 0) {
        words.push(`${name} line ${silent === 1 ? "A" : "B"} silent`);
        worst = worse(worst, "warning");
      }
      if (state === "live") return;
      const age = (feedAgeMs(view, replica, link) / 1_000).toFixed(0);
      words.push(state === "stale" ? `${name} stale ${age} s` : `${name} ${state}`);
      worst = worse(worst, state === "snapshot" || state === "waiting" ? "warning" : "down");
    });
    return { state: worst, text: words.length > 0 ? words.join(", ") : "live on every venue" };
  }

  private executionLight(replica: DeskReplica | null, link: EngineLinkState): Light {
    if (!replica || !link.up) return { state: "down", text: "no order session is known: the engine is not reachable" };
    if (this.mode === "replay") return { state: "off", text: "replay: no orders, nothing is sent" };
    const words: string[] = [];
    let ready = 0;
    this.desk.venues.forEach(({ name }, id) => {
      const view = replica.view("venue", id);
      const orders = sessionStates.name(view[venueColumn.orderSession]);
      const drop = sessionStates.name(view[venueColumn.dropSession]);
      if (orders === "ready") ready++;
      else words.push(`${name} orders ${orders}`);
      if (drop !== "ready") words.push(`${name} drop copy ${drop}`);
      if (view[venueColumn.killed] === 1) words.push(`${name} killed`);
    });
    if (words.length === 0) return { state: "ok", text: "every session is ready" };
    return { state: ready === 0 ? "down" : "warning", text: words.join(", ") };
  }

  private lit(name: string, light: Light): HealthLight {
    const key = `${light.state}`;
    const known = this.since.get(name);
    const sinceMs = known && known.state === key ? known.sinceMs : this.now();
    this.since.set(name, { state: key, sinceMs });
    return { ...light, sinceMs };
  }
}

function engineLight(replica: DeskReplica | null, link: EngineLinkState, mode: DeskMode): Light {
  if (!link.up) return { state: "down", text: `not reachable: ${link.downReason || "no connection yet"}` };
  const desk = replica?.view("desk", 0);
  const epoch = `epoch ${link.epoch}`;
  // A replay that goes back begins such a run each time; that is nothing to warn of.
  if (!desk || desk[deskColumn.changedNs] === 0)
    return { state: mode === "replay" ? "ok" : "warning", text: `connected, ${epoch}, no view yet` };
  if (desk[deskColumn.shuttingDown] === 1) return { state: "warning", text: `shutting down, ${epoch}` };
  if (desk[deskColumn.recovering] === 1)
    return { state: "warning", text: `recovering: waits until every venue agrees, ${epoch}` };
  if (desk[deskColumn.halted] === 1) return { state: "warning", text: `HALT is in force, ${epoch}` };
  return { state: "ok", text: `running, ${epoch}` };
}

/** A history this many facts behind is worth a light; below, it is just the batch under way. */
const behindFactsNormal = 2_000;

function storeLight(store: StoreStatus, behind: number, nowMs: number): Light {
  const ago = store.lastAdvancedMs > 0 ? `, last written ${secondsText(nowMs - store.lastAdvancedMs)} ago` : "";
  switch (store.state) {
    case "connected":
      return behind > behindFactsNormal
        ? { state: "warning", text: `history is behind by ${behind} facts${ago}` }
        : { state: "ok", text: "history is up to date" };
    case "starting":
      return { state: "warning", text: store.text || "the database is starting" };
    case "down":
      return { state: "down", text: `database is down: history is behind by ${behind} facts${ago}` };
    case "failed":
      return { state: "down", text: `history stopped: ${store.text}` };
  }
}

function secondsText(milliseconds: number): string {
  return `${Math.max(0, Math.round(milliseconds / 1_000))} s`;
}

function feedAgeMs(view: Float64Array, replica: DeskReplica, link: EngineLinkState): number {
  const lastMs = replica.day.dayStartMs + view[venueColumn.lastPacketNs] / 1e6;
  const nowMs = Math.max(link.engineTimeMs, replica.day.dayStartMs + replica.engineTimeNs / 1e6);
  return view[venueColumn.lastPacketNs] === 0 ? 0 : Math.max(0, Math.round(nowMs - lastMs));
}

function worse(a: HealthLight["state"], b: HealthLight["state"]): HealthLight["state"] {
  const order = ["off", "ok", "warning", "down"] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))];
}
