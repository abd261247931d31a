/** This many turns show that a client waits for each response before it asks again. */
const provingTurns = 3;
/** What is not longer than this may have been nothing but an interim answer, bytes. */
const interimBytes = 'HTTP/1.1 100 Continue\r\n\r\n'.length;

/**
 * Counts the turns of a connection since anything else was seen on it: a request, its whole response, and only then the
 * next request.
 */
export class TurnCounter {
  #turns = 0;
  #step: 'unclear' | 'asked' | 'answering' | 'answered' = 'unclear';
  /** The client has sent a request while another one waited. */
  #hasOverlapped = false;
  /**
   * How many responses are still to come, as far as can be told. A client that keeps several requests under way asks
   * again with each response, as if they took turns, but then one is always due.
   */
  #due = 0;
  #isAnswering = false;

  /** The client was seen to take turns, and nothing else since. */
  get areProven(): boolean {
    return this.#turns >= provingTurns;
  }

  /** `isAlone`: nothing is under way. `isOverlapping`: another one waits, seen or lost. */
  requestBegins(isAlone: boolean, isOverlapping: boolean): void {
    this.#hasOverlapped ||= isOverlapping;
    if (isAlone && !this.#hasOverlapped) this.#due = 0;
    const isTurn = isAlone && this.#due === 0;
    if (!isTurn) this.interrupted();
    else if (this.#step === 'answered') this.#turns++;
    if (isTurn) this.#step = 'asked';
    if (this.areProven) this.#hasOverlapped = false;
    this.#due++;
  }

  finalResponseBegins(): void {
    if (this.#step === 'asked') this.#step = 'answering';
    else this.interrupted();
    this.#isAnswering = true;
    this.#countAnswer();
  }

  responseEnds(): void {
    this.#isAnswering = false;
    if (this.#step === 'answering') this.#step = 'answered';
    else this.interrupted();
  }

  /** What is being counted is in doubt. */
  interrupted(): void {
    this.#turns = 0;
    this.#step = 'unclear';
  }

  /** At least one request may be lost. */
  requestLost(): void {
    this.interrupted();
    this.#due++;
  }

  /** Of at least one response, `bytes` are lost; it may be the rest of one. */
  responseLost(bytes: number): void {
    this.interrupted();
    if (!this.#isAnswering && bytes > interimBytes) this.#countAnswer();
    this.#isAnswering = false;
  }

  #countAnswer(): void {
    if (this.#due > 0) this.#due--;
  }
}
