import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { killProgressWords } from "../../domain/kill-words";
import { nsPerMillisecond } from "../../domain/time";
import type { CommandReply, DeskPayload, KillRow } from "../../protocol/topics";
import { type Admission, refuse } from "./admission";

/** What the page knows of the desk; null while the engine has said nothing yet. */
export type HaltState = {
  readonly deskName: string;
  readonly engineUp: boolean;
  readonly desk: DeskPayload | null;
  /** The halt in force, if there is one. */
  readonly halt: KillRow | null;
};

/** What the page needs of the gateway. */
export type HaltPageContext = {
  readonly admission: Admission;
  readonly state: () => HaltState;
  /** Kills everything; the same id asked twice is done once. */
  readonly halt: (id: string, reason: string) => Promise<CommandReply>;
};

const formBytesMax = 2_048;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const reason = "the halt page";
const msPerDay = 86_400_000;
/** How long after a kill the page waits for when its last cancel left. */
const wireMsMax = 30_000;

/**
 * `/halt`: the stop button as one plain page of HTML, without a script, a style sheet or anything else to load, for when
 * the terminal itself does not come up. A form posts to the same address; the page then follows the cancels by
 * loading itself anew each second. True when the request was for it.
 */
export async function answerHaltPage(
  request: IncomingMessage,
  response: ServerResponse,
  context: HaltPageContext,
): Promise<boolean> {
  const url = new URL(request.url ?? "/", "http://server");
  if (url.pathname !== "/halt") return false;
  if (request.method === "GET") sendPage(response, context.state(), "");
  else if (request.method === "POST") await takeForm(request, response, context);
  else {
    response.setHeader("allow", "GET, POST");
    refuse(response, 405, "expected GET or POST");
  }
  return true;
}

async function takeForm(request: IncomingMessage, response: ServerResponse, context: HaltPageContext): Promise<void> {
  const refusal = context.admission.originRefusal(request);
  if (refusal) return refuse(response, 403, refusal);
  const id = new URLSearchParams(await readForm(request)).get("id") ?? "";
  const reply = await context.halt(uuid.test(id) ? id : randomUUID(), reason);
  if (reply.answer !== "done" && reply.answer !== "alreadySo") return sendPage(response, context.state(), reply.text);
  // Another address for the browser to show, so that loading it anew asks for nothing again.
  response.writeHead(303, { location: "/halt?sent", "cache-control": "no-store" }).end();
}

/** A form longer than it can be is cut off: what is missing then is the id, which a stop does not depend on. */
async function readForm(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > formBytesMax) break;
  }
  return text.slice(0, formBytesMax);
}

function sendPage(response: ServerResponse, state: HaltState, problem: string): void {
  // Without a referrer policy of its own the browser would send the form with the origin "null".
  response.setHeader("Referrer-Policy", "same-origin");
  response.setHeader(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  );
  const status = problem !== "" || !state.engineUp ? 503 : 200;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(pageOf(state, problem));
}

/** The whole page. Exported for its test. */
export function pageOf(state: HaltState, problem: string, nowMs = Date.now()): string {
  const { desk, halt } = state;
  // A kill that found every order cancelled already sends nothing: of that no time ever comes.
  const ageMs = halt === null ? 0 : (nowMs % msPerDay) - halt.sinceNs / nsPerMillisecond;
  const isToldOfWire = halt !== null && (halt.lastCancelNs > 0 || halt.orders === 0 || !(Math.abs(ageMs) < wireMsMax));
  const isOver = halt !== null && halt.cancelled >= halt.orders && halt.unknown === 0 && isToldOfWire;
  const refresh = halt !== null && !isOver ? '<meta http-equiv="refresh" content="1">' : "";
  const working = desk === null ? "–" : String(desk.workingOrders);
  const unknown = desk === null ? "–" : String(desk.unknownOrders);
  const standing = !state.engineUp
    ? "the engine cannot be reached from here"
    : halt === null
      ? "not halted"
      : `HALTED${halt.actor === "" ? "" : ` by ${halt.actor}`}`;
  const why = halt === null || halt.reason === "" ? "" : `<dt>Why</dt><dd id="why">${escaped(halt.reason)}</dd>\n`;
  const progress = halt === null ? "" : `<p role="status">${killProgressWords(halt).join(" · ")}</p>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${refresh}
<title>HALT · ${escaped(state.deskName)}</title>
<style>
:root{color-scheme:dark light;--page:#0b0e13;--text:#e8ecf2;--quiet:#a3adbb;--line:#3a4454;--stop:#c4162b}
@media (prefers-color-scheme:light){:root{--page:#fff;--text:#10151c;--quiet:#4a5463;--line:#b8c0cc}}
body{margin:0;background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:34rem;margin:0 auto;padding:2rem 1rem}
h1{font-size:1.1rem;margin:0 0 1rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem;margin:0 0 1.5rem}
dt,.quiet{color:var(--quiet)}
dd{margin:0;overflow-wrap:anywhere}
button{width:100%;padding:1.4rem;border:2px solid #fff3;border-radius:6px;background:var(--stop);color:#fff;font:700 1.6rem system-ui,sans-serif;letter-spacing:.08em}
button:focus-visible{outline:3px solid var(--text);outline-offset:3px}
code{border:1px solid var(--line);border-radius:3px;padding:0 .3em}
.problem{border-left:4px solid var(--stop);padding-left:.7rem}
</style>
</head>
<body>
<main>
<h1>${escaped(state.deskName)}</h1>
${problem === "" ? "" : `<p class="problem" role="alert">${escaped(problem)}</p>`}
<dl>
<dt>Standing</dt><dd id="standing">${escaped(standing)}</dd>
${why}<dt>Working orders</dt><dd>${working}</dd>
<dt>Of unknown fate</dt><dd>${unknown}</dd>
</dl>
${progress}
<form method="post" action="/halt"><input type="hidden" name="id" value="${randomUUID()}">
<button autofocus>HALT</button></form>
<p class="quiet">Blocks every new order at once, then cancels what works at every venue. Positions stay as they are. It holds
until it is released with a reason. Without a browser: <code>bin/heliograph halt</code></p>
<p><a href="/" style="color:inherit">The desk</a></p>
</main>
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (character) => entities[character]);
}
