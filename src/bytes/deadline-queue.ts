export interface Due {
  /** When it is due. */
  due: number;
  /** Its place in the queue; -1 while it is in none. */
  duePlace: number;
}

/**
 * Items in the order in which they are due: a binary heap, so that a look costs only what is due, and a change the
 * logarithm of their number.
 */
export class DeadlineQueue<Item extends Due> {
  readonly #items: Item[] = [];

  get size(): number {
    return this.#items.length;
  }

  get first(): Item | undefined {
    return this.#items[0];
  }

  /** Adds an item, or moves it, by when it is due. */
  set(item: Item, due: number): void {
    item.due = due;
    if (item.duePlace < 0) item.duePlace = this.#items.push(item) - 1;
    this.#settle(item);
  }

  remove(item: Item): void {
    const { duePlace } = item;
    const last = this.#items.at(-1);
    if (duePlace < 0 || last === undefined) return;
    this.#items.length--;
    item.duePlace = -1;
    if (last === item) return;
    this.#put(last, duePlace);
    this.#settle(last);
  }

  /** Moves an item towards the first or the last place until the order is right. */
  #settle(item: Item): void {
    for (
      let parent = this.#parentOf(item);
      parent !== undefined && item.due < parent.due;
      parent = this.#parentOf(item)
    ) {
      this.#exchange(item, parent);
    }
    for (let child = this.#childOf(item); child !== undefined && child.due < item.due; child = this.#childOf(item)) {
      this.#exchange(item, child);
    }
  }

  #parentOf({ duePlace }: Item): Item | undefined {
    return duePlace === 0 ? undefined : this.#items[(duePlace - 1) >> 1];
  }

  /** The one of both that is due first. */
  #childOf({ duePlace }: Item): Item | undefined {
    const left = this.#items[2 * duePlace + 1];
    const right = this.#items[2 * duePlace + 2];
    return left !== undefined && right !== undefined && right.due < left.due ? right : left;
  }

  #exchange(one: Item, other: Item): void {
    const { duePlace } = one;
    this.#put(one, other.duePlace);
    this.#put(other, duePlace);
  }

  #put(item: Item, place: number): void {
    this.#items[place] = item;
    item.duePlace = place;
  }
}
