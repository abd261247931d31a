import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { Base64Reader } from './base64-reader.ts';
import type { BodyReader } from './body-reader.ts';
import { type CallEnd, endInBody, endInFields, endInLines, endOfStream, noEnd } from './call-end.ts';
import { type CallKind, callKindOf, callKindOfResponse, callKindOfTrailers } from './call-kind.ts';
import { callTimeout } from './call-timeout.ts';
import { type EnvelopeFlags, EnvelopeReader } from './envelope-reader.ts';
import { KeptText } from './kept-text.ts';

/** A call of gRPC, gRPC-Web or Connect, beside the exchange that it is. */
export type Call = {
  readonly kind: CallKind;
  /** Messages each way, as far as they were whole; undefined where that cannot be known. */
  readonly requestMessages: number | undefined;
  readonly responseMessages: number | undefined;
  readonly end: CallEnd;
};

/** A response, as far as it was seen. */
type Answer = {
  readonly head: ResponseHead;
  readonly trailers: HeaderFields | undefined;
  readonly hasEnded: boolean;
};

/** Errors are longer than this where they have details, which nobody needs. */
const mostErrorBytes = 8192;

/** Compressed is 1; what ends a stream of Connect is 2, and trailers of gRPC-Web are 128. */
const flags: { readonly [Kind in Exclude<CallKind, 'connect'>]: EnvelopeFlags } = {
  grpc: { all: 1, end: 0 },
  'grpc-web': { all: 0x81, end: 0x80 },
  'grpc-web-text': { all: 0x81, end: 0x80 },
  'connect-stream': { all: 3, end: 2 },
};

/** A call that has not ended. */
export class OpenCall {
  readonly #kind: CallKind;
  #request: EnvelopeReader | undefined;
  #response: EnvelopeReader | undefined;
  #error: KeptText | undefined;

  /** Undefined if it is no call, as far as is known. */
  static ofRequest(request: RequestHead): OpenCall | undefined {
    return made(callKindOf(request));
  }

  /** The same where the request was not seen, or not all of it. */
  static ofResponse(response: ResponseHead): OpenCall | undefined {
    return made(callKindOfResponse(response));
  }

  /** The same where all else was not. */
  static ofTrailers(trailers: HeaderFields): OpenCall | undefined {
    return made(callKindOfTrailers(trailers));
  }

  constructor(kind: CallKind) {
    this.#kind = kind;
  }

  /**
   * How long its response may take, microseconds, if its client says so. Else a call may be a stream, which lasts as
   * long as its connection; undefined of one of Connect that is none: it waits as any request does.
   */
  timeout({ headers }: RequestHead): number | undefined {
    return callTimeout(this.#kind, headers) ?? (this.#kind === 'connect' ? undefined : Number.POSITIVE_INFINITY);
  }

  /** What reads the body of the request. */
  requestReader(): BodyReader | undefined {
    if (this.#kind === 'connect') return undefined;
    this.#request = new EnvelopeReader(flags[this.#kind]);
    return this.#decoding(this.#request);
  }

  /** What reads the body of the response, if that is one of a call: a proxy may have answered. */
  responseReader(head: ResponseHead): BodyReader | undefined {
    if (this.#kind === 'connect') {
      const isReadable = head.status !== 200 && head.headers.get('content-encoding') === undefined;
      this.#error = isReadable ? new KeptText(mostErrorBytes) : undefined;
      return this.#error;
    }
    if (callKindOfResponse(head) === undefined) return undefined;
    this.#response = new EnvelopeReader(flags[this.#kind]);
    return this.#decoding(this.#response);
  }

  /** Something of it was lost, and nobody knows what. */
  lost(): void {
    this.#request?.lost();
    this.#response?.lost();
    this.#error?.lost();
  }

  snapshot(answer: Answer | undefined): Call {
    const isUnary = this.#kind === 'connect';
    return {
      kind: this.#kind,
      requestMessages: isUnary ? 1 : this.#request?.messages,
      responseMessages: isUnary ? answer && (isSuccess(answer) ? 1 : 0) : this.#response?.messages,
      end: (answer && this.#endOf(answer)) ?? noEnd,
    };
  }

  /** Trailers are the fields of the head where there is nothing else (Trailers-Only). */
  #endOf(answer: Answer): CallEnd | undefined {
    const { head, trailers } = answer;
    if (this.#kind === 'connect') {
      if (isSuccess(answer)) return { status: 0, message: undefined };
      const text = answer.hasEnded ? this.#error?.text : undefined;
      return text === undefined ? undefined : endInBody(text);
    }
    const inBody = this.#response?.end;
    if (this.#kind === 'connect-stream') return inBody === undefined ? undefined : endOfStream(inBody);
    return (
      (trailers && endInFields((name) => trailers.field(name))) ??
      endInFields((name) => head.headers.field(name)) ??
      (inBody === undefined ? undefined : endInLines(inBody))
    );
  }

  #decoding(reader: EnvelopeReader): BodyReader {
    return this.#kind === 'grpc-web-text' ? new Base64Reader(reader) : reader;
  }
}

function made(kind: CallKind | undefined): OpenCall | undefined {
  return kind && new OpenCall(kind);
}

function isSuccess({ head, hasEnded }: Answer): boolean {
  return head.status === 200 && hasEnded;
}
