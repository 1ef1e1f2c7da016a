"use client";

import { Tooltip } from "radix-ui";
import type { ReactNode } from "react";

/** A short text about one control, on hover and focus. Needs a `HintProvider` above. */
export function Hint({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content
          sideOffset={5}
          collisionPadding={8}
          className="z-50 max-w-80 rounded border border-line bg-raised px-2.5 py-1.5 text-[11.5px] text-text shadow-xl"
        >
          {text}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}

/** Shared timing of all hints. */
export function HintProvider({ children }: { children: ReactNode }) {
  return (
    <Tooltip.Provider delayDuration={250} skipDelayDuration={100}>
      {children}
    </Tooltip.Provider>
  );
}
