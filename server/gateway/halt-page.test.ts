import { afterEach, describe, expect, test } from "vitest";
import type { KillRow } from "../../protocol/topics";
import { until } from "../store/testing/until";
import { pageOf } from "./halt-page";
import { startTestGateway, type TestGateway } from "./testing/test-gateway";

const cleanUps: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function start(...options: Parameters<typeof startTestGateway>): Promise<TestGateway> {
  const started = await startTestGateway(...options);
  cleanUps.push(started.close);
  await until("the engine is linked", async () => (await fetch(`${started.url}/halt`)).status === 200);
  return started;
}

/** Presses the button, as a browser without any script does. */
async function press(url: string, id: string, origin = url): Promise<Response> {
  return fetch(`${url}/halt`, {
    method: "POST",
    headers: { origin, "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ id }).toString(),
    redirect: "manual",
  });
}

describe("the halt page", () => {
  test("loads nothing but itself: no script, no style sheet, no picture", async () => {
    const { url } = await start({}, {});
    const response = await fetch(`${url}/halt`);
    const html = await response.text();
    expect(html).not.toMatch(/<script|<link|<img|src=/i);
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(html).toContain("<button autofocus>HALT</button>");
  });

  test("its form halts everything and then shows how far the cancels are", async () => {
    const { url } = await start({}, { stepMs: 20, busy: true });
    const answer = await press(url, crypto.randomUUID());
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/halt?sent");
    await until("the page says so", async () => {
      const html = await (await fetch(`${url}/halt`)).text();
      return /HALTED by desk/.test(html) && /blocked at [\d:.]+ UTC · cancelled \d+ of \d+ · unknown \d+/.test(html);
    });
  });

  test("a button pressed twice is done once, and both presses are answered alike", async () => {
    const { url } = await start({}, {});
    const id = crypto.randomUUID();
    expect((await press(url, id)).status).toBe(303);
    expect((await press(url, id)).status).toBe(303);
  });

  test("a form without an id, or far too long, still halts", async () => {
    const { url } = await start({}, {});
    expect((await press(url, "")).status).toBe(303);
    expect((await press(url, "x".repeat(100_000))).status).toBe(303);
  });

  test("a foreign page cannot press it", async () => {
    const { url } = await start({}, {});
    expect((await press(url, crypto.randomUUID(), "http://elsewhere.example")).status).toBe(403);
    expect(await (await fetch(`${url}/halt`)).text()).toContain("not halted");
  });

  test("with the engine out of reach it says so and names the other way", async () => {
    const { url, engine } = await start({}, {});
    await engine.stop();
    await until("the loss is seen", async () => (await fetch(`${url}/halt`)).status === 503);
    const response = await press(url, crypto.randomUUID());
    expect(response.status).toBe(503);
    const html = await response.text();
    expect(html).toContain("nothing was sent");
    expect(html).toContain("bin/heliograph halt");
  });

  test("says why the desk is halted, as text, and nothing where no reason was given", () => {
    const halt: KillRow = {
      scope: "all",
      target: -1,
      engaged: true,
      orders: 2,
      cancelled: 2,
      unknown: 0,
      actor: "engine",
      reason: "a log cannot be written: <facts>: ENOSPC",
      sinceNs: 1,
      blockedNs: 1,
      lastCancelNs: 2,
    };
    const page = (reason: string) =>
      pageOf({ deskName: "", engineUp: true, desk: null, halt: { ...halt, reason } }, "");
    expect(page(halt.reason)).toContain('<dt>Why</dt><dd id="why">a log cannot be written: &lt;facts&gt;: ENOSPC</dd>');
    expect(page("")).not.toContain("<dt>Why");
  });

  test("says after what time the last cancel was on the wire, and loads itself anew until it knows", () => {
    const halt: KillRow = {
      scope: "all",
      target: -1,
      engaged: true,
      orders: 3,
      cancelled: 3,
      unknown: 0,
      actor: "desk",
      reason: "",
      sinceNs: 60e9,
      blockedNs: 60e9,
      lastCancelNs: 0,
    };
    const page = (over: Partial<KillRow>, nowMs = 61_000) =>
      pageOf({ deskName: "desk", engineUp: true, desk: null, halt: { ...halt, ...over } }, "", nowMs);
    expect(page({ cancelled: 1 })).toContain("last cancel handed to the wire after …");
    expect(page({})).not.toContain("handed to the wire");
    expect(page({})).toContain('http-equiv="refresh"');
    // All were being cancelled already: the kill sent nothing, and no time ever comes.
    expect(page({}, 91_000)).not.toContain('http-equiv="refresh"');
    const told = page({ lastCancelNs: 60e9 + 4_200_000 });
    expect(told).toContain("blocked at 00:01:00.000 UTC · cancelled 3 of 3 · unknown 0");
    expect(told).toContain("last cancel handed to the wire after 4.2 ms");
    expect(told).not.toContain('http-equiv="refresh"');
  });

  test("names are text, never markup", () => {
    const html = pageOf({ deskName: '<b>"x"&', engineUp: true, desk: null, halt: null }, "<i>");
    expect(html).toContain("&lt;b&gt;&quot;x&quot;&amp;");
    expect(html).toContain("&lt;i&gt;");
    expect(html).not.toContain("<i>");
  });
});
