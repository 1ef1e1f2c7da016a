import { beforeEach, describe, expect, it } from "vitest";
import { FrameScheduler, Signal, textIntervalMs } from "./frame-scheduler";

let time: number;
let frames: (() => void)[];
let timers: { at: number; run: () => void }[];
let scheduler: FrameScheduler;

function frame(): void {
  time += 16;
  const due = timers.filter((timer) => timer.at <= time);
  timers = timers.filter((timer) => timer.at > time);
  for (const timer of due) timer.run();
  const now = frames;
  frames = [];
  for (const run of now) run();
}

beforeEach(() => {
  time = 1_000;
  frames = [];
  timers = [];
  scheduler = new FrameScheduler({
    now: () => time,
    requestFrame: (run) => frames.push(run),
    after: (milliseconds, run) => timers.push({ at: time + milliseconds, run }),
    batch: (run) => run(),
  });
});

describe("the frame scheduler", () => {
  it("calls a frame listener once a frame however often its signal was marked", () => {
    const signal = new Signal();
    let calls = 0;
    signal.subscribe("frame", () => calls++);
    for (let i = 0; i < 50; i++) scheduler.mark(signal);
    expect(frames).toHaveLength(1);
    frame();
    expect(calls).toBe(1);
    scheduler.mark(signal);
    frame();
    expect(calls).toBe(2);
  });

  it("calls text listeners at most ten times a second and never loses the last change", () => {
    const signal = new Signal();
    const calls: number[] = [];
    signal.subscribe("text", () => calls.push(time));
    for (let i = 0; i < 60; i++) {
      scheduler.mark(signal);
      frame();
    }
    const last = time;
    scheduler.mark(signal);
    for (let i = 0; i < 10; i++) frame();
    expect(calls.length).toBeGreaterThan(7);
    expect(calls.length).toBeLessThanOrEqual(Math.ceil((time - 1_000) / (textIntervalMs - 4)) + 1);
    expect(calls.at(-1)).toBeGreaterThan(last - 1);
  });

  it("costs nothing for signals that nobody listens to", () => {
    scheduler.mark(new Signal());
    expect(frames).toHaveLength(0);
    expect(timers).toHaveLength(0);
  });

  it("forgets a listener that went away between mark and frame", () => {
    const signal = new Signal();
    let calls = 0;
    const stop = signal.subscribe("frame", () => calls++);
    scheduler.mark(signal);
    stop();
    frame();
    expect(calls).toBe(0);
  });
});
