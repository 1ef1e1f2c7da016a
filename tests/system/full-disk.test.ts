import { execFileSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { commandText, type Fact, type FactOf } from "../../domain/facts";
import { sessionStates } from "../../domain/health";
import { verifyJournal } from "../../server/journal/verify-journal";
import { compare } from "../../tools/crash-test/checker/compare";
import { readDropCopy } from "../../tools/crash-test/checker/drop-copy";
import { readFactsFile } from "../../tools/crash-test/checker/facts-file";
import { RelayedDesk } from "../support/relayed-desk";

/** Room for an engine's first snapshot, its reserve and some minutes of this desk's logs. */
const diskLength = 96 << 20;

/** Mounts a file system of its own size at a folder; false where that is not allowed. */
function mountDisk(folder: string): boolean {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${diskLength}`, "tmpfs", folder], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function mayMount(): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), "heliograph-mount-"));
  const isMounted = mountDisk(folder);
  if (isMounted) execFileSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

const isAllowed = mayMount();

describe.skipIf(!isAllowed)(
  `a real engine on a small disk that is filled while it trades${isAllowed ? "" : ": NOT RUN, no right to mount one here"}`,
  { timeout: 120_000 },
  () => {
    const desk = new RelayedDesk({ orders: 20, segmentLength: 512 << 10, engineUser: null });
    const filler = path.join(desk.home, "filler");

    beforeAll(async () => {
      mountDisk(desk.home);
      await desk.begin();
    }, 60_000);

    afterAll(async () => {
      await desk.stop();
      execFileSync("umount", ["-l", desk.home]);
      desk.remove();
    });

    /** Somebody else's file takes what room there is, to the last page. */
    function fill(): void {
      const descriptor = openSync(filler, "w");
      const bytes = Buffer.alloc(1 << 20, 1);
      for (let length = bytes.length; length >= 4_096; )
        try {
          if (writeSync(descriptor, bytes, 0, length) < length) length /= 2;
        } catch {
          length /= 2;
        }
      closeSync(descriptor);
    }

    /** Fills the disk, and waits until the engine has halted once more and nothing is open. */
    async function fillUntilHalted(): Promise<FactOf<"command">> {
      const before = desk.halts.length;
      for (const { wire } of desk.relays) wire.watch(true);
      fill();
      await desk.until("the engine halts", () => desk.halts.length > before);
      await desk.until("nothing is open", () => desk.open === 0);
      return desk.halts[before];
    }

    async function tradeAgain(): Promise<void> {
      for (const { wire } of desk.relays) wire.watch(false);
      expect(await desk.command("release", -1)).toBe("done");
      await desk.commandStrategies("resume");
      await desk.untilTrading();
    }

    const riskAfter = (number: number): Fact[] =>
      desk.facts.filter(
        (fact) => fact.number > number && (fact.kind === "orderSubmitted" || fact.kind === "orderReplaceSent"),
      );

    it("halts out of its reserve, says why in facts and kills, and every order is cancelled", async () => {
      const halt = await fillUntilHalted();
      expect(commandText(halt)).toMatchObject({
        actor: "engine",
        reason: expect.stringMatching(/a log cannot be written: .*ENOSPC: no space left on device/),
      });
      expect(desk.reports.join("\n")).toMatch(/ENOSPC.*: halted; cancels are journaled in the reserve/);
      expect(desk.relays.map(({ wire }) => wire.massCancelMs > 0)).toEqual(desk.relays.map(() => true));
      await desk.until("the kill counts every order as cancelled", () =>
        desk.facts.some((fact) => fact.kind === "kill" && fact.orders > 0 && fact.cancelled === fact.orders),
      );
    });

    it("takes no new risk, and answers, until there is room and a person releases the halt", async () => {
      expect(await desk.command("resume", 0)).toBe("wrongState");
      const { number } = desk.halts[0];
      expect(desk.relays.map(({ wire }) => wire.ordersAfter)).toEqual(desk.relays.map(() => 0));
      rmSync(filler);
      await desk.until("it says so", () =>
        desk.reports.join("\n").includes("the logs can be written again; the halt stays"),
      );
      expect([riskAfter(number), desk.open, desk.engine.exitCode]).toEqual([[], 0, null]);
      await tradeAgain();
    });

    it("killed while the disk is full and started when there is room, it has lost nothing and is still halted", async () => {
      const { number } = await fillUntilHalted();
      const { bavail, bsize } = statfsSync(desk.home);
      expect(bavail * bsize).toBeLessThan(diskLength / 8);
      const before = [...desk.facts];
      const ended = new Promise((resolve) => desk.engine.once("exit", resolve));
      desk.engine.kill("SIGKILL");
      await ended;
      rmSync(filler);
      // A start reads on from its snapshot only; what a full disk left before that is damage all the same.
      expect(verifyJournal(desk.directory).problems).toEqual([]);
      await desk.startEngine();
      await desk.until("all that it had told is told again", () => desk.facts.length > before.length);
      expect(desk.facts.slice(0, before.length)).toEqual(before);
      expect([await desk.command("resume", 0), riskAfter(number), desk.open]).toEqual(["wrongState", [], 0]);
      const isReady = (fact: Fact, venue: number) =>
        fact.kind === "sessionState" &&
        fact.session === 0 &&
        fact.venue === venue &&
        fact.state === sessionStates.code.ready;
      await desk.until("every venue has told what there was to tell", () =>
        desk.relays.every((_, venue) => desk.facts.slice(before.length).some((fact) => isReady(fact, venue))),
      );

      const venues = await Promise.all(desk.venuePorts.map(({ dropCopy }) => readDropCopy(dropCopy)));
      const facts = readFactsFile(path.join(desk.directory, "facts.log"));
      const store = {
        fills: facts.fills.map(({ fill: id, quantity, ...row }) => ({ ...row, id, quantity: Math.abs(quantity) })),
        orders: facts.orders.map(({ order }) => order),
      };
      const { orders, problems } = compare(venues, facts, store);
      expect(problems).toEqual([]);
      expect(orders).toBeGreaterThan(20);
      await tradeAgain();
    });
  },
);
