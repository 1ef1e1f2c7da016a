type NaiveOrder = { listing: number; side: number; price: number; quantity: number };

/** The order books the obvious way: a map of orders a venue, levels summed up on demand. The oracle of `OrderBooks`. */
export class NaiveOrderBooks {
  private readonly venues = new Map<number, Map<string, NaiveOrder>>();

  add(venue: number, listing: number, high: number, low: number, side: number, quantity: number, price: number): void {
    const orders = this.ordersOf(venue);
    if (!orders.has(`${high}:${low}`)) orders.set(`${high}:${low}`, { listing, side, price, quantity });
  }

  reduce(venue: number, listing: number, high: number, low: number, quantity: number): void {
    const order = this.ordersOf(venue).get(`${high}:${low}`);
    if (order?.listing !== listing) return;
    order.quantity -= Math.min(quantity, order.quantity);
    if (order.quantity === 0) this.ordersOf(venue).delete(`${high}:${low}`);
  }

  delete(venue: number, listing: number, high: number, low: number): void {
    if (this.ordersOf(venue).get(`${high}:${low}`)?.listing !== listing) return;
    this.ordersOf(venue).delete(`${high}:${low}`);
  }

  replace(
    venue: number,
    listing: number,
    oldHigh: number,
    oldLow: number,
    newHigh: number,
    newLow: number,
    quantity: number,
    price: number,
  ): void {
    const old = this.ordersOf(venue).get(`${oldHigh}:${oldLow}`);
    if (old?.listing !== listing) return;
    this.delete(venue, listing, oldHigh, oldLow);
    this.add(venue, listing, newHigh, newLow, old.side, quantity, price);
  }

  clearVenue(venue: number): void {
    this.venues.delete(venue);
  }

  openOrders(venue: number): number {
    return this.ordersOf(venue).size;
  }

  /** [price, quantity, orders] of one side, best first. */
  levels(listing: number, side: number): [number, number, number][] {
    const levels = new Map<number, [number, number, number]>();
    for (const orders of this.venues.values())
      for (const order of orders.values()) {
        if (order.listing !== listing || order.side !== side) continue;
        const level = levels.get(order.price) ?? [order.price, 0, 0];
        level[1] += order.quantity;
        level[2] += 1;
        levels.set(order.price, level);
      }
    return [...levels.values()].sort((a, b) => (side === 0 ? b[0] - a[0] : a[0] - b[0]));
  }

  private ordersOf(venue: number): Map<string, NaiveOrder> {
    let orders = this.venues.get(venue);
    if (orders === undefined) {
      orders = new Map();
      this.venues.set(venue, orders);
    }
    return orders;
  }
}
