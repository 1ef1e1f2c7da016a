import type { IncomingMessage } from "node:http";
import type { Admission } from "./admission";

/** A body is far smaller; anything larger is cut off. */
const bodyBytesMax = 16 * 1_024;

/** A request's body as JSON, or why it is not taken. */
export type JsonBody =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly status: number; readonly text: string };

/**
 * Reads what a page of ours sends. Beside the Origin it asks for a header that a foreign page cannot set without
 * asking first, for the browsers that leave Origin out.
 */
export async function readJsonBody(request: IncomingMessage, admission: Admission): Promise<JsonBody> {
  const refusal = writeRefusal(request, admission);
  if (refusal !== null) return { ok: false, status: 403, text: refusal };
  const body = await readBody(request);
  if (body === null) return { ok: false, status: 413, text: `a body has at most ${bodyBytesMax} bytes` };
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    return { ok: false, status: 400, text: "the body is not JSON" };
  }
}

/** Why a request that changes something is refused before it is read; null when it comes from a page of ours. */
export function writeRefusal(request: IncomingMessage, admission: Admission): string | null {
  const refusal = admission.originRefusal(request);
  if (refusal) return refusal;
  return request.headers["x-heliograph"] === "1" ? null : "the header x-heliograph: 1 is missing";
}

/** The request's body as text; null when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > bodyBytesMax) return null;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}
