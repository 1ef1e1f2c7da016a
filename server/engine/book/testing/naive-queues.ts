type QueuedOrder = { readonly key: string; readonly level: string; quantity: number };

/** Queues the obvious way: all orders in the order of their arrival. The oracle of `QueuePositions`, one venue. */
export class NaiveQueues {
  private orders: QueuedOrder[] = [];

  add(key: string, level: string, quantity: number): void {
    if (this.find(key) === undefined) this.orders.push({ key, level, quantity });
  }

  reduce(key: string, quantity: number): void {
    const order = this.find(key);
    if (order === undefined) return;
    order.quantity -= Math.min(quantity, order.quantity);
    if (order.quantity === 0) this.delete(key);
  }

  delete(key: string): void {
    this.orders = this.orders.filter((order) => order.key !== key);
  }

  clear(): void {
    this.orders = [];
  }

  /** Level of an order, undefined when it does not rest. */
  levelOf(key: string): string | undefined {
    return this.find(key)?.level;
  }

  /** Quantity at an order's level that arrived before it; -1 when it does not rest. */
  aheadOf(key: string): number {
    const place = this.orders.findIndex((order) => order.key === key);
    if (place < 0) return -1;
    const { level } = this.orders[place];
    return this.orders.slice(0, place).reduce((sum, order) => sum + (order.level === level ? order.quantity : 0), 0);
  }

  private find(key: string): QueuedOrder | undefined {
    return this.orders.find((order) => order.key === key);
  }
}
