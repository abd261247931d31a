import { ConnectionExchanges } from '../../../src/exchange/connection-exchanges.ts';
import type { Exchange } from '../../../src/exchange/exchange.ts';
import type { ExchangeContext } from '../../../src/exchange/exchange-context.ts';
import { OpenExchanges } from '../../../src/exchange/open-exchanges.ts';
import type { Progress } from '../../../src/exchange/progress.ts';
import { ProgressQueue } from '../../../src/exchange/progress-queue.ts';
import type { Session } from '../../../src/exchange/session.ts';
import { TimeoutQueue } from '../../../src/exchange/timeout-queue.ts';
import type { HttpConnection, UpgradeListenerFactory } from '../../../src/http/http-connection.ts';
import { Http1Connection } from '../../../src/http1/connection.ts';
import { createMessageFormats, type MessageFormats } from '../../../src/http1/message-format.ts';
import type { ProtocolContext } from '../../../src/protocols.ts';
import {
  type CloseReason,
  type ConnectionHandle,
  ignoringListener,
  type ListenerFactory,
  nobody,
  otherSide,
  type PacketFacts,
  type Side,
  type StreamListener,
} from '../../../src/tcp/stream.ts';
import { type Counters, createCounters } from '../../../src/telemetry/counters.ts';
import { createUpgrades } from '../../../src/upgrades.ts';

/** A connection that only notes what is asked of it. Side 0 is the client. */
export class FakeConnection implements ConnectionHandle {
  readonly id = 0;
  listener: StreamListener = ignoringListener;
  readonly forwardedFor = nobody;
  initiator: Side | undefined;
  localSide: Side | undefined;
  heldBytes = 0;
  maxHeldBytes = 0;
  isIgnored = false;
  isReset = false;
  packets: PacketFacts = { connectTime: undefined, endedBy: undefined, sentAgain: 0, settle() {} };
  readonly unseen = new Set<Side>();
  underWay = 0;
  #position = 0;

  nextPosition(): number {
    return this.#position++;
  }

  address(side: Side): string {
    return side === 0 ? '10.0.0.1' : '10.0.0.2';
  }

  port(side: Side): number {
    return side === 0 ? 40_000 : 80;
  }

  seen(side: Side): boolean {
    return !this.unseen.has(side);
  }

  handOn(next: ListenerFactory | 'ignored'): StreamListener {
    if (next === 'ignored') this.isIgnored = true;
    this.listener = next === 'ignored' ? ignoringListener : next(this);
    return this.listener;
  }

  keepOpen(count: 1 | -1): void {
    this.underWay += count;
    if (this.underWay < 0) throw new Error('more has ended than has begun');
  }

  enter(work: () => void): void {
    work();
  }

  hold(bytes: number): void {
    this.heldBytes += bytes;
    this.maxHeldBytes = Math.max(this.maxHeldBytes, this.heldBytes);
    if (this.heldBytes < 0) throw new Error('more was let go of than was held');
  }
}

/** What a protocol is given to work with. */
type PlaybookContext = ProtocolContext & { readonly openUpgrade: UpgradeListenerFactory };

export type PlaybookOptions = {
  readonly maxHeadBytes?: number;
  readonly bodyLimitBytes?: number;
  readonly timeoutMs?: number;
  readonly timeoutCheckMs?: number;
  readonly progressIntervalMs?: number;
  readonly readsToEnd?: boolean;
  /** Of several playbooks, as of the connections of a logger: they know the heads of those before. Else its own. */
  readonly formats?: MessageFormats;
  /** Makes what listens to the connection; HTTP/1 with side 0 as the client if it is left out. */
  readonly listen?: (connection: ConnectionHandle, context: PlaybookContext) => StreamListener;
};

/** A connection on which nobody looks into tunnels. */
export function asHttp(connection: ConnectionHandle): HttpConnection {
  return { connection, client: 0, inside: (inner) => inner.handOn('ignored') };
}

/** Copied, which is cheaper than making them: some tests play a hundred thousand connections. */
const noneCounted = createCounters();

/**
 * Plays a connection, one call a millisecond after the other from time 0 on, and notes each exchange as it was when it
 * was sent: one line `METHOD target STATUS outcome`, with what is not as usual behind it.
 */
export class Playbook {
  readonly connection = new FakeConnection();
  readonly counters: Counters = { ...noneCounted };
  readonly timeouts: TimeoutQueue;
  readonly progress: ProgressQueue;
  readonly openExchanges = new OpenExchanges((target) => target === '/ignored');
  readonly exchanges: Exchange[] = [];
  /** Interim accounts of exchanges. */
  readonly accounts: Progress[] = [];
  readonly sessions: Session[] = [];
  readonly lines: string[] = [];
  /** Microseconds. */
  time = 0;
  readonly #sequences: [number, number] = [1000, 5000];

  constructor(options: PlaybookOptions = {}) {
    this.timeouts = new TimeoutQueue({
      timeoutMs: options.timeoutMs ?? 10_000,
      timeoutCheckMs: options.timeoutCheckMs ?? 2000,
    });
    this.progress = new ProgressQueue(options.progressIntervalMs ?? 60_000, this.counters);
    const exchangeContext: ExchangeContext = {
      counters: this.counters,
      timeouts: this.timeouts,
      progress: this.progress,
      openExchanges: this.openExchanges,
      readsToEnd: options.readsToEnd ?? false,
      bodyLimitBytes: options.bodyLimitBytes ?? 0,
      isLocal: () => false,
      emit: (exchange) => {
        this.exchanges.push(exchange);
        this.lines.push(describe(exchange));
      },
      emitProgress: (account) => this.accounts.push(account),
      emitSession: (session) => this.sessions.push(session),
    };
    const maxHeadBytes = options.maxHeadBytes ?? 65_536;
    const context: PlaybookContext = {
      counters: this.counters,
      openUpgrade: createUpgrades(this.counters, () => ignoringListener),
      maxHeadBytes,
      exchanges: (connection, client) => new ConnectionExchanges(connection, client, exchangeContext),
    };
    const listenToHttp1 = (connection: ConnectionHandle) => {
      const formats = options.formats ?? createMessageFormats(maxHeadBytes);
      return new Http1Connection(asHttp(connection), { ...context, formats });
    };
    const listen = options.listen ?? listenToHttp1;
    this.connection.handOn((connection) => listen(connection, context));
  }

  client(bytes: Buffer | string): this {
    return this.data(0, bytes);
  }

  server(bytes: Buffer | string): this {
    return this.data(1, bytes);
  }

  /** Nothing comes any more once the payload is ignored, as of a real connection. */
  data(side: Side, bytes: Buffer | string): this {
    const content = typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes;
    this.time += 1000;
    if (content.length === 0 || this.connection.isIgnored) return this;
    const sequence = this.#sequences[side];
    this.#sequences[side] += content.length;
    const acknowledgment = this.#sequences[otherSide(side)];
    const place = { time: this.time, lastTime: this.time, sequence, acknowledgment };
    this.connection.listener.data(side, { bytes: content, start: 0, end: content.length, ...place });
    return this;
  }

  gap(side: Side, bytes: number | undefined): this {
    this.time += 1000;
    if (!this.connection.isIgnored) this.connection.listener.gap(side, bytes, this.time);
    this.#sequences[side] += bytes ?? 0;
    return this;
  }

  end(side: Side): this {
    this.time += 1000;
    if (!this.connection.isIgnored) this.connection.listener.end(side, this.time);
    return this;
  }

  close(reason: CloseReason): this {
    this.time += 1000;
    if (reason === 'shutdown') this.timeouts.expire(this.time);
    this.connection.listener.close(reason, this.time);
    return this;
  }

  /** Both sides end, the server first. */
  finish(): this {
    return this.end(1).end(0).close('finished');
  }

  /** So many milliseconds pass, with a look at what is due every 100 of them. */
  wait(milliseconds: number): this {
    for (const end = this.time + milliseconds * 1000; this.time < end; ) {
      this.time = Math.min(end, this.time + 100_000);
      this.timeouts.tick(this.time);
      this.progress.tick(this.time);
    }
    return this;
  }

  /** All exchanges that were counted, by outcome. */
  get counted(): number {
    const { counters } = this;
    const { exchanges_answered, exchanges_timeout, exchanges_reset, exchanges_closed, exchanges_unknown } = counters;
    return exchanges_answered + exchanges_timeout + exchanges_reset + exchanges_closed + exchanges_unknown;
  }
}

function describe({ request, response, outcome, informational, incomplete, gapBytes, late }: Exchange): string {
  const parts = [
    request === undefined ? '-' : `${request.head.method} ${request.head.target}`,
    response === undefined ? '-' : `${response.head.status ?? '?'}`,
    outcome,
  ];
  if (informational.length > 0) parts.push(`after ${informational.join(',')}`);
  if (request !== undefined && request.bodyBytes > 0) parts.push(`sent ${request.bodyBytes}`);
  if (response !== undefined && response.bodyBytes > 0) parts.push(`received ${response.bodyBytes}`);
  if (incomplete) parts.push('incomplete');
  if (gapBytes > 0) parts.push(`gap ${gapBytes}`);
  if (late) parts.push('late');
  return parts.join(' ');
}

export function get(target: string, ...fields: readonly string[]): string {
  return `GET ${target} HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join('')}\r\n`;
}

export function post(target: string, body: string, ...fields: readonly string[]): string {
  const head = [`POST ${target} HTTP/1.1`, `Content-Length: ${body.length}`, ...fields];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

export function answer(status: number, body: string, ...fields: readonly string[]): string {
  const head = [`HTTP/1.1 ${status} Reason`, `Content-Length: ${body.length}`, ...fields];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

export function head(status: number, ...fields: readonly string[]): string {
  return `${[`HTTP/1.1 ${status} Reason`, ...fields].join('\r\n')}\r\n\r\n`;
}
