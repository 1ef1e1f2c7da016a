import { codeOf, isProductSource, lineAt, listFiles, readSource, repository } from "./source-tree";

/** Folders whose code must give the same bytes in every process. */
export const pureFolders = ["server/engine", "server/simulator", "server/machine", "server/wire", "domain"] as const;

/** Names that read the world, or give control to it. */
const bannedNames = [
  "performance",
  "process",
  "crypto",
  "fetch",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "queueMicrotask",
  "requestAnimationFrame",
  "globalThis",
  "window",
  "require",
  "eval",
  "Function",
  "console",
  "Intl",
  "WebSocket",
  "Worker",
  "Atomics",
  "SharedArrayBuffer",
  "WeakRef",
  "FinalizationRegistry",
  "Promise",
  "async",
  "await",
] as const;

/** Exactly specified functions and constants of Math; all others may differ from engine to engine. */
const exactMath = new Set(
  "sqrt floor ceil abs imul min max round sign trunc clz32 fround PI E LN2 LN10 LOG2E LOG10E SQRT2 SQRT1_2".split(" "),
);

/** Methods that depend on the machine's language or on an unspecified order. */
const bannedMethods = ["toLocaleString", "toLocaleDateString", "localeCompare", "toLocaleUpperCase"] as const;

/** What the pure folders of a tree call that they may not, one line each. */
export function ambientProblems(root: string = repository): string[] {
  return listFiles(root)
    .filter((file) => isProductSource(file) && pureFolders.some((folder) => file.startsWith(`${folder}/`)))
    .flatMap((file) => ambientProblemsOf(file, readSource(file, root)));
}

/** The ambient calls of one file. */
export function ambientProblemsOf(file: string, source: string): string[] {
  const code = codeOf(source);
  const problems: string[] = [];
  const ban = (pattern: RegExp, what: (match: RegExpExecArray) => string | null) => {
    for (let match = pattern.exec(code); match !== null; match = pattern.exec(code)) {
      const problem = what(match);
      if (problem !== null) problems.push(`${file}:${lineAt(code, match.index)}: ${problem}`);
    }
  };
  for (const name of bannedNames) ban(new RegExp(`(?<![.\\w$#])${name}\\b(?!\\s*[?]?:)`, "g"), () => `uses ${name}`);
  for (const name of bannedMethods) ban(new RegExp(`\\.${name}\\b`, "g"), () => `uses ${name}`);
  ban(/(?<![.\w$#])Date\b([^\n]{0,40})/g, ({ 1: rest, index }) => {
    // In domain/ a date may be worked out from a given text: that reads no clock.
    const isGiven =
      file.startsWith("domain/") &&
      (/^\.(parse|UTC)\(\s*[^)\s]/.test(rest) || (/new\s+$/.test(code.slice(0, index)) && /^\(\s*[^)\s]/.test(rest)));
    return isGiven ? null : "uses Date";
  });
  ban(/(?<![.\w$#])Math\b(?:\s*\.\s*(\w+))?/g, ({ 1: member }) => {
    if (member === undefined) return "uses Math as a value";
    return exactMath.has(member) ? null : `uses Math.${member}, which is not exactly specified`;
  });
  ban(/\*\*/g, () => "uses **, which is not exactly specified");
  return problems;
}
