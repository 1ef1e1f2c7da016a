import Link from "next/link";

/** An address that no page has; the desk goes on, and HALT stays where it is. */
export default function NotFound() {
  return (
    <div className="grid h-full place-items-center p-6 text-center">
      <div className="flex flex-col items-center gap-2">
        <h1 className="text-[15px] font-semibold">There is no page at this address.</h1>
        <p className="text-muted">The desk goes on as it was.</p>
        <Link href="/" className="mt-2 rounded bg-raised px-4 py-2 font-medium hover:bg-line">
          To the desk
        </Link>
      </div>
    </div>
  );
}
