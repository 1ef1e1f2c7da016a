import { useEffect, useState } from "react";
import { takeEarlyList } from "./early-list";

/** Asks the server about the past. Throws an Error whose message is what the server said. */
export async function askHistory<Answer>(path: string, signal: AbortSignal): Promise<Answer> {
  let response: Response;
  try {
    response = await (takeEarlyList(path) ?? fetch(`/api/history/${path}`, { signal }));
  } catch {
    throw new Error("The desk does not answer.");
  }
  if (!response.ok) {
    const refusal = (await response.json().catch(() => null)) as { error?: string } | null;
    throw new Error(refusal?.error ?? `The desk answered ${response.status}.`);
  }
  return (await response.json()) as Answer;
}

/** An answer on its way, there, or refused. */
export type Asked<Answer> = { readonly answer: Answer | null; readonly error: string | null };

/** Asks once for each path; the last answer goes when the path changes. Null asks nothing. */
export function useAskHistory<Answer>(path: string | null): Asked<Answer> {
  const [asked, setAsked] = useState<Asked<Answer> & { path: string | null }>({ path, answer: null, error: null });
  useEffect(() => {
    if (path === null) return;
    const abort = new AbortController();
    askHistory<Answer>(path, abort.signal).then(
      (answer) => setAsked({ path, answer, error: null }),
      (error: unknown) => {
        if (!abort.signal.aborted)
          setAsked({ path, answer: null, error: error instanceof Error ? error.message : String(error) });
      },
    );
    return () => abort.abort();
  }, [path]);
  return asked.path === path ? asked : { answer: null, error: null };
}
