import { execFile } from "node:child_process";
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { availableParallelism, getPriority, setPriority } from "node:os";
import type { ChildName } from "./child-contract";

/**
 * Niceness of what serves people. Where engine and web both want a core, the engine gets nine tenths of it: nobody at a
 * screen notices, and a busy screen may not delay an order or a kill. No lower, or a busy machine would stop the screen.
 */
const servingNiceness = 10;

/** What is on other machines in life, as the browsers of a bench: it takes nothing from anybody. */
export const elsewhereNiceness = 19;

/** What stands beside trading. The exchange does not: it is in the venues' place, on other machines. */
const serving: ReadonlySet<ChildName> = new Set(["web", "database"]);

/**
 * Priorities in Linux's real-time class (1..99, more runs first; sched(7)): whoever has one is given a core in the moment it wants
 * one, before everything else on the machine. The engine's worker goes before its main thread, which takes the kills in; the
 * watchdog before what it watches. Nobody is in it on a machine of one core: there one that hangs would leave none to the others
 * of its class, which the kernel holds back together.
 */
export const realTimePriority = { engineMain: 1, engineWorker: 2, watchdog: 3 } as const;

/** Gives a child of the supervisor its place: web and database behind all others, the watchdog before them. */
export async function setPriorityOf(name: ChildName, pid: number): Promise<string | null> {
  if (name === "watchdog") return setRealTime(pid, realTimePriority.watchdog);
  return serving.has(name) ? setNiceness(pid, servingNiceness) : null;
}

/** The kernel's number of the thread that asks; null where there is no /proc. */
export function ownThreadId(): number | null {
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    return null;
  }
}

/**
 * Puts one thread (a process's number is its first thread's) into the real-time class, not the threads that it starts later.
 * Resolves with null, or in words with what was not possible: nothing depends on it. Linux lets root do so, who has
 * CAP_SYS_NICE, and who was given a limit (`ulimit -r`, LimitRTPRIO of systemd). Node has no call for it, so that chrt(1) is run.
 */
export function setRealTime(threadId: number, priority: number): Promise<string | null> {
  if (availableParallelism() < 2) return Promise.resolve("there is one core only");
  const words = ["--reset-on-fork", "--rr", "--pid", `${priority}`, `${threadId}`];
  return new Promise((resolve) => {
    try {
      execFile("chrt", words, (error, _stdout, stderr) => {
        if (error === null || stderr.includes("No such process")) resolve(null);
        else resolve(stderr.trim() || error.message);
      });
    } catch (error) {
      resolve(error instanceof Error ? error.message : String(error));
    }
  });
}

/** Linux refuses a second change of a session's weight within a tenth of a second to all but root. */
const autogroupTries = 5;
const autogroupPauseMs = 150;

/**
 * Gives a process, all its threads and what they start later a niceness (0..19, more is less), if it has less. Resolves
 * with null, or in words with what was not possible: nothing depends on it. A process that has ended is no failure.
 *
 * Linux: a niceness belongs to a thread; one set on the first thread soon after its start reaches all. And where
 * sessions are scheduled as groups (`sched_autogroup_enabled`, sched(7)), as on most desktops, it counts only against
 * processes of the same session; children of the supervisor lead sessions of their own, so the group gets it too.
 */
export async function setNiceness(pid: number, niceness: number): Promise<string | null> {
  try {
    raise(pid, niceness);
    if (process.platform !== "linux") return null;
    for (const thread of readdirSync(`/proc/${pid}/task`)) raise(Number(thread), niceness);
    if (leadsSession(pid)) await setGroupNiceness(pid, niceness);
    return null;
  } catch (error) {
    if (isGone(error)) return null;
    return error instanceof Error ? error.message : String(error);
  }
}

/** To a lower one than it has by inheritance only root may go. */
function raise(id: number, niceness: number): void {
  if (getPriority(id) < niceness) setPriority(id, niceness);
}

/** Field 6 of /proc/PID/stat; the command's name in front, in brackets, may hold anything. */
function leadsSession(pid: number): boolean {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const session = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[3];
  return Number(session) === pid;
}

async function setGroupNiceness(pid: number, niceness: number): Promise<void> {
  for (let tries = 1; ; tries++)
    try {
      writeFileSync(`/proc/${pid}/autogroup`, `${niceness}`);
      return;
    } catch (error) {
      // A kernel without such groups has no such file.
      if (codeOf(error) === "ENOENT") return;
      if (codeOf(error) !== "EAGAIN" || tries >= autogroupTries) throw error;
      await new Promise((resolve) => setTimeout(resolve, autogroupPauseMs));
    }
}

function isGone(error: unknown): boolean {
  const code = codeOf(error);
  return code === "ESRCH" || code === "ENOENT";
}

function codeOf(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return undefined;
  if ("info" in error && typeof error.info === "object" && error.info !== null && "code" in error.info)
    return error.info.code;
  return "code" in error ? error.code : undefined;
}
