import type { FactOf } from "../../domain/facts";
import { type RefusalCode, refusalCodes } from "../../domain/refusal";
import { nsPerSecond } from "../../domain/time";
import type { Notice, RefusalMinute, RefusalsPayload } from "../../protocol/topics";
import { type TopicSource, topicSource } from "./topic-source";

/** Minutes kept: an hour, and one before it that may still be half on the screen. */
const minutesMax = 61;

type Minute = { readonly minute: number; version: number; readonly counts: Map<number, Map<RefusalCode, number>> };

/**
 * What the gate refused in each minute of the last hour, by strategy and reason, as the facts tell, and the last refusal
 * of each strategy and reason however long ago it was today.
 */
export class RefusalHistory {
  private readonly minutes: Minute[] = [];
  private readonly last = new Map<string, { readonly version: number; readonly notice: Notice }>();
  private version = 0;

  readonly topic: TopicSource = topicSource(
    1,
    () => this.version,
    () => this.payload(-1),
    (version) => this.payload(version),
  );

  /** `dayStartMs`: the trading day's start in ms since 1970. */
  constructor(private readonly dayStartMs: number) {}

  apply(fact: FactOf<"refusal">): void {
    const minute = Math.floor(fact.timeNs / (60 * nsPerSecond));
    let last = this.minutes.at(-1);
    if (last === undefined || last.minute < minute) {
      last = { minute, version: 0, counts: new Map() };
      this.minutes.push(last);
      while (this.minutes[0].minute <= minute - minutesMax) this.minutes.shift();
    }
    last.version = ++this.version;
    const counts = last.counts.get(fact.strategy) ?? new Map<RefusalCode, number>();
    last.counts.set(fact.strategy, counts);
    const code = refusalCodes.name(fact.code);
    counts.set(code, (counts.get(code) ?? 0) + 1);
  }

  /** Takes what people are told of a refusal that was applied. */
  tell(notice: Notice): void {
    this.last.set(`${notice.strategy}:${notice.refusal}`, { version: ++this.version, notice });
  }

  private payload(version: number): RefusalsPayload {
    return {
      minutes: this.minutes.filter((each) => each.version > version).map((each) => this.row(each)),
      last: [...this.last.values()].filter((each) => each.version > version).map(({ notice }) => notice),
    };
  }

  private row({ minute, counts }: Minute): RefusalMinute {
    return {
      timeSeconds: Math.round(this.dayStartMs / 1_000) + minute * 60,
      counts: [...counts].flatMap(([strategy, reasons]) =>
        [...reasons].map(([reason, count]) => ({ strategy, reason, count })),
      ),
    };
  }
}
