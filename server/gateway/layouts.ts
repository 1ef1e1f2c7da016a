import type { Arrangement, SavedLayout } from "../../protocol/layouts";

/** Named layouts as the gateway asks for them; the store provides them. A database out of reach makes them reject. */
export type Layouts = {
  /** All, by name. */
  readonly list: () => Promise<readonly SavedLayout[]>;
  /** Keeps an arrangement under a name, in place of one that is called so; "full" at the most there may be. */
  readonly save: (name: string, arrangement: Arrangement) => Promise<"saved" | "full">;
  readonly rename: (name: string, to: string) => Promise<"renamed" | "missing" | "taken">;
  readonly remove: (name: string) => Promise<"removed" | "missing">;
};
