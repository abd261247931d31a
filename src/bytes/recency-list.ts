export interface Linked<Item> {
  older: Item | undefined;
  newer: Item | undefined;
}

/**
 * Items in the order in which they were last heard of: a doubly linked list through the items themselves. Not a `Set`:
 * one that much goes through keeps alive what has left it, as its outgrown tables point to each other, and collecting
 * that took a fifth of all time.
 */
export class RecencyList<Item extends Linked<Item>> {
  #oldest: Item | undefined;
  #newest: Item | undefined;
  size = 0;

  get oldest(): Item | undefined {
    return this.#oldest;
  }

  append(item: Item): void {
    item.older = this.#newest;
    item.newer = undefined;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
    this.size++;
  }

  remove(item: Item): void {
    if (item.older === undefined) this.#oldest = item.newer;
    else item.older.newer = item.newer;
    if (item.newer === undefined) this.#newest = item.older;
    else item.newer.older = item.older;
    item.older = undefined;
    item.newer = undefined;
    this.size--;
  }

  moveToEnd(item: Item): void {
    if (item === this.#newest) return;
    this.remove(item);
    this.append(item);
  }
}
