import type { Ending, ExchangesListener, MessageStart } from '../../http/exchange-listener.ts';
import type { RequestHead } from '../../http/head.ts';
import { type ConnectionHandle, otherSide, type Side } from '../../tcp/stream.ts';
import type { Counters } from '../../telemetry/counters.ts';
import { acknowledges } from '../acknowledges.ts';
import type { LostReason } from '../message-handler.ts';
import { CertaintyKeeper } from './certainty.ts';
import { PairedExchange } from './paired-exchange.ts';

/** Requests that wait for their response on one connection; a client that sends more at once loses the pairing. */
const maxOpenExchanges = 1000;
/** Shared by all connections on which nothing waits: one for each would be costly to collect. */
const nothingOpen: readonly never[] = [];

/** What a pairing belongs to. */
export type PairingContext = {
  readonly connection: ConnectionHandle;
  readonly client: Side;
  readonly exchanges: ExchangesListener;
  readonly counters: Counters;
};

/**
 * Which response belongs to which request: the oldest one without (RFC 9112, section 9.3.2). After loss, what is not
 * certain is sent as `unknown`, never paired: `CertaintyKeeper` tells. Where bytes of the server are missing, every
 * request that waited there may have been answered there.
 */
export class Pairing {
  readonly #context: PairingContext;
  readonly #keeper = new CertaintyKeeper();
  #waiting: PairedExchange[] | undefined;
  /** What the server had received when it sent the last response that was given to no request. */
  #strayAcknowledgment: number | undefined;
  /** Something of the connection was not captured, which may have been a message. */
  #missesBytes = false;

  constructor(context: PairingContext) {
    this.#context = context;
  }

  /** Oldest first: exchanges that are not over. */
  get #open(): readonly PairedExchange[] {
    return this.#waiting ?? nothingOpen;
  }

  /** A request begins: it waits for its response from here on. */
  begin(request: RequestHead, { sequence }: MessageStart): PairedExchange {
    if (this.#open.length >= maxOpenExchanges) this.#overflow();
    if (this.#open.at(-1)?.certainty === 'overtaken') this.#giveUp(true);
    const before = this.#open.at(-1);
    const underWay = before === undefined ? 'nothing' : before.hasRequest ? 'request' : 'response';
    // Either the client does not wait, or what it waited for was missed.
    if (this.#keeper.missesResponses) this.#giveUp(true);
    const begun = this.#keeper.requestBegins(underWay);
    const certainty = this.#isSentAgain(sequence + request.size - 1) ? 'overtaken' : begun;
    const exchange = new PairedExchange(this.#context.exchanges.begin(), request, certainty);
    exchange.requestSequence = sequence;
    exchange.isPipelined = before !== undefined;
    // One element in the literal, not pushed into an empty array: that would make room for seventeen.
    if (this.#waiting === undefined) this.#waiting = [exchange];
    else this.#waiting.push(exchange);
    return exchange;
  }

  /** A request that ends here was sent again: the server had it whole when it sent a response that was seen without. */
  #isSentAgain(end: number): boolean {
    if (this.#strayAcknowledgment === undefined) return false;
    if (acknowledges(this.#strayAcknowledgment, end | 0)) return true;
    // The client has come past it, and sequence numbers will come round.
    this.#strayAcknowledgment = undefined;
    return false;
  }

  /** The exchange that a response belongs to; `undefined` if there is none, or that cannot be known. */
  awaiting(status: number | undefined, { acknowledgment }: MessageStart): PairedExchange | undefined {
    while (this.#open[0]?.isResponseDone) this.end(this.#open[0], 'answered');
    const exchange = this.#open[0];
    if (exchange !== undefined && !acknowledges(acknowledgment, exchange.requestSequence)) {
      this.#keeper.responseBegins(status, true);
      return undefined;
    }
    const isCertain = exchange !== undefined && this.#keeper.isCertain(exchange.certainty);
    this.#keeper.responseBegins(status, !isCertain);
    if (isCertain) return exchange;
    this.#giveUp(this.#missesBytes);
    return undefined;
  }

  /**
   * Whatever the server says now answers the only request: nothing else waits, and nothing was lost. Where the client
   * did not wait for the answer before, it may be too much of that one, such as the body of an answer to HEAD.
   */
  isResponseDue({ acknowledgment }: MessageStart): boolean {
    const [exchange] = this.#open;
    if (exchange === undefined || this.#open.length > 1 || this.#missesBytes || exchange.isPipelined) return false;
    if (!exchange.hasRequest || exchange.isResponseDone || exchange.certainty !== 'known') return false;
    return acknowledges(acknowledgment, exchange.requestSequence);
  }

  /** No request waits for a response, seen or lost. */
  get isIdle(): boolean {
    return !this.#keeper.hasLost && this.#open.every(({ isResponseDone }) => isResponseDone);
  }

  /** The exchange of a response whose request was not seen. */
  orphan({ acknowledgment }: MessageStart): PairedExchange {
    this.#strayAcknowledgment = acknowledgment;
    const exchange = new PairedExchange(this.#context.exchanges.begin(), undefined, 'known');
    const { connection, client } = this.#context;
    if (this.#missesBytes || !connection.seen(client)) exchange.listener.lost(0);
    exchange.isUnasked = this.#open.length > 0;
    this.#waiting = [exchange, ...this.#open];
    return exchange;
  }

  /**
   * The connection is older than the capture: requests may be waiting that were not seen. Of several that were, some
   * may have been answered before the first response that will be.
   */
  startMissed(): void {
    this.#missesBytes = true;
    if (this.#open.length > 1) this.#giveUp(true);
    this.#keeper.startMissed();
  }

  /**
   * The client's messages are out of sight; `isInRequest`: beginning with the rest of one. If the server's are, too,
   * what waits may have been answered there, and the next response be that of a lost request.
   */
  requestLost(reason: LostReason, isInRequest: boolean): void {
    this.#note(reason);
    const lost = isInRequest ? 'rest' : reason === 'malformed' ? 'nothing' : 'request';
    if (lost !== 'nothing' && this.#keeper.missesResponses) this.#giveUp(true);
    this.#keeper.requestLost(lost, this.#open.length > 0);
  }

  /** Bytes of the response in progress are missing. */
  responseTruncated(): void {
    this.#keeper.responseTruncated();
  }

  /**
   * The server's messages are out of sight: what waited there may have been answered there. `isInHead`: a request's
   * head is not whole yet.
   */
  responseLost(reason: LostReason, bytes: number, isInHead: boolean): void {
    this.#note(reason);
    const last = this.#open.at(-1);
    const isInBody = last?.hasRequest === true && (!last.isRequestDone || last.isContinueDue);
    this.#keeper.responseLost(isInHead ? 'head' : isInBody ? 'body' : 'nothing', bytes);
    if (reason === 'gap') this.#open[0]?.listener.lost(bytes);
    this.#giveUp(reason === 'gap');
  }

  /** A parser found its way again after loss or damage. */
  resynchronised(): void {
    this.#context.counters.http_resynchronised++;
  }

  /** Bytes of unfinished heads. */
  hold(bytes: number): void {
    this.#context.connection.hold(bytes);
  }

  /** The exchange is over. */
  end(exchange: PairedExchange, ending: Ending): void {
    if (exchange.isResponseDone) this.#keeper.responseEnds();
    exchange.isOver = true;
    this.#remove(exchange);
    exchange.listener.end(ending);
  }

  /** No response will come any more. An error of our own in one record does not cost those behind it. */
  endAll(ending: Exclude<Ending, 'answered'>): void {
    const { connection, client } = this.#context;
    const unanswered = connection.seen(otherSide(client)) ? ending : 'unknown';
    for (const exchange of [...this.#open]) {
      connection.enter(() => this.end(exchange, exchange.isResponseDone ? 'answered' : unanswered));
    }
  }

  /** What could not be parsed was captured all the same. */
  noteMalformed(): void {
    this.#context.counters.http_malformed++;
  }

  #note(reason: LostReason): void {
    if (reason === 'gap') this.#missesBytes = true;
    if (reason === 'malformed') this.noteMalformed();
    if (reason === 'too-large') this.#context.counters.http_heads_too_large++;
  }

  #overflow(): void {
    this.#keeper.overflow();
    this.#giveUp(this.#missesBytes);
  }

  /** None of the waiting requests can be told its response any more. */
  #giveUp(isIncomplete: boolean): void {
    for (const exchange of [...this.#open]) {
      exchange.listener.unpaired();
      if (isIncomplete) exchange.listener.lost(0);
      this.end(exchange, exchange.isResponseDone ? 'answered' : 'unknown');
    }
  }

  #remove(exchange: PairedExchange): void {
    const at = this.#open.indexOf(exchange);
    if (at >= 0 && this.#open.length === 1) this.#waiting = undefined;
    else if (at >= 0) this.#waiting?.splice(at, 1);
  }
}
