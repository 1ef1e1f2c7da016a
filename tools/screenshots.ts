import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import sharp from "sharp";
import { terminalPages } from "../components/terminal/navigation";
import { findChromium } from "../tests/support/find-chromium";

/** A usual laptop and a usual phone. */
const sizes = [
  { name: "", width: 1_440, height: 900 },
  { name: "-phone", width: 390, height: 844 },
] as const;
const themes = ["dark", "light"] as const;

/** How long each page may fill after it is connected. */
const settleMs = 2_500;

/**
 * Photographs every page of a running desk, dark and light, on a laptop and on a phone, after the first has had
 * `seconds` to fill. The pictures carry at most 256 colours, which keeps them small. Returns the files written.
 */
export async function takeScreenshots(address: string, folder: string, seconds: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const browser = await chromium.launch({ executablePath: findChromium(), args: ["--no-sandbox"] });
  const files: string[] = [];
  try {
    for (const size of sizes) {
      const context = await browser.newContext({ viewport: { width: size.width, height: size.height } });
      const page = await context.newPage();
      for (const theme of themes) {
        await page.addInitScript((chosen) => localStorage.setItem("heliograph.theme", chosen), theme);
        for (const { path: place, title } of terminalPages) {
          await page.goto(new URL(place, address).href);
          await page.locator('[data-testid="connection"][data-state="connected"]').waitFor({ state: "attached" });
          await page.waitForTimeout(files.length === 0 ? seconds * 1_000 : settleMs);
          const file = path.join(folder, `${title.toLowerCase()}-${theme}${size.name}.png`);
          writeFileSync(
            file,
            await sharp(await page.screenshot())
              .png({ palette: true, effort: 10 })
              .toBuffer(),
          );
          files.push(file);
        }
      }
      await context.close();
    }
    return files;
  } finally {
    await browser.close();
  }
}
