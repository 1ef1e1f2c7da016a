import { describe, expect, it } from "vitest";
import { Heartbeat } from "./heartbeat";

const limits = { silentMsMax: 5_000, goneMsMax: 15_000 };

/** Watched since 0, connected, and in its first run. */
function connected(): Heartbeat {
  const heartbeat = new Heartbeat(0, limits);
  heartbeat.connection(true, 0);
  heartbeat.greeted("day 1", 0);
  return heartbeat;
}

describe("the engine's heartbeat", () => {
  it("is missed when the engine hung before anybody watched: the connection is made, and it says nothing", () => {
    const heartbeat = new Heartbeat(1_000, limits);
    heartbeat.connection(true, 1_100);
    expect(heartbeat.verdict(6_100)).toBe("beating");
    expect(heartbeat.verdict(6_101)).toBe("silent");
  });

  it("is waited for while a desk starts: an engine may take fifteen seconds to answer, and five to beat", () => {
    const heartbeat = new Heartbeat(0, limits);
    for (let ms = 0; ms <= 14_000; ms += 500) {
      heartbeat.connection(false, ms);
      expect(heartbeat.verdict(ms)).toBe("beating");
    }
    heartbeat.connection(true, 14_500);
    heartbeat.greeted("day 1", 14_501);
    expect(heartbeat.verdict(19_500)).toBe("beating");
    heartbeat.told(7e9, 19_500);
    expect(heartbeat.verdict(24_500)).toBe("beating");
  });

  it("beats while the engine's time moves", () => {
    const heartbeat = connected();
    for (let second = 0; second < 60; second++) heartbeat.told(second * 1e9, second * 1_000);
    expect(heartbeat.verdict(59_000 + 5_000)).toBe("beating");
    expect(heartbeat.verdict(59_000 + 5_001)).toBe("silent");
  });

  it("does not take a status with an engine time that stands still for a beat: the worker hangs", () => {
    const heartbeat = connected();
    heartbeat.told(7e9, 0);
    for (let ms = 1_000; ms <= 6_000; ms += 1_000) heartbeat.told(7e9, ms);
    expect(heartbeat.verdict(6_000)).toBe("silent");
  });

  it("gives a dead engine longer than a hung one, since its venues cancel by themselves", () => {
    const heartbeat = connected();
    heartbeat.told(1, 0);
    heartbeat.connection(false, 0);
    expect(heartbeat.verdict(15_000)).toBe("beating");
    expect(heartbeat.verdict(15_001)).toBe("gone");
  });

  it("gives an engine that was restarted its time to recover, counted from when it is back", () => {
    const heartbeat = connected();
    heartbeat.told(1, 0);
    heartbeat.connection(false, 1_000);
    heartbeat.connection(true, 14_000);
    heartbeat.greeted("day 2", 14_010);
    expect(heartbeat.verdict(14_010)).toBe("beating");
    expect(heartbeat.verdict(19_010)).toBe("beating");
    expect(heartbeat.verdict(19_011)).toBe("silent");
  });

  it("is not hidden by a connection that is cut and made again all the time", () => {
    const heartbeat = connected();
    heartbeat.told(1, 0);
    for (let ms = 0; ms < 15_000; ms += 500) {
      heartbeat.connection(false, ms);
      heartbeat.connection(true, ms + 100);
      heartbeat.greeted("day 1", ms + 101);
      heartbeat.told(1, ms + 102);
      expect(heartbeat.verdict(ms + 200)).toBe("beating");
    }
    expect(heartbeat.verdict(15_001)).toBe("silent");
  });

  it("beats again once the engine is back with another time, even an earlier one", () => {
    const heartbeat = connected();
    heartbeat.told(5e9, 0);
    expect(heartbeat.verdict(6_000)).toBe("silent");
    heartbeat.told(4e9, 6_500);
    expect(heartbeat.verdict(7_000)).toBe("beating");
  });
});
