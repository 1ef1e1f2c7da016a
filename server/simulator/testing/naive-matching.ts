type NaiveOrder = {
  label: number;
  member: boolean;
  side: number;
  quantity: number;
  shown: number;
  price: number;
  hidden: boolean;
  showMost: number;
};

type NaiveAction =
  | {
      kind: "enter";
      side: number;
      quantity: number;
      price: number;
      immediate: boolean;
      hidden: boolean;
      showMost: number;
      member: boolean;
    }
  | { kind: "cancel" }
  | { kind: "requeue" }
  | { kind: "reduce"; quantity: number }
  | { kind: "replace"; quantity: number; price: number; immediate: boolean; hidden: boolean; showMost: number };

/**
 * Price-time priority as one would explain it: a list of orders in order of arrival; the next to trade is the first of
 * the best price, displayed ones before hidden ones. The oracle of the order books.
 */
export class NaiveMatching {
  readonly events: string[] = [];
  private orders: NaiveOrder[] = [];

  /** Applies one action; `target` is the label of the order meant. */
  apply(label: number, action: NaiveAction, target: number): void {
    if (action.kind === "enter") {
      const showMost = action.hidden ? 0 : action.showMost;
      this.arrive({ ...action, label, showMost, shown: 0 }, action.immediate);
      return;
    }
    const order = this.orders.find((each) => each.label === target);
    if (!order) return;
    if (action.kind === "cancel") this.remove(order);
    else if (action.kind === "requeue") {
      this.remove(order);
      this.rest(order);
    } else if (action.kind === "reduce") {
      if (action.quantity < order.quantity) this.shrink(order, order.quantity - action.quantity);
    } else {
      const showMost = action.hidden ? 0 : action.showMost;
      const sameTerms = action.price === order.price && action.hidden === order.hidden && showMost === order.showMost;
      if (sameTerms && !action.immediate && action.quantity <= order.quantity) {
        this.shrink(order, action.quantity);
        return;
      }
      this.remove(order);
      const { price, quantity, hidden } = action;
      this.arrive({ ...order, price, quantity, hidden, showMost, shown: 0 }, action.immediate);
    }
  }

  /** Every open order in the order of its priority. */
  queue(side: number): string[] {
    return this.ranked(side).map(({ price, label, quantity, shown }) => `${price}: ${label} ${quantity} ${shown}`);
  }

  private ranked(side: number): NaiveOrder[] {
    const worse = (order: NaiveOrder): number => (side === 0 ? -order.price : order.price);
    return this.orders
      .filter((order) => order.side === side)
      .sort((a, b) => worse(a) - worse(b) || Number(a.hidden) - Number(b.hidden));
  }

  private arrive(order: NaiveOrder, immediate: boolean): void {
    while (order.quantity > 0) {
      const [resting] = this.ranked(1 - order.side);
      if (!resting || (order.side === 0 ? resting.price > order.price : resting.price < order.price)) break;
      if (resting.member && order.member) {
        this.events.push(`self ${resting.label}`);
        this.remove(resting);
        continue;
      }
      const traded = Math.min(order.quantity, resting.hidden ? resting.quantity : resting.shown);
      this.events.push(`trade ${resting.label} ${traded} @ ${resting.price}`);
      order.quantity -= traded;
      resting.quantity -= traded;
      if (!resting.hidden) resting.shown -= traded;
      if (resting.quantity === 0) this.remove(resting);
      else if (!resting.hidden && resting.shown === 0) {
        this.remove(resting);
        this.rest(resting);
        this.events.push(`refresh ${resting.label}`);
      }
    }
    if (order.quantity > 0 && !immediate) this.rest(order);
  }

  private rest(order: NaiveOrder): void {
    order.shown = order.hidden ? 0 : order.showMost > 0 ? Math.min(order.showMost, order.quantity) : order.quantity;
    this.orders.push(order);
  }

  private shrink(order: NaiveOrder, quantity: number): void {
    order.quantity = quantity;
    order.shown = Math.min(order.shown, quantity);
  }

  private remove(order: NaiveOrder): void {
    this.orders = this.orders.filter((each) => each !== order);
  }
}
