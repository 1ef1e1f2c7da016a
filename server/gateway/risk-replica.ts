import type { Scope } from "../../domain/command";
import type { Desk } from "../../domain/desk";
import { tradingModes } from "../../domain/limit";
import { type ViewTable, viewColumn, viewRowCountsOf } from "../../domain/views";
import type { ModeRow, RiskPayload } from "../../protocol/topics";
import { RowVersions, type TopicSource, topicSource } from "./topic-source";
import { limitRow, refusalRow } from "./view-rows";

/** Tables whose rows have a mode, and the scope that each is of. */
const modeTables = {
  desk: "all",
  strategy: "strategy",
  venue: "venue",
  instrument: "instrument",
  pair: "pair",
} as const;
type ModeTable = keyof typeof modeTables;

/** The topic `risk`: limits, refusals by reason, modes, and the limit nearest to its end. */
export class RiskReplica {
  /** Limits, then refusals by strategy, then one row for modes and the worst limit. */
  private readonly versions: RowVersions;
  private readonly limitCount: number;
  private readonly refusalCount: number;
  private readonly modeRows: Readonly<Record<ModeTable, number>>;

  readonly topic: TopicSource = topicSource(
    4,
    () => this.versions.version,
    () => this.payload(this.versions.all()),
    (version) => this.payload(this.versions.changedSince(version)),
  );

  constructor(
    desk: Desk,
    private readonly view: (table: ViewTable, row: number) => Float64Array,
  ) {
    const counts = viewRowCountsOf(desk);
    this.limitCount = counts.limit;
    this.refusalCount = counts.refusal;
    this.modeRows = counts;
    this.versions = new RowVersions(counts.limit + counts.refusal + 1);
  }

  limitChanged(row: number): void {
    this.versions.touch(row);
  }

  refusalChanged(strategy: number): void {
    this.versions.touch(this.limitCount + strategy);
  }

  /** A mode, or the limit nearest to its end, changed. */
  modeChanged(): void {
    this.versions.touch(this.limitCount + this.refusalCount);
  }

  private payload(rows: readonly number[]): RiskPayload {
    const desk = this.view("desk", 0);
    const at = viewColumn.desk;
    return {
      limits: rows
        .filter((row) => row < this.limitCount && this.view("limit", row)[0] > 0)
        .map((row) => limitRow(row, this.view("limit", row))),
      refusals: rows
        .filter((row) => row >= this.limitCount && row < this.limitCount + this.refusalCount)
        .map((row) => refusalRow(row - this.limitCount, this.view("refusal", row - this.limitCount))),
      modes: this.modes(),
      worstLimit: desk[at.worstLimit],
      worstLimitShare: desk[at.worstLimitShare],
    };
  }

  private modes(): ModeRow[] {
    const found: ModeRow[] = [];
    for (const [table, scope] of Object.entries(modeTables) as [ModeTable, Scope][])
      for (let row = 0; row < this.modeRows[table]; row++) {
        const code = this.view(table, row)[viewColumn[table].mode];
        if (code > 0) found.push({ scope, target: table === "desk" ? -1 : row, mode: tradingModes.name(code) });
      }
    return found;
  }
}
