"use client";

import { Popover as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/** Details of one control, opened by a click and closed by Escape. */
export function Popover({ trigger, children, label }: { trigger: ReactNode; children: ReactNode; label: string }) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          sideOffset={6}
          collisionPadding={8}
          aria-label={label}
          className="z-50 w-[min(360px,94vw)] rounded-md border border-line bg-panel p-3 shadow-2xl"
        >
          {children}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
