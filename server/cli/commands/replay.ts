import { version } from "../../../package.json";
import type { LogHeader } from "../../journal/log-header";
import { bundledFile } from "../bundled-file";
import { type Command, UsageError } from "../command";
import { dayDirectoryOf, journalDeskOptions } from "../journal-directory";

/** Runs a recorded day through its machine; exit code 0 when all is as it was recorded. */
export const command: Command = {
  name: "replay",
  summary: "run a journal's inputs through the engine (or exchange) at full speed, and compare",
  usage: "JOURNAL",
  options: [
    { name: "verify", kind: "flag", summary: "compare facts, running hash and state hash with what was recorded" },
    { name: "from", kind: "whole", value: "RECORD", summary: "begin at the newest snapshot before this record" },
    ...journalDeskOptions,
    { name: "json", kind: "flag", summary: "one JSON object on the last line" },
  ],
  wordsMax: 1,
  run: async (input) => {
    const [word] = input.words;
    if (word === undefined)
      throw new UsageError("replay needs a JOURNAL: a day's directory, a machine's, or a data directory");
    const directory = dayDirectoryOf(word);
    // The bundle's file whose constants the compiler knows.
    const bundled = bundledFile("replay-day.mjs");
    const day: typeof import("../../replay-day") = await (bundled ? import(bundled.href) : import("../../replay-day"));
    const { compileWholePath, DeskError, JournalError, machineOfJournal, replayJournal } = day;
    compileWholePath();
    try {
      const { header, deskHash, createMachine } = machineOfJournal(directory, input);
      for (const warning of versionWarnings(header)) console.log(warning);
      const isVerifying = input.flag("verify");
      const from = input.whole("from");
      const checksumWorker = bundledFile("checksum-worker.mjs");
      const started = process.hrtime.bigint();
      const report = replayJournal({
        directory,
        createMachine,
        deskHash,
        isVerifying,
        ...(checksumWorker ? { checksumWorker } : {}),
        ...(from === null ? {} : { from }),
      });
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const millionPerSecond = report.records / seconds / 1e6;
      console.log(`${report.machine}, day ${report.tradingDay}: records ${report.firstRecord} to ${report.lastRecord}`);
      console.log(
        `${report.records.toLocaleString("en")} records, ${(report.inputBytes / 1e6).toFixed(1)} MB, ` +
          `${report.facts.toLocaleString("en")} facts in ${seconds.toFixed(2)} s (with the start), ` +
          `${millionPerSecond.toFixed(2)} M records/s`,
      );
      for (const note of report.notes) console.log(note);
      console.log(`running hash ${report.runningHash}, state hash ${report.stateHash}`);
      const { difference } = report;
      if (difference) {
        console.log(`differs at record ${difference.record}, ${difference.stage}`);
        console.log(`  expected ${difference.expected}`);
        console.log(`  got      ${difference.got}`);
      } else if (isVerifying)
        console.log(
          `all as recorded: every fact, ${report.hashesCompared.toLocaleString("en")} running hashes, ` +
            `${report.statesCompared.toLocaleString("en")} state hashes`,
        );
      if (input.flag("json")) console.log(JSON.stringify({ directory, ...report, seconds, millionPerSecond }));
      return difference ? 1 : 0;
    } catch (error) {
      // The bundle's own class, which the command line does not know.
      if (error instanceof DeskError) {
        console.error(error.message);
        return 1;
      }
      if (!(error instanceof JournalError)) throw error;
      console.error(`heliograph: ${error.message}`);
      return 1;
    }
  },
};

/** Another code or Node may decide otherwise: said before, so that a difference is understood. */
function versionWarnings({ codeVersion, nodeVersion }: LogHeader): string[] {
  const warnings: string[] = [];
  if (codeVersion !== version)
    warnings.push(`recorded by version ${codeVersion}, this is ${version}: it may decide otherwise`);
  if (nodeVersion !== process.version) warnings.push(`recorded on Node ${nodeVersion}, this is ${process.version}`);
  return warnings;
}
