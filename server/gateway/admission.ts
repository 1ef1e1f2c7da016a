import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";

/** Who may come in: where the server listens, and the secret asked for off loopback (empty: none). */
export type AdmissionConfig = {
  readonly host: string;
  readonly port: () => number;
  readonly accessToken: string;
  readonly development: boolean;
};

const loopbackNames: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]", "::1"]);

/** True for the names of this machine's loopback. */
export function isLoopbackHost(host: string): boolean {
  return loopbackNames.has(host.toLowerCase());
}

/**
 * The door. Three checks, each for an attack a browser makes possible: the Host header (a foreign name that was
 * pointed at 127.0.0.1), the Origin header (a foreign page that opens our socket or posts a command), and off
 * loopback the access token.
 */
export class Admission {
  private readonly loopbackOnly: boolean;
  private readonly ticket: string;

  constructor(private readonly config: AdmissionConfig) {
    this.loopbackOnly = isLoopbackHost(config.host);
    this.ticket = config.accessToken === "" ? "" : digestOf(config.accessToken);
  }

  /** Why a request's Host is refused; null when it is ours. On loopback only loopback's names at our port pass. */
  hostRefusal(request: IncomingMessage): string | null {
    const host = splitHost(request.headers.host ?? "");
    if (!host) return "the Host header is missing or cannot be read";
    if (!this.loopbackOnly) return null;
    if (!isLoopbackHost(host.name)) return `the Host header names ${host.name}, expected this machine's loopback`;
    if (host.port !== this.config.port())
      return `the Host header names port ${host.port}, expected ${this.config.port()}`;
    return null;
  }

  /** Why a request's Origin is refused; null when it is the page this server serves. A missing one is refused. */
  originRefusal(request: IncomingMessage): string | null {
    const origin = request.headers.origin;
    if (!origin) return "the Origin header is missing";
    const host = splitHost(request.headers.host ?? "");
    const parsed = URL.canParse(origin) ? new URL(origin) : null;
    if (!host || !parsed || (parsed.protocol !== "http:" && parsed.protocol !== "https:"))
      return `the Origin ${origin} is not a page of this server`;
    const port = parsed.port === "" ? (parsed.protocol === "https:" ? 443 : 80) : Number(parsed.port);
    const sameName =
      parsed.hostname.toLowerCase() === host.name ||
      (isLoopbackHost(parsed.hostname) && isLoopbackHost(host.name) && this.loopbackOnly);
    const samePort = port === host.port || (host.portGiven === false && parsed.protocol === "https:");
    return sameName && samePort ? null : `the Origin ${origin} is not a page of this server`;
  }

  /** Whether the request carries the access token: the cookie of a visit to `/?token=…`, or a bearer header. */
  hasAccess(request: IncomingMessage): boolean {
    if (this.ticket === "") return true;
    const bearer = /^Bearer (.+)$/.exec(request.headers.authorization ?? "");
    if (bearer && sameText(digestOf(bearer[1]), this.ticket)) return true;
    const cookie = cookieOf(request, this.cookieName);
    return cookie !== null && sameText(cookie, this.ticket);
  }

  /**
   * Answers a visit to `/?token=…`: sets the cookie and sends the browser to the page without the token in its
   * address. True when it answered.
   */
  answerTokenVisit(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.ticket === "" || request.method !== "GET") return false;
    const url = new URL(request.url ?? "/", "http://server");
    const token = url.searchParams.get("token");
    if (token === null) return false;
    if (!sameText(digestOf(token), this.ticket)) {
      refuse(response, 401, "this access token is not the one the start printed");
      return true;
    }
    url.searchParams.delete("token");
    response.writeHead(303, {
      location: `${url.pathname}${url.search}`,
      "set-cookie": `${this.cookieName}=${this.ticket}; Path=/; HttpOnly; SameSite=Strict`,
      "cache-control": "no-store",
    });
    response.end();
    return true;
  }

  /**
   * Headers of every answer. Scripts: Next puts its start-up data into inline scripts, and without a nonce for each
   * request (which would forbid static pages) these need 'unsafe-inline'; nothing a person types is ever rendered as
   * HTML, and no foreign origin may be loaded from or connected to.
   */
  setSecurityHeaders(response: ServerResponse): void {
    const scripts = this.config.development ? "'self' 'unsafe-inline' 'unsafe-eval'" : "'self' 'unsafe-inline'";
    response.setHeader(
      "Content-Security-Policy",
      [
        "default-src 'self'",
        `script-src ${scripts}`,
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
      ].join("; "),
    );
    response.setHeader("X-Content-Type-Options", "nosniff");
    response.setHeader("X-Frame-Options", "DENY");
    response.setHeader("Referrer-Policy", "no-referrer");
    response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
    response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  }

  /** One name per port: cookies of one host are shared between its ports. */
  private get cookieName(): string {
    return `heliograph_access_${this.config.port()}`;
  }
}

/** Ends a request with a status and one line of JSON. */
export function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "cache-control": "no-store" });
  response.end(`${JSON.stringify({ error: text })}\n`);
}

function splitHost(header: string): { name: string; port: number; portGiven: boolean } | null {
  if (header === "" || !URL.canParse(`http://${header}/`)) return null;
  const url = new URL(`http://${header}/`);
  if (url.username !== "" || url.pathname !== "/") return null;
  return {
    name: url.hostname.toLowerCase(),
    port: url.port === "" ? 80 : Number(url.port),
    portGiven: url.port !== "",
  };
}

function cookieOf(request: IncomingMessage, name: string): string | null {
  for (const part of (request.headers.cookie ?? "").split(";")) {
    const at = part.indexOf("=");
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}

function digestOf(text: string): string {
  return createHash("sha256").update(`heliograph access ${text}`).digest("hex");
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(digestOf(a));
  const right = Buffer.from(digestOf(b));
  return timingSafeEqual(left, right);
}
