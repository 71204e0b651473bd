/**
 * A pure function that answers the same text with the same value, so that what stands in many files is there once.
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
