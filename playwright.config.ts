import { defineConfig } from "@playwright/test";
import { findChromium } from "./tests/support/find-chromium";

/** Browser tests against a real desk: one desk for each file, two files at a time. */
export default defineConfig({
  testDir: "tests/e2e",
  workers: 2,
  fullyParallel: false,
  forbidOnly: process.env.CI !== undefined,
  timeout: 120_000,
  // Two desks, two browsers and two cores: a test that a busy machine made late runs once more, and the report calls it flaky.
  retries: 1,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  use: {
    viewport: { width: 1440, height: 900 },
    colorScheme: "dark",
    trace: "retain-on-failure",
    launchOptions: {
      executablePath: findChromium(),
      // Root has no user namespaces to build the sandbox from in most containers.
      args: process.getuid?.() === 0 ? ["--no-sandbox", "--disable-dev-shm-usage"] : [],
    },
  },
});
