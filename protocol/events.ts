import type { PlaybackRequest } from "../domain/playback";
import type { ClientCommand, ClientResync, ClientTopics } from "./client-events";
import type { Envelope } from "./envelope";
import type { CommandReply, PlaybackReply } from "./topics";

/** Socket.IO events to the browser. `frames` is one batch a flush: the only event that carries data. */
export type ServerEvents = {
  hello(greeting: { protocolVersion: number; epoch: string; version: string }): void;
  frames(batch: readonly Envelope[]): void;
};

/** Socket.IO events from the browser. */
export type ClientEvents = {
  subscribe(topics: ClientTopics): void;
  unsubscribe(topics: ClientTopics): void;
  resync(topic: ClientResync): void;
  command(command: ClientCommand, answer: (reply: CommandReply) => void): void;
  /** Pace and place of a replay. */
  playback(request: PlaybackRequest, answer: (reply: PlaybackReply) => void): void;
  /** Round trip of the screen's own connection. */
  echo(sentMs: number, answer: (sentMs: number) => void): void;
};
