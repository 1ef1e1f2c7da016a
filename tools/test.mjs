// Runs every check of the repository and adds them up: `npm test`. The last line is `N passed, N failed`.

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startPostgres } from "./real-postgres.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(path.join(tmpdir(), "heliograph-test-"));
const totals = { passed: 0, failed: 0 };

await check("types", "node_modules/typescript/bin/tsc", ["--noEmit", "-p", "."]);
await check("format and lint", "node_modules/@biomejs/biome/bin/biome", ["check", "."]);
await vitest("unit, scenario and architecture tests", []);
await storeOnRealPostgres();
await check("interface for production", "bin/heliograph", ["build"]);
await browserTests();

rmSync(scratch, { recursive: true, force: true });
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

/** A check that passes or fails as a whole. */
async function check(what, script, parts) {
  title(what);
  const code = await run(script, parts);
  count(what, code === 0 ? 1 : 0, code === 0 ? 0 : 1);
}

async function vitest(what, parts, env = {}) {
  title(what);
  const report = path.join(scratch, `vitest-${totals.passed}.json`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const code = await run("node_modules/vitest/vitest.mjs", ["run", ...reporters, ...parts], env);
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = readReport(report);
  for (const { assertionResults = [] } of testResults)
    for (const { status, fullName } of assertionResults)
      if (status === "skipped" || status === "pending") console.log(`!! NOT RUN: ${fullName}`);
  // A file that cannot even be loaded has no tests that could fail.
  count(what, numPassedTests, code === 0 ? 0 : Math.max(1, numFailedTests));
}

/** The store's tests once more, unchanged, on a PostgreSQL instead of the embedded database. */
async function storeOnRealPostgres() {
  const what = "store tests on a real PostgreSQL";
  const folders = ["server/store", "db"].filter((folder) => hasTests(folder));
  if (folders.length === 0) return;
  title(what);
  const postgres = await startPostgres(scratch);
  if (postgres.problem !== null) {
    console.log(`${"!".repeat(100)}\n!! NOT RUN: ${what}: ${postgres.problem}\n${"!".repeat(100)}`);
    return;
  }
  try {
    await vitest(`${what} (${postgres.version})`, folders, { DATABASE_URL: postgres.url });
  } finally {
    await postgres.stop();
  }
}

async function browserTests() {
  // Those marked @thorough would take a test run past its quarter of an hour: `npm run e2e` has them all.
  const what = "browser tests";
  if (!existsSync(path.join(root, "playwright.config.ts")) || !hasTests("tests/e2e")) return;
  title(what);
  const report = path.join(scratch, "playwright.json");
  const code = await run(
    "node_modules/@playwright/test/cli.js",
    ["test", "--grep-invert=@thorough", "--reporter=list,json"],
    {
      PLAYWRIGHT_JSON_OUTPUT_NAME: report,
    },
  );
  const { expected = 0, flaky = 0, unexpected = 0 } = readReport(report).stats ?? {};
  count(what, expected + flaky, code === 0 ? 0 : Math.max(1, unexpected));
}

function hasTests(folder) {
  const place = path.join(root, folder);
  if (!existsSync(place)) return false;
  return readdirSync(place, { recursive: true }).some((file) => /\.(test|spec|e2e)\.tsx?$/.test(String(file)));
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}

function title(what) {
  console.log(`\n== ${what}`);
}

function count(what, passed, failed) {
  totals.passed += passed;
  totals.failed += failed;
  console.log(`-- ${what}: ${passed} passed, ${failed} failed`);
}

function run(script, parts, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, script), ...parts], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    child.once("error", (error) => {
      console.log(error.message);
      resolve(1);
    });
    child.once("exit", (code) => resolve(code ?? 1));
  });
}
