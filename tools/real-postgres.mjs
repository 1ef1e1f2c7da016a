// A throw-away PostgreSQL for tests: the machine's own binaries, or Debian's package when we are root.

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import pg from "pg";

const isRoot = process.getuid?.() === 0;
const startMsMax = 20_000;

/**
 * Starts a cluster of its own in `folder`, on a free port. Resolves with `problem` null, `url`, `version` and `stop`,
 * or with why there can be none here.
 */
export async function startPostgres(folder) {
  const binaries = findBinaries() ?? (install() ? findBinaries() : null);
  if (binaries === null)
    return { problem: "no PostgreSQL here (initdb not found), and only root on Debian can install one" };
  const data = path.join(folder, "postgres");
  try {
    // PostgreSQL refuses to run as root: the package's own user runs it.
    chmodSync(folder, 0o755);
    mkdirSync(data, { recursive: true });
    if (isRoot) execFileSync("chown", ["-R", "postgres", data]);
    const [command, ...before] = asUser(path.join(binaries, "initdb"));
    execFileSync(command, [...before, "-D", data, "-U", "heliograph", "-A", "trust", "-E", "UTF8", "--no-sync"], {
      stdio: "pipe",
      cwd: data,
    });
    const port = await freePort();
    const settings = ["listen_addresses=127.0.0.1", `unix_socket_directories=${data}`, "fsync=off"];
    const [server, ...parts] = asUser(path.join(binaries, "postgres"));
    const child = spawn(server, [...parts, "-D", data, "-p", String(port), ...settings.flatMap((s) => ["-c", s])], {
      cwd: data,
      stdio: "ignore",
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const stop = async () => {
      child.kill("SIGINT");
      await exited;
    };
    const url = `postgres://heliograph@127.0.0.1:${port}/postgres`;
    const version = await waitForAnswer(url);
    if (version !== null) return { problem: null, url, version, stop };
    await stop();
    return { problem: `the PostgreSQL of ${binaries} did not answer within ${startMsMax / 1000} s` };
  } catch (error) {
    return { problem: error.message };
  }
}

function findBinaries() {
  const debian = "/usr/lib/postgresql";
  const folders = [
    ...(existsSync(debian)
      ? readdirSync(debian)
          .map((version) => path.join(debian, version, "bin"))
          .reverse()
      : []),
    ...(process.env.PATH ?? "").split(path.delimiter),
    "/opt/homebrew/opt/postgresql/bin",
    "/usr/local/opt/postgresql/bin",
  ];
  return folders.find((folder) => ["initdb", "postgres"].every((file) => existsSync(path.join(folder, file)))) ?? null;
}

function install() {
  if (!isRoot || !existsSync("/usr/bin/apt-get")) return false;
  console.log("installing PostgreSQL from Debian's packages");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    execFileSync("apt-get", ["update", "-qq"], { stdio: "pipe", env, timeout: 120_000 });
    execFileSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "postgresql"], {
      stdio: "pipe",
      env,
      timeout: 300_000,
    });
    return true;
  } catch (error) {
    console.log(`apt could not: ${error.message.split("\n")[0]}`);
    return false;
  }
}

/** The command line that runs a program as a user PostgreSQL accepts. */
function asUser(program) {
  return isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", program] : [program];
}

async function waitForAnswer(url) {
  for (const until = Date.now() + startMsMax; Date.now() < until; ) {
    const client = new pg.Client({ connectionString: url });
    client.on("error", () => undefined);
    try {
      await client.connect();
      const { rows } = await client.query("show server_version");
      await client.end();
      return `PostgreSQL ${rows[0].server_version}`;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return null;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
