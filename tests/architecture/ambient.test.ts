import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ambientProblems, ambientProblemsOf, pureFolders } from "./ambient-rules";
import { isProductSource, listFiles, readSource, repository } from "./source-tree";

const poisons = [
  "const x = Date.now();",
  "const x = new Date();",
  "const x = performance.now();",
  "const x = Math.random();",
  "const x = Math.log(2);",
  "const x = Math.exp(2);",
  "const x = Math.pow(2, 0.5);",
  "const x = Math.sin(1);",
  "const x = 2 ** 0.5;",
  "const { random } = Math;",
  "setTimeout(() => {}, 1);",
  "queueMicrotask(() => {});",
  "const x = process.hrtime();",
  "const x = process.env.HOME;",
  "const x = crypto.randomUUID();",
  'const x = fetch("http://localhost");',
  "async function x() {}",
  "const x = Promise.resolve();",
  "const x = globalThis.performance;",
  ["const x = `$", "{Date.now()}`;"].join(""),
  'const x = require("node:fs");',
  "console.log(1);",
] as const;

describe("the pure folders", () => {
  it("call nothing ambient and nothing inexact", () => {
    expect(ambientProblems()).toEqual([]);
  });

  it("are where they are expected", () => {
    for (const folder of pureFolders) expect(existsSync(path.join(repository, folder)), folder).toBe(true);
  });

  for (const poison of poisons)
    it(`would be caught at: ${poison}`, () => {
      expect(ambientProblemsOf("server/engine/poisoned.ts", `let a = 1;\n${poison}\n`)).toContainEqual(
        expect.stringMatching(/^server\/engine\/poisoned\.ts:2: uses /),
      );
    });

  it("may say such words in comments, texts and names of members", () => {
    const source = `// Date.now()\nconst a = "Math.random()"; const b = { process: 1 }; b.process; /Date/.test(a);`;
    expect(ambientProblemsOf("server/engine/poisoned.ts", source)).toEqual([]);
  });
});

describe("a poisoned copy of the pure folders", () => {
  const copy = mkdtempSync(path.join(tmpdir(), "heliograph-poison-"));
  for (const folder of pureFolders) cpSync(path.join(repository, folder), path.join(copy, folder), { recursive: true });
  afterAll(() => rmSync(copy, { recursive: true }));

  for (const folder of pureFolders) {
    it(`is caught wherever the poison is put into ${folder}`, () => {
      const files = listFiles(copy).filter((file) => file.startsWith(`${folder}/`) && isProductSource(file));
      for (const file of files) {
        const source = readSource(file, copy);
        writeFileSync(path.join(copy, file), `${source}\nexport const poison = Date.now() + Math.random();\n`);
        const problems = ambientProblems(copy);
        expect(problems.filter((problem) => problem.startsWith(`${file}:`))).toHaveLength(2);
        writeFileSync(path.join(copy, file), source);
      }
    });
  }
});
