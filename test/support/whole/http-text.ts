import { gunzipSync } from 'node:zlib';
import { readable } from './readable.ts';

/** A request as it was sent. */
export type SentRequest = { readonly requestLine: string; readonly text: string };

/** The requests that follow each other, by the length of their bodies; what is behind them stands as a body. */
export function sentRequests(bytes: Buffer): SentRequest[] {
  const requests: SentRequest[] = [];
  for (let start = 0; start < bytes.length; ) {
    const bodyStart = bytes.indexOf('\r\n\r\n', start) + 4;
    if (bodyStart < 4) return [...requests, sentRequest('', bytes.subarray(start))];
    const head = bytes.toString('latin1', start, bodyStart);
    const length = Number(/^content-length: (\d+)\r$/im.exec(head)?.[1] ?? 0);
    requests.push(sentRequest(head, bytes.subarray(bodyStart, bodyStart + length)));
    start = bodyStart + length;
  }
  return requests;
}

/**
 * Marks are random, so UUID stands for each, and TODAY for the date of an index that is asked for. Compressed bytes
 * depend on the version of zlib, so what is compressed stands in their place, and LENGTH for their number.
 */
function sentRequest(head: string, body: Buffer): SentRequest {
  const isCompressed = /^content-encoding: gzip\r$/im.test(head);
  const named = head
    .replace(/[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}/g, 'UUID')
    .replace(/\d{4}(\.\d\d){2}(?=\/_mapping )/g, 'TODAY');
  const shownHead = isCompressed ? named.replace(/^(content-length): \d+/im, '$1: LENGTH') : named;
  const shownBody = readable(isCompressed ? gunzipSync(body) : body);
  const end = shownBody === '' || shownBody.endsWith('\n') ? '' : '\n';
  const requestLine = head.slice(0, head.indexOf('\r\n'));
  return { requestLine, text: `${readable(Buffer.from(shownHead, 'latin1'))}${shownBody}${end}` };
}
