import { deskOf } from "./runtime/child-desk";
import { startChild } from "./runtime/child-process";
import { compileWholePath } from "./runtime/compile-whole-path";
import { runEngineProcess } from "./runtime/engine-process";
import { runReplayProcess } from "./runtime/replay-process";

compileWholePath();
const child = startChild("engine");
const { replay } = child.config;
const workerUrl = new URL("./engine-worker.mjs", import.meta.url);
try {
  child.progress(`reading ${child.config.deskFile}`);
  const { desk, hash: deskHash, census } = deskOf(child.config);
  if (replay !== null && census !== null) runReplayProcess({ child, desk, deskHash, replay, census, workerUrl });
  else {
    const followerUrl = new URL("./follower-worker.mjs", import.meta.url);
    runEngineProcess({ child, desk, deskHash, workerUrl, followerUrl });
  }
} catch (error) {
  child.fail(error instanceof Error ? error.message : String(error));
}
