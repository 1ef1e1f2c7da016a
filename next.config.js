import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL(".", import.meta.url));

/** @type {import("next").NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  outputFileTracingRoot: root,
  turbopack: { root },
  // Types are checked by `heliograph check`, with the compiler this repository pins.
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
};

export default config;
