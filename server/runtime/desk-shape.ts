import { createHash } from "node:crypto";
import type { Desk } from "../../domain/desk";
import type { JournalIdentity, MachineName } from "../journal/log-header";
import type { ChildConfig } from "./child-contract";

/**
 * Hash of what a desk's ids mean: the names of venues, instruments, pairs and strategies in order. State is arrays
 * indexed by these ids, so a journal goes only with desks of the same shape; limits and parameters may change.
 */
export function deskShapeOf(desk: Desk): string {
  const names = [
    desk.venues.map(({ name }) => name),
    desk.instruments.map(({ symbol }) => symbol),
    desk.pairs.map(({ name, instrumentA, instrumentB }) => [name, instrumentA, instrumentB]),
    desk.strategies.map(({ name, kind }) => [name, kind]),
  ];
  return createHash("sha256").update(JSON.stringify(names)).digest("hex");
}

/** How a child's machine signs its journal. */
export function identityOf(machine: MachineName, config: ChildConfig, desk: Desk, deskHash: string): JournalIdentity {
  const { version, deskFile, names, pairs, seed } = config;
  return {
    machine,
    codeVersion: version,
    deskHash,
    deskShape: deskShapeOf(desk),
    desk: { file: deskFile, names, pairs, seed },
  };
}
