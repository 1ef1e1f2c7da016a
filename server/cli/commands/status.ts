import type { EngineHello, EngineStatus } from "../../runtime/engine-link";
import { EngineLinkClient } from "../../runtime/engine-link-client";
import type { Command } from "../command";
import { readRunningDesk } from "../data-directory";
import { dataDirectoryOf } from "../engine-commands";
import { isAlive, isOurProcess } from "../process-liveness";

const answerMsMax = 2_500;

/** Shows who runs and how the engine is; exit code 0 when supervisor and engine both live. */
export const command: Command = {
  name: "status",
  summary: "show which processes run, and how the engine is",
  usage: "",
  options: [
    { name: "data", kind: "text", value: "DIR", summary: "the desk's data directory; default .heliograph/data" },
  ],
  wordsMax: 0,
  run: async (input) => {
    const dataDirectory = dataDirectoryOf(input);
    const desk = readRunningDesk(dataDirectory);
    if (desk === null) {
      console.log(`no desk has been started on ${dataDirectory}`);
      return 1;
    }
    const supervised = isOurProcess(desk.supervisor);
    console.log(`${row("supervisor", desk.supervisor, supervised ? "running" : "gone")}${desk.address}`);
    for (const { name, pid, state, restarts } of desk.children) {
      const now = pid > 0 && !isAlive(pid) ? "gone" : state;
      const again = restarts === 0 ? "" : `restarts: ${restarts}`;
      console.log(`${row(name, pid, now)}${again}`.trimEnd());
    }
    const engine = await askEngine(desk.engineSocket);
    if (engine === null) {
      console.log(`the engine does not answer at ${desk.engineSocket}`);
      return 1;
    }
    const { hello, status } = engine;
    console.log(
      `trading day ${hello.tradingDay}, run ${hello.epoch}, ${status.inputsPerSecond.toLocaleString("en")} inputs a second, ` +
        `fact ${status.factNumber.toLocaleString("en")}, journal ${(status.journalBytes / 1e6).toFixed(1)} MB`,
    );
    return supervised ? 0 : 1;
  },
};

function row(name: string, pid: number, state: string): string {
  return `${name.padEnd(12)}${(pid > 0 ? String(pid) : "-").padEnd(9)}${state.padEnd(12)}`;
}

function askEngine(address: string): Promise<{ hello: EngineHello; status: EngineStatus } | null> {
  return new Promise((resolve) => {
    let hello: EngineHello | null = null;
    const finish = (result: { hello: EngineHello; status: EngineStatus } | null) => {
      clearTimeout(timer);
      client.close();
      resolve(result);
    };
    const client = new EngineLinkClient({
      address,
      factsFrom: null,
      views: false,
      onHello: (said) => {
        hello = said;
      },
      onStatus: (status) => {
        if (hello !== null) finish({ hello, status });
      },
    });
    const timer = setTimeout(() => finish(null), answerMsMax);
    client.start();
  });
}
