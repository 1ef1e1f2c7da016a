// Loaded before an engine of `bench kill` (NODE_OPTIONS --require), also in its workers: while the flag file is there,
// each write to a log takes as many milliseconds longer as the environment says.

const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");

const flag = process.env.HELIOGRAPH_SLOW_DISK_FLAG ?? "";
const delayMs = Number(process.env.HELIOGRAPH_SLOW_DISK_MS ?? 0);
const lookAgainMs = 20;
const cell = new Int32Array(new SharedArrayBuffer(4));
let lookedMs = 0;
let isSlow = false;

function wait() {
  const nowMs = Date.now();
  if (nowMs - lookedMs >= lookAgainMs) {
    lookedMs = nowMs;
    isSlow = fs.existsSync(flag);
  }
  if (isSlow) Atomics.wait(cell, 0, 0, delayMs);
}

for (const name of ["writeSync", "writevSync", "fsyncSync", "fdatasyncSync"]) {
  const own = fs[name];
  fs[name] = (...parts) => {
    wait();
    return own(...parts);
  };
}
syncBuiltinESMExports();
