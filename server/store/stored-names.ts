import { type ParentReason, parentReasons, type Side, sides } from "../../domain/order";
import { type RefusalCode, refusalCodes } from "../../domain/refusal";

/** A side as the database keeps it. */
export function sideOf(name: string): Side {
  return sides.names.find((each) => each === name) ?? "buy";
}

/** Why a parent exists; null when it is not known. */
export function reasonOf(name: string | null): ParentReason | null {
  return parentReasons.names.find((each) => each === name) ?? null;
}

/** Why the gate refused. */
export function codeOf(name: string): RefusalCode {
  return refusalCodes.names.find((each) => each === name) ?? "killed";
}
