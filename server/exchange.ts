import { loadDesk } from "./desk/load-desk";
import { startChild } from "./runtime/child-process";
import { runExchangeProcess } from "./runtime/exchange-process";
import { createExchange } from "./simulator/exchange-machine";

const child = startChild("exchange");
const { deskFile, names, pairs, seed } = child.config;
try {
  child.progress(`reading ${deskFile}`);
  const { desk, hash } = loadDesk(deskFile, { names, pairs, seed });
  await runExchangeProcess({
    child,
    desk,
    deskHash: hash,
    createMachine: () => createExchange(desk),
    followerUrl: new URL("./follower-worker.mjs", import.meta.url),
  });
} catch (error) {
  child.fail(error instanceof Error ? error.message : String(error));
}
