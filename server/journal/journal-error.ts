/**
 * The journal cannot be read or does not say what the machine says: the start must stop here. The message names the
 * file, the place, what was found and what was expected.
 */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/**
 * An append failed (disk full, input/output error). Nothing of the append counts as journaled, and nothing that
 * depends on it may leave. The message names file, offset and bytes.
 */
export class AppendError extends Error {
  override readonly name = "AppendError";
}

/**
 * No new segment could be begun (the directory may not be written any more, no room for another file). Unlike after other
 * append errors everything is journaled, and the old segment goes on.
 */
export class SegmentError extends AppendError {}
