import type { Bench } from "./bench";
import { type CollectionFigures, countCollections, stepMessages } from "./collections";
import { runBenchChild } from "./start-bench-child";
import { bringUpSteps } from "./step-line";
import { usualDeskSize } from "./synthetic-desk";

const seed = 20_260_105;
const warmUpMessages = 3_000_000;
/** A young generation this large is not collected while bytes are counted. */
const roomyHeap = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

/** What one process found: collections over the messages, and how much the heap grew. */
export type AllocationRun = CollectionFigures & { readonly grownBytes: number };

export type AllocationFigures = CollectionFigures & {
  /** Bytes a message leaves on the heap, where nothing is collected meanwhile. */
  readonly bytesPerMessage: number;
  /** The same without any message: what the measurement itself leaves. */
  readonly baseline: { readonly bytesPerMessage: number };
};

/** Steps messages in this process, which does nothing else, and says what became of its heap. */
export async function measureAllocation(messages: number, warmUp: number): Promise<AllocationRun> {
  const { scripted } = bringUpSteps(usualDeskSize, seed);
  stepMessages(scripted, warmUp);
  // What the start and the warming up left is not to be counted.
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const figures = await countCollections(scripted, messages);
  return { ...figures, grownBytes: process.memoryUsage().heapUsed - before };
}

/** Collections with Node's own settings, then bytes in a heap with room for all, in a process each. */
export async function benchAllocation(messages: number, warmUp = warmUpMessages): Promise<AllocationFigures> {
  const counted = await runChild(messages, warmUp, ["--expose-gc"]);
  const grown = await runChild(Math.min(messages, 3_000_000), warmUp, roomyHeap);
  const none = await runChild(0, warmUp, roomyHeap);
  const perMessage = (run: AllocationRun) => Math.round((run.grownBytes / Math.max(1, grown.messages)) * 1_000) / 1_000;
  const { messages: stepped, orders, major, minor } = counted;
  return {
    messages: stepped,
    orders,
    major,
    minor,
    bytesPerMessage: perMessage(grown),
    baseline: { bytesPerMessage: perMessage(none) },
  };
}

function runChild(messages: number, warmUp: number, nodeOptions: readonly string[]): Promise<AllocationRun> {
  return runBenchChild(["allocation", `${messages}`, `${warmUp}`], nodeOptions);
}

/** Prints and returns the figures of `bench allocation`. */
export const allocationBench: Bench = {
  summary: "collections and bytes that the engine's step causes after warming up",
  usage: "",
  options: [
    { name: "messages", kind: "whole", value: "N", summary: "allocation: messages to step; default 10,000,000" },
    { name: "warm-up", kind: "whole", value: "N", summary: "allocation: messages before them; default 3,000,000" },
  ],
  run: async (input) => {
    const figures = await benchAllocation(
      input.whole("messages") ?? 10_000_000,
      input.whole("warm-up") ?? warmUpMessages,
    );
    console.log(`${figures.messages.toLocaleString("en")} messages, ${figures.orders.toLocaleString("en")} orders:`);
    console.log(`  ${figures.major} major and ${figures.minor} minor collections`);
    console.log(
      `  ${figures.bytesPerMessage} bytes a message (${figures.baseline.bytesPerMessage} of them without any message)`,
    );
    return figures;
  },
};
