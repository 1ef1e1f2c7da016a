import { workerData } from "node:worker_threads";
import { SoundAhead } from "./journal/sound-ahead";
import type { ChecksumWorkerData } from "./runtime/replay-journal";

/*
 * Sums up a journal's appends ahead of a replay, in a thread of its own.
 */

const { files, shared } = workerData as ChecksumWorkerData;
new SoundAhead(shared).look(files);
