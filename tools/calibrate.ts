import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

/*
 * Derives `desks/sp500.json` from recorded daily prices: what a simulated market needs to look like the real one
 * (volatilities, loadings on the market, pair relations), and nothing that could be mistaken for the recording itself.
 */

/** One name of the research file. Volatilities are standard deviations of a day's log return. */
type ResearchName = {
  symbol: string;
  sector: string;
  lastClose: number;
  dailyVolatility: number;
  marketBeta: number;
  residualVolatility: number;
  dailyDollarVolumeMillions: number;
  synthetic: boolean;
};

/** One pair of the research file; `a` and `b` are symbols, and `b` stands earlier in the list of names. */
type ResearchPair = {
  a: string;
  b: string;
  hedgeRatio: number;
  spreadMean: number;
  spreadDeviation: number;
  halfLifeDays: number;
  correlation: number;
};

type Series = {
  readonly symbol: string;
  readonly sector: string;
  readonly lastClose: number;
  /** ln of the adjusted close by date. */
  readonly logByDate: ReadonlyMap<string, number>;
  /** Log return by date. */
  readonly returnByDate: ReadonlyMap<string, number>;
  readonly dollarVolume: number;
};

type Candidate = ResearchPair & { readonly score: number };

const rowCountMin = 1_000;
const cleanRowCountMin = 250;
const nameCount = 500;
const firstBlockCount = 100;
const firstBlockPairCountMin = 60;
const firstBlockCloseMin = 25;
/** The most liquid names stay outside the first block's pairs: they are what a market maker quotes. */
const unpairedCount = 4;
const unpairedCloseMax = 250;
const pairCountMin = 400;
const treeDepthMax = 3;
const childCountMax = 4;
const hedgeRatioMin = 0.3;
const hedgeRatioMax = 2;

/** Reads the recording under `dataFolder` and writes the research file; returns one line that says what it holds. */
export function calibrate(dataFolder: string, outputFile: string): string {
  const folder = path.join(dataFolder, "sp500-daily");
  const sectors = readSectors(path.join(folder, "symbol_sector.csv"));
  const rejected: string[] = [];
  const series: Series[] = [];
  for (const file of readdirSync(folder).sort()) {
    const symbol = file.replace(/\.csv$/, "");
    if (!file.endsWith(".csv") || symbol === "symbol_sector") continue;
    const rows = readFileSync(path.join(folder, file), "utf8").trim().split(/\r?\n/).slice(1);
    if (rows.length < rowCountMin) continue;
    const sector = sectors.get(symbol);
    if (sector === undefined) throw new Error(`${symbol} has no sector`);
    const found = readSeries(symbol, sector, rows);
    if (found === null) rejected.push(symbol);
    else series.push(found);
  }
  series.sort((left, right) => right.dollarVolume - left.dollarVolume || (left.symbol < right.symbol ? -1 : 1));
  const market = marketReturns(series);
  const names = new Map(series.map((one) => [one.symbol, describeName(one, market)]));
  const candidates = allCandidates(series);

  // A tick of one cent must be small against the spread between two names: cheap ones come later.
  const first = series.filter((one) => one.lastClose >= firstBlockCloseMin).slice(0, firstBlockCount);
  const block = new Set(first.map((one) => one.symbol));
  const quoted = first.filter((one) => one.lastClose <= unpairedCloseMax).slice(0, unpairedCount);
  const unpaired = new Set(quoted.map((one) => one.symbol));
  const forest = new Forest(series.map((one) => one.symbol));
  const inBlock = candidates.filter(({ a, b }) => block.has(a) && block.has(b) && !unpaired.has(a) && !unpaired.has(b));
  for (const candidate of inBlock) forest.offer(candidate);
  const firstPairs = [...forest.pairs];
  if (firstPairs.length < firstBlockPairCountMin)
    throw new Error(`only ${firstPairs.length} pairs among the first ${firstBlockCount} names`);
  // Names of the first block keep their parent or stay roots, so that nobody there depends on a name further down.
  for (const candidate of candidates) if (!block.has(candidate.a)) forest.offer(candidate);

  const order = [
    ...listWithParentsFirst([...block], forest),
    ...listWithParentsFirst(
      series.map((one) => one.symbol).filter((symbol) => !block.has(symbol)),
      forest,
    ),
  ];
  const orderedNames = order.map((symbol) => names.get(symbol)!);
  const place = new Map(order.map((symbol, index) => [symbol, index]));
  const laterPairs = forest.pairs
    .slice(firstPairs.length)
    .sort((left, right) => place.get(left.a)! - place.get(right.a)!);
  const pairs: ResearchPair[] = [...firstPairs, ...laterPairs].map(({ score: _score, ...pair }) => pair);
  addSynthetic(orderedNames, pairs);
  if (pairs.length < pairCountMin) throw new Error(`only ${pairs.length} pairs over ${orderedNames.length} names`);

  const header = {
    about:
      "Derived by tools/calibrate.ts from daily prices of S&P 500 members, 2015-2018. Names with synthetic: true, and their pairs, are invented.",
    names: orderedNames.length,
    pairs: pairs.length,
  };
  const lines = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join(",\n");
  const text = `{"header":${JSON.stringify(header)},\n"names":[\n${lines(orderedNames)}\n],\n"pairs":[\n${lines(pairs)}\n]}\n`;
  writeFileSync(outputFile, text);
  return `${outputFile}: ${series.length} recorded names (left out as too dirty: ${rejected.join(" ") || "none"}), ${
    orderedNames.length - series.length
  } synthetic, ${pairs.length} pairs (${firstPairs.length} within the first ${firstBlockCount} names), ${text.length} bytes`;
}

const sectorNames: Readonly<Record<string, string>> = {
  energy: "Energy",
  communicationservices: "Communication Services",
  comsumerdiscretionary: "Consumer Discretionary",
  comsumerstaples: "Consumer Staples",
  financial: "Financials",
  health: "Health Care",
  industrials: "Industrials",
  information: "Information Technology",
  materials: "Materials",
  realestate: "Real Estate",
  utilities: "Utilities",
};

/** Members that left the index before the recording's list of sectors was made. */
const formerMembers: Readonly<Record<string, string>> = {
  "Communication Services": "CBS VIAB TRIP",
  "Consumer Discretionary": "FL GT MAT SIG",
  Energy: "RRC CHK EQT",
  Financials: "AMG NAVI STI BBT",
  "Health Care": "CELG PDCO",
  Industrials: "SRCL AYI FLR JEC",
  "Real Estate": "MAC",
  Utilities: "PCG",
};

/** Sector by symbol, with the recording's spelling put right. Throws on a sector it does not know. */
function readSectors(file: string): Map<string, string> {
  const sectors = new Map<string, string>();
  for (const line of readFileSync(file, "utf8").trim().split(/\r?\n/)) {
    const [symbol, raw] = line.split(",");
    const sector = sectorNames[raw.toLowerCase().replace(/[^a-z]/g, "")];
    if (sector === undefined) throw new Error(`${file}: unknown sector "${raw}" of ${symbol}`);
    sectors.set(symbol, sector);
  }
  for (const [sector, symbols] of Object.entries(formerMembers))
    for (const symbol of symbols.split(" ")) sectors.set(symbol, sector);
  return sectors;
}

/**
 * Rows of one file without the dirt: no rows without volume and price range (placeholders), none under 10 cents, one row a date (the
 * last one wins), in date order. Null when too few are left. Returns beyond 60 % in a day are data errors or corporate
 * actions, and are left out of statistics.
 */
function readSeries(symbol: string, sector: string, rows: readonly string[]): Series | null {
  const byDate = new Map<string, { close: number; adjusted: number; volume: number }>();
  for (const row of rows) {
    const [date, high, low, , close, volume, adjusted] = row.split(",");
    const numbers = [high, low, close, volume, adjusted].map(Number);
    if (numbers.some((value) => !Number.isFinite(value)) || numbers[2] < 0.1 || numbers[4] <= 0) continue;
    if (numbers[3] === 0 && numbers[0] === numbers[1]) continue;
    byDate.set(date, { close: numbers[2], adjusted: numbers[4], volume: numbers[3] });
  }
  if (byDate.size < cleanRowCountMin) return null;
  const dates = [...byDate.keys()].sort();
  const logByDate = new Map<string, number>();
  const returnByDate = new Map<string, number>();
  let previous: number | null = null;
  let dollarVolume = 0;
  for (const date of dates) {
    const row = byDate.get(date)!;
    const log = Math.log(row.adjusted);
    logByDate.set(date, log);
    if (previous !== null && Math.abs(log - previous) < 0.6) returnByDate.set(date, log - previous);
    previous = log;
    dollarVolume += row.close * row.volume;
  }
  const lastClose = Math.round(byDate.get(dates[dates.length - 1])!.close * 100) / 100;
  return { symbol, sector, lastClose, logByDate, returnByDate, dollarVolume: dollarVolume / dates.length };
}

/** The market's return by date: the plain mean over names. */
function marketReturns(series: readonly Series[]): Map<string, number> {
  const sums = new Map<string, { sum: number; count: number }>();
  for (const one of series) {
    for (const [date, value] of one.returnByDate) {
      const entry = sums.get(date) ?? { sum: 0, count: 0 };
      entry.sum += value;
      entry.count += 1;
      sums.set(date, entry);
    }
  }
  return new Map([...sums].map(([date, { sum, count }]) => [date, sum / count]));
}

function describeName(one: Series, market: ReadonlyMap<string, number>): ResearchName {
  const own: number[] = [];
  const theirs: number[] = [];
  for (const [date, value] of one.returnByDate) {
    own.push(value);
    theirs.push(market.get(date)!);
  }
  const fit = regress(own, theirs);
  return {
    symbol: one.symbol,
    sector: one.sector,
    lastClose: one.lastClose,
    dailyVolatility: rounded(deviationOf(own), 5),
    marketBeta: rounded(fit.slope, 3),
    residualVolatility: rounded(fit.residualDeviation, 5),
    dailyDollarVolumeMillions: Math.round(one.dollarVolume / 1e6),
    synthetic: false,
  };
}

/** Every in-sector relation that could be traded, both ways round, best first. */
function allCandidates(series: readonly Series[]): Candidate[] {
  const candidates: Candidate[] = [];
  for (const a of series) {
    for (const b of series) {
      if (a === b || a.sector !== b.sector) continue;
      const candidate = relation(a, b);
      if (candidate !== null) candidates.push(candidate);
    }
  }
  return candidates.sort((left, right) => right.score - left.score || (left.a + left.b < right.a + right.b ? -1 : 1));
}

function relation(a: Series, b: Series): Candidate | null {
  const logA: number[] = [];
  const logB: number[] = [];
  const returnA: number[] = [];
  const returnB: number[] = [];
  for (const [date, value] of a.logByDate) {
    const other = b.logByDate.get(date);
    if (other === undefined) continue;
    logA.push(value);
    logB.push(other);
    const first = a.returnByDate.get(date);
    const second = b.returnByDate.get(date);
    if (first !== undefined && second !== undefined) {
      returnA.push(first);
      returnB.push(second);
    }
  }
  if (logA.length < cleanRowCountMin) return null;
  const fit = regress(logA, logB);
  if (fit.slope < hedgeRatioMin || fit.slope > hedgeRatioMax) return null;
  const residuals = logA.map((value, index) => value - fit.intercept - fit.slope * logB[index]);
  // AR(1) without constant: residuals have mean zero. A unit root has no half life.
  const fade = autoregression(residuals);
  if (fade.coefficient <= 0 || fade.coefficient >= 0.999) return null;
  const correlation = correlationOf(returnA, returnB);
  return {
    a: a.symbol,
    b: b.symbol,
    hedgeRatio: rounded(fit.slope, 4),
    spreadMean: rounded(fit.intercept, 5),
    spreadDeviation: rounded(fit.residualDeviation, 5),
    halfLifeDays: rounded(Math.log(0.5) / Math.log(fade.coefficient), 2),
    correlation: rounded(correlation, 3),
    // How alike days are, plus how surely the spread comes back (the Dickey-Fuller statistic, capped).
    score: correlation + 0.08 * Math.min(4, Math.max(0, -fade.statistic)),
  };
}

/** A forest over names: each is `a` of at most one pair. Trees stay shallow, and no `b` carries too many. */
class Forest {
  readonly pairs: Candidate[] = [];
  private readonly parent = new Map<string, string>();
  private readonly children = new Map<string, string[]>();

  constructor(symbols: readonly string[]) {
    for (const symbol of symbols) this.children.set(symbol, []);
  }

  parentOf(symbol: string): string | undefined {
    return this.parent.get(symbol);
  }

  /** Takes the pair when it keeps the forest a forest, within its limits. */
  offer(candidate: Candidate): void {
    const { a, b } = candidate;
    if (this.parent.has(a) || this.children.get(b)!.length >= childCountMax) return;
    let depth = 0;
    for (let at: string | undefined = b; at !== undefined; at = this.parent.get(at)) {
      if (at === a) return;
      depth += 1;
    }
    if (depth + this.height(a) > treeDepthMax) return;
    this.parent.set(a, b);
    this.children.get(b)!.push(a);
    this.pairs.push(candidate);
  }

  private height(symbol: string): number {
    return Math.max(0, ...this.children.get(symbol)!.map((child) => 1 + this.height(child)));
  }
}

/** The symbols in the order given, except that each name's parents come before it. */
function listWithParentsFirst(symbols: readonly string[], forest: Forest): string[] {
  const wanted = new Set(symbols);
  const listed = new Set<string>();
  const add = (symbol: string) => {
    if (listed.has(symbol) || !wanted.has(symbol)) return;
    const parent = forest.parentOf(symbol);
    if (parent !== undefined) add(parent);
    listed.add(symbol);
  };
  symbols.forEach(add);
  return [...listed];
}

/** Fills the list up with invented names, each in relation to a recorded one of its sector. */
function addSynthetic(names: ResearchName[], pairs: ResearchPair[]): void {
  const recorded = [...names];
  const middle = (values: number[]) => values.sort((left, right) => left - right)[values.length >> 1];
  const deviation = middle(pairs.map((pair) => pair.spreadDeviation));
  const halfLifeDays = middle(pairs.map((pair) => pair.halfLifeDays));
  let state = 20_150_112;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  for (let index = 0; names.length < nameCount; index += 1) {
    const base = recorded[firstBlockCount + ((index * 7) % (recorded.length - firstBlockCount))];
    const symbol = `SYN${String(index + 1).padStart(3, "0")}`;
    names.push({
      symbol,
      sector: base.sector,
      lastClose: rounded(20 + 180 * random(), 2),
      dailyVolatility: rounded(base.dailyVolatility * (0.8 + 0.4 * random()), 5),
      marketBeta: rounded(base.marketBeta * (0.8 + 0.4 * random()), 3),
      residualVolatility: rounded(base.residualVolatility * (0.8 + 0.4 * random()), 5),
      dailyDollarVolumeMillions: Math.max(1, Math.round(base.dailyDollarVolumeMillions * (0.5 + random()))),
      synthetic: true,
    });
    pairs.push({
      a: symbol,
      b: base.symbol,
      hedgeRatio: rounded(0.6 + 0.8 * random(), 4),
      spreadMean: 0,
      spreadDeviation: rounded(deviation * (0.7 + 0.6 * random()), 5),
      halfLifeDays: rounded(halfLifeDays * (0.7 + 0.6 * random()), 2),
      correlation: rounded(0.5 + 0.3 * random(), 3),
    });
  }
}

/** Least squares of y on x with a constant. */
function regress(
  y: readonly number[],
  x: readonly number[],
): { slope: number; intercept: number; residualDeviation: number } {
  const meanY = meanOf(y);
  const meanX = meanOf(x);
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < y.length; i++) {
    covariance += (x[i] - meanX) * (y[i] - meanY);
    variance += (x[i] - meanX) ** 2;
  }
  const slope = covariance / variance;
  const intercept = meanY - slope * meanX;
  let squares = 0;
  for (let i = 0; i < y.length; i++) squares += (y[i] - intercept - slope * x[i]) ** 2;
  return { slope, intercept, residualDeviation: Math.sqrt(squares / (y.length - 2)) };
}

/** First-order autoregression without a constant, and the t statistic of (coefficient − 1). */
function autoregression(values: readonly number[]): { coefficient: number; statistic: number } {
  let cross = 0;
  let square = 0;
  for (let i = 1; i < values.length; i++) {
    cross += values[i] * values[i - 1];
    square += values[i - 1] ** 2;
  }
  const coefficient = cross / square;
  let error = 0;
  for (let i = 1; i < values.length; i++) error += (values[i] - coefficient * values[i - 1]) ** 2;
  return { coefficient, statistic: (coefficient - 1) / Math.sqrt(error / (values.length - 2) / square) };
}

function correlationOf(x: readonly number[], y: readonly number[]): number {
  const meanX = meanOf(x);
  const meanY = meanOf(y);
  let covariance = 0;
  for (let i = 0; i < x.length; i++) covariance += (x[i] - meanX) * (y[i] - meanY);
  return covariance / ((x.length - 1) * deviationOf(x) * deviationOf(y));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
