import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** Whether a process with this number exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Whether the process exists and is one of heliograph's: numbers are given again after a reboot. */
export function isOurProcess(pid: number): boolean {
  return isAlive(pid) && commandLineOf(pid).includes("heliograph");
}

function commandLineOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // No /proc: macOS.
  }
  try {
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return "";
  }
}
