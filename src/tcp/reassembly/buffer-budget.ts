/**
 * Bytes held back in all connections together, against their limit. Who goes over is chosen by the connection table.
 */
export class BufferBudget {
  readonly limit: number;
  used = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get exceeded(): boolean {
    return this.used > this.limit;
  }
}
