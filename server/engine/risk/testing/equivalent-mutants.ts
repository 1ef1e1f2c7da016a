const sameSide = "a worst case of nothing, or of exactly what is held, is within every limit that is one";
const sameBand = "at $0.75 20 % are 15 cents, which is what it is below";
const noTrades = "without trades the mean is no number, which moves nothing; with a trade there is a reference";
const onePair = "the test desk has one pair, in row 0";

const asStrict = "to put in its place what is equal to it changes nothing";
const noSuchRow = "behind the last row there is nothing: its scope is none, and the file says nothing else than it did";

/** Mutants that change nothing anybody could see in the cases, and why. */
export const equivalentMutants: Readonly<Record<string, string>> = {
  "risk/gate-checks.ts: if (limit >= 0 && (worst >= 0 ? worst <= held2 : worst >= held2)) return true; [1] <= → <":
    sameSide,
  "risk/gate-checks.ts: if (limit >= 0 && (worst >= 0 ? worst <= held2 : worst >= held2)) return true; [2] >= → >":
    sameSide,
  "risk/gate-checks.ts: if (limit >= 0 && (worst >= 0 ? worst <= held2 : worst >= held2)) return true; [3] >= → >":
    sameSide,
  "risk/gate-checks.ts: const grossMax = this.limitAt(this.pairGrossRow + this.pair * this.pairStride); [1] + → -":
    onePair,
  "risk/gate-checks.ts: const netMax = this.limitAt(this.pairNetRow + this.pair * this.pairStride); [1] + → -": onePair,
  "risk/gate-checks.ts: return working.hasRoom(Math.max(0, this.venue)) || this.no(codes.ordersOfTheDay, limit, count); [1] Math.max( → Math.min(":
    "the bench has one answer for all venues",
  "risk/loss-guard.ts: if (result > best[row]) best[row] = result; [1] > → >=": asStrict,
  "risk/modes.ts: return this.of(scope2, target) < to && this.set(scope2, target, to, cause, limit, value); [1] < → <=":
    "to set a mode that is set is refused",
  "risk/modes.ts: if (this.instruments[instrument] > strictest) strictest = this.instruments[instrument]; [1] > → >=":
    asStrict,
  "risk/modes.ts: if (venue >= 0 && this.venues[venue] > strictest) strictest = this.venues[venue]; [1] > → >=":
    asStrict,
  "risk/limits.ts: return row < this.rowCount && this.scope[row] === scopes.code[scope2] ? row : -1; [1] < → <=":
    noSuchRow,
  "risk/limits.ts: for (let row = 0; row < this.rowCount; row++) { [1] < → <=": noSuchRow,
  "market/trading-rules.ts: if (reference >= 7500) return reference * 20 / 100; [1] >= → >": sameBand,
  "market/trading-rules.ts: if (trades > 0 && reference > 0) { [1] > → >=": noTrades,
  "market/trading-rules.ts: if (trades > 0 && reference > 0) { [2] > → >=": noTrades,
  "market/trading-rules.ts: if (trades > 0 && reference > 0) { [1] && → ||": noTrades,
};
