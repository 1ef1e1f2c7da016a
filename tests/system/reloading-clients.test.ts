import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { limitCodes } from "../../domain/limit";
import { riskDesk } from "../../server/engine/risk/testing/risk-desk";
import { Gateway } from "../../server/gateway/gateway";
import { TestBrowser } from "../../server/gateway/testing/test-browser";
import { factsFile } from "../../server/journal/facts-log";
import { ControlSocket } from "../../server/runtime/control-socket";
import { EngineLinkClient } from "../../server/runtime/engine-link-client";
import { Publisher } from "../../server/runtime/publisher";
import { SharedCounters } from "../../server/runtime/shared-counters";
import { createSharedViews, SharedViewReader } from "../../server/runtime/shared-views";
import { helloOf } from "../../server/runtime/testing/hello-of";
import { until } from "../../server/store/testing/until";
import { JournaledEngine } from "../support/journaled-engine";
import { createRandom } from "../support/random";

const pages = 4;
const commandsOfPage = 40;
const retriesOfCommand = 6;
const restarts = 5;
const restartEveryMs = 400;
const answerMsMax = 3_000;

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** The engine with its control socket, in this thread: it can be killed and comes back out of its logs. */
class EngineSide {
  readonly address: string;
  readonly engine: JournaledEngine;
  private counters = new SharedCounters();
  private stop: () => void = () => undefined;

  constructor(folder: string) {
    this.address = path.join(folder, "engine.sock");
    this.engine = new JournaledEngine(riskDesk(), folder, {
      onCommitted: (factsLength, factNumber) => this.counters.commitFacts(factsLength, factNumber),
    });
  }

  async listen(): Promise<void> {
    const { recovered, engine } = this.engine;
    const publisher = new Publisher({
      hello: helloOf(recovered),
      dayStartMs: 0,
      views: new SharedViewReader(createSharedViews(engine.viewRowCounts)),
      counters: this.counters,
      factsFile: factsFile(recovered.directory),
      report: () => undefined,
      forward: (bytes) => {
        this.engine.command(bytes);
      },
    });
    const control = new ControlSocket(publisher, () => undefined);
    await control.listen(this.address);
    publisher.start();
    this.stop = () => {
      publisher.close();
      control.close();
    };
  }

  /** Ends as a killed process does: answers that were not sent yet are lost. */
  kill(): void {
    this.stop();
    this.engine.kill();
  }

  async restart(): Promise<void> {
    this.counters = new SharedCounters();
    this.engine.restart();
    await this.listen();
  }
}

/** The gateway before an engine; resolves with its address. */
async function startGateway(engineAddress: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(404).end());
  const gateway = new Gateway({
    server,
    desk: riskDesk(),
    deskHash: "0",
    version: "test",
    engineAddress,
    host: "127.0.0.1",
    accessToken: "",
    development: false,
    storeStatus: () => ({ state: "connected", text: "", behindFacts: 0, committedFactNumber: 0, lastAdvancedMs: 0 }),
    history: null,
    layouts: null,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  gateway.start();
  cleanUps.push(async () => {
    await gateway.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  await until("the gateway has its engine", () => gateway.engineUp);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`;
}

type Asked = Parameters<TestBrowser["command"]>[0];

/** A page whose commands outlive it: it is closed in the middle of an answer, opened again, and asks once more. */
class Page {
  readonly asked: Asked[] = [];
  /** Answers of the engine by command. */
  readonly answers = new Map<string, string[]>();
  reloads = 0;
  private browser: TestBrowser;

  constructor(
    private readonly url: string,
    private readonly number: number,
    private readonly random: () => number,
  ) {
    this.browser = new TestBrowser(url);
  }

  async work(): Promise<void> {
    for (let i = 0; i < commandsOfPage; i++) {
      const asked = this.draw(i);
      this.asked.push(asked);
      // The first answer is lost with the page in every third case.
      if (this.random() < 0.33) {
        void this.browser.command(asked);
        await sleep(this.random() * 10);
        this.reload();
      }
      await this.ask(asked);
      for (let retry = 0; retry < retriesOfCommand; retry++) {
        if (this.random() < 0.05) this.reload();
        await this.ask(this.asked[Math.floor(this.random() * this.asked.length)]);
      }
    }
  }

  close(): void {
    this.browser.close();
  }

  private reload(): void {
    this.reloads++;
    this.browser.close();
    this.browser = new TestBrowser(this.url);
  }

  /** Asks until the engine has answered: not reachable and too much at once are no answers of it. */
  private async ask(asked: Asked): Promise<void> {
    for (;;) {
      const reply = await Promise.race([this.browser.command(asked), sleep(answerMsMax, null)]);
      if (reply === null) this.reload();
      else if (reply.answer === "unreachable" || reply.answer === "invalid") await sleep(100);
      else {
        this.answers.set(asked.id, [...(this.answers.get(asked.id) ?? []), reply.answer]);
        return;
      }
    }
  }

  private draw(i: number): Asked {
    const id = randomUUID();
    const reason = "reloaded";
    const strategy = Math.floor(this.random() * 3);
    const kinds = ["approve", "pause", "resume", "kill", "release"] as const;
    if (i % 2 === 1) {
      const command = kinds[Math.floor(this.random() * kinds.length)];
      // A kill of the same by two pages at once is one kill of two ids: each page has its own instrument.
      if (command === "kill" || command === "release")
        return { id, command, scope: "instrument", target: this.number, reason };
      return { id, command, scope: "strategy", target: strategy, reason };
    }
    // Another value for each, so that the facts tell how often each was done.
    const value = 10_000 + this.number * 1_000 + i;
    return { id, command: "setLimit", scope: "all", target: -1, detail: limitCodes.code.ordersPerDay, value, reason };
  }
}

it("commands of pages that are reloaded and ask again, over an engine that is killed and restarted, act once each", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-reloads-"));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  const side = new EngineSide(folder);
  await side.listen();
  cleanUps.push(() => side.kill());
  const url = await startGateway(side.address);
  const all = Array.from({ length: pages }, (_, number) => new Page(url, number, createRandom(21 + number)));
  cleanUps.push(() => {
    for (const page of all) page.close();
  });
  let isOver = false;
  let killed = 0;
  const trouble = (async () => {
    while (killed < restarts && !isOver) {
      await sleep(restartEveryMs);
      side.kill();
      await sleep(50);
      await side.restart();
      killed++;
    }
  })();
  await Promise.all(all.map((page) => page.work()));
  isOver = true;
  await trouble;

  const facts: Fact[] = [];
  const client = new EngineLinkClient({
    address: side.address,
    factsFrom: 1,
    views: false,
    onFacts: (some) => {
      facts.push(...some);
    },
  });
  client.start();
  cleanUps.push(() => client.close());
  const last = side.engine.engine.turn.factNumber;
  await until("every fact is there", () => facts.length >= last);

  const commands = facts.filter((fact): fact is Fact & FactOf<"command"> => fact.kind === "command");
  const limits = facts.filter((fact): fact is Fact & FactOf<"limitChanged"> => fact.kind === "limitChanged");
  for (const page of all)
    for (const { id, command, value } of page.asked) {
      const answers = new Set(page.answers.get(id));
      const own = commands.filter((fact) => commandText(fact).id === id);
      expect([id, answers.size, own.filter(({ detail }) => detail === 0).length]).toEqual([id, 1, 1]);
      if (command === "setLimit") expect([id, limits.filter(({ to }) => to === value).length]).toEqual([id, 1]);
    }
  const answered = all.flatMap(({ answers }) => [...answers.values()].map(({ length }) => length));
  expect(answered).toHaveLength(pages * commandsOfPage);
  expect(answered.reduce((sum, count) => sum + count, 0)).toBe(pages * commandsOfPage * (1 + retriesOfCommand));
  expect(killed).toBe(restarts);
  expect(all.every(({ reloads }) => reloads > 5)).toBe(true);
}, 120_000);
