import { fileURLToPath } from "node:url";
import { Script } from "node:vm";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { equivalentMutants } from "./testing/equivalent-mutants";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** Files whose every comparison, sum and condition is put wrong, one at a time. */
const mutatedFiles = [
  "risk/gate.ts",
  "risk/gate-checks.ts",
  "risk/data-soundness.ts",
  "risk/kill-switch.ts",
  "risk/permissions.ts",
  "risk/rate-limits.ts",
  "risk/session-phases.ts",
  "risk/duplicate-orders.ts",
  "risk/repeated-executions.ts",
  "risk/loss-guard.ts",
  "risk/modes.ts",
  "risk/limits.ts",
  "market/trading-rules.ts",
];

/** Methods that no message is asked of, by file: their scenarios stand in tests/scenarios/risk-controls.test.ts. */
const besideTheWay: Readonly<Record<string, readonly string[]>> = {
  "risk/gate.ts": [
    "isVenueOpen",
    "isVenueFree",
    "messagesInLastSecond",
    "rateRowOf",
    "messageRateMax",
    "failed",
    "throws",
    "constructor",
  ],
  "risk/gate-checks.ts": ["constructor"],
  "risk/data-soundness.ts": ["onRefused", "constructor"],
  "risk/kill-switch.ts": ["coversVenue", "isHalted", "isKilled", "standOf", "set", "arrayOf", "constructor"],
  "risk/permissions.ts": ["constructor"],
  "risk/rate-limits.ts": ["limitMaxOf", "inLastSecond", "constructor"],
  "risk/duplicate-orders.ts": ["constructor"],
  "risk/repeated-executions.ts": ["look", "comeBack", "highest", "countWhenOff", "constructor"],
  "market/trading-rules.ts": ["constructor"],
};

const swaps: readonly (readonly [string, string])[] = [
  [" <= ", " < "],
  [" < ", " <= "],
  [" >= ", " > "],
  [" > ", " >= "],
  [" === ", " !== "],
  [" !== ", " === "],
  [" && ", " || "],
  [" || ", " && "],
  [" + ", " - "],
  [" - ", " + "],
  [" * ", " + "],
  [" += ", " -= "],
  [" -= ", " += "],
  ["Math.max(", "Math.min("],
  ["Math.min(", "Math.max("],
  ["return true;", "return false;"],
  ["return false;", "return true;"],
  // What stands over days forgotten over night.
  [', "carried")', ', "day")'],
];
const isKept = (from: string) => from.includes("carried");

/** What a mutant is tested against: the cases at the edges of every check. */
const entry = `
  import { GateBench } from "./testing/gate-bench";
  import { failedGateCases } from "./testing/gate-cases";
  GateBench.recycles = true;
  export const findFailure = (first) => failedGateCases(() => new GateBench(), first, true)[0] ?? null;
`;

type Mutant = {
  readonly name: string;
  readonly text: string;
  /** The check whose cases are most likely to catch it. */
  readonly check: string;
};

const likely: Readonly<Record<string, string>> = {
  "risk/kill-switch.ts": "isNotKilled",
  "risk/permissions.ts": "isPermitted",
  "risk/rate-limits.ts": "isWithinRates",
  "risk/session-phases.ts": "isPhaseOpen",
  "risk/duplicate-orders.ts": "isNoDuplicate",
  "risk/repeated-executions.ts": "isNotRepeating",
  "risk/loss-guard.ts": "isWithinMode",
  "risk/modes.ts": "isWithinMode",
  "risk/limits.ts": "isWithinMode",
  "market/trading-rules.ts": "isWithinBand",
};

/** The method that a place of a module is in; methods that are fields stand in the constructor, as does what sets others. */
function methodAt(region: string, at: number): string {
  const opening = [
    ...region.slice(0, at).matchAll(/\n(?: {2}(?:get )?(\w+)\([^)]*\) \{| {4}this\.(\w+) = \([^)]*\) => \{)/g),
  ].at(-1);
  if (opening === undefined) return "";
  if (opening[2] === undefined) return opening[1] ?? "";
  return region.indexOf("\n    };", opening.index) < at ? "constructor" : opening[2];
}

/** Every mutant of one module in the bundle: a line, what is put in place of what, and the whole text with it. */
function mutantsOf(bundle: string, file: string): Mutant[] {
  const begin = bundle.indexOf(`// server/engine/${file}\n`);
  if (begin < 0) throw new Error(`${file} is not in the bundle`);
  const next = bundle.indexOf("\n// ", begin + 4);
  const end = next < 0 ? bundle.length : next;
  const region = bundle.slice(begin, end);
  const found: Mutant[] = [];
  const add = (at: number, from: string, to: string) => {
    // The first of an entry's fields: its place is nought, added or taken away.
    if (region.startsWith("0 /* ", at + from.length)) return;
    const lineBegin = region.lastIndexOf("\n", at) + 1;
    const lineEnd = region.indexOf("\n", at);
    const line = region.slice(lineBegin, lineEnd).trim();
    if (
      line.startsWith("//") ||
      line.startsWith("*") ||
      line.startsWith("/*") ||
      (!isKept(from) && line.includes("registry.allocate")) ||
      line.includes("this.approval.") ||
      line.startsWith("const reach") ||
      /^(var|import) /.test(line)
    )
      return;
    const method = methodAt(region, at);
    if (!isKept(from) && besideTheWay[file]?.includes(method)) return;
    const check = likely[file] ?? (file === "risk/gate.ts" ? (/this\.(is\w+)\(\)/.exec(line)?.[1] ?? method) : method);
    const text = bundle.slice(0, begin + at) + to + bundle.slice(begin + at + from.length);
    found.push({
      name: `${file}: ${line} [${region.slice(lineBegin, at).split(from).length}] ${from.trim()} → ${to.trim()}`,
      text,
      check,
    });
  };
  for (const [from, to] of swaps)
    for (let at = region.indexOf(from); at >= 0; at = region.indexOf(from, at + 1)) add(at, from, to);
  // A check left out of the list.
  for (const match of region.matchAll(/this\.(is[A-Z]\w*)\(\)(?= &&|;)/g))
    if (file === "risk/gate.ts") add(match.index, match[0], "true");
  return found;
}

/** A mutant that takes so long never ends, and one does not; all cases take a quarter of a second of a processor. */
const endlessMs = 8_000;

/** Checks whose cases caught a mutant, the last first: what catches one is likely to catch its neighbours. */
const catchers: string[] = [];

/** Runs the cases on a mutant; one that never ends is caught too. */
function survives(text: string, check: string): boolean {
  const first = [...new Set([check, ...catchers])];
  const program = `(() => { const module = { exports: {} }; const { exports } = module; ${text}
    return module.exports.findFailure(${JSON.stringify(first)}); })()`;
  try {
    const failure: unknown = new Script(program).runInThisContext({ timeout: endlessMs });
    if (typeof failure !== "string") return true;
    const [catcher] = failure.split(":");
    if (catchers.includes(catcher)) catchers.splice(catchers.indexOf(catcher), 1);
    catchers.unshift(catcher);
    return false;
  } catch {
    return false;
  }
}

it("each check left out, each comparison turned and each sum put wrong is caught by a case", {
  timeout: 1_200_000,
}, async () => {
  const { outputFiles } = await build({
    stdin: { contents: entry, resolveDir: folder, loader: "ts" },
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node20",
    write: false,
  });
  const bundle = outputFiles[0]?.text ?? "";
  expect(survives(bundle, "")).toBe(true);
  const mutants = mutatedFiles.flatMap((file) => mutantsOf(bundle, file));
  expect(mutants.length).toBeGreaterThan(200);
  const survivors = mutants.filter(({ text, check }) => survives(text, check)).map(({ name }) => name);
  if (process.env.MUTANTS) console.log(`${mutants.length} mutants\n${survivors.join("\n")}`);
  expect(survivors.filter((name) => !(name in equivalentMutants))).toEqual([]);
  // What is excused must still be there.
  expect(Object.keys(equivalentMutants).filter((name) => !survivors.includes(name))).toEqual([]);
});
