import { describe, expect, it } from "vitest";
import { Playback } from "./playback";

const second = 1e9;

/** A recording from 100 s to 200 s of market time, that plays from wall time 0. */
function playing(speed: "1" | "10" | "60" | "max" = "1"): Playback {
  const playback = new Playback(100 * second, 200 * second, speed);
  playback.play(0);
  return playback;
}

/** A message every half second: nothing is idle. */
function limit(playback: Playback, wallNs: number): number {
  return playback.limitNs(wallNs, playback.positionNs + second / 2, playback.positionNs);
}

describe("the pace of a replay", () => {
  it.each([
    ["1", 103],
    ["10", 130],
    ["60", 200],
    ["max", 200],
  ] as const)("at speed %s is at %d s after three seconds on the wall", (speed, at) => {
    const playback = playing(speed);
    expect(limit(playback, 3 * second)).toBe(at * second);
  });

  it("goes on from where it is when the speed changes", () => {
    const playback = playing("1");
    playback.reached(limit(playback, 4 * second), 4 * second);
    playback.setSpeed("10", 4 * second);
    expect(limit(playback, 5 * second)).toBe(114 * second);
  });

  it("stands still while paused, however long, and goes on without a jump", () => {
    const playback = playing("1");
    playback.reached(limit(playback, 2 * second), 2 * second);
    playback.pause();
    expect(playback.state).toBe("paused");
    expect(limit(playback, 900 * second)).toBe(102 * second);
    playback.play(900 * second);
    expect(limit(playback, 901 * second)).toBe(103 * second);
  });

  it("jumps idle time of more than five seconds and says how much, once", () => {
    const playback = playing("1");
    playback.reached(110 * second, 10 * second);
    expect(playback.limitNs(10 * second, 115 * second, 110 * second)).toBe(110 * second);
    expect(playback.lastSkip).toBeNull();
    expect(playback.limitNs(10 * second, 140 * second, 110 * second)).toBe(140 * second);
    playback.passed(120 * second);
    expect(playback.limitNs(10 * second, 140 * second, 110 * second)).toBe(140 * second);
    expect(playback.lastSkip).toEqual({ fromNs: 110 * second, toNs: 140 * second });
    expect(playback.skippedNs).toBe(30 * second);
    playback.reached(140 * second, 11 * second);
    expect(limit(playback, 12 * second)).toBe(142 * second);
  });

  it("goes at full speed to a place that was asked for, and plays on from there at its pace", () => {
    const playback = playing("1");
    playback.seek(150 * second);
    expect(playback.state).toBe("seeking");
    expect(limit(playback, 0)).toBe(150 * second);
    playback.reached(150 * second, 7 * second);
    expect(playback.state).toBe("playing");
    expect(limit(playback, 8 * second)).toBe(151 * second);
  });

  it("stands at the place asked for when it stood before", () => {
    const playback = playing("1");
    playback.pause();
    playback.seek(150 * second);
    expect(playback.isFull).toBe(true);
    playback.reached(150 * second, 0);
    expect(playback.state).toBe("paused");
  });

  it("ends at the last message, stays there, and begins anew when an earlier place is sought", () => {
    const playback = playing("max");
    playback.reached(limit(playback, 0), 0);
    expect(playback.state).toBe("ended");
    expect(limit(playback, 1e15)).toBe(200 * second);
    playback.restart(120 * second);
    expect([playback.state, playback.positionNs, playback.seekToNs]).toEqual(["seeking", 100 * second, 120 * second]);
    playback.reached(120 * second, 0);
    expect(playback.state).toBe("playing");
  });

  it("never goes beyond its ends", () => {
    const playback = playing("1");
    playback.seek(9_999 * second);
    expect(playback.seekToNs).toBe(200 * second);
    playback.seek(0);
    expect(playback.seekToNs).toBe(100 * second);
  });
});
