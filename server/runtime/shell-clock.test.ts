import { describe, expect, it } from "vitest";
import { dateOf, dayStartMsOf, ShellClock } from "./shell-clock";

const dayStartMs = dayStartMsOf("2026-11-20");

describe("the shell's clock", () => {
  it("counts from the trading day's start and follows the monotonic clock, not steps of the wall clock", () => {
    let wallMs = dayStartMs + 1_500;
    let monotonicNs = 77n;
    const clock = new ShellClock(dayStartMs, 0, { wallMs: () => wallMs, monotonicNs: () => monotonicNs });
    expect(clock.read()).toBe(1_500_000_000);
    wallMs -= 1_000_000;
    monotonicNs += 25n;
    expect(clock.read()).toBe(1_500_000_025);
  });

  it("goes on from the last journaled time when the wall clock was set back an hour, and never stands still", () => {
    let monotonicNs = 1_000n;
    const hourNs = 3_600e9;
    const clock = new ShellClock(dayStartMs, 2 * hourNs, {
      wallMs: () => dayStartMs + 3_600_000,
      monotonicNs: () => monotonicNs,
    });
    expect(clock.read()).toBe(2 * hourNs);
    monotonicNs = 9_000n;
    expect(clock.read()).toBe(2 * hourNs + 8_000);
    monotonicNs = 8_500n;
    expect(clock.read()).toBe(2 * hourNs + 8_000);
  });

  it("goes on past midnight within the day it began", () => {
    const wallMs = Date.parse("2026-11-21T00:00:01Z");
    const clock = new ShellClock(dayStartMs, 0, { wallMs: () => wallMs, monotonicNs: () => 0n });
    expect(clock.read()).toBe(86_401e9);
    expect(dateOf(wallMs)).toBe("2026-11-21");
  });
});
