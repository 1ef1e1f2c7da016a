import type { IChartApi } from "lightweight-charts";
import { afterEach, expect, it, vi } from "vitest";
import { standStillUnderPointer } from "./stand-still";

afterEach(() => vi.unstubAllGlobals());

/** A chart of two panes, whose scales have the ranges that the test gives them, and the frames that it was to be drawn in. */
function chartUnderTest() {
  const frames: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (draw: () => void) => frames.push(draw));
  vi.stubGlobal("cancelAnimationFrame", () => frames.splice(0));
  const ranges: ({ from: number; to: number } | null)[] = [null, { from: 1, to: 2 }];
  const fits = [true, true];
  const time = {
    getVisibleLogicalRange: () => ({ from: 0, to: 10 }),
    scrollPosition: () => 1,
    scrollToPosition: () => undefined,
    applyOptions: () => undefined,
    subscribeVisibleLogicalRangeChange: () => undefined,
    unsubscribeVisibleLogicalRangeChange: () => undefined,
  };
  const chart = {
    panes: () => ranges,
    timeScale: () => time,
    priceScale: (_side: string, pane: number) => ({
      options: () => ({ autoScale: fits[pane] }),
      getVisibleRange: () => ranges[pane],
      applyOptions: ({ autoScale }: { autoScale: boolean }) => {
        fits[pane] = autoScale;
      },
    }),
  };
  const box = Object.assign(new EventTarget(), { dataset: {} as Record<string, string> });
  standStillUnderPointer(chart as unknown as IChartApi, box as unknown as HTMLElement);
  const pointer = (kind: "pointerenter" | "pointerleave") =>
    box.dispatchEvent(Object.assign(new Event(kind), { pointerType: "mouse" }));
  const drawFrame = () => {
    for (const draw of frames.splice(0)) draw();
  };
  return { box, drawFrame, fits, frames, pointer, ranges };
}

it("a scale stands still under the pointer once it has a range; one that came without data fits it first", () => {
  const { box, drawFrame, fits, frames, pointer, ranges } = chartUnderTest();
  pointer("pointerenter");
  expect(box.dataset.held).toBe("true");
  expect(fits).toEqual([true, false]);
  drawFrame();
  expect(fits).toEqual([true, false]);
  ranges[0] = { from: 100, to: 101 };
  drawFrame();
  expect(fits).toEqual([false, false]);
  expect(frames).toEqual([]);
  pointer("pointerleave");
  expect(fits).toEqual([true, true]);
  expect(box.dataset.held).toBeUndefined();
});

it("a pointer that leaves before the data come leaves the scale fitting", () => {
  const { drawFrame, fits, pointer, ranges } = chartUnderTest();
  pointer("pointerenter");
  pointer("pointerleave");
  ranges[0] = { from: 100, to: 101 };
  drawFrame();
  expect(fits).toEqual([true, true]);
});
