/*
 * What `heliograph replay` steps a day with: a file of its own in the bundle, whose constants the compiler knows.
 */

export { machineOfJournal } from "./cli/journal-directory";
export { DeskError } from "./desk/desk-error";
export { JournalError } from "./journal/journal-error";
export { compileWholePath } from "./runtime/compile-whole-path";
export { replayJournal } from "./runtime/replay-journal";
