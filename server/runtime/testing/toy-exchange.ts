import { startChild } from "../child-process";
import { runExchangeProcess } from "../exchange-process";
import { toyDesk } from "./toy-desk";
import { ToyMachine } from "./toy-machine";

const child = startChild("exchange");
runExchangeProcess({
  child,
  desk: toyDesk,
  deskHash: "toy",
  createMachine: () => new ToyMachine(),
  followerUrl: new URL("./toy-follower.mjs", import.meta.url),
  snapshotSeconds: 0.2,
}).catch((error: unknown) => child.fail(error instanceof Error ? error.message : String(error)));
