import { z } from "zod";
import { tradablePhases } from "../../domain/health";
import { strategyStages } from "../../domain/strategy";

/*
 * The shape of a desk file, as a person writes it: decimals in dollars. The error of each schema is the "expected"
 * half of a sentence; `load-desk.ts` finds the place in the file and says what was found there.
 */

/** Bounds that hold whatever the desk: they catch slips, they are not limits of the desk. */
const secondsMax = 86_400;
const dollarsMax = 1e11;

function checked<Value>(expected: string, accepts: (value: unknown) => boolean) {
  return z.custom<Value>(accepts, { error: expected });
}

function whole(minimum: number, maximum: number) {
  return checked<number>(
    `a whole number from ${minimum} to ${maximum}`,
    (value) => Number.isSafeInteger(value) && (value as number) >= minimum && (value as number) <= maximum,
  );
}

function decimal(minimum: number, maximum: number, unit: string) {
  return checked<number>(
    `${unit} from ${minimum} to ${maximum}`,
    (value) => Number.isFinite(value) && (value as number) >= minimum && (value as number) <= maximum,
  );
}

/** Dollars that are a whole number of 1/10,000. */
function dollars(minimum: number, maximum: number) {
  return checked<number>(
    `dollars from ${minimum} to ${maximum}, with at most four decimals`,
    (value) =>
      Number.isFinite(value) &&
      (value as number) >= minimum &&
      (value as number) <= maximum &&
      Math.abs((value as number) * 10_000 - Math.round((value as number) * 10_000)) < 1e-4,
  );
}

function words(expected: string) {
  return checked<string>(expected, (value) => typeof value === "string" && value.trim() !== "" && value.length <= 64);
}

function section<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? `only ${keys}` : `a mapping with ${keys}`),
  });
}

function list<Element extends z.ZodType>(element: Element, of: string) {
  return z.array(element, { error: `a list of ${of}` }).min(1, { error: `a list of at least one of ${of}` });
}

/** A research quantity carried to the simulated market's clock: the middle pair gets the median, the others their share. */
function scale(minimum: number, maximum: number, unit: string) {
  return section({
    median: decimal(minimum, maximum, unit),
    minimum: decimal(minimum, maximum, unit),
    maximum: decimal(minimum, maximum, unit),
  });
}

const venue = section({
  name: words("a venue's name of up to 64 characters"),
  makerFeePerShare: dollars(-1, 1),
  takerFeePerShare: dollars(-1, 1),
  latencyMicroseconds: whole(0, 1_000_000),
  liquidityShare: decimal(0, 1, "a share"),
});

const instruments = section({
  research: words("the name of a research file beside this one"),
  count: whole(1, 5_000),
  tick: dollars(0.0001, 100),
  lot: whole(1, 1_000_000),
});

const pairs = section({
  research: words("the name of a research file beside this one"),
  count: whole(0, 10_000),
  spreadBps: scale(0.1, 1_000, "basis points"),
  halfLifeSeconds: scale(1, secondsMax, "seconds"),
});

/** Money lost: past the first the scope may only reduce, past the second nothing goes out. */
const losses = {
  dailyLossSoft: dollars(0, dollarsMax),
  dailyLossHard: dollars(0, dollarsMax),
  drawdownSoft: dollars(0, dollarsMax),
  drawdownHard: dollars(0, dollarsMax),
};

const strategyLimits = section({
  grossExposureMax: dollars(0, dollarsMax),
  netExposureMax: dollars(0, dollarsMax),
  capitalMax: dollars(0, dollarsMax),
  positionQuantityMax: whole(0, 1e9),
  ...losses,
  messagesPerSecondMax: whole(1, 1_000_000),
  repeatedExecutionsMax: whole(1, 4_000),
  repeatedSeconds: decimal(0.001, secondsMax, "seconds"),
});

const phase = checked<(typeof tradablePhases)[number]>(`one of ${tradablePhases.join(", ")}`, (value) =>
  tradablePhases.some((name) => name === value),
);

const strategyName = words("a strategy's name of up to 64 characters");
const stage = checked<(typeof strategyStages.names)[number]>(`one of ${strategyStages.names.join(", ")}`, (value) =>
  strategyStages.names.some((name) => name === value),
);

const pairsStrategy = section({
  name: strategyName,
  kind: z.literal("pairs"),
  stage,
  venues: list(words("a venue's name"), "venues' names"),
  sectors: list(words("a sector's name"), "sectors"),
  parameters: section({
    entryZ: decimal(0, 100, "standard deviations"),
    exitZ: decimal(0, 100, "standard deviations"),
    stopZ: decimal(0, 100, "standard deviations"),
    timeoutSeconds: decimal(0, secondsMax, "seconds"),
    cooldownSeconds: decimal(0, secondsMax, "seconds"),
    legNotional: dollars(1, dollarsMax),
    statisticsHalfLifeSeconds: decimal(1, secondsMax, "seconds"),
    hedgeHalfLifeSeconds: decimal(0, secondsMax, "seconds"),
    warmUpSeconds: decimal(0, secondsMax, "seconds"),
    chaseBpsMax: decimal(0, 1_000, "basis points"),
    chaseSecondsMax: decimal(0, secondsMax, "seconds"),
  }),
  limits: strategyLimits,
});

const makerStrategy = section({
  name: strategyName,
  kind: z.literal("maker"),
  stage,
  venues: list(words("a venue's name"), "venues' names"),
  instruments: list(words("a symbol"), "symbols"),
  parameters: section({
    quoteQuantity: whole(1, 1_000_000),
    inventoryQuantityMax: whole(1, 1e9),
    spreadBpsMin: decimal(0, 1_000, "basis points"),
    requoteTicks: whole(0, 10_000),
    requoteSecondsMin: decimal(0, secondsMax, "seconds"),
  }),
  limits: strategyLimits,
});

/** A whole desk file. */
export const deskFileSchema = section({
  name: words("the desk's name of up to 64 characters"),
  currency: checked<string>("a currency code of three capitals", (value) => /^[A-Z]{3}$/.test(String(value))),
  seed: whole(0, 0xffff_ffff),
  venues: list(venue, "venues"),
  instruments,
  pairs,
  strategies: list(
    z.discriminatedUnion("kind", [pairsStrategy, makerStrategy], { error: "a strategy with kind pairs or maker" }),
    "strategies",
  ),
  limits: section({
    orderQuantityMax: whole(1, 1e9),
    orderNotionalMax: dollars(1, dollarsMax),
    parentQuantityMax: whole(1, 1e9),
    parentNotionalMax: dollars(1, dollarsMax),
    basketNotionalMax: dollars(1, dollarsMax),
    positionQuantityMax: whole(1, 1e9),
    grossExposureMax: dollars(1, dollarsMax),
    netExposureMax: dollars(1, dollarsMax),
    capitalMax: dollars(1, dollarsMax),
    pairGrossExposureMax: dollars(1, dollarsMax),
    pairNetExposureMax: dollars(1, dollarsMax),
    ...losses,
    priceCollarBps: whole(1, 10_000),
    deviationBps: whole(1, 10_000),
    messagesPerSecondMax: whole(1, 1_000_000),
    venueMessagesPerSecondMax: whole(1, 1_000_000),
    dataAgeSecondsMax: decimal(0.001, secondsMax, "seconds"),
    tradeAgeSecondsMax: decimal(0.001, secondsMax, "seconds"),
    recoveryUpdatesMin: whole(0, 1_000),
    duplicateMilliseconds: whole(0, 60_000),
    ordersPerDayMax: whole(1, 1e9),
    sessionPhases: list(phase, "session phases"),
    restricted: z.array(words("a symbol"), { error: "a list of symbols, [] for none" }),
  }),
  market: section({
    messagesPerSecond: decimal(0, 10_000_000, "messages a second"),
    timeCompression: decimal(0.001, 100_000, "simulated seconds a second"),
    breakSecondsMean: decimal(0, 1e9, "seconds"),
  }),
});

export type DeskFile = z.infer<typeof deskFileSchema>;
