// Loaded before an engine of a browser test (NODE_OPTIONS --require), also in its workers: while the flag file is there its
// disk is full, as on any system and by any user. No log takes a byte until the reserve is given up, and no new reserve is to be had.

const fs = require("node:fs");
const { syncBuiltinESMExports } = require("node:module");
const path = require("node:path");

const flag = process.env.HELIOGRAPH_FULL_DISK_FLAG ?? "";
const isEngine = (process.env.HELIOGRAPH_CHILD ?? "").includes('"name":"engine"');
/** File names by descriptor. */
const names = new Map();
let hasGivenUp = false;

function isFull(descriptor) {
  const name = names.get(descriptor) ?? "";
  const isReserve = name === "reserve";
  if (!isReserve && (hasGivenUp || !/^(inputs|facts).*\.log$/.test(name))) return false;
  return fs.existsSync(flag);
}

if (isEngine) {
  const { openSync, closeSync, unlinkSync, writeSync } = fs;
  fs.openSync = (file, ...parts) => {
    const descriptor = openSync(file, ...parts);
    names.set(descriptor, path.basename(String(file)));
    return descriptor;
  };
  fs.closeSync = (descriptor) => {
    names.delete(descriptor);
    closeSync(descriptor);
  };
  fs.unlinkSync = (file) => {
    unlinkSync(file);
    if (path.basename(String(file)) === "reserve" && fs.existsSync(flag)) hasGivenUp = true;
  };
  fs.writeSync = (descriptor, ...parts) => {
    if (isFull(descriptor))
      throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" });
    return writeSync(descriptor, ...parts);
  };
  syncBuiltinESMExports();
}
