import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { pageOf, terminalPages } from "./navigation";

const app = fileURLToPath(new URL("../../app", import.meta.url));

describe("the navigation", () => {
  it("shows only pages there are", () => {
    for (const { path } of terminalPages) expect(existsSync(join(app, path, "page.tsx")), path).toBe(true);
  });

  it("gives each page a letter of its own", () => {
    expect(new Set(terminalPages.map((page) => page.letter)).size).toBe(terminalPages.length);
  });

  it("finds the page of an address, also of one below it", () => {
    expect(pageOf("/")?.title).toBe("Desk");
    for (const page of terminalPages) {
      expect(pageOf(page.path)).toBe(page);
      if (page.path !== "/") expect(pageOf(`${page.path}/7`)).toBe(page);
    }
    expect(pageOf("/nowhere")).toBeUndefined();
  });
});
