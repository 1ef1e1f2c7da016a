import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** The repository. */
export const repository: string = path.resolve(fileURLToPath(new URL("../../", import.meta.url)));

const ignoredFolders = new Set([
  "node_modules",
  ".git",
  ".next",
  ".heliograph",
  "test-results",
  "playwright-report",
  "coverage",
]);

/** Every file of the repository, relative to `root`, with forward slashes, sorted; products of builds left out. */
export function listFiles(root: string = repository): string[] {
  const files: string[] = [];
  const walk = (folder: string) => {
    for (const entry of readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const name = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!ignoredFolders.has(entry.name)) walk(name);
      } else files.push(name);
    }
  };
  walk("");
  return files.sort();
}

/** Whether a file is TypeScript of the product: no test, no help for tests. */
export function isProductSource(file: string): boolean {
  return /\.tsx?$/.test(file) && !/\.test\.tsx?$|\.d\.ts$|(^|\/)testing\/|^tests\//.test(file);
}

export function readSource(file: string, root: string = repository): string {
  return readFileSync(path.join(root, file), "utf8");
}

/**
 * The source with comments and the insides of strings replaced by spaces, line ends kept: what is left is code. The
 * code within `${}` of a template stays.
 */
export function codeOf(source: string): string {
  let out = "";
  let at = 0;
  /** Open braces within each `${}` that we are inside of. */
  const templates: number[] = [];
  const blank = (end: number) => {
    out += source.slice(at, end).replace(/[^\n]/g, " ");
    at = end;
  };
  const text = (quote: string) => {
    let end = at + 1;
    while (end < source.length && source[end] !== quote) end += source[end] === "\\" ? 2 : 1;
    out += quote;
    at += 1;
    blank(Math.min(end, source.length));
    out += quote;
    at += 1;
  };
  /** From after a backtick or a closing brace: to the template's end, or to the next `${`. */
  const template = () => {
    let end = at;
    while (end < source.length && source[end] !== "`" && !(source[end] === "$" && source[end + 1] === "{"))
      end += source[end] === "\\" ? 2 : 1;
    blank(end);
    if (source[at] === "`") {
      out += "`";
      at += 1;
      return;
    }
    templates.push(0);
    out += "${";
    at += 2;
  };
  while (at < source.length) {
    const char = source[at];
    const next = source[at + 1];
    if (char === "/" && next === "/") {
      const end = source.indexOf("\n", at);
      blank(end < 0 ? source.length : end);
    } else if (char === "/" && next === "*") {
      const end = source.indexOf("*/", at + 2);
      blank(end < 0 ? source.length : end + 2);
    } else if (char === '"' || char === "'") text(char);
    else if (char === "`") {
      out += char;
      at += 1;
      template();
    } else if (char === "/" && startsExpression(out)) {
      const end = endOfPattern(source, at);
      out += "/";
      at += 1;
      blank(end);
    } else if (templates.length > 0 && char === "}" && templates[templates.length - 1] === 0) {
      templates.pop();
      out += char;
      at += 1;
      template();
    } else {
      if (templates.length > 0 && char === "{") templates[templates.length - 1] += 1;
      if (templates.length > 0 && char === "}") templates[templates.length - 1] -= 1;
      out += char;
      at += 1;
    }
  }
  return out;
}

/** Whether a slash after this code begins a regular expression, not a division. */
function startsExpression(before: string): boolean {
  const trimmed = before.trimEnd();
  return /(^|[=(,:[!&|?{};+\-*%~^<>]|\b(return|typeof|case|in|of|do|else))$/.test(trimmed);
}

function endOfPattern(source: string, start: number): number {
  let inClass = false;
  for (let at = start + 1; at < source.length && source[at] !== "\n"; at++) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === "[") inClass = true;
    else if (source[at] === "]") inClass = false;
    else if (source[at] === "/" && !inClass) return at;
  }
  return start + 1;
}

/** What a file imports, re-exports or loads, as written, with its line. Types count: they are knowledge too. */
export function importsOf(source: string): { readonly from: string; readonly line: number }[] {
  const code = codeOf(source);
  const found: { from: string; line: number }[] = [];
  const pattern = /\b(?:from|import)\s*\(?\s*(["'`])/g;
  for (let match = pattern.exec(code); match !== null; match = pattern.exec(code)) {
    const start = match.index + match[0].length;
    const end = source.indexOf(match[1], start);
    found.push({ from: source.slice(start, end), line: lineAt(source, start) });
  }
  return found;
}

/** The file of the repository that an import names, without its ending; null for a package. */
export function resolveImport(file: string, from: string): string | null {
  if (from.startsWith("@/")) return path.posix.normalize(from.slice(2));
  if (from.startsWith(".")) return path.posix.normalize(path.posix.join(path.posix.dirname(file), from));
  return null;
}

/** Line number, from 1, of a place in a text. */
export function lineAt(source: string, offset: number): number {
  return source.slice(0, offset).split("\n").length;
}
