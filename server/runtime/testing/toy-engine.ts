import { startChild } from "../child-process";
import { runEngineProcess } from "../engine-process";
import { toyDesk } from "./toy-desk";

const workerUrl = new URL("./toy-worker.mjs", import.meta.url);
const followerUrl = new URL("./toy-follower.mjs", import.meta.url);
runEngineProcess({
  child: startChild("engine"),
  desk: toyDesk,
  deskHash: "toy",
  workerUrl,
  followerUrl,
  snapshotSeconds: 0.2,
});
