import { describe, expect, it } from "vitest";
import { engineStages, importProblems, problemsOf } from "./import-rules";

describe("the direction of imports", () => {
  it("is kept everywhere", () => {
    expect(importProblems()).toEqual([]);
  });

  const poisons: readonly (readonly [file: string, source: string, problem: string])[] = [
    ["domain/price.ts", 'import { step } from "../server/engine/engine";', "domain may not import server/engine"],
    ["domain/price.ts", 'import { z } from "zod";', "domain imports the package zod"],
    ["protocol/envelope.ts", 'import type { Thing } from "../server/runtime/thing";', "protocol may not import"],
    [
      "components/ui/button.tsx",
      'import { x } from "@/server/engine/engine";',
      "components may not import server/engine",
    ],
    ["components/ui/button.tsx", 'import fs from "node:fs";', "it runs in the browser"],
    ["app/page.tsx", 'const x = await import("@/server/store/store");', "app may not import server/store"],
    ["server/engine/engine.ts", 'import { readFileSync } from "node:fs";', "imports the package node:fs"],
    ["server/engine/engine.ts", 'export { x } from "../simulator/x";', "may not import server/simulator"],
    ["server/engine/dimensions.ts", 'import { x } from "./book/x";', "what all stages stand on imports the stage book"],
    ["server/engine/book/x.ts", 'import { x } from "../engine";', "which puts stages together"],
    ["server/simulator/x.ts", 'import { x } from "../engine/book/x";', "may not import server/engine"],
    ["somewhere/x.ts", "", "belongs to no layer"],
  ];
  for (const [file, source, problem] of poisons)
    it(`is seen to be broken by ${source || "a file without a layer"} in ${file}`, () => {
      expect(problemsOf(file, source).join("\n")).toContain(problem);
    });

  it("is seen to be broken by a stage that imports a later one", () => {
    for (let i = 0; i + 1 < engineStages.length; i++) {
      const forwards = problemsOf(`server/engine/${engineStages[i]}/x.ts`, `import "../${engineStages[i + 1]}/y";`);
      const backwards = problemsOf(`server/engine/${engineStages[i + 1]}/x.ts`, `import "../${engineStages[i]}/y";`);
      expect(forwards).toHaveLength(1);
      expect(backwards).toEqual([]);
    }
  });

  it("is not broken by words in comments and texts", () => {
    const source = '// import { x } from "../server/engine/engine";\nconst text = `import("../server/engine/engine")`;';
    expect(problemsOf("domain/price.ts", source)).toEqual([]);
  });
});
