import { loadDesk } from "./desk/load-desk";
import { startChild } from "./runtime/child-process";
import { runEngineProcess } from "./runtime/engine-process";

const child = startChild("engine");
const { deskFile, names, pairs, seed } = child.config;
try {
  child.progress(`reading ${deskFile}`);
  const { desk, hash } = loadDesk(deskFile, { names, pairs, seed });
  runEngineProcess({
    child,
    desk,
    deskHash: hash,
    workerUrl: new URL("./engine-worker.mjs", import.meta.url),
    followerUrl: new URL("./follower-worker.mjs", import.meta.url),
  });
} catch (error) {
  child.fail(error instanceof Error ? error.message : String(error));
}
