import { mkdtempSync, rmSync, statSync } from "node:fs";
import type { Server } from "node:net";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandKinds, scopes } from "../../domain/command";
import { operatorCommands } from "../machine/operator-commands";
import { giveOrder, listenForOperator, operatorSocketOf } from "./exchange-operator";

describe("the operator of the simulated exchange", () => {
  let folder: string;
  let path: string;
  let server: Server;
  const taken: Uint8Array[] = [];
  const said = () => taken.splice(0).map((bytes) => [bytes[0], bytes[1], new DataView(bytes.buffer).getInt32(4)]);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "heliograph-operator-"));
    path = operatorSocketOf(join(folder, "engine.sock"));
    server = await listenForOperator(path, (bytes) => taken.push(bytes));
  });
  afterEach(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  it("halts, resumes, busts, repeats and withholds: each an input of the exchange", async () => {
    expect(await giveOrder(path, { order: "halt", instrument: 7 })).toBe("done");
    expect(await giveOrder(path, { order: "resume", instrument: 7 })).toBe("done");
    expect(await giveOrder(path, { order: "bust", venue: 1, back: 2 })).toBe("done");
    expect(await giveOrder(path, { order: "repeat", venue: 0, back: 0 })).toBe("done");
    expect(await giveOrder(path, { order: "withhold", venue: 1, count: 3 })).toBe("done");
    expect(said()).toEqual([
      [commandKinds.code.kill, scopes.code.instrument, 7],
      [commandKinds.code.release, scopes.code.instrument, 7],
      [operatorCommands.breakExecution, scopes.code.venue, 1 + 16 * 2],
      [operatorCommands.repeatExecution, scopes.code.venue, 0],
      [operatorCommands.withholdExecution, scopes.code.venue, 1 + 16 * 2],
    ]);
  });

  it("is told what is wrong with an order, and nothing is done", async () => {
    const answer = (text: string) =>
      new Promise<string>((resolve) => {
        let all = "";
        const socket = connect(path, () => socket.write(text));
        socket.on("data", (chunk: Buffer) => {
          all += chunk.toString();
        });
        socket.on("close", () => resolve(all.trim()));
      });
    expect(await answer("halt!\n")).toBe("that is no JSON");
    expect(await answer('{"order":"withhold","venue":99,"count":1}\n')).toMatch(/venue/);
    expect(await answer(`${"x".repeat(2_000)}`)).toMatch(/at most 1024/);
    expect(said()).toEqual([]);
  });

  it("alone may come in, and takes the place of a socket that a dead process left", async () => {
    expect(statSync(path).mode & 0o077).toBe(0);
    server.close();
    server = await listenForOperator(path, (bytes) => taken.push(bytes));
    expect(await giveOrder(path, { order: "halt", instrument: 0 })).toBe("done");
    expect(said()).toHaveLength(1);
  });
});
