"use client";

import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Hint } from "./hint";

/** How much a button matters: a quiet one, an ordinary one, the one to press, a dangerous one. */
export type ButtonTone = "quiet" | "plain" | "primary" | "danger" | "halt";

const tones: Readonly<Record<ButtonTone, string>> = {
  quiet: "text-muted hover:bg-raised hover:text-text",
  plain: "border border-line bg-raised text-text hover:border-faint",
  primary: "bg-gold text-bg font-semibold hover:brightness-110",
  danger: "border border-danger/60 text-danger hover:bg-danger hover:text-bg",
  halt: "bg-halt text-white font-semibold hover:brightness-110",
};

/**
 * A button that never disappears: when it cannot be used, `blocked` says why, it keeps its place and the focus, and
 * the reason shows on hover and focus.
 */
export function Button({
  tone = "plain",
  blocked = null,
  hint,
  children,
  className = "",
  onClick,
  ...rest
}: Omit<ButtonHTMLAttributes<HTMLButtonElement>, "disabled"> & {
  tone?: ButtonTone;
  blocked?: string | null;
  hint?: string;
  children: ReactNode;
}) {
  const disabled = blocked !== null;
  const look = disabled
    ? "border border-line/70 bg-transparent text-faint cursor-not-allowed"
    : `${tones[tone]} active:translate-y-px`;
  const button = (
    <button
      type="button"
      {...rest}
      aria-disabled={disabled || undefined}
      onClick={disabled ? (event) => event.preventDefault() : onClick}
      className={`inline-flex select-none items-center justify-center gap-1 rounded-[4px] px-2 leading-none ${look} ${className}`}
    >
      {children}
    </button>
  );
  const text = blocked ?? hint;
  return text === undefined || text === null ? button : <Hint text={text}>{button}</Hint>;
}
