import { type Linked, RecencyList } from './recency-list.ts';

/** A value, its key and its neighbours. */
interface Entry<Key, Value> extends Linked<Entry<Key, Value>> {
  readonly key: Key;
  readonly value: Value;
}

/**
 * Values by key, in the order in which they were last set. The first key of a `Map` is found behind the places of all
 * that have left it, and an iterator that waits there keeps alive every table that the map has outgrown: who makes up
 * keys would make each look more expensive, or the memory grow.
 */
export class RecencyMap<Key, Value> {
  readonly #entries = new Map<Key, Entry<Key, Value>>();
  readonly #order = new RecencyList<Entry<Key, Value>>();

  get size(): number {
    return this.#order.size;
  }

  /** What was set longest ago. */
  get oldest(): { readonly key: Key; readonly value: Value } | undefined {
    return this.#order.oldest;
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Behind the others, also when it was there before. */
  set(key: Key, value: Value): void {
    this.delete(key);
    const entry = { key, value, older: undefined, newer: undefined };
    this.#entries.set(key, entry);
    this.#order.append(entry);
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#order.remove(entry);
  }
}
