import { tcpPacket } from '../packet/packets.ts';
import { createRandom, type Random, randomInteger } from '../program/random.ts';
import type { ConversationPacket, Side } from './tcp-conversation.ts';

/** Bytes that a side sends once it has received this much of the other side, and this long after it has. */
export type Turn = { readonly bytes: Buffer; readonly after: number; readonly delay: number };

export type TwoEndsPlan = {
  readonly client: readonly Turn[];
  readonly server: readonly Turn[];
  /** Sequence numbers of the first bytes. */
  readonly first: { readonly client: number; readonly server: number };
  readonly mss: number;
  /** Of packets between the two ends. */
  readonly loss: number;
  readonly duplication: number;
  /** The SYN carries the client's first bytes (TCP Fast Open); a server may not take them. */
  readonly fastOpen: 'no' | 'taken' | 'refused';
  readonly seed: number;
};

/** The same connection as it is captured at its two ends; a Service has another address than the server behind it. */
export type TwoEnds = { readonly atClient: ConversationPacket[]; readonly atServer: ConversationPacket[] };

const latency = 2000;
const jitter = 1500;
/** Microseconds until bytes that were not acknowledged are sent again. */
const resendAfter = 50_000;
/** From here on the network loses nothing, so that the conversation ends. */
const lossUntil = 5_000_000;
const start = 1_704_164_645_000_000;

type Sender = {
  readonly stream: Buffer;
  readonly turns: readonly Turn[];
  /** How much of its stream it has been given to send, has sent, and knows to be received. */
  given: number;
  turn: number;
  sent: number;
  acknowledged: number;
  /** How much it has received in order, and what beyond that: start and end of each piece. */
  received: number;
  beyond: (readonly [start: number, end: number])[];
  lastProgress: number;
};

type Packet = { readonly at: number; readonly bytes: Buffer; readonly ack: number; readonly flags: string };
type Event = { readonly time: number; readonly run: () => void };

/** A small TCP on both sides of a network that loses, repeats and reorders packets. */
class TwoEndsRun {
  readonly captured: TwoEnds = { atClient: [], atServer: [] };
  readonly #plan: TwoEndsPlan;
  readonly #random: Random;
  readonly #sides: Record<Side, Sender>;
  #events: Event[] = [];
  #now = start;

  constructor(plan: TwoEndsPlan) {
    this.#plan = plan;
    this.#random = createRandom(plan.seed);
    this.#sides = { client: sender(plan.client), server: sender(plan.server) };
  }

  run(): TwoEnds {
    this.#connect();
    for (const from of ['client', 'server'] as const) this.#later(0, () => this.#tick(from));
    for (let event = this.#next(); event !== undefined; event = this.#next()) {
      this.#now = event.time;
      event.run();
    }
    return this.captured;
  }

  /** The handshake is not lost: a connection that is seen from its SYN on. */
  #connect(): void {
    const { client, server } = this.#sides;
    const fast = this.#plan.fastOpen !== 'no' && client.turns[0]?.after === 0 && client.turns[0].delay === 0;
    if (fast) this.#give('client');
    const bytes = fast ? client.stream.subarray(0, Math.min(client.given, this.#plan.mss)) : Buffer.alloc(0);
    client.sent = bytes.length;
    this.#move('client', { at: -1, bytes, ack: 0, flags: 'S' });
    if (this.#plan.fastOpen === 'taken') server.received = bytes.length;
    this.#move('server', { at: -1, bytes: Buffer.alloc(0), ack: server.received, flags: 'SA' });
    client.acknowledged = server.received;
    client.sent = server.received;
    this.#move('client', { at: client.sent, bytes: Buffer.alloc(0), ack: 0, flags: 'A' });
  }

  /** A packet that arrives without fail before the next one is sent. */
  #move(from: Side, packet: Packet): void {
    this.#capture(from, from, packet);
    this.#now += latency;
    this.#capture(other(from), from, packet);
  }

  #tick(from: Side): void {
    const self = this.#sides[from];
    this.#sendNew(from);
    this.#flush(from);
    if (self.acknowledged < self.sent && this.#now - self.lastProgress >= resendAfter) this.#resend(from);
    const isDone = self.acknowledged === self.stream.length && self.received === this.#sides[other(from)].stream.length;
    if (!isDone) this.#later(1000, () => this.#tick(from));
  }

  #give(from: Side): void {
    const self = this.#sides[from];
    const turn = self.turns[self.turn];
    if (turn === undefined) return;
    self.turn++;
    self.given += turn.bytes.length;
  }

  /** Turns whose time has come; each is sent at once, as if the window were always open. */
  #sendNew(from: Side): void {
    const self = this.#sides[from];
    const turn = self.turns[self.turn];
    if (turn !== undefined && self.received >= turn.after) {
      self.turn++;
      this.#later(turn.delay, () => {
        self.given += turn.bytes.length;
        this.#flush(from);
      });
    }
  }

  #flush(from: Side): void {
    const self = this.#sides[from];
    if (self.sent === self.acknowledged) self.lastProgress = this.#now;
    while (self.sent < self.given) this.#sendFrom(from, self.sent, this.#plan.mss);
  }

  /** What is not acknowledged goes out again, cut somewhere else, and with what has been received by now. */
  #resend(from: Side): void {
    const self = this.#sides[from];
    self.lastProgress = this.#now;
    const end = Math.min(self.sent, self.acknowledged + randomInteger(this.#random, 1, 4 * this.#plan.mss));
    for (let at = self.acknowledged; at < end; ) {
      const length = Math.min(end - at, randomInteger(this.#random, 1, 2 * this.#plan.mss));
      this.#sendFrom(from, at, length);
      at += length;
    }
  }

  #sendFrom(from: Side, at: number, length: number): void {
    const self = this.#sides[from];
    const bytes = self.stream.subarray(at, Math.min(self.given, at + length));
    self.sent = Math.max(self.sent, at + bytes.length);
    this.#send(from, { at, bytes, ack: self.received, flags: 'PA' });
  }

  #send(from: Side, packet: Packet): void {
    this.#capture(from, from, packet);
    const isLossy = this.#now - start < lossUntil;
    const copies = isLossy && this.#random() < this.#plan.duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (isLossy && this.#random() < this.#plan.loss) continue;
      this.#later(latency + randomInteger(this.#random, 0, jitter), () => this.#arrive(from, packet));
    }
  }

  #arrive(from: Side, packet: Packet): void {
    const to = other(from);
    this.#capture(to, from, packet);
    const self = this.#sides[to];
    if (packet.ack > self.acknowledged) {
      self.acknowledged = packet.ack;
      self.lastProgress = this.#now;
    }
    if (packet.bytes.length === 0) return;
    self.beyond.push([packet.at, packet.at + packet.bytes.length]);
    for (let isNew = true; isNew; ) {
      const next = self.beyond.find(([begin, end]) => begin <= self.received && end > self.received);
      isNew = next !== undefined;
      self.received = next?.[1] ?? self.received;
    }
    this.#sendNew(to);
    this.#send(to, { at: self.sent, bytes: Buffer.alloc(0), ack: self.received, flags: 'A' });
  }

  #capture(place: Side, from: Side, { at, bytes, ack, flags }: Packet): void {
    const to = other(from);
    const { first } = this.#plan;
    // Address translation between the two ends.
    const server = place === 'client' ? { ip: '10.96.0.1', port: 80 } : { ip: '10.0.0.2', port: 8080 };
    const ends = { client: { ip: '10.0.0.1', port: 40_000 }, server };
    const fields = {
      source: ends[from].ip,
      destination: ends[to].ip,
      sourcePort: ends[from].port,
      destinationPort: ends[to].port,
      sequence: (first[from] + at) >>> 0,
      acknowledgment: flags === 'S' ? 0 : (first[to] + ack) >>> 0,
      flags,
      payload: Buffer.from(bytes),
    };
    const captured = place === 'client' ? this.captured.atClient : this.captured.atServer;
    captured.push({ time: this.#now, from, bytes: tcpPacket(fields), fields });
  }

  #later(delay: number, run: () => void): void {
    this.#events.push({ time: this.#now + delay, run });
  }

  #next(): Event | undefined {
    const first = this.#events.reduce<Event | undefined>(
      (a, b) => (a === undefined || b.time < a.time ? b : a),
      undefined,
    );
    this.#events = this.#events.filter((event) => event !== first);
    return first;
  }
}

/** Plays a connection until everything has arrived, and captures it at both ends. */
export function playTwoEnds(plan: TwoEndsPlan): TwoEnds {
  return new TwoEndsRun(plan).run();
}

function sender(turns: readonly Turn[]): Sender {
  const stream = Buffer.concat(turns.map(({ bytes }) => bytes));
  const progress = { given: 0, turn: 0, sent: 0, acknowledged: 0, received: 0, lastProgress: start };
  return { stream, turns, ...progress, beyond: [] };
}

function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
