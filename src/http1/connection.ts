import { endingOf } from '../http/ending-of.ts';
import type { ExchangesListenerFactory, MessageStart } from '../http/exchange-listener.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HttpConnection, Upgrade, UpgradeListenerFactory } from '../http/http-connection.ts';
import { type Chunk, type CloseReason, otherSide, type Side, type StreamListener } from '../tcp/stream.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { MessageFormats } from './message-format.ts';
import type { LostReason } from './message-handler.ts';
import { MessageParser } from './message-parser.ts';
import type { PairedExchange } from './pairing/paired-exchange.ts';
import { Pairing } from './pairing/pairing.ts';
import { RequestSide } from './request-side.ts';
import { ResponseSide, type ResponseWatcher } from './response-side.ts';

/** What all HTTP/1.x connections share. */
export type Http1Context = {
  readonly counters: Counters;
  readonly formats: MessageFormats;
  readonly exchanges: ExchangesListenerFactory;
  readonly openUpgrade: UpgradeListenerFactory;
};

/**
 * One HTTP/1.x connection. Each side has a parser; what one side's bytes mean can depend on what the other one says,
 * and those rules are here: a HEAD has a response without a body, a CONNECT or an Upgrade that is agreed to ends the
 * messages of both sides, a body that was announced may never come once the answer is there, and nothing is asked
 * during an answer that lasts until the connection ends.
 */
export class Http1Connection implements StreamListener, ResponseWatcher {
  readonly #place: HttpConnection;
  readonly #context: Http1Context;
  readonly #client: Side;
  readonly #pairing: Pairing;
  readonly #requests: MessageParser<RequestHead>;
  readonly #responses: MessageParser<ResponseHead>;
  readonly #responseSide: ResponseSide;
  /** The server sends nothing more: a request that comes all the same cannot be answered. */
  #hasServerEnded = false;
  /** Who hears the connection from an upgrade on. */
  #next: StreamListener | undefined;

  constructor(place: HttpConnection, context: Http1Context) {
    const { connection, client } = place;
    const { counters, formats } = context;
    this.#place = place;
    this.#context = context;
    this.#client = client;
    this.#pairing = new Pairing({ connection, client, counters, exchanges: context.exchanges(connection, client) });
    this.#requests = new MessageParser(formats.request, new RequestSide(this.#pairing));
    this.#responseSide = new ResponseSide(this.#pairing, this);
    this.#responses = new MessageParser(formats.response, this.#responseSide);
  }

  data(side: Side, chunk: Chunk): void {
    if (side === this.#client) this.#requests.data(chunk);
    else this.#responses.data(chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    if (bytes === undefined) this.#pairing.startMissed();
    (side === this.#client ? this.#requests : this.#responses).gap(bytes, time);
  }

  end(side: Side): void {
    if (side === this.#client) return this.#requests.end();
    this.#hasServerEnded = true;
    this.#responses.end();
    this.#pairing.endAll('closed');
  }

  close(reason: CloseReason): void {
    // The parsers may be where the error was.
    if (reason === 'failed') return this.#pairing.endAll('unknown');
    try {
      this.#requests.close();
      this.#responses.close();
      if (reason === 'reset') this.#responseSide.interrupt('reset');
      else this.#responseSide.truncate(0);
    } finally {
      this.#pairing.endAll(endingOf(reason, this.#hasServerEnded));
    }
  }

  /**
   * A server need not have seen the whole head to answer it (400, 408, 414, 431), and HTTP/0.9 does not tell where a
   * head ends.
   */
  beforeFinalResponse({ acknowledgment }: Pick<MessageStart, 'acknowledgment'>): void {
    if (this.#requests.isInHead && this.#pairing.isIdle) this.#requests.answered(acknowledgment);
  }

  afterFinalHead({ method, isUnasked, isTunnel, awaitsContinue }: PairedExchange): void {
    if ((method === undefined && !isUnasked) || (method === 'CONNECT' && !isTunnel)) this.#requests.resume();
    if (awaitsContinue) this.#requests.expectAbsentBody();
  }

  lastResponse(): void {
    this.#requests.endAfterThis();
  }

  responsesLost(reason: LostReason, bytes: number): void {
    this.#requests.resume();
    if (reason !== 'gap') this.beforeFinalResponse({ acknowledgment: undefined });
    const { isInHead } = this.#requests;
    const { isInResponse } = this.#responseSide;
    if (reason === 'gap') this.#responseSide.truncate(bytes);
    else this.#responseSide.interrupt('answered');
    this.#pairing.responseLost(reason, isInResponse ? 0 : bytes, isInHead);
  }

  upgraded(upgrade: Upgrade, time: number): void {
    const { earlyBytes } = this.#requests;
    this.#requests.close();
    this.#responses.close();
    this.#pairing.endAll('closed');
    const { openUpgrade } = this.#context;
    const next = this.#place.connection.handOn((connection) => openUpgrade(upgrade, { ...this.#place, connection }));
    if (earlyBytes > 0) next.gap(this.#client, earlyBytes, time);
    this.#next = next;
  }

  behindUpgrade(chunk: Chunk, start: number): void {
    const sequence = (chunk.sequence + (start - chunk.start)) | 0;
    this.#next?.data(otherSide(this.#client), { ...chunk, start, sequence });
  }
}
