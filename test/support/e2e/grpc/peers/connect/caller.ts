import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type BytesValue, BytesValueSchema } from '@bufbuild/protobuf/wkt';
import { ConnectError, encodeBinaryHeader, type Transport } from '@connectrpc/connect';
import { createWritableIterable } from '@connectrpc/connect/protocol';
import { calls, deadlineMs, largeMessage, type Method, message, metadata } from '../../calls.ts';
import { printReport } from '../../print-report.ts';
import { type Bidirectional, type ClientStreaming, methodOf, type ServerStreaming, type Unary } from './methods.ts';

type Options = { readonly headers?: Record<string, string>; readonly timeoutMs?: number };

const decoded = (bytes: Uint8Array) => fromBinary(BytesValueSchema, bytes);
const encoded = (value: BytesValue) => toBinary(BytesValueSchema, value);

/** Calls one after the other, those of both ends at once only where there can be any. */
export class Caller {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async callAll(isDuplex: boolean): Promise<void> {
    await this.#unary('Echo');
    const headers = {
      [metadata.text[0]]: metadata.text[1],
      [metadata.binary[0]]: encodeBinaryHeader(metadata.binary[1]),
    };
    await this.#unary('Annotate', message(0), { headers });
    await this.#unary('Fail');
    await this.#unary('Large', largeMessage);
    await this.#stream(methodOf<ClientStreaming>('Collect'), [0, 1, 2, 3, 4].map(message));
    await this.#stream(methodOf<ServerStreaming>('Spread'), [message(0)]);
    if (isDuplex) await this.#chat('Chat');
    await this.#unary('Silence', message(0), { timeoutMs: deadlineMs });
    if (isDuplex) await this.#chat('Leave');
    await this.#unary('Missing');
  }

  async #unary(method: Method, sent: Uint8Array = message(0), { headers, timeoutMs }: Options = {}): Promise<void> {
    const received: Uint8Array[] = [];
    const status = await statusOf(async () => {
      const options = [undefined, timeoutMs, headers, decoded(sent)] as const;
      const answer = await this.#transport.unary(methodOf<Unary>(method), ...options);
      received.push(encoded(answer.message));
    });
    printReport(method, status, { sent: [sent], received });
  }

  async #stream(method: ClientStreaming | ServerStreaming, sent: readonly Uint8Array[]): Promise<void> {
    const received: Uint8Array[] = [];
    const status = await statusOf(async () => {
      const answers = await this.#transport.stream(method, undefined, undefined, undefined, each(sent));
      for await (const answer of answers.message) received.push(encoded(answer));
    });
    printReport(method.name as Method, status, { sent, received });
  }

  /** Sends the next message when the one before has come back. */
  async #chat(method: 'Chat' | 'Leave'): Promise<void> {
    const [sent, received]: [Uint8Array[], Uint8Array[]] = [[], []];
    const cancelled = new AbortController();
    const requests = createWritableIterable<BytesValue>();
    const send = () => {
      const next = message(sent.length);
      sent.push(next);
      return requests.write(decoded(next));
    };
    const status = await statusOf(async () => {
      const options = [cancelled.signal, undefined, undefined, requests] as const;
      const [answers] = await Promise.all([
        this.#transport.stream(methodOf<Bidirectional>(method), ...options),
        send(),
      ]);
      for await (const answer of answers.message) {
        received.push(encoded(answer));
        if (sent.length < calls[method].sent) await send();
        else if (method === 'Leave') cancelled.abort();
        else requests.close();
      }
    });
    printReport(method, status, { sent, received });
  }
}

async function* each(messages: readonly Uint8Array[]): AsyncIterable<BytesValue> {
  for (const bytes of messages) yield decoded(bytes);
}

async function statusOf(call: () => Promise<void>): Promise<{ readonly code: number; readonly details: string }> {
  try {
    await call();
    return { code: 0, details: '' };
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    return { code, details: rawMessage };
  }
}
