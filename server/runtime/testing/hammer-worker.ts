import { workerData } from "node:worker_threads";
import { SharedViewSink, type SharedViews } from "../shared-views";

const { views, stop } = workerData as { views: SharedViews; stop: Int32Array };
const sink = new SharedViewSink(views);
const row = sink.rows.listing;
const width = row.length / views.counts.listing;

/** Writes one row over and over, every column with the same number: a reader that sees two numbers saw a torn row. */
for (let value = 1; Atomics.load(stop, 0) === 0; value++) {
  sink.begin("listing", 0);
  for (let column = 0; column < width; column++) row[column] = value;
  sink.end("listing", 0);
  // A breath between writes, as an engine has one, so that whole copies can be had at all.
  for (let i = 0; i < 200; i++) Atomics.load(stop, 0);
}
