import type { Parcel } from './parcel.ts';

/** Taken from the front are only marked; so many of them are removed together. */
const compactAfter = 1024;

/** Parcels in the order of their records. Taking the first costs the same however many there are. */
export class ParcelQueue {
  #parcels: Parcel[] = [];
  #head = 0;

  get length(): number {
    return this.#parcels.length - this.#head;
  }

  get first(): Parcel | undefined {
    return this.#parcels[this.#head];
  }

  push(parcel: Parcel): void {
    this.#parcels.push(parcel);
  }

  /** Puts a parcel that was taken back into its place. */
  putBack(parcel: Parcel): void {
    this.#compact();
    const next = this.#parcels.findIndex((other) => isBefore(parcel, other));
    this.#parcels.splice(next === -1 ? this.#parcels.length : next, 0, parcel);
  }

  takeFirst(): Parcel | undefined {
    const { first } = this;
    if (first !== undefined && ++this.#head >= compactAfter) this.#compact();
    return first;
  }

  /** The oldest one of which something holds. */
  find(holds: (parcel: Parcel) => boolean): Parcel | undefined {
    for (let index = this.#head; index < this.#parcels.length; index++) {
      const parcel = this.#parcels[index] as Parcel;
      if (holds(parcel)) return parcel;
    }
    return undefined;
  }

  remove(parcel: Parcel): void {
    if (parcel === this.first) this.takeFirst();
    else this.#parcels.splice(this.#parcels.indexOf(parcel, this.#head), 1);
  }

  /** Takes all of which something holds. */
  takeWhere(holds: (parcel: Parcel) => boolean): readonly Parcel[] {
    this.#compact();
    const taken = this.#parcels.filter(holds);
    this.#parcels = this.#parcels.filter((parcel) => !holds(parcel));
    return taken;
  }

  #compact(): void {
    this.#parcels.splice(0, this.#head);
    this.#head = 0;
  }
}

function isBefore(one: Parcel, other: Parcel): boolean {
  return one.sequence < other.sequence || (one.sequence === other.sequence && one.offset < other.offset);
}
