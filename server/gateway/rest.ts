import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import type { Desk } from "../../domain/desk";
import type { CommandReply, HealthPayload } from "../../protocol/topics";
import type { Admission } from "./admission";
import { refuse } from "./admission";
import { type History, type Page, pageRowsDefault, pageRowsMax } from "./history";
import type { Layouts } from "./layouts";
import { readJsonBody } from "./rest-body";
import { answerHistory } from "./rest-history";
import { answerLayouts } from "./rest-layouts";

/** What the REST side needs of the gateway. */
export type RestContext = {
  readonly admission: Admission;
  readonly health: () => HealthPayload;
  readonly booksLive: () => boolean;
  readonly command: (message: unknown) => Promise<CommandReply>;
  readonly history: History | null;
  readonly layouts: Layouts | null;
  readonly mayChangeLayouts: () => boolean;
  readonly instrumentOf: (symbol: string) => number | undefined;
  readonly desk: Desk;
  readonly deskHash: string;
};

const wholeNumber = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);
const pageSchema = z.object({
  journal: z.string().min(1).max(128).nullable(),
  before: wholeNumber.nullable(),
  limit: wholeNumber.pipe(z.number().min(1).max(pageRowsMax)).nullable(),
});

/** Answers `/api/…` requests of the gateway; false when the path is none of them. */
export async function answerRest(
  request: IncomingMessage,
  response: ServerResponse,
  context: RestContext,
): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://server");
  switch (url.pathname) {
    case "/api/health":
      if (allows(request, response, "GET")) sendHealth(response, context);
      return true;
    case "/api/commands":
      if (allows(request, response, "POST")) await takeCommand(request, response, context);
      return true;
    case "/api/orders":
      if (allows(request, response, "GET"))
        await sendPage(response, url, context, (history, page) => history.orders(page));
      return true;
    case "/api/fills":
      if (allows(request, response, "GET"))
        await sendPage(response, url, context, (history, page) => history.fills(page));
      return true;
    case "/api/bars":
      if (allows(request, response, "GET")) await sendBars(response, url, context);
      return true;
    default:
      if (await answerLayouts(url, request, response, context)) return true;
      if (!url.pathname.startsWith("/api/history/")) return false;
      return allows(request, response, "GET") ? answerHistory(url, response, context) : true;
  }
}

function sendHealth(response: ServerResponse, context: RestContext): void {
  const live = context.booksLive();
  sendJson(response, live ? 200 : 503, { live, ...context.health() });
}

async function takeCommand(request: IncomingMessage, response: ServerResponse, context: RestContext): Promise<void> {
  const body = await readJsonBody(request, context.admission);
  if (!body.ok) return refuse(response, body.status, body.text);
  const reply = await context.command(body.value);
  sendJson(response, reply.answer === "invalid" ? 400 : reply.answer === "unreachable" ? 503 : 200, reply);
}

async function sendBars(response: ServerResponse, url: URL, context: RestContext): Promise<void> {
  const symbol = url.searchParams.get("symbol") ?? "";
  const instrument = context.instrumentOf(symbol);
  if (instrument === undefined) return refuse(response, 404, `no instrument "${symbol.slice(0, 16)}" on this desk`);
  await sendPage(response, url, context, (history, page) => history.bars(instrument, page));
}

async function sendPage(
  response: ServerResponse,
  url: URL,
  context: RestContext,
  ask: (history: History, page: Page) => Promise<readonly object[]>,
): Promise<void> {
  const parsed = pageSchema.safeParse({
    journal: url.searchParams.get("journal"),
    before: url.searchParams.get("before"),
    limit: url.searchParams.get("limit"),
  });
  if (!parsed.success)
    return refuse(response, 400, `expected journal, before and limit (1 to ${pageRowsMax}) as numbers or nothing`);
  if (!context.history) return refuse(response, 503, "no database is configured");
  const { journal, before, limit } = parsed.data;
  try {
    const rows = await ask(context.history, { journal, before, limit: limit ?? pageRowsDefault });
    sendJson(response, 200, { rows });
  } catch {
    refuse(response, 503, "the database is not reachable");
  }
}

function allows(request: IncomingMessage, response: ServerResponse, method: "GET" | "POST"): boolean {
  if (request.method === method) return true;
  response.setHeader("allow", method);
  refuse(response, 405, `expected ${method}`);
  return false;
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
