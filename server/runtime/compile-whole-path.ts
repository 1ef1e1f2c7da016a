import { setFlagsFromString } from "node:v8";

/**
 * Lets the compiler put the whole path into few functions: V8 stops at 920 bytes of bytecode that it compiles into
 * their callers, the path from a packet to an order has some fifteen thousand. For processes whose work is stepping one
 * engine; takes effect for what is compiled after it. Measured in docs/performance.md.
 */
export function compileWholePath(): void {
  setFlagsFromString("--max-inlined-bytecode-size-cumulative=16000");
  setFlagsFromString("--max-inlined-bytecode-size-absolute=60000");
  setFlagsFromString("--max-optimized-bytecode-size=200000");
}
