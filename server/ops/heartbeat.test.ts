import { describe, expect, it } from "vitest";
import { Heartbeat } from "./heartbeat";

const limits = { silentMsMax: 5_000, goneMsMax: 15_000 };

describe("the engine's heartbeat", () => {
  it("is unseen before the engine ever spoke: a desk that is still starting has nothing to withdraw", () => {
    const heartbeat = new Heartbeat(limits);
    heartbeat.connection(true, 0);
    expect(heartbeat.verdict(1e9)).toBe("unseen");
  });

  it("beats while the engine's time moves", () => {
    const heartbeat = new Heartbeat(limits);
    for (let second = 0; second < 60; second++) heartbeat.told(second * 1e9, second * 1_000);
    expect(heartbeat.verdict(59_000 + 5_000)).toBe("beating");
    expect(heartbeat.verdict(59_000 + 5_001)).toBe("silent");
  });

  it("does not take a status with an engine time that stands still for a beat: the worker hangs", () => {
    const heartbeat = new Heartbeat(limits);
    heartbeat.told(7e9, 0);
    for (let ms = 1_000; ms <= 6_000; ms += 1_000) heartbeat.told(7e9, ms);
    expect(heartbeat.verdict(6_000)).toBe("silent");
  });

  it("gives a dead engine longer than a hung one, since its venues cancel by themselves", () => {
    const heartbeat = new Heartbeat(limits);
    heartbeat.told(1, 0);
    heartbeat.connection(false, 0);
    expect(heartbeat.verdict(15_000)).toBe("beating");
    expect(heartbeat.verdict(15_001)).toBe("gone");
  });

  it("gives an engine that was restarted its time to recover, counted from when it is back", () => {
    const heartbeat = new Heartbeat(limits);
    heartbeat.told(1, 0);
    heartbeat.connection(false, 1_000);
    heartbeat.connection(true, 9_000);
    expect(heartbeat.verdict(9_000)).toBe("beating");
    expect(heartbeat.verdict(14_000)).toBe("beating");
    expect(heartbeat.verdict(14_001)).toBe("silent");
  });

  it("beats again once the engine is back with another time, even an earlier one", () => {
    const heartbeat = new Heartbeat(limits);
    heartbeat.told(5e9, 0);
    expect(heartbeat.verdict(6_000)).toBe("silent");
    heartbeat.told(4e9, 6_500);
    expect(heartbeat.verdict(7_000)).toBe("beating");
  });
});
