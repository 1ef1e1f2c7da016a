import { readU16 } from "./bytes";

/** What a pass over a length-prefixed file found: how many whole messages, and where a cut-off one begins, if any. */
export type ItchFileSummary = { readonly messages: number; readonly truncatedAt: number | null };

/**
 * Walks a Nasdaq ITCH file held in memory: before each message stands its length in two big-endian bytes. The callback
 * gets the place of each whole message. A file that ends inside a length or a message is reported, not thrown.
 */
export function forEachItchMessage(
  file: Uint8Array,
  onMessage: (offset: number, length: number) => void,
): ItchFileSummary {
  let messages = 0;
  let position = 0;
  while (position < file.length) {
    if (position + 2 > file.length) return { messages, truncatedAt: position };
    const length = readU16(file, position);
    if (position + 2 + length > file.length) return { messages, truncatedAt: position };
    onMessage(position + 2, length);
    messages += 1;
    position += 2 + length;
  }
  return { messages, truncatedAt: null };
}
