import type { RequestHead, ResponseHead } from '../http/head.ts';
import { requestSyntax, responseSyntax } from '../http/head-syntax.ts';
import { MessageParser } from '../http/message-parser.ts';
import type { Chunk, CloseReason, ConnectionHandle, Side, StreamListener } from '../tcp/stream.ts';
import { Pairing, type PairingContext } from './pairing.ts';
import { RequestSide } from './request-side.ts';
import { ResponseSide } from './response-side.ts';

/** What all conversations share. */
export type ConversationContext = PairingContext & {
  readonly maxHeadBytes: number;
  /** How many bytes of each body are kept; 0 keeps none. */
  readonly bodyLimitBytes: number;
};

/** One HTTP/1.x connection: what the client says and what the server says, paired to exchanges. */
export class Conversation implements StreamListener {
  readonly #connection: ConnectionHandle;
  readonly #context: ConversationContext;
  readonly #client: Side;
  readonly #pairing: Pairing;
  readonly #requests: MessageParser<RequestHead>;
  readonly #responses: MessageParser<ResponseHead>;
  readonly #responseSide: ResponseSide;

  constructor(connection: ConnectionHandle, client: Side, context: ConversationContext) {
    const { maxHeadBytes, bodyLimitBytes } = context;
    this.#connection = connection;
    this.#context = context;
    this.#client = client;
    this.#pairing = new Pairing(connection, client, context);
    const requestSide = new RequestSide(this.#pairing, bodyLimitBytes);
    this.#requests = new MessageParser(requestSyntax, maxHeadBytes, requestSide, this);
    const becomeTunnel = () => this.#becomeTunnel();
    this.#responseSide = new ResponseSide(this.#pairing, this.#requests, bodyLimitBytes, becomeTunnel);
    this.#responses = new MessageParser(responseSyntax, maxHeadBytes, this.#responseSide, this);
  }

  data(side: Side, chunk: Chunk): void {
    if (side === this.#client) this.#requests.data(chunk);
    else this.#responses.data(chunk);
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    if (bytes === undefined) this.#pairing.startMissed();
    (side === this.#client ? this.#requests : this.#responses).gap(bytes, time);
  }

  end(side: Side, time: number): void {
    if (side === this.#client) return this.#requests.end(time);
    this.#responses.end(time);
    this.#pairing.endAll('closed');
  }

  close(reason: CloseReason): void {
    // The parsers may be where the error was.
    if (reason === 'failed') return this.#pairing.endAll('unknown');
    try {
      this.#requests.close();
      this.#responses.close();
      if (reason === 'reset') this.#responseSide.interrupt('reset');
      else this.#responseSide.abandon();
    } finally {
      this.#pairing.endAll(reason === 'reset' ? 'reset' : reason === 'finished' ? 'closed' : 'unknown');
    }
  }

  /** Bytes of unfinished heads. */
  hold(bytes: number): void {
    this.#connection.hold(bytes);
  }

  /** A parser found its way again after loss or damage. */
  found(): void {
    this.#context.counters.http_resynchronised++;
  }

  #becomeTunnel(): void {
    this.#context.counters.http_tunnels++;
    this.#requests.close();
    this.#responses.close();
    this.#connection.ignorePayload();
  }
}
