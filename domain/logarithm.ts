/*
 * Natural logarithm and exponential from exactly specified arithmetic only (+ − × ÷ and the bits of a double), so that
 * every engine gives the same bits: `Math.log` and `Math.exp` may differ between versions of one engine. The method
 * is fdlibm's: argument reduction with a split ln 2, then a minimax polynomial. The error stays below one unit in
 * the last place.
 */

const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;
const inverseLn2 = 1 / (ln2High + ln2Low);
const twoTo54 = 18014398509481984;
const twoToMinus1000 = 9.332636185032189e-302;
/** Above it e^x is no longer finite. */
const overflowThreshold = 709.782712893384;
/** Below it e^x is 0. */
const underflowThreshold = -745.1332191019411;

const log1 = 0.6666666666666735;
const log2 = 0.3999999999940942;
const log3 = 0.2857142874366239;
const log4 = 0.22222198432149784;
const log5 = 0.1818357216161805;
const log6 = 0.15313837699209373;
const log7 = 0.14798198605116586;

const exp1 = 0.16666666666666602;
const exp2 = -0.0027777777777015593;
const exp3 = 0.00006613756321437934;
const exp4 = -0.0000016533902205465252;
const exp5 = 4.1381367970572385e-8;

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);
scratch[0] = 1;
/** Which of the two halves holds sign and exponent: 1 on a little-endian machine. */
const high = halves[1] === 0 ? 0 : 1;

const single = new Float64Array(1);

/** ln(x) for x ≥ 0: −Infinity at 0, NaN below 0 and at NaN, Infinity at Infinity. */
export function naturalLogarithm(x: number): number {
  single[0] = x;
  replaceByLogarithm(single, 0);
  return single[0];
}

/** Replaces `values[at]` by its natural logarithm, as `naturalLogarithm` gives it. In place, so that a call allocates nothing. */
export function replaceByLogarithm(values: Float64Array, at: number): void {
  const x = values[at];
  if (!(x > 0)) {
    values[at] = x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
    return;
  }
  if (x === Number.POSITIVE_INFINITY) return;
  let exponent = 0;
  scratch[0] = x;
  if (halves[high] < 0x0010_0000) {
    scratch[0] = x * twoTo54;
    exponent = -54;
  }
  let word = halves[high];
  exponent += (word >>> 20) - 1023;
  word &= 0x000f_ffff;
  // Mantissas above √2 are halved, so that the rest lies around 1.
  const carry = (word + 0x9_5f64) & 0x10_0000;
  halves[high] = word | (carry ^ 0x3ff0_0000);
  exponent += carry >>> 20;
  const f = scratch[0] - 1;
  if (f === 0) {
    values[at] = exponent === 0 ? 0 : exponent * ln2High + exponent * ln2Low;
    return;
  }
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const r = w * (log2 + w * (log4 + w * log6)) + z * (log1 + w * (log3 + w * (log5 + w * log7)));
  const halfSquare = 0.5 * f * f;
  values[at] =
    exponent === 0
      ? f - (halfSquare - s * (halfSquare + r))
      : exponent * ln2High - (halfSquare - (s * (halfSquare + r) + exponent * ln2Low) - f);
}

/** e^x: 0 far below zero, Infinity above 709.78, NaN at NaN. */
export function exponential(x: number): number {
  if (x > overflowThreshold) return Number.POSITIVE_INFINITY;
  if (x < underflowThreshold) return 0;
  if (Number.isNaN(x)) return x;
  const absolute = x < 0 ? -x : x;
  if (absolute < 3.725290298461914e-9) return 1 + x;
  let highPart = x;
  let lowPart = 0;
  let power = 0;
  let reduced = x;
  if (absolute > 0.34657359027997264) {
    power = Math.floor(inverseLn2 * x + 0.5);
    highPart = x - power * ln2High;
    lowPart = power * ln2Low;
    reduced = highPart - lowPart;
  }
  const t = reduced * reduced;
  const c = reduced - t * (exp1 + t * (exp2 + t * (exp3 + t * (exp4 + t * exp5))));
  if (power === 0) return 1 - ((reduced * c) / (c - 2) - reduced);
  const y = 1 - (lowPart - (reduced * c) / (2 - c) - highPart);
  scratch[0] = y;
  if (power >= -1021) {
    if (power === 1024) return y * 2 * 8.98846567431158e307;
    halves[high] += power << 20;
    return scratch[0];
  }
  halves[high] += (power + 1000) << 20;
  return scratch[0] * twoToMinus1000;
}
