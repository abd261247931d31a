import { createRandom, type Random } from '../test/support/program/random.ts';
import { FreshText } from './fresh-text.ts';
import type { ExchangeTemplate } from './message-templates.ts';
import { Flag, type Flow, type Packet, PacketWriter } from './packet-writer.ts';

/** HTTP traffic to be written as a capture file. Plain data, so that it can be sent to a worker thread. */
export type Workload = {
  readonly exchanges: number;
  /** Their numbers begin here, 0 by default: neither connections nor values are those of earlier numbers. */
  readonly firstExchange?: number;
  /** Open at the same time, taking turns. */
  readonly connections: number;
  /** Then the connection is closed, and a new one takes its place. */
  readonly exchangesPerConnection: number;
  /** Requests that are sent together before their responses are; one by default. */
  readonly pipelined?: number;
  /** Chance of a data packet to change places with the next one, and that of it being sent twice. */
  readonly disorder?: number;
  /** Used in turn. */
  readonly exchangeTemplates: readonly ExchangeTemplate[];
};

export type Generated = { readonly packets: number; readonly bytes: number };

const maxSegment = 1448;
/** Data packets that their receiver acknowledges together. */
const segmentsPerAck = 16;
/** So many connections wait for a response at the same time. */
const lanesAtOnce = 200;
/** Larger bodies are not put together in memory before they are sent. */
const gatheredBytes = 65_536;

/** The packets of an exchange, on average, but for those that open and close connections. */
export function packetsPerExchange(templates: readonly ExchangeTemplate[]): number {
  const segments = (text: string, bodyBytes: number) =>
    Math.ceil((new FreshText(text).length + bodyBytes) / maxSegment);
  const packets = templates.map(
    ({ requestHead, requestBodyBytes, responseHead, responseBodyBytes }) =>
      segments(requestHead, requestBodyBytes) + segments(responseHead, responseBodyBytes) + 1,
  );
  return packets.reduce((sum, each) => sum + each, 0) / packets.length;
}

/** Writes the workload as a pcap file, in pieces. */
export function generateCapture(workload: Workload, write: (bytes: Buffer) => void): Generated {
  const generator = new CaptureGenerator(workload, write);
  generator.run();
  return generator.writer;
}

type Lane = {
  flow: Flow | undefined;
  left: number;
  /** Numbers of the exchanges whose responses are due. */
  readonly asked: number[];
};

class CaptureGenerator {
  readonly writer: PacketWriter;
  readonly #workload: Workload;
  readonly #requests: readonly Message[];
  readonly #responses: readonly Message[];
  readonly #gathered = new Gathered();
  readonly #random: Random = createRandom(1);
  /** Of the next connection and the next exchange. */
  #flows: number;
  #next: number;
  readonly #end: number;

  constructor(workload: Workload, write: (bytes: Buffer) => void) {
    this.#workload = workload;
    this.writer = new PacketWriter(write);
    const { exchanges, firstExchange = 0, exchangeTemplates: templates } = workload;
    this.#flows = firstExchange;
    this.#next = firstExchange;
    this.#end = firstExchange + exchanges;
    this.#requests = templates.map((template) => message(template.requestHead, template.requestBodyBytes));
    this.#responses = templates.map((template) => message(template.responseHead, template.responseBodyBytes));
  }

  /**
   * Each lane has one connection at a time; a group of them send requests, then all of these get responses, and so on.
   */
  run(): void {
    const { connections } = this.#workload;
    const lanes = Array.from({ length: connections }, (): Lane => ({ flow: undefined, left: 0, asked: [] }));
    for (let next = 0; this.#next < this.#end; next = next + lanesAtOnce < connections ? next + lanesAtOnce : 0) {
      const group = lanes.slice(next, next + lanesAtOnce);
      for (const lane of group) this.#ask(lane);
      for (const lane of group) this.#answer(lane);
    }
    this.writer.flush();
  }

  #ask(lane: Lane): void {
    const { exchangesPerConnection, pipelined = 1 } = this.#workload;
    const count = Math.min(pipelined, this.#end - this.#next, lane.flow ? lane.left : exchangesPerConnection);
    if (count === 0) return;
    if (lane.flow === undefined) {
      lane.flow = this.#open();
      lane.left = exchangesPerConnection;
    }
    for (let index = 0; index < count; index++) lane.asked.push(this.#next++);
    lane.left -= count;
    this.#send(lane.flow, true, this.#gathered.gather(this.#requests, lane.asked));
  }

  #answer(lane: Lane): void {
    if (lane.flow === undefined || lane.asked.length === 0) return;
    this.#send(lane.flow, false, this.#gathered.gather(this.#responses, lane.asked));
    lane.asked.length = 0;
    this.#control(lane.flow, true, Flag.ack);
    if (lane.left > 0) return;
    this.#close(lane.flow);
    lane.flow = undefined;
  }

  #open(): Flow {
    const number = this.#flows++;
    const flow: Flow = {
      client: 0x0a010001 + (number % 250),
      clientPort: 1024 + (Math.floor(number / 250) % 60_000),
      server: 0x0a020002,
      serverPort: 8080,
      clientSequence: Math.imul(number, 0x9e3779b1) >>> 0,
      serverSequence: Math.imul(number, 0x85ebca6b) >>> 0,
    };
    this.#control(flow, true, Flag.syn);
    flow.clientSequence++;
    this.#control(flow, false, Flag.syn | Flag.ack);
    flow.serverSequence++;
    this.#control(flow, true, Flag.ack);
    return flow;
  }

  #close(flow: Flow): void {
    this.#control(flow, true, Flag.fin | Flag.ack);
    flow.clientSequence++;
    this.#control(flow, false, Flag.fin | Flag.ack);
    flow.serverSequence++;
    this.#control(flow, true, Flag.ack);
  }

  #control(flow: Flow, fromClient: boolean, flags: number): void {
    this.writer.packet(flow, { fromClient, flags, front: nothing, offset: 0, payloadBytes: 0 });
  }

  /** Messages, one after the other, in segments. */
  #send(flow: Flow, fromClient: boolean, messages: Together): void {
    const { bytes } = messages;
    const segments = Math.ceil(bytes / maxSegment);
    const { disorder = 0 } = this.#workload;
    for (let segment = 0; segment < segments; segment++) {
      const isSwapped = disorder > 0 && segment + 1 < segments && this.#random() < disorder;
      const send = (index: number) => this.writer.packet(flow, segmentOf(messages, fromClient, index));
      if (isSwapped) send(segment + 1);
      send(segment);
      if (isSwapped) segment++;
      if (disorder > 0 && this.#random() < disorder) send(segment);
      if (segment % segmentsPerAck === segmentsPerAck - 1) this.#control(flow, !fromClient, Flag.ack);
    }
    if (fromClient) flow.clientSequence = (flow.clientSequence + bytes) >>> 0;
    else flow.serverSequence = (flow.serverSequence + bytes) >>> 0;
  }
}

function segmentOf({ front, bytes }: Together, fromClient: boolean, segment: number): Packet {
  const offset = segment * maxSegment;
  const payloadBytes = Math.min(maxSegment, bytes - offset);
  const flags = offset + payloadBytes === bytes ? Flag.ack | Flag.push : Flag.ack;
  return { fromClient, flags, front, offset, payloadBytes };
}

const nothing = Buffer.alloc(0);

type Message = { readonly head: FreshText; readonly bodyBytes: number };

function message(text: string, bodyBytes: number): Message {
  return { head: new FreshText(text), bodyBytes };
}

/** Messages that are sent together: `bytes` of them, which begin with `front`. */
type Together = { readonly front: Buffer; readonly bytes: number };

/** Puts messages that are sent together one after the other. */
class Gathered {
  readonly #buffer = Buffer.alloc(8 * gatheredBytes, 'x');

  /**
   * All `bytes` of the messages begin with `front`; what follows it is the rest of a large body, which the last message
   * may have.
   */
  gather(messages: readonly Message[], exchanges: readonly number[]): Together {
    let used = 0;
    let rest = 0;
    for (const exchange of exchanges) {
      const { head, bodyBytes } = messages[exchange % messages.length] ?? missingMessage();
      if (rest > 0) throw new Error('a large body must be the last that is sent together');
      head.copy(this.#buffer, used, exchange);
      const gathered = bodyBytes > gatheredBytes ? 0 : bodyBytes;
      this.#buffer.fill('x', used + head.length, used + head.length + gathered);
      used += head.length + gathered;
      rest = bodyBytes - gathered;
    }
    return { front: this.#buffer.subarray(0, used), bytes: used + rest };
  }
}

function missingMessage(): never {
  throw new Error('a workload needs at least one exchange template');
}
