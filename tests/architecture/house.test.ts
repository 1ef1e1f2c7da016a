import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { codeOf, lineAt, listFiles, readSource, repository } from "./source-tree";

const files = listFiles();
const sources = files.filter((file) => /\.(ts|tsx|mjs|js|css)$/.test(file) && !file.startsWith("db/migrations/"));
const documents = files.filter((file) => file.endsWith(".md"));

/** Folders that a reader opens first. */
const foldersWithReadme = [
  "app",
  "components",
  "db",
  "desks",
  "docs",
  "domain",
  "protocol",
  "server",
  "tests",
  "tools",
  ...new Set(files.flatMap((file) => /^server\/[^/]+(?=\/)/.exec(file)?.[0] ?? [])),
];

/** Every match of a pattern in the files, as `file:line: match`. */
function findAll(inFiles: readonly string[], pattern: RegExp, read: (file: string) => string): string[] {
  return inFiles.flatMap((file) => {
    const text = read(file);
    return [...text.matchAll(pattern)].map((match) => `${file}:${lineAt(text, match.index)}: ${match[0].trim()}`);
  });
}

describe("the house", () => {
  it("has a README of at most ten lines in every folder that a reader opens first", () => {
    const problems = foldersWithReadme.flatMap((folder) => {
      const file = `${folder}/README.md`;
      if (!files.some((name) => name.startsWith(`${folder}/`))) return [];
      if (!files.includes(file)) return [`${file} is missing`];
      const lines = readSource(file).trimEnd().split("\n").length;
      return lines > 10 ? [`${file} has ${lines} lines`] : [];
    });
    expect(problems).toEqual([]);
  });

  it("names only files that exist in its documents", () => {
    const problems = documents.flatMap((document) =>
      [...readSource(document).matchAll(/`([^`\n]+)`|\]\(([^)\s]+)\)/g)].flatMap((match) => {
        const name = (match[1] ?? match[2]).replace(/#.*$/, "");
        if (!isFileName(name)) return [];
        return foldersAbove(document).some((folder) => existsSync(path.join(repository, folder, name)))
          ? []
          : [`${document}:${lineAt(readSource(document), match.index)}: ${name} does not exist`];
      }),
    );
    expect(problems).toEqual([]);
  });

  it("has only constants at the top of a module: the bundle that steps an engine declares them as such", () => {
    const bundled = sources.filter(
      (file) => /^(server|bench|domain|protocol|db|tools)\/.*(?<!\.test)\.ts$/.test(file) && !/\/testing\//.test(file),
    );
    expect(findAll(bundled, /^(?:export )?(?:let|var)\s.*/gm, (file) => codeOf(readSource(file)))).toEqual([]);
  });

  it("has no any in its types", () => {
    const typed = sources.filter((file) => /\.tsx?$/.test(file));
    expect(findAll(typed, /(?:[:<|&,]|\bas)\s*any\b(?!\s*[:(])/g, (file) => codeOf(readSource(file)))).toEqual([]);
  });

  it("has no notes about work left to do", () => {
    const pattern = new RegExp(
      `\\b(${["TO", "FIX", "XX", "HA"].map((a, i) => a + ["DO", "ME", "X", "CK"][i]).join("|")})\\b`,
      "g",
    );
    expect(findAll([...sources, ...documents], pattern, readSource)).toEqual([]);
  });

  it("names its files in lower case with hyphens, and none after what it could not name", () => {
    const conventional = /^(README|ARCHITECTURE|LICENSE)\.md$|^\.|^Dockerfile$/;
    const plain = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/;
    /** Next's own notation for route parameters and groups. */
    const route = /^(\[+(\.\.\.)?[a-z0-9-]+\]+|\([a-z0-9-]+\)|@[a-z-]+|_[a-z-]+)$/;
    const vague = /(^|-)(utils?|helpers?|managers?|misc|common|stuff)(-|\.|$)/;
    const problems = files.flatMap((file) => {
      const parts = file.split("/");
      const wrong = parts.filter((part) => !conventional.test(part) && !plain.test(part) && !route.test(part));
      const empty = parts.filter((part) => vague.test(part));
      return wrong.length + empty.length > 0 && !/^(public|db\/migrations)\//.test(file) ? [file] : [];
    });
    expect(problems).toEqual([]);
  });

  it("has no class or function that is called a manager, a helper or a util", () => {
    const pattern = /\b(class|function|const|type|interface)\s+\w*(Manager|manager|Helper|helper|Utils?|utils?)s?\b/g;
    expect(findAll(sources, pattern, (file) => codeOf(readSource(file)))).toEqual([]);
  });

  it("pins every dependency to one version", () => {
    const manifest = JSON.parse(readSource("package.json")) as Record<string, Record<string, string> | undefined>;
    const versions = { ...manifest.dependencies, ...manifest.devDependencies };
    const floating = Object.entries(versions).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
    expect(floating).toEqual([]);
  });

  it("names no path of the machine it was written on", () => {
    const pattern = /(?<![\w.])\/(work|home|Users|root)\/\w+/g;
    expect(findAll([...sources, ...documents], pattern, readSource)).toEqual([]);
  });
});

/** The folder of a document and all above it, up to the repository: a name may be meant from each of them. */
function foldersAbove(document: string): string[] {
  const parts = document.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("/")).concat("");
}

/** Whether a piece of code in a document means one file or folder of the repository. */
function isFileName(name: string): boolean {
  if (/[\s*<>{}$=,()"]|^\.\.\/shared|^(https?|mailto|postgres):|^[-/@#]|\.\.\.|[A-Z]+_[A-Z]+|\b(DIR|FILE)\b/.test(name))
    return false;
  if (/^\.(heliograph|next)(\/|$)|^node_modules/.test(name)) return false;
  return (
    /\.(ts|tsx|mjs|js|md|json|yaml|yml|css|sql|itch|png)$/.test(name) || /^[a-z.][\w.-]*\/([\w.-]+\/?)*$/.test(name)
  );
}
