"use client";

import { Dialog as Primitive } from "radix-ui";
import type { ReactNode } from "react";

/** A modal dialog. The part with `data-autofocus` gets the focus when it opens. */
export function Dialog({
  open,
  onClose,
  title,
  description,
  danger = false,
  children,
  footer,
}: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description: ReactNode;
  danger?: boolean;
  children: ReactNode;
  footer: ReactNode;
}) {
  return (
    <Primitive.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Primitive.Portal>
        <Primitive.Overlay className="fixed inset-0 z-40 bg-black/65" />
        <Primitive.Content
          onOpenAutoFocus={(event) => {
            const target = (event.currentTarget as HTMLElement).querySelector<HTMLElement>("[data-autofocus]");
            if (target === null) return;
            event.preventDefault();
            target.focus();
          }}
          className={`fixed top-1/2 left-1/2 z-50 flex max-h-[92dvh] w-[min(560px,94vw)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-lg border bg-panel shadow-2xl ${
            danger ? "border-halt" : "border-line"
          }`}
        >
          <header className={`rounded-t-lg border-b px-5 py-3.5 ${danger ? "border-halt bg-halt/20" : "border-line"}`}>
            <Primitive.Title className="text-[15px] font-semibold">{title}</Primitive.Title>
            <Primitive.Description className="mt-0.5 text-muted">{description}</Primitive.Description>
          </header>
          <div className="min-h-0 overflow-auto px-5 py-4">{children}</div>
          <footer className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">{footer}</footer>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
