import type { Chunk, CloseReason, ConnectionHandle, ListenerFactory, Side, StreamListener } from '../../tcp/stream.ts';
import { InnerConnection } from '../inner-connection.ts';
import type { Protocol } from '../protocol.ts';
import { startingWith, type Verdict } from '../verdict.ts';
import { proxiedClient } from './proxied-client.ts';

const looksLikeVersion1 = startingWith(Buffer.from('PROXY '));
const looksLikeVersion2 = startingWith(Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1'));
const maxVersion1Length = 107;
const version2HeadLength = 16;

/** The PROXY protocol, versions 1 and 2: a header that some load balancers put before the first request. */
export const proxyHeader: Protocol = {
  detect: (bytes, start, end) => {
    const length = proxyHeaderLength(bytes, start, end);
    return length === undefined ? 'more' : length > 0 ? 'yes' : 'no';
  },
  open: (connection, speaker, inside) => new ProxyHeaderLayer(connection, speaker, inside),
};

/** Length of a PROXY header; 0 if there is none, `undefined` if there is one that is not whole yet. */
export function proxyHeaderLength(bytes: Buffer, start: number, end: number): number | undefined {
  const length = end - start;
  if (looksLikeVersion1(bytes, start, end) === 'yes') {
    const line = bytes.subarray(start, Math.min(end, start + maxVersion1Length)).indexOf('\r\n');
    if (line >= 0) return line + 2;
    return length < maxVersion1Length ? undefined : 0;
  }
  const version2: Verdict = looksLikeVersion2(bytes, start, end);
  if (version2 === 'no') return 0;
  if (length < version2HeadLength) return undefined;
  const whole = version2HeadLength + bytes.readUInt16BE(start + version2HeadLength - 2);
  return whole <= length ? whole : undefined;
}

/** Takes the header off the first bytes of its sender, which hold all of it, and reads whom that speaks for. */
class ProxyHeaderLayer implements StreamListener {
  readonly #inner: InnerConnection;
  readonly #sender: Side;
  #isPassed = false;

  constructor(connection: ConnectionHandle, sender: Side, inside: ListenerFactory) {
    this.#inner = new InnerConnection(connection, inside);
    this.#sender = sender;
  }

  data(side: Side, chunk: Chunk): void {
    if (side !== this.#sender || this.#isPassed) return this.#inner.listener.data(side, chunk);
    this.#isPassed = true;
    const length = proxyHeaderLength(chunk.bytes, chunk.start, chunk.end) ?? 0;
    const start = chunk.start + length;
    const client = proxiedClient(chunk.bytes, chunk.start, start);
    if (client !== undefined) this.#inner.speaksFor(side, client);
    if (start === chunk.end) return;
    this.#inner.listener.data(side, { ...chunk, start, sequence: (chunk.sequence + length) | 0 });
  }

  gap(side: Side, bytes: number | undefined, time: number): void {
    this.#inner.listener.gap(side, bytes, time);
  }

  end(side: Side, time: number): void {
    this.#inner.listener.end(side, time);
  }

  close(reason: CloseReason, time: number): void {
    this.#inner.listener.close(reason, time);
  }
}
