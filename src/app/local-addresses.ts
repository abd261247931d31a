import { ownAddresses } from '../capture/live/interfaces.ts';

/** The addresses of this pod: those that the operator names, and in a live capture those of its interfaces. */
export class LocalAddresses {
  readonly #named: readonly string[];
  readonly #isLive: boolean;
  #all: ReadonlySet<string>;

  constructor(named: readonly string[], isLive: boolean) {
    this.#named = named;
    this.#isLive = isLive;
    this.#all = this.#read();
  }

  has(address: string): boolean {
    return this.#all.has(address);
  }

  /** Interfaces come and go while the process runs. */
  refresh(): void {
    this.#all = this.#read();
  }

  toString(): string {
    return [...this.#all].join(', ');
  }

  #read(): ReadonlySet<string> {
    return new Set([...(this.#isLive ? ownAddresses() : []), ...this.#named]);
  }
}
