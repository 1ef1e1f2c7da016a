import { mkdirSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { findChromium } from "../tests/support/find-chromium";

/** The size of a usual second monitor. */
const viewport = { width: 1920, height: 1080 };

/** Photographs the desk page after it has had `seconds` to fill; returns the files written. */
export async function takeScreenshots(address: string, folder: string, seconds: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage({ viewport, colorScheme: "dark" });
    await page.goto(address);
    await page.waitForTimeout(seconds * 1_000);
    const file = path.join(folder, "desk-dark.png");
    await page.screenshot({ path: file });
    return [file];
  } finally {
    await browser.close();
  }
}
