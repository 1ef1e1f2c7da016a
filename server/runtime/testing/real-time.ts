import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** More than one core: only there anybody gets a real-time priority. */
export const hasCores = availableParallelism() > 1;

/** Root may have one, and who was given a limit, on Linux. */
export const mayRealTime =
  process.platform === "linux" && hasCores && spawnSync("chrt", ["--rr", "1", "true"]).status === 0;

/** A thread's priority in Linux's real-time class, 0 for none, and whether it is in the round robin of it (proc(5), stat: fields 40, 41). */
export function realTimeOf(pid: number, threadId: number | string = pid): { priority: number; isRoundRobin: boolean } {
  const stat = readFileSync(`/proc/${pid}/task/${threadId}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { priority: Number(fields[37]), isRoundRobin: fields[38] === "2" };
}
