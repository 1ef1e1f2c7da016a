import type { Desk } from "../../domain/desk";

/*
 * Every rule of the gate stated again, as slowly and plainly as can be: lists that are searched from end to end, sums
 * that are added up anew for each question. It shares no code with the engine, and hears only what happened outside of
 * it: what the market said, what people asked, what went over the wire.
 */

export type OpenOrder = {
  readonly venue: number;
  reference: number;
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly side: "buy" | "sell" | "sellShort";
  readonly parent: number;
  total: number;
  filled: number;
  /** What the venue still has open, as far as we were told. */
  leaves: number;
  price: number;
  replace: { reference: number; total: number; price: number } | null;
  cancelAsked: boolean;
};

export type Question = {
  readonly kind: "parent" | "child" | "replace";
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly venue: number;
  readonly sell: boolean;
  readonly quantity: number;
  readonly price: number;
  readonly parent: number;
  readonly parentLeft: number;
  readonly basket: number;
  readonly order: OpenOrder | null;
};

type Mode = 0 | 1 | 2;
const second = 1_000_000_000;
const millisecond = 1_000_000;

export class NaiveRules {
  now = 0;
  /** Per venue: prices of each instrument, 0 for none. */
  readonly bids: number[][];
  readonly asks: number[][];
  readonly packetNs: number[];
  readonly live: boolean[];
  readonly ready: boolean[];
  /** Letter of the last system event, per venue. */
  readonly day: string[];
  /** Letters of trading actions, by venue and instrument; "?" unknown. */
  readonly status: string[][];
  readonly shortSale: boolean[][];
  readonly collars: ({ low: number; high: number } | null)[][];
  readonly trades: { time: number; price: number }[][];
  readonly bandReference: number[];
  readonly states: string[];
  readonly killed = new Set<string>();
  readonly modes = new Map<string, Mode>();
  /** By scope, then by code. */
  private readonly limits = new Map<string, Map<string, number>>();
  readonly open: OpenOrder[] = [];
  readonly off: boolean[];
  private fillsOf: { strategy: number; instrument: number; sell: boolean; time: number }[] = [];
  private sent: { time: number; strategy: number; venue: number }[] = [];
  private recent: (Question & { time: number })[] = [];
  ordersToday = 0;
  readonly marks: number[];
  private readonly accounts = new Map<string, Account>();
  private readonly best: number[];
  private nextMark = 0;
  /** Packets of each venue since its data was stale; updates of each name since its market was crossed or deviant. */
  private readonly packets: number[];
  private readonly updates: number[];
  private hasAllTouched = false;

  constructor(private readonly desk: Desk) {
    const perVenue = <Value>(value: () => Value) => desk.venues.map(() => desk.instruments.map(value));
    this.bids = perVenue(() => 0);
    this.asks = perVenue(() => 0);
    this.status = perVenue(() => "?");
    this.shortSale = perVenue(() => false);
    this.collars = perVenue(() => null);
    this.packetNs = desk.venues.map(() => 0);
    this.live = desk.venues.map(() => false);
    this.ready = desk.venues.map(() => false);
    this.day = desk.venues.map(() => "");
    this.trades = desk.instruments.map(() => []);
    this.bandReference = desk.instruments.map(() => 0);
    this.marks = desk.instruments.map(() => 0);
    this.packets = desk.venues.map(() => 0);
    this.updates = desk.instruments.map(() => Number.POSITIVE_INFINITY);
    this.states = desk.strategies.map(() => "stopped");
    this.off = desk.strategies.map(() => false);
    this.best = [...desk.strategies.map(() => 0), 0];
    this.takeLimits();
  }

  /** Why the gate must say no; null when it must say yes. */
  judge(q: Question): string | null {
    const parent = q.kind === "parent";
    const spec = this.desk.strategies[q.strategy];
    const instrument = this.desk.instruments[q.instrument];
    if (spec === undefined || instrument === undefined) return "unknown";
    const scopes = [`all`, `strategy${q.strategy}`, `instrument${q.instrument}`];
    if (!parent) scopes.push(`venue${q.venue}`);
    if (q.pair >= 0) scopes.push(`pair${q.pair}`);
    if (scopes.some((scope) => this.killed.has(scope))) return "killed";

    const was = q.order === null ? 0 : worstQuantity(q.order);
    const wasPrice = q.order === null ? 0 : worstPrice(q.order);
    const added = q.order === null ? q.quantity : Math.max(0, q.quantity - was);
    const addedMoney =
      q.order === null
        ? q.quantity * q.price
        : Math.max(was, q.quantity) * Math.max(wasPrice, q.price) - was * wasPrice;
    const held = this.held((account) => account.strategy === q.strategy && account.instrument === q.instrument);
    const ownSameSide = this.working(
      (o) => o.strategy === q.strategy && o.instrument === q.instrument && isSell(o) === q.sell,
    );
    const closing = (from: number, sameSide: number) =>
      q.sell ? from > 0 && sameSide + added <= from : from < 0 && sameSide + added <= -from;
    const closes = closing(held, ownSameSide);
    const deskHeld = this.held((account) => account.instrument === q.instrument);
    const deskSameSide = this.working((o) => o.instrument === q.instrument && isSell(o) === q.sell);
    const closesDesk = closing(deskHeld, deskSameSide);
    const inLeg = (o: { pair: number; instrument: number }) => o.pair === q.pair && o.instrument === q.instrument;
    const closesPair =
      q.pair >= 0 &&
      closing(
        this.held(inLeg),
        this.working((o) => inLeg(o) && isSell(o) === q.sell),
      );

    const state = this.states[q.strategy];
    if (!(state === "running" || (state === "paused" && closes))) return "state";
    if (this.off[q.strategy]) return "repeated";
    const lowers = (scope: string) =>
      scope.startsWith("strategy") ? closes : scope.startsWith("pair") ? closesPair : closesDesk;
    for (const scope of scopes) {
      const mode = this.modes.get(scope) ?? 0;
      if (mode === 2 || (mode === 1 && !lowers(scope))) return "mode";
    }

    // Permissions.
    if (spec.parameters.kind === "pairs") {
      const pair = this.desk.pairs[q.pair];
      if (pair === undefined || !spec.parameters.pairs.includes(q.pair)) return "permission";
      if (pair.instrumentA !== q.instrument && pair.instrumentB !== q.instrument) return "permission";
    } else if (q.pair >= 0 || !spec.parameters.instruments.includes(q.instrument)) return "permission";
    if (parent ? spec.venues.length === 0 : !spec.venues.includes(q.venue)) return "permission";
    if (this.limit("restricted", `instrument${q.instrument}`) !== 0) return "restricted";

    // The order itself.
    if (!(q.price > 0) || !Number.isInteger(q.price / instrument.tick)) return "tick";
    if (!Number.isInteger(q.quantity) || q.quantity < 1) return "quantity";
    const money = q.quantity * q.price;
    if (parent) {
      if (q.quantity > this.limit("parentQuantity", "all")) return "parent quantity";
      if (money > this.limit("parentNotional", "all")) return "parent notional";
      if (q.basket + money > this.limit("basketNotional", "all")) return "basket";
    } else {
      if (q.quantity > this.limit("orderQuantity", "all")) return "order quantity";
      if (money > this.limit("orderNotional", "all")) return "order notional";
      if (added > q.parentLeft) return "beyond its parent";
    }
    const orders = this.ordersToday + (q.kind === "replace" ? 0 : 1);
    if (orders > this.limit("ordersPerDay", "all") + (closes ? 10_000 : 0)) return "orders of the day";

    // The market.
    const { bid, ask } = this.market(q.instrument);
    const last = this.trades[q.instrument].at(-1);
    const lastFresh = last !== undefined && this.isFresh(last);
    const ageMax = this.limit("dataAgeMilliseconds", "all") * millisecond;
    if (!parent) {
      if (!this.ready[q.venue]) return "session";
      if (!this.mayTradeIn(q.venue, q.instrument)) return "phase";
      if (!this.live[q.venue] || this.now - this.packetNs[q.venue] > ageMax) return "stale";
    }
    const unsound = this.unsound(q.instrument);
    if (unsound !== null) return unsound;
    const wanted = this.limit("recoveryUpdates", "all");
    if (this.updates[q.instrument] < wanted || (!parent && this.packets[q.venue] < wanted)) return "recovering";
    // Best prices are the first venue's with the larger quantity; here all show the same, so the first venue's.
    const bidVenue = this.desk.venues.findIndex((_, v) => this.live[v] && this.bids[v][q.instrument] === bid);
    const askVenue = this.desk.venues.findIndex((_, v) => this.live[v] && this.asks[v][q.instrument] === ask);
    const fresh = (v: number) => v >= 0 && this.now - this.packetNs[v] <= ageMax && this.packets[v] >= wanted;
    const twice = bid > 0 && ask > 0 && fresh(bidVenue) && fresh(askVenue) ? bid + ask : lastFresh ? 2 * last.price : 0;
    if (twice === 0) return "no reference";
    const collar = this.limit("priceCollarBps", "all");
    if (2 * q.price * 10_000 > twice * (10_000 + collar)) return "collar";
    if (2 * q.price * 10_000 < twice * (10_000 - collar)) return "collar";
    if (!parent) {
      const band = this.band(q.venue, q.instrument);
      if (band !== null && (q.sell ? q.price < band.low : q.price > band.high)) return "band";
      if (q.order?.side === "sell" && added > 0 && q.quantity > deskHeld - (deskSameSide - was)) return "long sale";
      const short = q.order === null ? this.sideOf(q) === "sellShort" : q.order.side === "sellShort";
      if (short && this.desk.venues.some((_, v) => this.shortSale[v][q.instrument]) && !(bid > 0 && q.price > bid))
        return "short sale";
    }

    // Positions at their worst.
    const direction = q.sell ? -1 : 1;
    const within = (from: number, working: number, limit: number) => {
      const worst = from + direction * (working + added);
      if (Math.abs(worst) <= limit) return true;
      return Math.sign(worst) === Math.sign(from) && Math.abs(worst) <= Math.abs(from);
    };
    if (!within(deskHeld, deskSameSide, this.limit("positionQuantity", `instrument${q.instrument}`))) return "position";
    if (!within(held, ownSameSide, this.limit("positionQuantity", `strategy${q.strategy}`))) return "own position";

    if (added > 0 || addedMoney > 0) {
      const scopesOfMoney: [string, (o: { strategy: number; pair: number }) => boolean][] = [
        [`strategy${q.strategy}`, (o) => o.strategy === q.strategy],
        ["all", () => true],
      ];
      if (q.pair >= 0) scopesOfMoney.push([`pair${q.pair}`, (o) => o.pair === q.pair]);
      for (const [scope, isIn] of scopesOfMoney) {
        if (lowers(scope)) continue;
        const values = this.values(scope, isIn);
        const stake = (sell: boolean) =>
          this.open
            .filter((o) => isIn(o) && isSell(o) === sell)
            .reduce((sum, o) => sum + worstQuantity(o) * worstPrice(o), 0);
        const gross = values.reduce((sum, v) => sum + Math.abs(v), 0) + stake(true) + stake(false) + addedMoney;
        if (gross > this.limit("grossExposure", scope)) return `gross of ${scope}`;
        const net = direction * values.reduce((sum, v) => sum + v, 0) + stake(q.sell) + addedMoney;
        if (net > this.limit("netExposure", scope)) return `net of ${scope}`;
        if (scope.startsWith("pair")) continue;
        const loss = this.lossOf(scope);
        if (gross + loss > this.limit("capital", scope)) return `capital of ${scope}`;
        if (loss > this.limit("dailyLossHard", scope)) return `loss of ${scope}`;
      }
    }
    if (parent) return null;

    // Our own orders.
    for (const o of this.open) {
      if (o.venue !== q.venue || o.instrument !== q.instrument || isSell(o) === q.sell) continue;
      const prices = o.replace === null ? [o.price] : [o.price, o.replace.price];
      if (prices.some((price) => (q.sell ? q.price <= price : q.price >= price))) return "self match";
    }
    if (q.kind === "child") {
      const window = this.limit("duplicateMilliseconds", "all") * millisecond;
      const same = (r: Question & { time: number }) =>
        this.now - r.time < window &&
        r.parent !== q.parent &&
        r.strategy === q.strategy &&
        r.pair === q.pair &&
        r.instrument === q.instrument &&
        r.sell === q.sell &&
        r.quantity === q.quantity &&
        r.price === q.price;
      if (this.recent.some(same)) return "duplicate";
    }
    const inSecond = (isIn: (m: { strategy: number; venue: number }) => boolean) => {
      let count = 0;
      for (const m of this.sent) if (this.now - m.time < second && isIn(m)) count++;
      return count;
    };
    if (inSecond((m) => m.strategy === q.strategy) + 1 > this.limit("messagesPerSecond", `strategy${q.strategy}`))
      return "own rate";
    if (inSecond((m) => m.venue === q.venue) + 1 > this.limit("messagesPerSecond", `venue${q.venue}`))
      return "venue rate";
    if (inSecond(() => true) + 1 > this.limit("messagesPerSecond", "all")) return "rate";
    return null;
  }

  /** Why a basket must be refused: each of its parents is judged as if those before it worked in full. */
  judgeBasket(items: readonly Question[]): string | null {
    let reason: string | null = null;
    const added: OpenOrder[] = [];
    for (const item of items) {
      reason = this.judge({ ...item, kind: "parent", venue: -1 });
      if (reason !== null) break;
      const { strategy, pair, instrument, parent, quantity, price } = item;
      const place = { venue: -1, reference: -1, side: item.sell ? "sell" : "buy" } as const;
      const life = { total: quantity, filled: 0, leaves: quantity, replace: null, cancelAsked: false };
      added.push({ ...place, ...life, strategy, pair, instrument, parent, price });
      this.open.push(added[added.length - 1]);
    }
    for (const order of added) this.ended(order);
    return reason;
  }

  /** Which side a new order must go out as: short when not all of it is held and not offered yet. */
  sideOf(q: Pick<Question, "sell" | "instrument" | "quantity">): "buy" | "sell" | "sellShort" {
    if (!q.sell) return "buy";
    const held = this.held((account) => account.instrument === q.instrument);
    const offered = this.working((o) => o.instrument === q.instrument && isSell(o));
    return q.quantity <= held - offered ? "sell" : "sellShort";
  }

  limit(code: string, scope: string): number {
    return this.limits.get(scope)?.get(code) ?? Number.NEGATIVE_INFINITY;
  }

  setLimit(code: string, scope: string, value: number): void {
    const own = this.limits.get(scope) ?? new Map<string, number>();
    this.limits.set(scope, own.set(code, value));
  }

  /** A message went out. */
  message(strategy: number, venue: number): void {
    this.sent = this.sent.filter((m) => this.now - m.time < second);
    this.sent.push({ time: this.now, strategy, venue });
  }

  /** An order went out. */
  order(q: Question, reference: number, side: OpenOrder["side"]): OpenOrder {
    const { strategy, pair, instrument, venue, parent, quantity, price } = q;
    this.message(strategy, venue);
    this.ordersToday++;
    this.recent = this.recent.filter((r) => this.now - r.time < second);
    this.recent.push({ ...q, time: this.now });
    const order: OpenOrder = {
      venue,
      reference,
      strategy,
      pair,
      instrument,
      side,
      parent,
      total: quantity,
      filled: 0,
      leaves: quantity,
      price,
      replace: null,
      cancelAsked: false,
    };
    this.open.push(order);
    return order;
  }

  ended(order: OpenOrder): void {
    const place = this.open.indexOf(order);
    if (place >= 0) this.open.splice(place, 1);
  }

  /** The market moves on: time, and the engine's timer. */
  timer(): void {
    // Silence is noticed now; what positions are marked at was known before.
    const stale = this.live.map((live, v) => live && this.now - this.packetNs[v] > 3 * second);
    this.mark();
    if (!stale.includes(true)) return;
    stale.forEach((isStale, v) => {
      if (!isStale) return;
      this.live[v] = false;
      this.packets[v] = 0;
    });
    this.hasAllTouched = true;
    this.touched(-1);
  }

  /** After a packet, or silence: looks again at the name that it touched, -1 for none, or at all where a venue came or went. */
  touched(instrument: number): void {
    this.desk.instruments.forEach((_, name) => {
      if (name !== instrument && !this.hasAllTouched) return;
      this.updates[name] = this.unsound(name) === null ? this.updates[name] + 1 : 0;
    });
    this.hasAllTouched = false;
  }

  /** Best prices over the venues whose data is live; 0 for none. */
  private market(instrument: number): { bid: number; ask: number } {
    const shown = (prices: number[][]) =>
      prices.map((row, v) => (this.live[v] ? row[instrument] : 0)).filter((price) => price > 0);
    const asks = shown(this.asks);
    return { bid: Math.max(0, ...shown(this.bids)), ask: asks.length === 0 ? 0 : Math.min(...asks) };
  }

  private isFresh(trade: { time: number }): boolean {
    return this.now - trade.time <= this.limit("tradeAgeMilliseconds", "all") * millisecond;
  }

  /** What is wrong with a name's market now; null for nothing. */
  private unsound(instrument: number): "crossed" | "deviant" | null {
    const { bid, ask } = this.market(instrument);
    if (bid === 0 || ask === 0) return null;
    if (bid > ask) return "crossed";
    const last = this.trades[instrument].at(-1);
    if (last === undefined) return null;
    const deviation = Math.abs(bid + ask - 2 * last.price);
    return deviation * 10_000 > 2 * last.price * this.limit("deviationBps", "all") ? "deviant" : null;
  }

  private mark(): void {
    if (this.now < this.nextMark) return;
    this.nextMark = this.now + 100 * millisecond;
    this.desk.instruments.forEach((_, i) => {
      const { bid, ask } = this.market(i);
      // A crossed market has no middle: the last mark stands.
      if (bid > 0 && ask >= bid) this.marks[i] = (bid + ask) / 2;
    });
    for (const scope of this.lossScopes()) this.lookAtLosses(scope);
  }

  packet(venue: number): void {
    const silence = this.now - this.packetNs[venue];
    if (silence > this.limit("dataAgeMilliseconds", "all") * millisecond) this.packets[venue] = 0;
    this.packets[venue]++;
    if (!this.live[venue]) this.hasAllTouched = true;
    this.packetNs[venue] = this.now;
    this.live[venue] = true;
  }

  trade(instrument: number, price: number): void {
    const part = (time: number) => Math.floor(time / (30 * second));
    const trades = this.trades[instrument];
    const lastPart = trades.length === 0 ? part(0) : part(trades[trades.length - 1].time);
    const now = part(this.now);
    if (now !== lastPart && this.bandReference[instrument] > 0) {
      const recent = trades.filter(({ time }) => part(time) >= now - 10 && part(time) < now);
      if (recent.length > 0) {
        const mean = recent.reduce((sum, trade) => sum + trade.price, 0) / recent.length;
        const reference = this.bandReference[instrument];
        if (Math.abs(mean - reference) * 100 >= reference) this.bandReference[instrument] = mean;
      }
    }
    if (this.bandReference[instrument] === 0) this.bandReference[instrument] = price;
    this.trades[instrument] = trades.filter(({ time }) => part(time) >= now - 10);
    this.trades[instrument].push({ time: this.now, price });
  }

  /** A fill was told: books it, and looks at repeats and losses. Fees are a taker's. */
  fill(order: OpenOrder, quantity: number, price: number): void {
    const signed = isSell(order) ? -quantity : quantity;
    const fee = this.desk.venues[order.venue].takerFeePerShare * quantity;
    if (this.marks[order.instrument] === 0) this.marks[order.instrument] = price;
    order.filled += quantity;
    order.leaves -= quantity;
    for (const key of [`${order.strategy}:${order.pair}:${order.instrument}`, `desk:${order.instrument}`]) {
      const account = this.accounts.get(key) ?? {
        strategy: key.startsWith("desk") ? -1 : order.strategy,
        pair: key.startsWith("desk") ? -1 : order.pair,
        instrument: order.instrument,
        isDesk: key.startsWith("desk"),
        quantity: 0,
        cost: 0,
        result: 0,
      };
      this.accounts.set(key, account);
      trade(account, signed, price, fee);
    }
    // Repeats.
    const { strategy, instrument } = order;
    const window = this.limit("repeatedSeconds", `strategy${strategy}`) * second;
    this.fillsOf = this.fillsOf.filter((f) => f.strategy !== strategy || this.now - f.time < window);
    this.fillsOf.push({ strategy, instrument, sell: isSell(order), time: this.now });
    const same = this.fillsOf.filter(
      (f) => f.strategy === strategy && f.instrument === instrument && f.sell === isSell(order),
    ).length;
    if (!this.off[strategy] && same >= this.limit("repeatedExecutions", `strategy${strategy}`)) {
      this.off[strategy] = true;
      this.tighten(`strategy${strategy}`, 2);
    }
    this.lookAtLosses(`strategy${strategy}`);
    this.lookAtLosses("all");
  }

  /** A person puts a strategy back. */
  putBack(strategy: number): void {
    this.off[strategy] = false;
    this.fillsOf = this.fillsOf.filter((f) => f.strategy !== strategy);
  }

  /** The mode that losses ask for. */
  modeOfLosses(scope: string): Mode {
    const loss = this.lossOf(scope);
    const drawdown = Math.max(0, this.best[this.rowOf(scope)] - this.resultOf(scope));
    if (loss > this.limit("dailyLossHard", scope) || drawdown > this.limit("drawdownHard", scope)) return 2;
    if (loss > this.limit("dailyLossSoft", scope) || drawdown > this.limit("drawdownSoft", scope)) return 1;
    return 0;
  }

  lookAtLosses(scope: string): void {
    this.best[this.rowOf(scope)] = Math.max(this.best[this.rowOf(scope)], this.resultOf(scope));
    this.tighten(scope, this.modeOfLosses(scope));
  }

  lossScopes(): string[] {
    return ["all", ...this.desk.strategies.map((_, strategy) => `strategy${strategy}`)];
  }

  lossOf(scope: string): number {
    return Math.max(0, -this.resultOf(scope));
  }

  held(isIn: (account: Account) => boolean): number {
    let sum = 0;
    for (const account of this.accounts.values()) if (!account.isDesk && isIn(account)) sum += account.quantity;
    return sum;
  }

  working(isIn: (order: OpenOrder) => boolean): number {
    let sum = 0;
    for (const order of this.open) if (isIn(order)) sum += worstQuantity(order);
    return sum;
  }

  /** Lowest and highest price of the limit up/limit down band or the auction's collar; null for none. */
  band(venue: number, instrument: number): { low: number; high: number } | null {
    const collar = this.collars[venue][instrument];
    if (collar !== null) return collar;
    const reference = this.bandReference[instrument];
    if (reference === 0) return null;
    const width =
      reference > 30_000
        ? (reference * 5) / 100
        : reference >= 7_500
          ? (reference * 20) / 100
          : Math.min((reference * 75) / 100, 1_500);
    return { low: reference - width, high: reference + width };
  }

  /** Exposure of a scope with what is working, of one side (net) or of both (gross). For the generator. */
  stakeOf(scope: string, sell: boolean | null): number {
    const isIn = (o: { strategy: number; pair: number }) =>
      scope === "all" || scope === `strategy${o.strategy}` || scope === `pair${o.pair}`;
    const values = this.values(scope, isIn);
    const working = this.open
      .filter((o) => isIn(o) && (sell === null || isSell(o) === sell))
      .reduce((sum, o) => sum + worstQuantity(o) * worstPrice(o), 0);
    if (sell === null) return values.reduce((sum, value) => sum + Math.abs(value), 0) + working;
    return (sell ? -1 : 1) * values.reduce((sum, value) => sum + value, 0) + working;
  }

  private mayTradeIn(venue: number, instrument: number): boolean {
    if ("MEC".includes(this.day[venue]) && this.day[venue] !== "") return false;
    const status = this.status[venue][instrument];
    const { sessionPhases } = this.desk.limits;
    if (status === "Q") return sessionPhases.includes("quotationOnly");
    if (status !== "T") return false;
    const before = this.day[venue] === "O" || this.day[venue] === "S";
    return sessionPhases.includes(before ? "preOpen" : "trading");
  }

  private tighten(scope: string, mode: Mode): void {
    if ((this.modes.get(scope) ?? 0) < mode) this.modes.set(scope, mode);
  }

  private resultOf(scope: string): number {
    let sum = 0;
    for (const account of this.accounts.values()) {
      if (account.isDesk !== (scope === "all")) continue;
      if (scope !== "all" && scope !== `strategy${account.strategy}`) continue;
      const worth =
        account.quantity === 0 ? 0 : halfAway(account.quantity * this.marks[account.instrument]) - account.cost;
      sum += account.result + worth;
    }
    return sum;
  }

  /** Values at the marks: the desk's and a strategy's netted by instrument, a pair's by leg. */
  private values(scope: string, isIn: (account: Account) => boolean): number[] {
    return this.desk.instruments.map((_, instrument) => {
      const quantity =
        scope === "all"
          ? this.held((account) => account.instrument === instrument)
          : this.held((account) => account.instrument === instrument && isIn(account));
      return Math.round(quantity * this.marks[instrument]);
    });
  }

  private rowOf(scope: string): number {
    return scope === "all" ? this.desk.strategies.length : Number(scope.slice("strategy".length));
  }

  private takeLimits(): void {
    const { desk } = this;
    const l = desk.limits;
    const set = (scope: string, values: Readonly<Record<string, number>>) => {
      for (const [code, value] of Object.entries(values)) this.setLimit(code, scope, value);
    };
    set("all", {
      orderQuantity: l.orderQuantityMax,
      orderNotional: l.orderNotionalMax,
      parentQuantity: l.parentQuantityMax,
      parentNotional: l.parentNotionalMax,
      basketNotional: l.basketNotionalMax,
      grossExposure: l.grossExposureMax,
      netExposure: l.netExposureMax,
      capital: l.capitalMax,
      dailyLossSoft: l.dailyLossSoft,
      dailyLossHard: l.dailyLossHard,
      drawdownSoft: l.drawdownSoft,
      drawdownHard: l.drawdownHard,
      priceCollarBps: l.priceCollarBps,
      deviationBps: l.deviationBps,
      dataAgeMilliseconds: l.dataAgeSecondsMax * 1_000,
      tradeAgeMilliseconds: l.tradeAgeSecondsMax * 1_000,
      messagesPerSecond: l.messagesPerSecondMax,
      duplicateMilliseconds: l.duplicateMilliseconds,
      ordersPerDay: l.ordersPerDayMax,
      recoveryUpdates: l.recoveryUpdatesMin,
    });
    desk.strategies.forEach(({ limits: own }, strategy) => {
      set(`strategy${strategy}`, {
        positionQuantity: own.positionQuantityMax,
        grossExposure: own.grossExposureMax,
        netExposure: own.netExposureMax,
        capital: own.capitalMax,
        dailyLossSoft: own.dailyLossSoft,
        dailyLossHard: own.dailyLossHard,
        drawdownSoft: own.drawdownSoft,
        drawdownHard: own.drawdownHard,
        messagesPerSecond: own.messagesPerSecondMax,
        repeatedExecutions: own.repeatedExecutionsMax,
        repeatedSeconds: own.repeatedSeconds,
      });
    });
    desk.venues.forEach((_, venue) => {
      set(`venue${venue}`, { messagesPerSecond: l.venueMessagesPerSecondMax });
    });
    desk.instruments.forEach((_, instrument) => {
      set(`instrument${instrument}`, {
        positionQuantity: l.positionQuantityMax,
        restricted: l.restricted.includes(instrument) ? 1 : 0,
      });
    });
    desk.pairs.forEach((_, pair) => {
      set(`pair${pair}`, { grossExposure: l.pairGrossExposureMax, netExposure: l.pairNetExposureMax });
    });
  }
}

type Account = {
  readonly strategy: number;
  readonly pair: number;
  readonly instrument: number;
  readonly isDesk: boolean;
  quantity: number;
  cost: number;
  result: number;
};

/** Average cost: what closes takes its share of the cost out, what opens adds to it; a fee goes off the result. */
function trade(account: Account, signed: number, price: number, fee: number): void {
  account.result -= fee;
  const closes = account.quantity !== 0 && account.quantity > 0 !== signed > 0;
  const closed = closes ? Math.min(Math.abs(signed), Math.abs(account.quantity)) : 0;
  if (closed > 0) {
    const direction = account.quantity > 0 ? 1 : -1;
    const costOut = share(account.cost, closed, Math.abs(account.quantity));
    account.result += direction * closed * price - costOut;
    account.cost -= costOut;
    account.quantity -= direction * closed;
  }
  const opened = Math.abs(signed) - closed;
  account.cost += Math.sign(signed) * opened * price;
  account.quantity += Math.sign(signed) * opened;
}

/** amount × part / whole, exactly, rounded half away from zero. */
function share(amount: number, part: number, whole: number): number {
  const product = BigInt(amount) * BigInt(part);
  const size = product < 0n ? -product : product;
  const rounded = (size * 2n + BigInt(whole)) / (BigInt(whole) * 2n);
  return Number(product < 0n ? -rounded : rounded);
}

function halfAway(value: number): number {
  return Math.sign(value) * Math.floor(Math.abs(value) + 0.5);
}

export function isSell(order: OpenOrder): boolean {
  return order.side !== "buy";
}

export function worstQuantity(order: OpenOrder): number {
  return order.replace === null ? order.leaves : Math.max(order.leaves, order.replace.total - order.filled);
}

export function worstPrice(order: OpenOrder): number {
  return order.replace === null ? order.price : Math.max(order.price, order.replace.price);
}
