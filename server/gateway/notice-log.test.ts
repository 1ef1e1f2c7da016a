import { describe, expect, test } from "vitest";
import type { Notice } from "../../protocol/topics";
import { NoticeLog, othersKeptMax, refusalsKeptMax } from "./notice-log";

const noticeOf = (id: number, refusal: Notice["refusal"]): Notice => ({
  id,
  timeNs: id,
  severity: "warning",
  text: "",
  strategy: 0,
  refusal,
});

/** Alerts among refusals: each tenth is one. */
function fill(log: NoticeLog, count: number): number[] {
  const alerts: number[] = [];
  for (let id = 1; id <= count; id++) {
    const isAlert = id % 10 === 0;
    if (isAlert) alerts.push(id);
    log.append(noticeOf(id, isAlert ? null : "messageRate"));
  }
  return alerts;
}

const idsOf = (notices: readonly Notice[] | "lost") => (notices === "lost" ? [] : notices.map(({ id }) => id));
const alertsOf = (notices: readonly Notice[] | "lost") => idsOf(notices).filter((id) => id % 10 === 0);

describe("notices for readers", () => {
  test("come in order, to a reader that is in step each one", () => {
    const log = new NoticeLog();
    const seen: number[] = [];
    for (let id = 1; id <= 3 * othersKeptMax; id++) {
      const before = log.version;
      log.append(noticeOf(id, id % 3 === 0 ? null : "messageRate"));
      seen.push(...idsOf(log.since(before)));
    }
    expect(seen).toEqual(Array.from({ length: 3 * othersKeptMax }, (_, i) => i + 1));
  });

  test("are every alert to a reader behind however many refusals, and the last of those", () => {
    const log = new NoticeLog();
    const alerts = fill(log, 10 * othersKeptMax);
    const told = log.since(0);
    expect(alertsOf(told)).toEqual(alerts);
    expect(idsOf(told).length).toBe(alerts.length + refusalsKeptMax);
    expect(idsOf(told)).toEqual([...idsOf(told)].sort((a, b) => a - b));
  });

  test("are lost to a reader behind more of the others than are kept", () => {
    const log = new NoticeLog();
    for (let id = 1; id <= othersKeptMax + 1; id++) log.append(noticeOf(id, null));
    expect(log.since(0)).toBe("lost");
    expect(idsOf(log.since(1))).toHaveLength(othersKeptMax);
  });

  test("have alerts in a snapshot that refusals can't push out", () => {
    const log = new NoticeLog();
    log.append(noticeOf(10, null));
    for (let id = 11; id <= 2_000; id++) log.append(noticeOf(id, "messageRate"));
    expect(idsOf(log.last())[0]).toBe(10);
    expect(idsOf(log.last())).toHaveLength(201);
    expect(idsOf(log.last()).at(-1)).toBe(2_000);
  });
});
