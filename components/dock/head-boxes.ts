/** Boxes in the head of a place into which the panel in front puts its controls and its age. */
export type HeadBoxes = { readonly controls: HTMLElement | null; readonly age: HTMLElement | null };

const none: HeadBoxes = { controls: null, age: null };

/** The boxes of every place, by the place's id. */
export class HeadBoxMap {
  private readonly boxes = new Map<string, HeadBoxes>();
  private readonly listeners = new Set<() => void>();

  of(place: string): HeadBoxes {
    return this.boxes.get(place) ?? none;
  }

  set(place: string, part: Partial<HeadBoxes>): void {
    const next = { ...this.of(place), ...part };
    if (next.controls === null && next.age === null) this.boxes.delete(place);
    else this.boxes.set(place, next);
    for (const listener of this.listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
