import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";

const systemPaths: Readonly<Record<string, readonly string[]>> = {
  linux: [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/usr/bin/google-chrome-stable",
    "/opt/google/chrome/chrome",
    "/snap/bin/chromium",
  ],
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
  ],
};

const versionMsMax = 30_000;
const installMsMax = 300_000;

/**
 * The path of a Chromium that starts: HELIOGRAPH_CHROMIUM, Playwright's own, the system's, one that Playwright
 * installs, one that apt installs when we are root on Debian, in this order. Throws an Error that says what was tried
 * and what to do.
 */
export function findChromium(): string {
  const tried: string[] = [];
  const works = (place: string): boolean => {
    const problem = problemOf(place);
    if (problem !== null) tried.push(`${place}: ${problem}`);
    return problem === null;
  };

  const own = process.env.HELIOGRAPH_CHROMIUM;
  if (own !== undefined && own !== "") {
    if (works(own)) return own;
    throw new Error(`HELIOGRAPH_CHROMIUM names no Chromium that starts; ${tried.join("; ")}`);
  }
  const system = systemPaths[process.platform] ?? [];
  for (const place of [playwrightsOwn(), ...system]) if (place !== "" && works(place)) return place;

  if (install(tried, process.execPath, [playwrightCommand(), "install", "chromium"]) && works(playwrightsOwn()))
    return playwrightsOwn();
  const isDebianRoot = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (isDebianRoot) {
    install(tried, "apt-get", ["update", "-qq"]);
    if (install(tried, "apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"]))
      for (const place of system) if (works(place)) return place;
  }
  throw new Error(
    `no Chromium for the browser tests. Install one ("npx playwright install --with-deps chromium", or your system's ` +
      `chromium package), or name one in HELIOGRAPH_CHROMIUM. Tried: ${tried.join("; ")}`,
  );
}

/** Why a file cannot be used as Chromium; null when it starts. */
function problemOf(place: string): string | null {
  if (!existsSync(place)) return "not there";
  try {
    execFileSync(place, ["--version"], { stdio: "pipe", timeout: versionMsMax });
    return null;
  } catch (error) {
    return `does not start (${firstLine(error)})`;
  }
}

function install(tried: string[], command: string, parts: readonly string[]): boolean {
  console.log(`installing a Chromium for the browser tests: ${path.basename(command)} ${parts.join(" ")}`);
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    execFileSync(command, parts, { stdio: ["ignore", "inherit", "pipe"], timeout: installMsMax, env });
    return true;
  } catch (error) {
    tried.push(`${path.basename(command)} ${parts.slice(-2).join(" ")}: ${firstLine(error)}`);
    return false;
  }
}

function playwrightsOwn(): string {
  try {
    return chromium.executablePath();
  } catch {
    return "";
  }
}

function playwrightCommand(): string {
  return path.join(process.env.HELIOGRAPH_ROOT ?? process.cwd(), "node_modules", "playwright", "cli.js");
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0];
}
