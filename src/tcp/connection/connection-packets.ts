import { Flag, type Segment } from '../../packet/segment.ts';
import { hasEndedWithReset } from '../acceptance/acceptable-reset.ts';
import type { Sides } from '../reassembly/half-stream.ts';
import type { PacketFacts, Side } from '../stream.ts';

/** What only the packets of a connection tell, not their bytes. */
export class ConnectionPackets implements PacketFacts {
  readonly #sides: Sides;
  connectTime: number | undefined;
  /** Whose SYN has not been answered yet, and when the first one came. */
  #connecting: Side | undefined;
  #synTime = 0;

  constructor(sides: Sides) {
    this.#sides = sides;
  }

  /** A SYN, before it is taken: the first one of the side that opens the connection counts. */
  noteSyn(from: Side, { flags, time }: Segment): void {
    if ((flags & Flag.ack) !== 0 || this.#sides[from].started) return;
    this.#connecting = from;
    this.#synTime = time;
  }

  /** A side has acknowledged something. */
  acknowledges(from: Side, time: number): void {
    if (from !== this.#connecting) return;
    this.#connecting = undefined;
    this.connectTime = Math.max(0, time - this.#synTime);
  }

  get endedBy(): Side | undefined {
    const first = endTime(this.#sides, 0);
    const second = endTime(this.#sides, 1);
    if (first === undefined) return second === undefined ? undefined : 1;
    return second === undefined || first <= second ? 0 : 1;
  }

  get sentAgain(): number {
    return this.#sides[0].sentAgain + this.#sides[1].sentAgain;
  }

  settle(side: Side, sequence: number): void {
    this.#sides[side].settled = sequence;
  }
}

/** When a side first said that it sends no more. */
function endTime(sides: Sides, side: Side): number | undefined {
  const { fin, finTime, reset } = sides[side];
  const end = fin === undefined ? undefined : finTime;
  if (reset === undefined || !hasEndedWithReset(sides, side)) return end;
  return end === undefined ? reset.firstTime : Math.min(end, reset.firstTime);
}
