import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from "yaml";
import type { z } from "zod";
import type { Desk, DeskLimits, InstrumentSpec, PairSpec, StrategySpec } from "../../domain/desk";
import { naturalLogarithm } from "../../domain/logarithm";
import { roundHalfAway } from "../../domain/money";
import { DeskError, type DeskProblem } from "./desk-error";
import { type DeskFile, deskFileSchema } from "./desk-file";
import { nearestWord } from "./nearest-word";
import { type Research, researchSchema } from "./research";

/** Sizes given on the command line; null leaves what the desk file says. */
export type DeskOverrides = {
  readonly names: number | null;
  readonly pairs: number | null;
  readonly seed: number | null;
};

/** A desk ready for use, and the hash of everything it was made from: desk file, research file, overrides. */
export type LoadedDesk = { readonly desk: Desk; readonly hash: string };

const unitsPerDollar = 10_000;
const problemsMax = 10;

/**
 * Reads and checks a desk file and the research it names. The same files and overrides give the same desk and hash
 * in every process. Throws a DeskError that names file, line, what was found and what was expected.
 */
export function loadDesk(file: string, overrides: DeskOverrides): LoadedDesk {
  const text = readText(file, "a desk file");
  const source = new DeskSource(file, text);
  const content = source.check();
  const researchFile = path.resolve(path.dirname(file), content.instruments.research);
  if (content.pairs.research !== content.instruments.research)
    source.fail(["pairs", "research"], `"${content.instruments.research}", as under instruments`);
  const researchText = readText(researchFile, `the research file that ${file} names`);
  const research = parseResearch(researchFile, researchText);
  const desk = new DeskBuilder(source, content, research, researchFile, overrides).build();
  const hash = createHash("sha256")
    .update(text)
    .update("\0")
    .update(researchText)
    .update("\0")
    .update(JSON.stringify([overrides.names, overrides.pairs, overrides.seed]))
    .digest("hex");
  return { desk, hash };
}

type Path = readonly PropertyKey[];

/** The text of a desk file with the place of everything in it. */
class DeskSource {
  readonly #lines = new LineCounter();
  readonly #document: Document;

  constructor(
    readonly file: string,
    text: string,
  ) {
    this.#document = parseDocument(text, { lineCounter: this.#lines, prettyErrors: false });
  }

  /** The file's content when it has the right shape; throws all its problems otherwise. */
  check(): DeskFile {
    const broken = [...this.#document.errors, ...this.#document.warnings].slice(0, problemsMax);
    if (broken.length > 0)
      throw new DeskError(
        broken.map((error) => ({
          ...this.#placeAt(error.pos[0]),
          setting: "",
          found: error.message.replace(/\s+/g, " "),
          expected: "well-formed YAML",
        })),
      );
    const result = deskFileSchema.safeParse(this.#document.toJS());
    if (result.success) return result.data;
    throw new DeskError(result.error.issues.flatMap((issue) => this.#problemsOf(issue)).slice(0, problemsMax));
  }

  /** Throws the problem of one setting; `found` is what stands there unless given. */
  fail(at: Path, expected: string, found?: string): never {
    throw new DeskError([this.problem(at, expected, found)]);
  }

  problem(at: Path, expected: string, found?: string, atKey = false): DeskProblem {
    const { node, key, missing } = this.#find(at);
    const place = (atKey ? key : null) ?? node ?? key;
    return {
      ...this.#placeAt(place?.range?.[0] ?? 0),
      setting: settingOf(at),
      found: found ?? (missing ? "nothing" : describeNode(node)),
      expected,
    };
  }

  #problemsOf(issue: z.core.$ZodIssue): DeskProblem[] {
    if (issue.code !== "unrecognized_keys") return [this.problem(issue.path, issue.message)];
    const known = issue.message.replace(/^only /, "").split(", ");
    return issue.keys.map((key) => {
      const nearest = nearestWord(key, known);
      const expected = nearest === null ? issue.message : `${issue.message} (did you mean ${nearest}?)`;
      return this.problem([...issue.path, key], expected, `unknown key "${key}"`, true);
    });
  }

  /** The node at a path and the key before it; for a missing one, the innermost key that is there. */
  #find(at: Path): { node: Node | null; key: Node | null; missing: boolean } {
    let node: Node | null = this.#resolve(this.#document.contents);
    let key: Node | null = null;
    for (const step of at) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
        if (pair === undefined) return { node: key ?? node, key, missing: true };
        key = pair.key as Node;
        node = this.#resolve(pair.value as Node | null);
      } else if (isSeq(node)) {
        const item = node.items[Number(step)] as Node | undefined;
        if (item === undefined) return { node, key, missing: true };
        node = this.#resolve(item);
        key = node;
      } else return { node, key, missing: true };
    }
    return { node, key, missing: false };
  }

  #resolve(node: Node | null): Node | null {
    return isAlias(node) ? (node.resolve(this.#document) ?? node) : node;
  }

  #placeAt(offset: number): { file: string; line: number; column: number } {
    const { line, col } = this.#lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

class DeskBuilder {
  readonly #nameCount: number;
  readonly #symbols: Map<string, number>;
  readonly #instruments: InstrumentSpec[];

  constructor(
    private readonly source: DeskSource,
    private readonly content: DeskFile,
    private readonly research: Research,
    private readonly researchFile: string,
    private readonly overrides: DeskOverrides,
  ) {
    this.#nameCount = this.#count("names", ["instruments", "count"], content.instruments.count, research.names.length);
    const tick = toUnits(content.instruments.tick);
    this.#instruments = research.names.slice(0, this.#nameCount).map((name) => ({
      symbol: name.symbol,
      sector: name.sector,
      referencePrice: Math.max(1, Math.round(toUnits(name.lastClose) / tick)) * tick,
      tick,
      lot: content.instruments.lot,
      dailyVolatility: name.dailyVolatility,
      marketBeta: name.marketBeta,
      synthetic: name.synthetic,
    }));
    this.#symbols = new Map(this.#instruments.map(({ symbol }, index) => [symbol, index]));
  }

  build(): Desk {
    const { content } = this;
    this.#checkNames("venues", content.venues, 16);
    this.#checkNames("strategies", content.strategies, 64);
    this.#checkShares();
    const pairs = this.#pairs();
    return {
      name: content.name,
      currency: content.currency,
      seed: this.overrides.seed ?? content.seed,
      venues: content.venues.map((venue) => ({
        ...venue,
        makerFeePerShare: toUnits(venue.makerFeePerShare),
        takerFeePerShare: toUnits(venue.takerFeePerShare),
      })),
      instruments: this.#instruments,
      pairs,
      strategies: this.#strategies(pairs),
      limits: this.#limits(),
      market: content.market,
    };
  }

  #limits(): DeskLimits {
    const { limits } = this.content;
    this.#checkLosses(limits, ["limits"]);
    return {
      ...limits,
      ...lossUnits(limits),
      orderNotionalMax: toUnits(limits.orderNotionalMax),
      parentNotionalMax: toUnits(limits.parentNotionalMax),
      basketNotionalMax: toUnits(limits.basketNotionalMax),
      grossExposureMax: toUnits(limits.grossExposureMax),
      netExposureMax: toUnits(limits.netExposureMax),
      capitalMax: toUnits(limits.capitalMax),
      pairGrossExposureMax: toUnits(limits.pairGrossExposureMax),
      pairNetExposureMax: toUnits(limits.pairNetExposureMax),
      restricted: this.#symbolsOf(limits.restricted, ["limits", "restricted"]),
    };
  }

  /** What stops a scope must not come before what only makes it reduce. */
  #checkLosses(limits: LossLimits, at: Path): void {
    if (limits.dailyLossSoft > limits.dailyLossHard)
      this.source.fail([...at, "dailyLossSoft"], `at most dailyLossHard, ${limits.dailyLossHard}`);
    if (limits.drawdownSoft > limits.drawdownHard)
      this.source.fail([...at, "drawdownSoft"], `at most drawdownHard, ${limits.drawdownHard}`);
  }

  /** Indices of the venues that a strategy may trade at. */
  #venuesOf(names: readonly string[], at: Path): number[] {
    return names.map((name, index) => {
      const venue = this.content.venues.findIndex((candidate) => candidate.name === name);
      if (venue >= 0) return venue;
      const known = this.content.venues.map((candidate) => candidate.name);
      return this.source.fail([...at, index], `one of ${known.join(", ")}`);
    });
  }

  /** A size: the override's or the file's, within what the research offers. */
  #count(option: "names" | "pairs", at: Path, own: number, available: number): number {
    const override = this.overrides[option];
    const minimum = option === "names" ? 1 : 0;
    if (override === null) {
      if (own > available) this.source.fail(at, `at most ${available}, which is what ${this.researchFile} offers`);
      return own;
    }
    if (!Number.isSafeInteger(override) || override < minimum || override > available)
      throw new DeskError([
        {
          file: this.source.file,
          line: 0,
          column: 0,
          setting: `--${option}`,
          found: String(override),
          expected: `a whole number from ${minimum} to ${available}, which is what ${this.researchFile} offers${
            option === "pairs" ? ` for ${this.#nameCount} names` : ""
          }`,
        },
      ]);
    return override;
  }

  #checkNames(setting: "venues" | "strategies", entries: readonly { name: string }[], countMax: number): void {
    if (entries.length > countMax) this.source.fail([setting], `at most ${countMax}`, `${entries.length} ${setting}`);
    entries.forEach(({ name }, index) => {
      if (entries.findIndex((entry) => entry.name === name) < index)
        this.source.fail([setting, index, "name"], `a name that no other of the ${setting} has`);
    });
  }

  #checkShares(): void {
    const sum = this.content.venues.reduce((total, venue) => total + venue.liquidityShare, 0);
    if (Math.abs(sum - 1) > 1e-6)
      this.source.fail(["venues", 0, "liquidityShare"], "shares that add up to 1 over all venues", `a sum of ${sum}`);
  }

  /** The research's pairs among the chosen names, carried to the simulated market's clock and prices. */
  #pairs(): PairSpec[] {
    const { spreadBps, halfLifeSeconds, count } = this.content.pairs;
    this.#checkScale("spreadBps", spreadBps);
    this.#checkScale("halfLifeSeconds", halfLifeSeconds);
    const offered = this.research.pairs.filter(({ a, b }) => this.#symbols.has(a) && this.#symbols.has(b));
    const isShrunk = this.overrides.names !== null && this.overrides.pairs === null;
    const wanted = isShrunk ? Math.min(count, offered.length) : count;
    const chosen = offered.slice(0, this.#count("pairs", ["pairs", "count"], wanted, offered.length));
    const deviationScale = spreadBps.median / 10_000 / middle(this.research.pairs.map((pair) => pair.spreadDeviation));
    const halfLifeScale = halfLifeSeconds.median / middle(this.research.pairs.map((pair) => pair.halfLifeDays));
    return chosen.map((pair) => {
      const instrumentA = this.#symbols.get(pair.a)!;
      const instrumentB = this.#symbols.get(pair.b)!;
      const logA = naturalLogarithm(this.#instruments[instrumentA].referencePrice / unitsPerDollar);
      const logB = naturalLogarithm(this.#instruments[instrumentB].referencePrice / unitsPerDollar);
      return {
        name: `${pair.a}/${pair.b}`,
        instrumentA,
        instrumentB,
        hedgeRatio: pair.hedgeRatio,
        spreadMean: logA - pair.hedgeRatio * logB,
        spreadDeviation: clamp(
          pair.spreadDeviation * deviationScale,
          spreadBps.minimum / 10_000,
          spreadBps.maximum / 10_000,
        ),
        halfLifeSeconds: clamp(pair.halfLifeDays * halfLifeScale, halfLifeSeconds.minimum, halfLifeSeconds.maximum),
      };
    });
  }

  #checkScale(setting: "spreadBps" | "halfLifeSeconds", { minimum, median, maximum }: DeskFile["pairs"]["spreadBps"]) {
    if (minimum > median || median > maximum)
      this.source.fail(
        ["pairs", setting],
        "minimum ≤ median ≤ maximum",
        `minimum ${minimum}, median ${median}, maximum ${maximum}`,
      );
  }

  #strategies(pairs: readonly PairSpec[]): StrategySpec[] {
    const sectorOwner = new Map<string, string>();
    return this.content.strategies.flatMap((strategy, index): StrategySpec[] => {
      const at = ["strategies", index];
      this.#checkLosses(strategy.limits, [...at, "limits"]);
      const limits = {
        ...strategy.limits,
        ...lossUnits(strategy.limits),
        grossExposureMax: toUnits(strategy.limits.grossExposureMax),
        netExposureMax: toUnits(strategy.limits.netExposureMax),
        capitalMax: toUnits(strategy.limits.capitalMax),
      };
      const venues = this.#venuesOf(strategy.venues, [...at, "venues"]);
      const common = { name: strategy.name, kind: strategy.kind, stage: strategy.stage, venues, limits };
      if (strategy.kind === "maker") {
        const instruments = this.#symbolsOf(strategy.instruments, [...at, "instruments"]);
        if (instruments.length === 0) return [];
        return [{ ...common, parameters: { kind: "maker", ...strategy.parameters, instruments } }];
      }
      const { parameters } = strategy;
      if (!(parameters.exitZ < parameters.entryZ && parameters.entryZ < parameters.stopZ))
        this.source.fail(
          [...at, "parameters", "entryZ"],
          "exitZ < entryZ < stopZ",
          `exitZ ${parameters.exitZ}, entryZ ${parameters.entryZ}, stopZ ${parameters.stopZ}`,
        );
      const own = this.#pairsOfSectors(strategy.sectors, [...at, "sectors"], strategy.name, sectorOwner, pairs);
      if (own.length === 0) {
        if (this.overrides.names !== null || this.overrides.pairs !== null) return [];
        this.source.fail([...at, "sectors"], "sectors with at least one of the desk's pairs");
      }
      return [
        {
          ...common,
          parameters: { kind: "pairs", ...parameters, legNotional: toUnits(parameters.legNotional), pairs: own },
        },
      ];
    });
  }

  /** Indices of the symbols; those beyond an override of the number of names are left out. */
  #symbolsOf(symbols: readonly string[], at: Path): number[] {
    return symbols.flatMap((symbol, index) => {
      if (symbols.indexOf(symbol) < index) this.source.fail([...at, index], "each symbol once");
      const instrument = this.#symbols.get(symbol);
      if (instrument !== undefined) return [instrument];
      const known = this.research.names.map((name) => name.symbol);
      if (this.overrides.names !== null && known.includes(symbol)) return [];
      const nearest = nearestWord(symbol, [...this.#symbols.keys()]);
      return this.source.fail(
        [...at, index],
        `one of the desk's ${this.#nameCount} symbols${nearest === null ? "" : ` (did you mean ${nearest}?)`}`,
      );
    });
  }

  #pairsOfSectors(
    sectors: readonly string[],
    at: Path,
    strategy: string,
    owner: Map<string, string>,
    pairs: readonly PairSpec[],
  ): number[] {
    const known = [...new Set(this.research.names.map((name) => name.sector))];
    sectors.forEach((sector, index) => {
      if (!known.includes(sector)) {
        const nearest = nearestWord(sector, known);
        this.source.fail(
          [...at, index],
          `one of ${known.join(", ")}${nearest === null ? "" : ` (did you mean ${nearest}?)`}`,
        );
      }
      const other = owner.get(sector);
      if (other !== undefined) this.source.fail([...at, index], `a sector that ${other} does not trade already`);
      owner.set(sector, strategy);
    });
    return pairs.flatMap((pair, index) =>
      sectors.includes(this.#instruments[pair.instrumentA].sector) ? [index] : [],
    );
  }
}

type LossLimits = Pick<DeskLimits, "dailyLossSoft" | "dailyLossHard" | "drawdownSoft" | "drawdownHard">;

function lossUnits(limits: LossLimits): LossLimits {
  return {
    dailyLossSoft: toUnits(limits.dailyLossSoft),
    dailyLossHard: toUnits(limits.dailyLossHard),
    drawdownSoft: toUnits(limits.drawdownSoft),
    drawdownHard: toUnits(limits.drawdownHard),
  };
}

function readText(file: string, expected: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DeskError([{ file, line: 0, column: 0, setting: "", found: `no readable file (${reason})`, expected }]);
  }
}

function parseResearch(file: string, text: string): Research {
  const fail = (setting: string, found: string, expected: string): never => {
    throw new DeskError([{ file, line: 0, column: 0, setting, found, expected }]);
  };
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    return fail("", error instanceof Error ? error.message : String(error), "a research file in JSON");
  }
  const result = researchSchema.safeParse(content);
  if (!result.success) {
    const [issue] = result.error.issues;
    return fail(settingOf(issue.path), issue.message, "what tools/calibrate.ts writes");
  }
  const research = result.data;
  const place = new Map(research.names.map(({ symbol }, index) => [symbol, index]));
  if (place.size !== research.names.length) fail("names", "a symbol that is listed twice", "each symbol once");
  const parents = new Set<string>();
  research.pairs.forEach(({ a, b }, index) => {
    const placeA = place.get(a);
    const placeB = place.get(b);
    if (placeA === undefined || placeB === undefined || placeB >= placeA)
      fail(`pairs.${index}`, `${a}/${b}`, "two listed names, the second one listed earlier");
    if (parents.has(a)) fail(`pairs.${index}`, `a second pair of ${a}`, "each name as a of at most one pair");
    parents.add(a);
  });
  return research;
}

function describeNode(node: Node | null): string {
  if (node === null) return "nothing";
  if (isMap(node)) return "a mapping";
  if (isSeq(node)) return `a list of ${node.items.length}`;
  if (!isScalar(node)) return "something else";
  if (node.value === null) return "nothing";
  return typeof node.value === "string" ? `"${node.value}"` : String(node.value);
}

function settingOf(at: Path): string {
  return at.map(String).join(".");
}

/** Dollars to 1/10,000 of them; the schema has checked that nothing is lost. */
function toUnits(dollars: number): number {
  return roundHalfAway(dollars * unitsPerDollar);
}

function middle(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[values.length >> 1];
}

function clamp(value: number, minimum: number, maximum: number): number {
  return Math.min(maximum, Math.max(minimum, value));
}
