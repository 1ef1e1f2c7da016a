import { join } from "node:path";
import { factsFile } from "../../journal/facts-log";
import { ControlSocket } from "../control-socket";
import { Publisher } from "../publisher";
import { SharedCounters } from "../shared-counters";
import { createSharedViews, SharedViewReader } from "../shared-views";
import { helloOf } from "./hello-of";
import { startTestRun } from "./run-fixture";

/**
 * A control socket with its publisher over a toy's run in `directory`, listening at `address`; commands go to `forward`, and
 * `reports` has what it says of its clients. `close` ends all.
 */
export async function openBareControl(directory: string, forward: (bytes: Uint8Array) => void = () => undefined) {
  const counts = { instrument: 0, listing: 0, strategy: 0, pair: 0, venue: 0, desk: 1, limit: 0, refusal: 0 };
  const run = startTestRun({ directory: join(directory, "engine") });
  const publisher = new Publisher({
    hello: helloOf(run.recovered),
    dayStartMs: 0,
    views: new SharedViewReader(createSharedViews(counts)),
    counters: new SharedCounters(),
    factsFile: factsFile(run.recovered.directory),
    report: () => undefined,
    forward,
  });
  const reports: string[] = [];
  const control = new ControlSocket(publisher, (text) => reports.push(text));
  const address = join(directory, "engine.sock");
  await control.listen(address);
  const close = (): void => {
    publisher.close();
    control.close();
    run.shell.stop();
  };
  return { address, publisher, control, reports, close };
}
