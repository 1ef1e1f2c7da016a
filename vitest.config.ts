import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take longest, longest first: the last one to begin should be a short one. */
const longest = [
  "tests/simulation/worlds.test.ts",
  "tests/simulation/more-worlds.test.ts",
  "server/engine/risk/mutants.test.ts",
  "tests/system/crash.test.ts",
  "tests/simulation/mutants.test.ts",
  "server/gateway/gateway.test.ts",
  "tests/system/restarts.test.ts",
  "tests/system/kill-under-load.test.ts",
  "server/store/fact-store.test.ts",
  "bench/path-benches.test.ts",
  "tests/simulation/limits-of-the-day.test.ts",
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const placeOf = ({ moduleId }: TestSpecification) => {
      const place = longest.findIndex((file) => moduleId.endsWith(file));
      return place < 0 ? longest.length : place;
    };
    return (await super.sort(files)).sort((a, b) => placeOf(a) - placeOf(b));
  }
}

export default defineConfig({
  test: {
    include: [
      "{domain,protocol,server,components,db,tools,bench}/**/*.test.{ts,tsx}",
      "tests/{scenarios,simulation,replay,architecture,system}/**/*.test.ts",
    ],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    // One more than the cores of a small machine: a third of the time of all tests is waiting for processes and sockets.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
  },
  resolve: { alias: { "@": new URL(".", import.meta.url).pathname } },
});
