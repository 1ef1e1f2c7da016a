import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { afterEach, beforeEach, expect, it } from "vitest";
import { commandKinds, roles, scopes } from "../../domain/command";
import { encodeCommand } from "../machine/command-record";
import { startTestRun, temporaryDirectory } from "./testing/run-fixture";

let directory: string;
let remove: () => void;

beforeEach(() => {
  ({ path: directory, remove } = temporaryDirectory());
});
afterEach(() => remove());

it("joined turns of more bytes than the append buffer holds find the reserve, on a disk that is full", () => {
  const reports: string[] = [];
  const due: (() => void)[] = [];
  let isFull = false;
  const run = startTestRun({
    directory,
    write: (descriptor, bytes, offset, length) => {
      if (isFull) throw new Error("ENOSPC: no space left on device, write");
      return writeSync(descriptor, bytes, offset, length);
    },
    shell: {
      joined: { slowNs: 0.5e6, defer: (end) => due.push(end) },
      reserve: {
        room: {
          release: () => {
            isFull = false;
            return true;
          },
          renew: () => false,
        },
        haltCommand: (reason) =>
          encodeCommand({
            command: commandKinds.code.kill,
            scope: scopes.code.all,
            role: roles.code.system,
            target: -1,
            id: randomUUID(),
            actor: "engine",
            reason,
          }),
        isDispensable: () => false,
        report: (text) => reports.push(text),
      },
    },
  });
  isFull = true;
  // One round of the event loop: a socket is read up to 32 times, 64 KB each.
  for (let i = 0; i < 32; i++) run.data("x".repeat(60_000));
  for (const end of due) end();
  expect(run.halts).toEqual([]);
  expect(reports).toEqual([expect.stringMatching(/ENOSPC.*: halted; cancels are journaled in the reserve/)]);
});
