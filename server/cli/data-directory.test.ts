import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { engineSocketPath, lockDataDirectory } from "./data-directory";
import { freePorts, portProblem } from "./free-ports";

const folder = mkdtempSync(path.join(tmpdir(), "heliograph-data-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("a data directory", () => {
  it("is taken by one supervisor at a time", async () => {
    const data = path.join(folder, "one");
    const unlock = lockDataDirectory(data);
    unlock();
    // A living process whose command line names heliograph holds the lock now.
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)", "heliograph"], { stdio: "ignore" });
    await new Promise((resolve) => other.once("spawn", resolve));
    writeFileSync(path.join(data, "supervisor.lock"), `${other.pid}\n`);
    expect(() => lockDataDirectory(data)).toThrow(`another heliograph (process ${other.pid}) runs on ${data}`);
    const gone = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await gone;
    lockDataDirectory(data)();
  });

  it("that cannot be made stops the start, and the path is named", () => {
    const file = path.join(folder, "a-file");
    writeFileSync(file, "");
    expect(() => lockDataDirectory(path.join(file, "data"))).toThrow(/a-file/);
  });

  it("has its engine's socket within the length that a path of a socket may have", () => {
    expect(engineSocketPath("/data")).toBe("/data/engine.sock");
    const long = engineSocketPath(`/${"x".repeat(120)}`);
    expect(long).toMatch(/heliograph-[0-9a-f]{16}\.sock$/);
    expect(engineSocketPath(`/${"y".repeat(120)}`)).not.toBe(long);
  });
});

describe("ports", () => {
  it("are free and different", async () => {
    const ports = await freePorts(["tcp", "udp", "tcp", "udp"]);
    expect(new Set([ports[0], ports[2]]).size).toBe(2);
    expect(await portProblem(ports[0], "127.0.0.1")).toBeNull();
  });

  it("that are taken are named", async () => {
    const { createServer } = await import("node:net");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    expect(await portProblem(port, "127.0.0.1")).toBe(
      `port ${port} on 127.0.0.1 is taken by another process; choose another one with --port N`,
    );
    await new Promise((resolve) => server.close(resolve));
  });
});
