import { loadDesk } from "./desk/load-desk";
import { Watchdog } from "./ops/watchdog";
import { startChild } from "./runtime/child-process";

const child = startChild("watchdog");
try {
  const { config } = child;
  const { desk } = loadDesk(config.deskFile, { names: config.names, pairs: config.pairs, seed: config.seed });
  const watchdog = new Watchdog({
    engineAddress: config.engineSocket,
    orderPorts: config.venuePorts
      .slice(0, desk.venues.length)
      .map(({ orders }) => ({ host: "127.0.0.1", port: orders })),
    report: (text) => child.progress(text),
  });
  watchdog.start();
  child.onStop(() => {
    watchdog.close();
    child.exit(0);
  });
  child.ready("watching the engine's heartbeat");
} catch (error) {
  child.fail(error instanceof Error ? error.message : String(error));
}
