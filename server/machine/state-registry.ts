/** Bytes of a page of memory, at least. */
const pageLengthMin = 4_096;

/** Element types of a state array. */
const constructors = {
  u8: Uint8Array,
  i8: Int8Array,
  u16: Uint16Array,
  u32: Uint32Array,
  i32: Int32Array,
  f64: Float64Array,
} as const;

export type ElementType = keyof typeof constructors;
export type StateArray<Type extends ElementType = ElementType> = InstanceType<(typeof constructors)[Type]>;

/**
 * How long an array's content lives: `day` is reset when a new trading day opens (books, sessions, orders),
 * `carried` goes on (positions, P&L, strategy states, kills).
 */
export type StateLife = "day" | "carried";

type Entry = {
  readonly name: string;
  readonly type: ElementType;
  readonly life: StateLife;
  readonly array: StateArray;
};

/**
 * The one registry of a machine's state. Everything that must survive a restart or count for "same state" is a typed
 * array allocated here; snapshot, hash and recovery are loops over it.
 */
export class StateRegistry {
  private readonly entries: Entry[] = [];
  private readonly byName = new Map<string, Entry>();
  /** Parts of arrays that snapshots of earlier versions hold under names of their own. */
  private readonly earlier = new Map<string, readonly ArrayBufferView[]>();

  /** Allocates a zeroed array under a unique name, e.g. `book.levelPrice`; throws on a repeated name. */
  allocate<Type extends ElementType>(
    name: string,
    type: Type,
    length: number,
    life: StateLife = "day",
  ): StateArray<Type> {
    if (this.byName.has(name)) throw new Error(`state array ${name} is allocated twice`);
    const array = this.make(name, type, length);
    const entry = { name, type, life, array };
    this.entries.push(entry);
    this.byName.set(name, entry);
    return array;
  }

  /**
   * Snapshots of earlier versions hold, under this name, what are these parts of arrays now, one after another: a desk goes
   * on from them. The parts' content is that of their array.
   */
  formerly(name: string, ...parts: readonly ArrayBufferView[]): void {
    if (this.byName.has(name) || this.earlier.has(name)) throw new Error(`state array ${name} is named twice`);
    this.earlier.set(name, parts);
  }

  /** The memory of an array, zeroed. A test that makes one registry after another takes that of the one before. */
  protected make<Type extends ElementType>(_name: string, type: Type, length: number): StateArray<Type> {
    return new constructors[type](length) as StateArray<Type>;
  }

  /** Bytes of all arrays together. */
  get byteLength(): number {
    let total = 0;
    for (const entry of this.entries) total += entry.array.byteLength;
    return total;
  }

  /**
   * Touches every page of every array, so that its memory is there before it is needed: a page that the operating system
   * has yet to find would otherwise be found in the middle of a turn. Changes no content.
   */
  makeResident(): void {
    for (const part of this.parts()) for (let at = 0; at < part.length; at += pageLengthMin) part[at] ^= 0;
  }

  /** Name, type and length of each array (of one life only, if given), in allocation order: what a snapshot must agree with. */
  layout(life?: StateLife): { name: string; type: ElementType; life: StateLife; length: number }[] {
    return this.entriesOf(life).map(({ name, type, life, array }) => ({ name, type, life, length: array.length }));
  }

  /** Copies all arrays, in order, into `target` at `offset`; returns the bytes written. */
  copyInto(target: Uint8Array, offset = 0): number {
    let at = offset;
    for (const { array } of this.entries) {
      target.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
      at += array.byteLength;
    }
    return at - offset;
  }

  /**
   * Fills the arrays from a snapshot's bytes and the layout it was written with. With `carriedOnly` (a new trading
   * day) arrays of life `day` keep their initial content. Throws an Error that names the array when one has another
   * type or length than the snapshot's; arrays that the snapshot lacks keep their initial content.
   */
  restore(
    source: Uint8Array,
    layout: readonly { name: string; type: string; length: number }[],
    carriedOnly = false,
  ): void {
    let at = 0;
    for (const { name, type, length } of layout) {
      const width = constructors[type as ElementType].BYTES_PER_ELEMENT;
      const entry = this.byName.get(name);
      if (entry && !(carriedOnly && entry.life === "day")) {
        if (entry.type !== type || entry.array.length !== length)
          throw new Error(
            `snapshot does not fit: ${name} is ${type}[${length}] there and ${entry.type}[${entry.array.length}] in this engine and desk; ` +
              "another version wrote this data directory: start that version on it, or give this one another --data",
          );
        new Uint8Array(entry.array.buffer, entry.array.byteOffset, entry.array.byteLength).set(
          source.subarray(at, at + length * width),
        );
      } else if (!entry && !carriedOnly) this.restoreEarlier(name, source.subarray(at, at + length * width));
      at += length * width;
    }
    if (at !== source.length) throw new Error(`snapshot is ${source.length} bytes long, its layout says ${at}`);
  }

  /** An array of an earlier version, all of whose life was `day`; one that has become of no use is left out. */
  private restoreEarlier(name: string, source: Uint8Array): void {
    const parts = this.earlier.get(name) ?? [];
    const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
    if (parts.length > 0 && length !== source.length)
      throw new Error(
        `snapshot does not fit: ${name} is ${source.length} bytes there and ${length} in this engine and desk`,
      );
    let at = 0;
    for (const part of parts) {
      new Uint8Array(part.buffer, part.byteOffset, part.byteLength).set(source.subarray(at, at + part.byteLength));
      at += part.byteLength;
    }
  }

  /** The arrays' bytes (of one life only, if given), in order, without a copy. */
  *parts(life?: StateLife): Generator<Uint8Array> {
    for (const { array } of this.entriesOf(life))
      yield new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  }

  private entriesOf(life: StateLife | undefined): readonly Entry[] {
    return life === undefined ? this.entries : this.entries.filter((entry) => entry.life === life);
  }

  /** What arrays are called before their first dot (`book`, `orders`), in order of their first array. */
  get groups(): string[] {
    return [...new Set(this.entries.map(({ name }) => groupOf(name)))];
  }

  /**
   * A hash of each group's arrays, two numbers a group (high and low 32 bits), in the order of `groups`: equal states
   * have equal hashes, and the group tells where two states differ. Layout in `docs/journal-format.md`.
   */
  groupHashes(): Uint32Array {
    const { groups } = this;
    const places = new Map(groups.map((group, index) => [group, index]));
    const hashes = new Uint32Array(groups.length * 2);
    for (let i = 0; i < groups.length; i++) {
      hashes[i * 2] = 0xcbf29ce4;
      hashes[i * 2 + 1] = 0x811c9dc5;
    }
    for (const { name, array } of this.entries) mixArray(hashes, (places.get(groupOf(name)) ?? 0) * 2, array);
    return hashes;
  }

  /** The groups' hashes in one, as 16 hex digits: equal states have equal hashes. */
  hash(): string {
    return stateHashOf(this.groupHashes());
  }
}

function groupOf(name: string): string {
  const dot = name.indexOf(".");
  return dot < 0 ? name : name.slice(0, dot);
}

/** FNV-1a over words of 32 bits in the machine's order, then over the bytes that are left; two lanes. */
function mixArray(hashes: Uint32Array, at: number, array: StateArray | Uint32Array): void {
  let high = hashes[at] | 0;
  let low = hashes[at + 1] | 0;
  const wordCount = array.byteLength >>> 2;
  const words = new Int32Array(array.buffer, array.byteOffset, wordCount);
  for (let i = 0; i < wordCount; i++) {
    low = Math.imul(low ^ words[i], 0x01000193);
    high = Math.imul(high ^ words[i] ^ (low >>> 15), 0x85ebca77);
  }
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let i = wordCount * 4; i < bytes.length; i++) {
    low = Math.imul(low ^ bytes[i], 0x01000193);
    high = Math.imul(high ^ bytes[i] ^ (low >>> 15), 0x85ebca77);
  }
  hashes[at] = high;
  hashes[at + 1] = low;
}

/** One hash of 16 hex digits over all groups' hashes. */
export function stateHashOf(groupHashes: Uint32Array): string {
  const total = new Uint32Array([0xcbf29ce4, 0x811c9dc5]);
  mixArray(total, 0, groupHashes);
  return total[0].toString(16).padStart(8, "0") + total[1].toString(16).padStart(8, "0");
}
