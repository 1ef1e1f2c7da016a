const closing = "nothing held: what adds at least one lot is more than nothing either way";
const sameSide = "a worst case of nothing, or of exactly what is held, is within every limit that is one";
const onePair = "the test desk has one pair, in row 0";
const memory = "only with more than 8,192 orders within the window, which no rate lets out";
const chainEnd = "entry 0 is never written: its age is beyond every window";

/** Mutants that change nothing anybody could see in the cases, and why. */
export const equivalentMutants: Readonly<Record<string, string>> = {
  "risk/gate.ts: if (this.sell === 0 ? held2 >= 0 : held2 <= 0) return false; [1] <= → <": closing,
  "risk/gate.ts: if (this.sell === 0 ? held2 >= 0 : held2 <= 0) return false; [1] >= → >": closing,
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
  "risk/duplicate-orders.ts: return this.counted[0] >= rows && nowNs - this.timeNs[this.counted[0] + 1 & mask] < windowNs; [1] < → <=":
    memory,
  "risk/duplicate-orders.ts: return this.counted[0] >= rows && nowNs - this.timeNs[this.counted[0] + 1 & mask] < windowNs; [1] >= → >":
    memory,
  "risk/duplicate-orders.ts: return this.counted[0] >= rows && nowNs - this.timeNs[this.counted[0] + 1 & mask] < windowNs; [1] && → ||":
    memory,
  "risk/duplicate-orders.ts: return this.counted[0] >= rows && nowNs - this.timeNs[this.counted[0] + 1 & mask] < windowNs; [1] + → -":
    memory,
  "risk/duplicate-orders.ts: for (let entry = this.last[this.chainOf(strategy, instrument, sell)]; entry > 0 && entry > oldest; ) { [1] > → >=":
    chainEnd,
  "risk/duplicate-orders.ts: for (let entry = this.last[this.chainOf(strategy, instrument, sell)]; entry > 0 && entry > oldest; ) { [2] > → >=":
    memory,
  "risk/duplicate-orders.ts: for (let entry = this.last[this.chainOf(strategy, instrument, sell)]; entry > 0 && entry > oldest; ) { [1] && → ||":
    chainEnd,
  "risk/duplicate-orders.ts: return (strategy * this.instrumentCount + instrument) * 2 + sell; [2] + → -":
    "chains are numbered otherwise, each still its own",
};
