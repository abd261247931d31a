import { ByteQueue } from '../../../src/bytes/byte-queue.ts';
import type { ExchangeListener, ExchangesListener, MessageListener } from '../../../src/http/exchange-listener.ts';
import type { RequestHead } from '../../../src/http/head.ts';
import type { ProtocolContext } from '../../../src/protocols.ts';
import type { Protocol } from '../../../src/stream/protocol.ts';
import { startingWith } from '../../../src/stream/verdict.ts';
import {
  type Chunk,
  type CloseReason,
  type ConnectionHandle,
  otherSide,
  type Side,
  type StreamListener,
} from '../../../src/tcp/stream.ts';
import { fieldsOfText } from '../http1/header-text.ts';

const preface = Buffer.from('MULTIPLEXED\n');
const frameHeader = /^(\d+) ([HDTE]) (\d+)\n/;
const maxFrameHeader = 16;

/** One frame: `H`ead, `D`ata, `T`railers or `E`nd of a message. */
export function frame(stream: number, type: 'H' | 'D' | 'T' | 'E', content = ''): string {
  return `${stream} ${type} ${content.length}\n${content}`;
}

export const multiplexedPreface = preface.toString();

/**
 * A protocol that only tests speak: many exchanges at the same time on one connection, each on a stream of its own,
 * with trailers. A head is `METHOD target` or a status, and header lines behind it.
 */
export function multiplexed({ exchanges }: ProtocolContext): Protocol {
  return {
    detect: startingWith(preface),
    counter: 'connections_http1',
    open: (connection, client) => new MultiplexedConnection(connection, client, exchanges(connection, client)),
  };
}

type Stream = { readonly exchange: ExchangeListener; isRequestDone: boolean; isResponseDone: boolean };

class MultiplexedConnection implements StreamListener {
  readonly #connection: ConnectionHandle;
  readonly #client: Side;
  readonly #exchanges: ExchangesListener;
  readonly #streams = new Map<number, Stream>();
  readonly #kept = [new ByteQueue(), new ByteQueue()] as const;
  #isPrefacePassed = false;

  constructor(connection: ConnectionHandle, client: Side, exchanges: ExchangesListener) {
    this.#connection = connection;
    this.#client = client;
    this.#exchanges = exchanges;
  }

  data(side: Side, chunk: Chunk): void {
    const queue = this.#kept[side];
    const before = queue.heldBytes;
    queue.append(chunk.bytes, chunk.start, chunk.end);
    let at = 0;
    if (side === this.#client && !this.#isPrefacePassed) {
      this.#isPrefacePassed = true;
      at = preface.length;
    }
    for (let next = this.#frame(side, chunk, at); next > at; next = this.#frame(side, chunk, at)) at = next;
    const rest = Buffer.from(queue.bytes.subarray(at, queue.length));
    queue.clear();
    if (rest.length > 0) queue.append(rest, 0, rest.length);
    this.#connection.hold(queue.heldBytes - before);
  }

  /** Nobody knows any more where a frame begins. */
  gap(_side: Side, bytes: number | undefined): void {
    for (const { exchange } of this.#streams.values()) exchange.lost(bytes ?? 0);
    this.#endAll('unknown');
    for (const queue of this.#kept) this.#connection.hold(-queue.heldBytes);
    this.#connection.handOn('ignored');
  }

  end(): void {}

  close(reason: CloseReason): void {
    this.#endAll(reason === 'reset' ? 'reset' : reason === 'finished' ? 'closed' : 'unknown');
  }

  /** Takes one frame, if all of it is there; returns where the next one begins. */
  #frame(side: Side, chunk: Chunk, at: number): number {
    const queue = this.#kept[side];
    const header = frameHeader.exec(queue.bytes.toString('latin1', at, Math.min(queue.length, at + maxFrameHeader)));
    if (header === null) return at;
    const [line, stream = '', type = '', length = ''] = header;
    const start = at + line.length;
    const end = start + Number(length);
    if (end > queue.length) return at;
    const content = { ...chunk, bytes: queue.bytes, start, end, sequence: chunk.sequence - (queue.length - end) };
    this.#take(side, Number(stream), { type, content });
    return end;
  }

  #take(side: Side, number: number, { type, content }: { readonly type: string; readonly content: Chunk }): void {
    const isRequest = side === this.#client;
    if (isRequest && type === 'H') {
      const exchange = this.#exchanges.begin(number);
      this.#streams.set(number, { exchange, isRequestDone: false, isResponseDone: false });
    }
    const stream = this.#streams.get(number);
    if (stream === undefined) return;
    const { exchange } = stream;
    const text = content.bytes.toString('latin1', content.start, content.end);
    if (type === 'H' && isRequest) requestHead(exchange, text, content);
    else if (type === 'H') responseHead(exchange, text, content);
    else messageFrame(isRequest ? exchange.request : exchange.response, type, { text, content });
    if (type !== 'E') return;
    if (isRequest) stream.isRequestDone = true;
    else stream.isResponseDone = true;
    if (!stream.isRequestDone || !stream.isResponseDone) return;
    this.#streams.delete(number);
    exchange.end('answered');
  }

  #endAll(ending: 'reset' | 'closed' | 'unknown'): void {
    const ended = this.#connection.seen(otherSide(this.#client)) ? ending : 'unknown';
    for (const { exchange } of this.#streams.values()) this.#connection.enter(() => exchange.end(ended));
    this.#streams.clear();
  }
}

function requestHead(exchange: ExchangeListener, text: string, content: Chunk): void {
  const [method = '', target = ''] = firstLine(text).split(' ');
  const { time } = content;
  exchange.request.head({ method, target, authority: 'many.test', ...headOf(text) }, content, time);
}

function responseHead(exchange: ExchangeListener, text: string, content: Chunk): void {
  exchange.response.head({ status: Number(firstLine(text)), ...headOf(text) }, content, content.time);
}

function headOf(text: string): Pick<RequestHead, 'version' | 'headers' | 'size' | 'isWhole' | 'anomalies'> {
  const headers = fieldsOfText(text, firstLine(text).length + 1);
  return { version: 'HTTP/2', headers, size: text.length, isWhole: true, anomalies: [] };
}

function messageFrame(
  message: Omit<MessageListener<never>, 'head'>,
  type: string,
  { text, content }: { readonly text: string; readonly content: Chunk },
): void {
  if (type === 'D') message.body(content, content.start, content.end);
  if (type === 'T') message.trailers(fieldsOfText(text));
  if (type === 'E') message.end(content.time);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
