import type { IncomingMessage, ServerResponse } from "node:http";
import { layoutNameSchema, layoutRenameSchema, layoutSaveSchema, layoutsMax } from "../../protocol/layouts";
import { type Admission, refuse } from "./admission";
import type { Layouts } from "./layouts";
import { readJsonBody, writeRefusal } from "./rest-body";

/** What the questions about layouts need. */
export type RestLayoutsContext = {
  readonly admission: Admission;
  readonly layouts: Layouts | null;
  /** Takes one change from the budget of all browsers; false when it is used up. */
  readonly mayChangeLayouts: () => boolean;
};

const base = "/api/layouts";

/** Answers `/api/layouts` and `/api/layouts/NAME`; false when the path is none of them. */
export async function answerLayouts(
  url: URL,
  request: IncomingMessage,
  response: ServerResponse,
  context: RestLayoutsContext,
): Promise<boolean> {
  if (url.pathname !== base && !url.pathname.startsWith(`${base}/`)) return false;
  const { layouts } = context;
  if (layouts === null) refuse(response, 503, "no database is configured");
  else if (url.pathname === base) await list(request, response, layouts);
  else await change(nameOf(url), request, response, { ...context, layouts });
  return true;
}

/** The name at the end of the path; null when it is none. */
function nameOf(url: URL): string | null {
  try {
    const name = layoutNameSchema.safeParse(decodeURIComponent(url.pathname.slice(base.length + 1)));
    return name.success ? name.data : null;
  } catch {
    return null;
  }
}

async function list(request: IncomingMessage, response: ServerResponse, layouts: Layouts): Promise<void> {
  if (request.method !== "GET") return refuseMethod(response, "GET");
  try {
    const body = JSON.stringify({ layouts: await layouts.list() });
    response.writeHead(200, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
    response.end(body);
  } catch {
    refuse(response, 503, "the database is not reachable");
  }
}

async function change(
  name: string | null,
  request: IncomingMessage,
  response: ServerResponse,
  { admission, layouts, mayChangeLayouts }: RestLayoutsContext & { readonly layouts: Layouts },
): Promise<void> {
  const { method } = request;
  if (method !== "PUT" && method !== "PATCH" && method !== "DELETE")
    return refuseMethod(response, "PUT, PATCH, DELETE");
  const refusal = writeRefusal(request, admission);
  if (refusal !== null) return refuse(response, 403, refusal);
  if (name === null)
    return refuse(response, 400, "a name has 1 to 40 characters, none at its ends that cannot be seen");
  if (!mayChangeLayouts()) return refuse(response, 429, "too many changes of layouts, try again in a moment");
  try {
    if (method === "DELETE") {
      if ((await layouts.remove(name)) === "missing") return refuse(response, 404, `no layout is called "${name}"`);
      response.writeHead(204).end();
      return;
    }
    const body = await readJsonBody(request, admission);
    if (!body.ok) return refuse(response, body.status, body.text);
    if (method === "PUT") {
      const parsed = layoutSaveSchema.safeParse(body.value);
      if (!parsed.success) return refuse(response, 400, "the arrangement cannot be read");
      if ((await layouts.save(name, parsed.data.arrangement)) === "full")
        return refuse(response, 409, `there are ${layoutsMax} layouts, which is the most; delete one first`);
    } else {
      const parsed = layoutRenameSchema.safeParse(body.value);
      if (!parsed.success) return refuse(response, 400, "the new name has 1 to 40 characters");
      const outcome = await layouts.rename(name, parsed.data.name);
      if (outcome === "missing") return refuse(response, 404, `no layout is called "${name}"`);
      if (outcome === "taken") return refuse(response, 409, `another layout is called "${parsed.data.name}"`);
    }
    response.writeHead(204).end();
  } catch {
    refuse(response, 503, "the database is not reachable");
  }
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  response.setHeader("allow", allowed);
  refuse(response, 405, `expected ${allowed}`);
}
