import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** CPU time and memory of one process over a while. */
export type ProcessFigures = {
  readonly name: string;
  readonly corePercent: number;
  readonly residentMegabytes: number;
};

/** Measures processes of a running desk for `seconds`: percent of one core, resident memory at the end. */
export async function measureProcesses(
  processes: readonly { readonly name: string; readonly pid: number }[],
  seconds: number,
): Promise<ProcessFigures[]> {
  const before = processes.map(({ pid }) => usageOf(pid));
  const beganMs = performance.now();
  await sleep(seconds * 1_000);
  const tookSeconds = (performance.now() - beganMs) / 1_000;
  return processes.map(({ name, pid }, index) => {
    const after = usageOf(pid);
    const cpuSeconds = after.cpuSeconds - (before[index]?.cpuSeconds ?? 0);
    return {
      name,
      corePercent: Math.round((cpuSeconds / tookSeconds) * 1_000) / 10,
      residentMegabytes: Math.round(after.residentKilobytes / 1_024),
    };
  });
}

const procTicksPerSecond = 100;
const pageKilobytes = 4;

/** CPU time of a process so far and its resident memory. From /proc where there is one (its clock counts hundredths), else from `ps`. */
export function usageOf(pid: number): { cpuSeconds: number; residentKilobytes: number } {
  const stat = `/proc/${pid}/stat`;
  if (existsSync(stat)) {
    // Fields 14, 15 and 24 of proc(5): user time, system time, resident pages; the name before them may hold spaces.
    const fields = readFileSync(stat, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    const ticks = Number(fields[11]) + Number(fields[12]);
    return { cpuSeconds: ticks / procTicksPerSecond, residentKilobytes: Number(fields[21]) * pageKilobytes };
  }
  const [time = "", resident = "0"] = execFileSync("ps", ["-o", "time=,rss=", "-p", `${pid}`])
    .toString()
    .trim()
    .split(/\s+/);
  return { cpuSeconds: secondsOf(time), residentKilobytes: Number(resident) };
}

/** `[[days-]hours:]minutes:seconds[.hundredths]` in seconds. */
export function secondsOf(time: string): number {
  const [days, clock] = time.includes("-") ? time.split("-") : ["0", time];
  const seconds = (clock ?? "0").split(":").reduce((total, part) => total * 60 + Number(part), 0);
  return Number(days) * 86_400 + seconds;
}
