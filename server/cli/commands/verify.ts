import { verifyJournal } from "../../journal/verify-journal";
import { type Command, UsageError } from "../command";
import { dayDirectoryOf } from "../journal-directory";

/** Checks that a journal is whole; exit code 0 when it is. */
export const command: Command = {
  name: "verify",
  summary: "check a journal: checksums, numbering, headers, indexes, snapshots",
  usage: "JOURNAL",
  options: [{ name: "json", kind: "flag", summary: "one JSON object on the last line" }],
  wordsMax: 1,
  run: async (input) => {
    const [word] = input.words;
    if (word === undefined)
      throw new UsageError("verify needs a JOURNAL: a day's directory, a machine's, or a data directory");
    const directory = dayDirectoryOf(word);
    const verification = verifyJournal(directory);
    const { segments, indexes, snapshots, records, facts, problems, notes } = verification;
    console.log(
      `${directory}: ${records.toLocaleString("en")} records in ${segments} segments (${indexes} with an index), ` +
        `${facts.toLocaleString("en")} facts, ${snapshots} snapshots`,
    );
    for (const note of notes) console.log(`after a crash, the next start mends it: ${note}`);
    for (const problem of problems) console.log(`wrong: ${problem}`);
    if (problems.length === 0) console.log("whole");
    if (input.flag("json")) console.log(JSON.stringify({ directory, ...verification }));
    return problems.length === 0 ? 0 : 1;
  },
};
