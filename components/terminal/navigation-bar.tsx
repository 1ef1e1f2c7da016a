"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";
import { pageOf, terminalPages } from "./navigation";

/** The pages; the one shown is marked by a line, never by a heavier face: nothing beside it may move. */
export function NavigationBar({ className = "" }: { className?: string }) {
  const current = pageOf(usePathname());
  return (
    <nav aria-label="Pages" className={`flex items-stretch ${className}`}>
      {terminalPages.map((page) => {
        const here = page === current;
        return (
          <Link
            key={page.path}
            href={page.path}
            aria-current={here ? "page" : undefined}
            data-testid={`go-${page.title.toLowerCase()}`}
            className={`relative flex min-w-0 flex-1 items-center justify-center rounded-[4px] px-2.5 text-[12.5px] font-medium hover:bg-raised hover:text-text xl:flex-none ${
              here
                ? "text-text after:absolute after:inset-x-2 after:bottom-0 after:h-[2px] after:rounded-full after:bg-gold"
                : "text-muted"
            }`}
          >
            {page.title}
          </Link>
        );
      })}
    </nav>
  );
}
