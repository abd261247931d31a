import type { LostReason } from '../http/message-handler.ts';
import { type ConnectionHandle, otherSide, type Side } from '../tcp/stream.ts';
import type { Counters } from '../telemetry/counters.ts';
import { directionOf, type IsLocal } from './direction.ts';
import type { Endpoints, Exchange, Outcome } from './exchange.ts';
import { OpenExchange, type TimeoutHandler } from './open-exchange.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import { StepKeeper } from './step-keeper.ts';
import type { TimeoutQueue } from './timeout-queue.ts';

/** What the pairings of all connections share. */
export type PairingContext = {
  readonly counters: Counters;
  readonly timeouts: TimeoutQueue;
  readonly openExchanges: OpenExchanges;
  readonly isLocal: IsLocal;
  readonly emit: (exchange: Exchange) => void;
};

/** Requests waiting for their response on one connection; a client that sends more without waiting loses the pairing. */
const maxOpenExchanges = 1000;
/** Shared by all connections on which nothing waits, and never changed: an array of their own would be dear to collect. */
const nothingOpen: OpenExchange[] = [];
/** What an open exchange costs besides its heads and bodies. */
const exchangeOverhead = 600;

/**
 * Which response belongs to which request: the oldest one without (RFC 9112, section 9.3.2). After loss, what is not certain is sent as
 * `unknown`, never paired: `StepKeeper` tells. Where bytes of the server are missing, every request that waited there may have been answered there.
 */
export class Pairing implements TimeoutHandler {
  readonly #connection: ConnectionHandle;
  readonly #client: Side;
  readonly #context: PairingContext;
  /** Oldest first: exchanges that are not over. */
  #open: OpenExchange[] = nothingOpen;
  #endpoints: Endpoints | undefined;
  readonly #steps = new StepKeeper();

  constructor(connection: ConnectionHandle, client: Side, context: PairingContext) {
    this.#connection = connection;
    this.#client = client;
    this.#context = context;
  }

  /** A request begins: it waits for its response from here on. */
  begin(exchange: OpenExchange, headBytes: number): void {
    if (this.#open.length >= maxOpenExchanges) this.#overflow();
    if (this.#open.at(-1)?.step === 'overtaken') this.#giveUp(true);
    const before = this.#open.at(-1);
    const underWay = before === undefined ? 'nothing' : before.request === undefined ? 'response' : 'request';
    exchange.step = this.#steps.requestBegins(underWay);
    // One element in the literal, not pushed into an empty array: that would make room for seventeen.
    if (this.#open === nothingOpen) this.#open = [exchange];
    else this.#open.push(exchange);
    this.account(exchange, exchangeOverhead + headBytes);
    this.#context.timeouts.add(exchange);
    this.#context.openExchanges.add(exchange);
  }

  /** The exchange that a response belongs to; `undefined` if that cannot be known. */
  awaiting(status: number): OpenExchange | undefined {
    while (this.#open[0]?.response?.isDone) this.end(this.#open[0], 'answered');
    const exchange = this.#open[0];
    const isCertain = exchange !== undefined && this.#steps.isCertain(exchange.step);
    this.#steps.responseBegins(status, !isCertain);
    if (isCertain) return exchange;
    this.#giveUp(true);
    return undefined;
  }

  /** No request waits for a response, seen or lost. */
  get isIdle(): boolean {
    return !this.#steps.hasLost && this.#open.every(({ response }) => response?.isDone);
  }

  /** The exchange of a response whose request was not seen. */
  orphan(): OpenExchange {
    const exchange = new OpenExchange(this);
    exchange.incomplete = true;
    this.#open = [exchange, ...this.#open];
    this.account(exchange, exchangeOverhead);
    this.#context.openExchanges.add(exchange);
    return exchange;
  }

  /** The exchange has its response: it can time out no more. */
  answered(exchange: OpenExchange, headBytes: number): void {
    this.#context.timeouts.remove(exchange);
    this.account(exchange, headBytes);
    if (exchange.isSent) this.#context.counters.http_late_responses++;
  }

  /** The connection is older than the capture: requests may be waiting that were not seen. */
  startMissed(): void {
    this.#steps.startMissed();
  }

  /** The client's messages are out of sight; `isInRequest`: beginning with the rest of one. */
  requestLost(reason: LostReason, isInRequest: boolean): void {
    this.#count(reason);
    this.#steps.requestLost(isInRequest, this.#open.length > 0);
  }

  /** Bytes of the response in progress are missing. */
  responseCut(): void {
    this.#steps.responseCut();
  }

  /** The server's messages are out of sight: what waited there may have been answered there. `isInHead`: a request's head is not whole yet. */
  responseLost(reason: LostReason, bytes: number, isInHead: boolean): void {
    this.#count(reason);
    const isInBody = this.#open.at(-1)?.request?.isDone === false;
    this.#steps.responseLost(isInHead ? 'head' : isInBody ? 'body' : 'nothing');
    if (this.#open[0] !== undefined) this.#open[0].gapBytes += bytes;
    this.#giveUp(reason === 'gap');
  }

  /** Something more was seen of an exchange that is not answered yet. */
  noteActivity(exchange: OpenExchange, time: number): void {
    this.#context.timeouts.noteActivity(exchange, time);
  }

  timedOut(exchange: OpenExchange): void {
    const outcome = this.#connection.isReset ? 'reset' : 'timeout';
    this.#connection.enter(() => this.#send(exchange, this.#serverSeen ? outcome : 'unknown'));
  }

  /** The exchange is over. */
  end(exchange: OpenExchange, outcome: Outcome): void {
    if (exchange.response?.isDone) this.#steps.responseEnds();
    this.#send(exchange, outcome);
    const at = this.#open.indexOf(exchange);
    if (at >= 0 && this.#open.length === 1) this.#open = nothingOpen;
    else if (at >= 0) this.#open.splice(at, 1);
    exchange.isOver = true;
    this.#connection.hold(-exchange.heldBytes);
    exchange.heldBytes = 0;
  }

  /** No response will come any more. An error of our own in one record does not cost those behind it. */
  endAll(outcome: 'reset' | 'closed' | 'unknown'): void {
    const unanswered = this.#serverSeen ? outcome : 'unknown';
    for (const exchange of [...this.#open]) {
      this.#connection.enter(() => this.end(exchange, exchange.response?.isDone ? 'answered' : unanswered));
    }
  }

  /** Bytes that are kept for an exchange until it is over. */
  account(exchange: OpenExchange, bytes: number): void {
    if (bytes === 0 || exchange.isOver) return;
    exchange.heldBytes += bytes;
    this.#connection.hold(bytes);
  }

  get #serverSeen(): boolean {
    return this.#connection.seen(otherSide(this.#client));
  }

  #count(reason: LostReason): void {
    if (reason === 'malformed') this.#context.counters.http_malformed++;
    if (reason === 'too-large') this.#context.counters.http_heads_too_large++;
  }

  #overflow(): void {
    this.#steps.overflow();
    this.#giveUp(true);
  }

  /** None of the waiting requests can be told its response any more. */
  #giveUp(isIncomplete: boolean): void {
    for (const exchange of [...this.#open]) {
      if (!exchange.isSent) this.#context.counters.http_unpaired_requests++;
      exchange.incomplete ||= isIncomplete;
      this.end(exchange, exchange.response?.isDone ? 'answered' : 'unknown');
    }
  }

  #send(exchange: OpenExchange, outcome: Outcome): void {
    this.#context.timeouts.remove(exchange);
    if (exchange.isSent) return;
    exchange.isSent = true;
    this.#context.openExchanges.remove(exchange);
    this.#context.counters[`exchanges_${outcome}`]++;
    this.#endpoints ??= this.#describe();
    this.#context.emit(exchange.finish(this.#endpoints, outcome));
  }

  #describe(): Endpoints {
    const client = this.#client;
    const server = otherSide(client);
    return {
      clientIp: this.#connection.address(client),
      clientPort: this.#connection.port(client),
      serverIp: this.#connection.address(server),
      serverPort: this.#connection.port(server),
      direction: directionOf(this.#connection, client, this.#context.isLocal),
    };
  }
}
