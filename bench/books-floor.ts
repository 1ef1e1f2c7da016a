import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { rootFolder } from "../server/cli/root-folder";

/** What the C++ program prints: millions a second, and checksums. */
export type FloorResult = {
  readonly messages: number;
  readonly decode: number;
  readonly books: number;
  readonly decodeChecksum: number;
  readonly booksChecksum: number;
  readonly openOrders: number;
};

/** Builds the C++ floor into a temporary folder, once for each text of it; its path, or null where nothing compiles it. */
export function buildFloor(): string | null {
  const source = path.join(rootFolder, "bench", "floor", "books-floor.cpp");
  const hash = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 16);
  const folder = path.join(tmpdir(), "heliograph-floor");
  const program = path.join(folder, `books-floor-${hash}`);
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const part = `${program}.${process.pid}.part`;
  for (const compiler of ["g++", "c++", "clang++"]) {
    try {
      execFileSync(compiler, ["-O3", "-march=native", "-std=c++17", "-o", part, source], { stdio: "ignore" });
      renameSync(part, program);
      return program;
    } catch {
      // Not there, or too old for it: try the next.
    }
  }
  return null;
}

/** One warm and one timed pass of decoding and of books. */
export function runFloor(program: string, file: string): FloorResult {
  return JSON.parse(execFileSync(program, [file]).toString());
}
