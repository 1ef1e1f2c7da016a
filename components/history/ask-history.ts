import { useEffect, useState } from "react";
import { historyPath } from "./list-query";

/** Asks the server about the past. Throws an Error whose message is what the server said. */
export async function askHistory<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(historyPath(path), { signal });
  } catch {
    throw new Error("The desk does not answer.");
  }
  if (!response.ok) {
    const refusal = (await response.json().catch(() => null)) as { error?: string } | null;
    throw new Error(refusal?.error ?? `The desk answered ${response.status}.`);
  }
  return (await response.json()) as Answer;
}

/** An answer on its way, there, or refused; `askedMs`: when it came, in ms since 1970. */
export type Asked<Answer> = { readonly answer: Answer | null; readonly error: string | null; readonly askedMs: number };

/** How often a question that is not settled is asked again, and how often at most. */
const againMs = 2_000;
const againMax = 45;
const nothing = { answer: null, error: null, askedMs: 0 } as const;

/**
 * Asks for each path; the last answer goes when the path changes. Null asks nothing. An answer that `isSettled` denies
 * is asked for again until it is, up to a minute and a half, and stays until the next one is there; a refusal (null)
 * may be denied too. Give a function that stays the same.
 */
export function useAskHistory<Answer>(
  path: string | null,
  isSettled: (answer: Answer | null) => boolean = always,
): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer> & { path: string | null }>({ path, ...nothing });
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    let timer: number | undefined;
    const ask = async (left: number) => {
      let next: Asked<Answer>;
      try {
        next = { answer: await askHistory<Answer>(path, abort.signal), error: null, askedMs: Date.now() };
      } catch (error) {
        if (abort.signal.aborted) return;
        const text = error instanceof Error ? error.message : String(error);
        next = { answer: null, error: text, askedMs: Date.now() };
      }
      if (abort.signal.aborted) return;
      setAsked((before) =>
        next.answer === null && before.path === path && before.answer !== null ? before : { path, ...next },
      );
      if (left > 0 && !isSettled(next.answer)) timer = window.setTimeout(() => void ask(left - 1), againMs);
    };
    void ask(againMax);
    return () => {
      abort.abort();
      window.clearTimeout(timer);
    };
  }, [path, isSettled]);
  return asked.path === path ? asked : nothing;
}

const always = () => true;
