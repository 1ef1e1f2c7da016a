import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "{domain,protocol,server,components,db,tools,bench}/**/*.test.{ts,tsx}",
      "tests/{scenarios,simulation,replay,architecture,system}/**/*.test.ts",
    ],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
  resolve: { alias: { "@": new URL(".", import.meta.url).pathname } },
});
