import { importsOf, isProductSource, listFiles, readSource, repository, resolveImport } from "./source-tree";

/**
 * Who may know whom. A layer is a folder (or one file); the first that fits a file is its layer. `may` names the
 * layers it may import beside itself; `packages` says whether it may import anything from outside the repository.
 */
type Layer = {
  readonly name: string;
  readonly owns: RegExp;
  readonly may: readonly string[];
  readonly packages: "none" | "any" | "no node";
};

/** The stages of the engine, in the order in which bytes pass through them. */
export const engineStages = [
  "market",
  "book",
  "signal",
  "strategy",
  "risk",
  "order",
  "venue",
  "fill",
  "position",
] as const;

const pure = ["domain", "server/machine", "server/wire"];

const layers: readonly Layer[] = [
  { name: "domain", owns: /^domain\//, may: [], packages: "none" },
  { name: "protocol", owns: /^protocol\//, may: ["domain"], packages: "no node" },
  { name: "server/machine", owns: /^server\/machine\//, may: ["domain"], packages: "none" },
  { name: "server/wire", owns: /^server\/wire\//, may: ["domain"], packages: "none" },
  { name: "server/engine", owns: /^server\/engine\//, may: pure, packages: "none" },
  { name: "server/simulator", owns: /^server\/simulator\//, may: pure, packages: "none" },
  { name: "server/journal", owns: /^server\/journal\//, may: ["domain", "server/machine"], packages: "any" },
  { name: "server/desk", owns: /^server\/desk\//, may: ["domain"], packages: "any" },
  { name: "server/adapters", owns: /^server\/adapters\//, may: pure, packages: "any" },
  {
    name: "server/runtime",
    owns: /^server\/runtime\//,
    may: [...pure, "server/journal", "server/adapters", "server/desk"],
    packages: "any",
  },
  { name: "db", owns: /^db\//, may: ["domain"], packages: "any" },
  { name: "server/ops", owns: /^server\/ops\//, may: ["domain", "server/runtime", "server/wire"], packages: "any" },
  // The gateway says here what history and which layouts it needs, and the store provides them.
  {
    name: "the gateway's port",
    owns: /^server\/gateway\/(history|layouts)\.ts$/,
    may: ["domain", "protocol"],
    packages: "none",
  },
  {
    name: "server/store",
    owns: /^server\/store\//,
    may: ["domain", "db", "server/wire", "server/runtime", "server/desk", "the gateway's port", "server/ops"],
    packages: "any",
  },
  {
    name: "server/gateway",
    owns: /^server\/gateway\//,
    may: ["domain", "protocol", "server/runtime", "server/store", "server/desk", "the gateway's port", "server/ops"],
    packages: "any",
  },
  {
    name: "server/simulation",
    owns: /^server\/simulation\//,
    may: [
      ...pure,
      "server/engine",
      "server/simulator",
      "server/journal",
      "server/adapters",
      "server/runtime",
      "server/store",
    ],
    packages: "any",
  },
  { name: "components", owns: /^components\//, may: ["domain", "protocol"], packages: "no node" },
  { name: "app", owns: /^app\//, may: ["components", "domain", "protocol"], packages: "any" },
  // Shares no code with what it checks.
  { name: "the crash test's checker", owns: /^tools\/crash-test\/checker\//, may: [], packages: "any" },
  {
    name: "composition roots",
    owns: /^server\/(main|engine|engine-worker|follower-worker|checksum-worker|replay-day|exchange|watchdog|web|database)\.ts$|^server\/cli\/|^tools\/|^bench\//,
    may: ["*"],
    packages: "any",
  },
];

/** Everything a tree's imports do that they may not, one line each. */
export function importProblems(root: string = repository): string[] {
  return listFiles(root)
    .filter((file) => isProductSource(file) && !/^[^/]+$/.test(file) && !file.startsWith("public/"))
    .flatMap((file) => problemsOf(file, readSource(file, root)));
}

/** The import problems of one file. */
export function problemsOf(file: string, source: string): string[] {
  const own = layers.find(({ owns }) => owns.test(file));
  if (own === undefined) return [`${file}: belongs to no layer of tests/architecture/import-rules.ts`];
  return importsOf(source).flatMap(({ from, line }) => {
    const problem = importProblem(file, own, from);
    return problem === null ? [] : [`${file}:${line}: ${problem}`];
  });
}

function importProblem(file: string, own: Layer, from: string): string | null {
  const target = resolveImport(file, from);
  if (target === null) {
    if (own.packages === "none") return `${own.name} imports the package ${from}; it may import none`;
    if (own.packages === "no node" && from.startsWith("node:"))
      return `${own.name} imports ${from}; it runs in the browser`;
    return null;
  }
  const targetFile = `${target}.ts`;
  const layer = layers.find(({ owns }) => owns.test(targetFile));
  if (layer === undefined) return own.may.includes("*") ? null : `${own.name} imports ${target}, which has no layer`;
  if (layer === own) return own.name === "server/engine" ? stageProblem(file, target) : null;
  if (own.may.includes("*") || own.may.includes(layer.name)) return null;
  return `${own.name} may not import ${layer.name} (${from})`;
}

/** What every stage stands on: sizes, the state of one turn, session machines. It knows no stage. */
const foundation = /^server\/engine\/((dimensions|turn)$|session\/)/;

/**
 * A stage may import the foundation and the stages before it. The other loose files of the engine put the stages
 * together, and may import all of them.
 */
function stageProblem(file: string, target: string): string | null {
  const own = stageOf(file);
  const other = stageOf(target);
  const isFoundation = foundation.test(file.replace(/\.ts$/, ""));
  if (own === null && !isFoundation) return null;
  if (foundation.test(target)) return null;
  const name = own === null ? "what all stages stand on" : `stage ${own}`;
  if (other === null) return `${name} imports ${target}, which puts stages together`;
  if (own === null) return `${name} imports the stage ${other}`;
  if (engineStages.indexOf(other) <= engineStages.indexOf(own)) return null;
  return `${name} imports ${other}, a later stage`;
}

function stageOf(file: string): (typeof engineStages)[number] | null {
  const folder = file.split("/")[2];
  return engineStages.find((stage) => stage === folder) ?? null;
}
