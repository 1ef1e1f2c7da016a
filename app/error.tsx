"use client";

/** What is left when the page itself fails: trading goes on without it, and says so. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  return (
    <div className="grid h-full place-items-center p-6">
      <section role="alert" className="flex max-w-xl flex-col gap-3 rounded-md border border-danger bg-panel p-6">
        <h1 className="text-lg font-semibold">This page failed. The desk did not.</h1>
        <p className="text-muted">
          The engine runs in a process of its own: strategies, orders and limits go on as they were. To stop everything
          without this page, type <code className="numeric text-text">bin/heliograph halt</code> in a terminal.
        </p>
        <pre className="numeric overflow-auto rounded bg-sunken p-3 text-xs whitespace-pre-wrap">{error.message}</pre>
        <button
          type="button"
          onClick={reset}
          className="self-start rounded bg-raised px-4 py-2 font-medium hover:bg-line"
        >
          Load the page again
        </button>
      </section>
    </div>
  );
}
