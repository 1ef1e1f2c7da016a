import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InputsLog } from "./inputs-log";
import { AppendError } from "./journal-error";
import { ReserveFile, reserveLength } from "./reserve";

const header = {
  machine: "engine",
  kind: "inputs",
  codeVersion: "test",
  deskHash: "",
  deskShape: "",
  desk: { file: "", names: null, pairs: null, seed: null },
  journal: "00000000-0000-4000-8000-000000000000",
  tradingDay: "2026-01-05",
  epoch: 1,
  nodeVersion: "",
} as const;

describe("the reserve", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-reserve-"));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("is held from the start, given up once, and taken again", () => {
    const reserve = new ReserveFile(join(folder, "reserve"));
    expect(reserve.release()).toBe(true);
    expect(reserve.release()).toBe(false);
    expect(reserve.renew()).toBe(true);
    expect(new ReserveFile(join(folder, "reserve")).release()).toBe(true);
  });

  it("has nothing to give where nothing can be written", () => {
    writeFileSync(join(folder, "file"), "");
    expect(new ReserveFile(join(folder, "file", "reserve")).release()).toBe(false);
  });

  it("lets a turn that found a real disk full be written after all", ({ skip }) => {
    const disk = join(folder, "disk");
    try {
      execFileSync("mkdir", [disk]);
      execFileSync("mount", ["-t", "tmpfs", "-o", `size=${reserveLength + (2 << 20)}`, "tmpfs", disk], {
        stdio: "ignore",
      });
    } catch {
      skip("no right to mount a small file system here");
    }
    try {
      const reserve = new ReserveFile(join(disk, "reserve"));
      const log = new InputsLog(disk, header, 1);
      const put = (): void => void log.end(1, 0, 0, log.begin(60_000), 60_000);
      expect(() => {
        for (;;) {
          put();
          log.flush();
        }
      }).toThrow(AppendError);
      expect(statfsSync(disk).bavail * statfsSync(disk).bsize).toBeLessThan(70_000);
      expect(() => log.flush()).toThrow(AppendError);
      expect(reserve.release()).toBe(true);
      put();
      log.flush();
      expect(reserve.renew()).toBe(false);
      log.close();
    } finally {
      execFileSync("umount", ["-l", disk]);
    }
  });
});
