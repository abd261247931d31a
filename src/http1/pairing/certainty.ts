import { isInterim } from '../../http/status.ts';
import { TurnCounter } from './turn-counter.ts';

/**
 * Whether the next response is that of the oldest waiting request. `assumed`: after loss it is, as long as the client
 * waits for each response before it asks again. `overtaken`: its response may be lost already.
 */
export type Certainty = 'known' | 'assumed' | 'unknown' | 'overtaken';

/**
 * What is known of whether the requests and responses of a connection are in step; the rules are
 * docs/decisions/0005-pairing-after-loss.md and 0018-order-of-messages.md.
 */
export class CertaintyKeeper {
  #hasLost = false;
  #hasPipelined = false;
  /**
   * A request was lost while another one waited, so it seems: unless the response to that one turns out to be lost,
   * too.
   */
  #seemsPipelined = false;
  /** Whether the response to a request that was lost is still to come; `perhaps`: it may be lost, too. */
  #owesResponse: 'no' | 'perhaps' | 'yes' = 'no';
  /** The server's messages are out of sight since some were lost. */
  #missesResponses = false;
  /** The client's messages are out of sight since the last request was cut off. */
  #missesRequestEnd = false;
  /** The next request had begun when the server's messages were lost. */
  #isNextOvertaken = false;
  readonly #turns = new TurnCounter();

  /** Messages of either side may be missing. */
  get hasLost(): boolean {
    return this.#hasLost;
  }

  /** The server's messages are out of sight. */
  get missesResponses(): boolean {
    return this.#missesResponses;
  }

  /** A request begins while there is nothing, another request, or the response to an unseen one under way. */
  requestBegins(underWay: 'nothing' | 'request' | 'response'): Certainty {
    const isPipelined = underWay === 'request' || this.#owesResponse === 'yes';
    this.#turns.requestBegins(underWay === 'nothing', isPipelined);
    if (this.#turns.areProven) this.#forget();
    if (isPipelined) this.#hasPipelined = true;
    const isOvertaken = this.#isNextOvertaken;
    this.#isNextOvertaken = false;
    this.#missesRequestEnd = false;
    if (!this.#hasLost) return 'known';
    if (isOvertaken) return 'overtaken';
    return underWay === 'nothing' && this.#owesResponse === 'no' ? 'assumed' : 'unknown';
  }

  /** Whether a request can be given the next response. */
  isCertain(certainty: Certainty): boolean {
    return certainty === 'known' || (certainty === 'assumed' && !this.#hasPipelined);
  }

  /** A response has come that is given to its request, or (`isStray`) to none. */
  responseBegins(status: number | undefined, isStray: boolean): void {
    this.#missesResponses = false;
    const isFinal = !isInterim(status);
    if (isFinal) {
      this.#missesRequestEnd = false;
      this.#turns.finalResponseBegins();
    }
    if (isStray) this.#owesResponse = isFinal ? 'no' : 'yes';
    else if (isFinal && this.#owesResponse === 'perhaps') this.#owesResponse = 'no';
  }

  /** A whole response has come to a request that waited. */
  responseEnds(): void {
    this.#turns.responseEnds();
    if (this.#seemsPipelined) this.#hasPipelined = true;
  }

  /**
   * Bytes of the response in progress are missing: what seems to have been sent during it may have been sent after it.
   */
  responseTruncated(): void {
    this.#turns.interrupted();
    this.#seemsPipelined = false;
  }

  /** The client's messages are out of sight. `lost`: what is, for certain: nothing, if what came made no sense. */
  requestLost(lost: 'nothing' | 'rest' | 'request', isAnotherWaiting: boolean): void {
    this.#hasLost = true;
    if (lost === 'request') this.#turns.requestLost();
    else this.#turns.interrupted();
    if (lost === 'rest') {
      this.#missesRequestEnd = true;
    } else if (this.#missesRequestEnd || this.#missesResponses) {
      this.#owesResponse = 'perhaps';
    } else {
      this.#owesResponse = 'yes';
      this.#seemsPipelined = isAnotherWaiting;
    }
  }

  /**
   * The server's messages are out of sight. `asking`: what the client had begun to send there, a head or a body, and
   * not finished.
   */
  responseLost(asking: 'nothing' | 'head' | 'body', bytes: number): void {
    this.#turns.responseLost(bytes);
    this.#hasLost = true;
    this.#missesResponses = true;
    this.#seemsPipelined = false;
    this.#isNextOvertaken = asking === 'head';
    // The answer to a body (after an interim answer, mostly) is likely to come when it has been sent.
    this.#owesResponse = asking === 'body' ? 'perhaps' : 'no';
  }

  /** The connection is older than the capture: requests may be waiting that were not seen. */
  startMissed(): void {
    this.#hasLost = true;
    this.#missesResponses = true;
  }

  /** More requests wait than are kept. */
  overflow(): void {
    this.#hasLost = true;
    this.#hasPipelined = true;
  }

  /** Requests and responses are in step, whatever happened before. */
  #forget(): void {
    this.#hasLost = false;
    this.#hasPipelined = false;
    this.#seemsPipelined = false;
    this.#owesResponse = 'no';
    this.#missesResponses = false;
    this.#isNextOvertaken = false;
  }
}
