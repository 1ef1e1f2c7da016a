"use client";

import { type ReactNode, useEffect, useRef } from "react";
import { formatQuantity } from "@/components/format/numbers";
import type { Names } from "@/components/terminal/use-reference";
import { Button } from "@/components/ui/button";
import type { OpenLife } from "./history-address";
import { OrderDetails } from "./order-details";
import { TradeDetails } from "./trade-details";

/** Beside the list: the life of an order, or a trade with its orders. Escape closes it. */
export function LifePanel({
  open,
  day,
  names,
  onOpen,
  onClose,
}: {
  open: OpenLife;
  day: string | undefined;
  names: Names;
  onOpen: (open: OpenLife) => void;
  onClose: () => void;
}) {
  return (
    <LifeFrame
      label={`${open.kind === "order" ? "Order" : "Trade"} ${formatQuantity(open.id)}`}
      testId="history-life"
      onClose={onClose}
      className="absolute inset-0 z-20 lg:static lg:z-auto lg:w-[460px] lg:shrink-0 lg:rounded-md lg:border"
    >
      {open.kind === "order" ? (
        <OrderDetails id={open.id} day={day} names={names} />
      ) : (
        <TradeDetails id={open.id} day={day} names={names} onOpen={onOpen} />
      )}
    </LifeFrame>
  );
}

/** A column with a heading that takes the focus when it shows something else, scrolls, and is closed by Escape. */
export function LifeFrame({
  label,
  testId,
  onClose,
  controls,
  children,
  className,
}: {
  label: string;
  testId: string;
  onClose: () => void;
  controls?: ReactNode;
  children: ReactNode;
  className: string;
}) {
  const frame = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order or trade takes the focus anew
  useEffect(() => frame.current?.focus(), [label]);
  return (
    <aside
      ref={frame}
      tabIndex={-1}
      aria-label={label}
      data-testid={testId}
      onKeyDown={(event) => {
        if (event.key === "Escape") onClose();
      }}
      className={`flex flex-col overflow-hidden border-line bg-panel outline-none ${className}`}
    >
      <header className="flex h-[34px] shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate text-[12px] font-semibold">{label}</h2>
        {controls}
        <Button
          tone="quiet"
          aria-label="Close"
          data-testid="life-close"
          onClick={onClose}
          className="h-[26px] w-[26px]"
        >
          ✕
        </Button>
      </header>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
        tabIndex={0}
        aria-label="Details"
        className="min-h-0 flex-1 overflow-y-auto focus-visible:-outline-offset-2"
      >
        {children}
      </section>
    </aside>
  );
}
