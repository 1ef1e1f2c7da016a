import path from "node:path";
import type { ChildConfig } from "../child-contract";
import { dateOf } from "../shell-clock";

/** What a child is told when only one process, or a few, of a desk are started: nothing but what `told` says. */
export function bareChildConfig(told: Partial<ChildConfig> & Pick<ChildConfig, "name" | "dataDirectory">): ChildConfig {
  return {
    version: "bare",
    deskFile: "made desk",
    names: null,
    pairs: null,
    seed: null,
    host: "127.0.0.1",
    port: 0,
    accessToken: "",
    databaseUrl: "",
    databasePort: 0,
    engineSocket: path.join(told.dataDirectory, "engine.sock"),
    venuePorts: [],
    development: false,
    fsync: "never",
    replay: null,
    endsDay: false,
    today: dateOf(Date.now()),
    ...told,
  };
}
