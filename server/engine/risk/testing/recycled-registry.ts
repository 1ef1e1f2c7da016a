import { type ElementType, type StateArray, StateRegistry } from "../../../machine/state-registry";

/** Arrays of registries that are gone, by name and length. */
const left = new Map<string, StateArray>();

/**
 * A registry in the memory of the one before: of two, only the later may be used. For those who make a thousand of them, most
 * of whose time would go into finding and freeing it.
 */
export class RecycledRegistry extends StateRegistry {
  protected override make<Type extends ElementType>(name: string, type: Type, length: number): StateArray<Type> {
    const key = `${name} ${type} ${length}`;
    const before = left.get(key) as StateArray<Type> | undefined;
    if (before !== undefined) return before.fill(0) as StateArray<Type>;
    const made = super.make(name, type, length);
    left.set(key, made);
    return made;
  }
}
