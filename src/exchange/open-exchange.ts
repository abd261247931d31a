import type { OpenCall } from '../grpc/open-call.ts';
import type { Agreement } from '../http/agreement.ts';
import type { Ending, ExchangeListener, MessageStart } from '../http/exchange-listener.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { SessionListener } from '../stream/session.ts';
import type { Exchange, ExchangeKey, Outcome } from './exchange.ts';
import { answeredCall, askedCall, callSoFar } from './exchange-call.ts';
import type { ExchangeOwner } from './exchange-owner.ts';
import type { CountedExchange } from './open-exchanges.ts';
import { type MessageOwner, OpenMessage, type WhichMessage } from './open-message.ts';
import { outcomeCounters } from './outcome-counters.ts';
import type { LastingExchange, ProgressPlace } from './progress-queue.ts';
import type { WaitingExchange } from './timeout-queue.ts';
import { withoutBody } from './without-body.ts';

/** What an open exchange costs besides its heads and bodies. */
const exchangeOverhead = 600;
/** A response with more interim answers than this is not believed to need them all. */
const maxInformational = 16;
const noInformational: readonly number[] = [];

/**
 * `open`: nothing has been told of it. `unanswered`: told without a response, and kept because that may come late.
 * `answered`: told with its response, so there is nothing more to tell. `over`: it has let go of what it held.
 */
type State = 'open' | 'unanswered' | 'answered' | 'over';

/** An exchange until it ends; what is known of it when its outcome is known becomes an `Exchange`. */
export class OpenExchange implements ExchangeListener, MessageOwner, CountedExchange, WaitingExchange, LastingExchange {
  readonly request = new OpenMessage<RequestHead>('request', this);
  readonly response = new OpenMessage<ResponseHead>('response', this);
  readonly #owner: ExchangeOwner;
  readonly #key: ExchangeKey;
  #informational: readonly number[] | undefined;
  #isIncomplete = false;
  #gapBytes = 0;
  #mayBeAnswered = false;
  readonly #sentAgainBefore: number;
  #heldBytes = 0;
  /** What it is if no response ever comes: it has waited for one too long. */
  #unanswered: Outcome | undefined;
  #call: OpenCall | undefined;
  /** Where it waits to be told as one that lasts. */
  #progress: ProgressPlace | undefined;
  #part = 0;
  #endedBy: 'client' | 'server' | undefined;
  #state: State = 'open';
  lastActivity = 0;
  queuedTime = 0;
  isQueued = false;
  due = 0;
  duePlace = -1;
  older: WaitingExchange | undefined;
  newer: WaitingExchange | undefined;
  isCounted = false;

  constructor(owner: ExchangeOwner, key: ExchangeKey) {
    this.#owner = owner;
    this.#key = key;
    this.#sentAgainBefore = owner.packets.sentAgain;
    this.hold(exchangeOverhead);
  }

  get target(): string | undefined {
    return this.request.seen?.target;
  }

  get bodyLimitBytes(): number {
    return this.#owner.context.bodyLimitBytes;
  }

  starts(which: WhichMessage, start: MessageStart): void {
    if (which === 'request') this.#owner.requestStarts(start);
  }

  begins(which: WhichMessage, headers: HeaderFields, time: number): void {
    if (this.#state === 'over') return;
    this.hold(headers.heldBytes);
    if (which === 'request') this.#beginRequest(time);
    else this.#beginResponse();
    // Of what is not to be logged nothing is told.
    if (this.isCounted) this.#progress ??= this.#owner.context.progress.add(this, time);
  }

  #beginRequest(time: number): void {
    const { timeouts, openExchanges } = this.#owner.context;
    const head = this.request.seen;
    this.#call = askedCall(this.request);
    this.lastActivity = time;
    const timeout = head && this.response.seen === undefined ? this.#call?.timeout(head) : undefined;
    if (timeout !== undefined) timeouts.addUntil(this, time + timeout);
    if (!this.isCounted) openExchanges.add(this);
  }

  #beginResponse(): void {
    const { counters, timeouts, openExchanges } = this.#owner.context;
    this.#call = answeredCall(this.#call, this.request, this.response);
    timeouts.remove(this);
    if (this.request.seen === undefined) openExchanges.add(this);
    if (this.#state === 'unanswered') {
      counters.http_late_responses++;
      openExchanges.reopen(this);
    }
  }

  continues(which: WhichMessage, time: number): void {
    if (which === 'request') this.#owner.context.timeouts.noteActivity(this, time);
  }

  /**
   * A client that has not finished its request is not waiting, nor is one that has its answer already; but the rest of
   * an answered request is waited for as long as a response is, and no longer. A call with a deadline waits already.
   */
  ends(which: WhichMessage, time: number): void {
    if (this.#state === 'over') return;
    const isDue = which === 'request' ? this.response.seen === undefined && this.duePlace < 0 : this.#isRestDue;
    if (!isDue) return;
    if (time > this.lastActivity) this.lastActivity = time;
    this.#owner.context.timeouts.add(this);
  }

  get #isRestDue(): boolean {
    return this.request.seen !== undefined && !this.request.hasEnded && this.#state === 'open';
  }

  informational(status: number, time: number): void {
    this.#owner.context.timeouts.noteActivity(this, time);
    const earlier = this.#informational ?? noInformational;
    if (earlier.length < maxInformational) this.#informational = [...earlier, status];
  }

  lost(bytes: number): void {
    this.#call?.lost();
    this.missed(bytes);
  }

  missed(bytes: number): void {
    this.#isIncomplete = true;
    this.#gapBytes += bytes;
  }

  answerMayBeLost(): void {
    this.#mayBeAnswered = true;
  }

  unpaired(): void {
    if (this.#state === 'open') this.#owner.context.counters.http_unpaired_requests++;
  }

  expire(): void {
    this.#owner.enter(() => {
      if (this.response.hasEnded) return this.#emit('answered');
      this.#unanswered = this.#mayBeAnswered ? 'unknown' : this.#owner.unansweredOutcome;
      this.#endProgress();
      if (!this.#owner.context.readsToEnd) this.#emit(this.#unanswered);
    });
  }

  tellProgress(time: number): void {
    this.#owner.enter(() => {
      const { request, response, ...others } = this.#snapshot('unknown');
      const exchange = { ...others, request: withoutBody(request), response: withoutBody(response) };
      this.#owner.context.emitProgress({ exchange, part: ++this.#part, time });
    });
  }

  end(ending: Ending, endedBy?: 'client' | 'server'): void {
    if (this.#state === 'over') return;
    this.#endedBy = endedBy;
    this.#emit(this.#outcomeOf(ending));
    this.#state = 'over';
    this.#owner.ended(this.#heldBytes);
    this.#heldBytes = 0;
  }

  agreed(agreement: Agreement): SessionListener {
    return this.#owner.beginSession(this.#snapshot('answered'), agreement);
  }

  continuesAs(stream: number): ExchangeListener {
    const next = this.#owner.begin(stream);
    next.request.repeat(this.request, 'HTTP/2');
    return next;
  }

  /** Bytes that are kept until the exchange ends. */
  hold(bytes: number): void {
    if (bytes === 0 || this.#state === 'over') return;
    this.#heldBytes += bytes;
    this.#owner.hold(bytes);
  }

  /** A request that had waited too long when its connection ended has timed out, whatever came then. */
  #outcomeOf(ending: Ending): Outcome {
    if (this.response.seen === undefined && ending !== 'unknown' && this.#unanswered !== undefined) {
      return this.#unanswered;
    }
    // What ended it alone is known.
    return ending === 'open' || (this.#isAnswerLost && this.#endedBy === undefined) ? 'unknown' : ending;
  }

  get #isAnswerLost(): boolean {
    return this.#mayBeAnswered && this.response.seen === undefined;
  }

  #endProgress(): void {
    if (this.#progress === undefined) return;
    this.#owner.context.progress.remove(this.#progress);
    this.#progress = undefined;
  }

  /** Once, and again if a response came after that: an exchange counts once. */
  #emit(outcome: Outcome): void {
    const { counters, timeouts, openExchanges, emit } = this.#owner.context;
    timeouts.remove(this);
    openExchanges.remove(this);
    this.#endProgress();
    if (this.#state === 'answered') return;
    const isLate = this.#state === 'unanswered';
    const hasResponse = this.response.seen !== undefined;
    // Of an exchange without a head there is nothing to tell.
    if (!hasResponse && (isLate || this.request.seen === undefined)) return;
    this.#state = hasResponse ? 'answered' : 'unanswered';
    if (!isLate) counters[outcomeCounters[outcome]]++;
    const exchange = this.#snapshot(outcome);
    emit(isLate ? { ...exchange, late: true } : exchange);
  }

  #snapshot(outcome: Outcome): Exchange {
    return {
      key: this.#key,
      endpoints: this.#owner.endpoints,
      request: this.request.snapshot(),
      response: this.response.snapshot(),
      outcome,
      call: callSoFar(this.#call, this.response),
      informational: this.#informational ?? noInformational,
      forwardedFor: this.#owner.forwardedFor,
      endedBy: outcome === 'reset' || outcome === 'closed' ? (this.#endedBy ?? this.#owner.endedBy) : undefined,
      connectTime: this.#key.position === 0 ? this.#owner.packets.connectTime : undefined,
      retransmissions: this.#owner.packets.sentAgain - this.#sentAgainBefore,
      incomplete: this.#isIncomplete || this.#isAnswerLost,
      gapBytes: this.#gapBytes,
    };
  }
}
