import type { Command } from "./command";

/** Every command by name; loaded when asked for, so that `book` does not load the supervisor. */
export const commandLoaders: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  start: () => import("./commands/start"),
  status: () => import("./commands/status"),
  halt: () => import("./commands/halt"),
  kill: () => import("./commands/kill"),
  mode: () => import("./commands/mode"),
  limit: () => import("./commands/limit"),
  release: () => import("./commands/release"),
  approve: () => import("./commands/approve"),
  pause: () => import("./commands/pause"),
  resume: () => import("./commands/resume"),
  book: () => import("./commands/book"),
  replay: () => import("./commands/replay"),
  verify: () => import("./commands/verify"),
  simulate: () => import("./commands/simulate"),
  "crash-test": () => import("./commands/crash-test"),
  bench: () => import("./commands/bench"),
  generate: () => import("./commands/generate"),
  fuzz: () => import("./commands/fuzz"),
  "hostile-orders": () => import("./commands/hostile-orders"),
  build: () => import("./commands/build"),
  check: () => import("./commands/check"),
  screenshots: () => import("./commands/screenshots"),
  "generate-history": () => import("./commands/generate-history"),
  calibrate: () => import("./commands/calibrate"),
};
