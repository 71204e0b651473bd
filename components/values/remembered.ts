/** Pure functions that answer the same with the same value, so that what stands in many places is there once. */

/**
 * By text.
 *
 * @param most texts that it remembers; beyond that it forgets all and begins again, so that no process grows by it
 */
export function remembered<K extends string, V>(make: (key: K) => V, most: number): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) {
      if (known.size >= most) known.clear();
      known.set(key, (value = make(key)));
    }
    return value;
  };
}

/** By object, for as long as somebody has it; one that changes afterwards would be answered as it was. */
export function rememberedOf<K extends object, V extends object>(make: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = make(key)));
    return value;
  };
}
