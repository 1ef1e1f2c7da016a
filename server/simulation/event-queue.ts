/** A thing that happens at a time; of two at one time, the one put first. */
export type Scheduled = { readonly atNs: number; readonly order: number; readonly happen: () => void };

/** What is to come, soonest first: a binary heap, so that worlds with much on its way stay fast. */
export class EventQueue {
  private readonly heap: Scheduled[] = [];
  private count = 0;

  put(atNs: number, happen: () => void): void {
    const { heap } = this;
    const item = { atNs, order: this.count++, happen };
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(item, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = item;
  }

  /** Time of the next thing, infinity when nothing is to come. */
  get nextNs(): number {
    return this.heap.length === 0 ? Number.POSITIVE_INFINITY : this.heap[0].atNs;
  }

  take(): Scheduled {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) throw new Error("nothing is to come");
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Scheduled, b: Scheduled): boolean {
  return a.atNs < b.atNs || (a.atNs === b.atNs && a.order < b.order);
}
