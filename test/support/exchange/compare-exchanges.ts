import type { Exchange } from '../../../src/exchange/exchange.ts';

type MessageText = { readonly place: number; readonly text: string; readonly bytes: number };

/** What can be said of an exchange whoever captured it, whatever the addresses are called. */
export type Told = {
  /** With the stream, if there is one. */
  readonly connection: string;
  readonly request: MessageText | undefined;
  readonly response: MessageText | undefined;
  readonly exchange: Exchange;
};

export function toldOf(exchange: Exchange): Told {
  const { endpoints, key, request, response } = exchange;
  const client = `${lastPart(endpoints.clientIp)} ${endpoints.clientPort}`;
  return {
    connection: `${client} ${lastPart(endpoints.serverIp)} ${endpoints.serverPort} ${key.stream ?? ''}`,
    request: request && {
      place: request.sequence,
      text: `${request.head.method ?? '?'} ${request.head.target ?? '?'}`,
      bytes: request.bodyBytes,
    },
    response: response && {
      place: response.sequence,
      text: `${response.head.status ?? '?'}`,
      bytes: response.bodyBytes,
    },
    exchange,
  };
}

/** IPv4 addresses may have become IPv6 ones, which end in the same bytes. */
function lastPart(address: string): string {
  if (!address.includes('.')) {
    const words = address.split(':').slice(-2);
    return words.map((word) => word.padStart(4, '0')).join('');
  }
  const bytes = address.slice(address.lastIndexOf(':') + 1).split('.');
  return bytes.map((byte) => Number(byte).toString(16).padStart(2, '0')).join('');
}

/** How much of an exchange is compared; `content`: all but what depends on times and on repetitions. */
export type Depth = 'all' | 'content' | 'pairs';

/** Exchanges as lines of text, in the order of their connections and places. */
export function linesOf(exchanges: readonly Exchange[], depth: Depth): string[] {
  return exchanges.map((exchange) => lineOf(toldOf(exchange), depth)).sort();
}

function lineOf({ connection, request, response, exchange }: Told, depth: Depth): string {
  const words: unknown[] = [connection, request?.place, request?.text, response?.place, response?.text];
  if (depth !== 'pairs') {
    const { outcome, informational, incomplete, gapBytes } = exchange;
    words.push(exchange.request?.acknowledgment, request?.bytes, response?.bytes);
    words.push(outcome, informational.join(), incomplete, gapBytes);
  }
  if (depth === 'all') {
    const { request: asked, response: answered, connectTime, endedBy, retransmissions } = exchange;
    words.push(asked?.firstByteTime, asked?.lastByteTime, answered?.firstByteTime, answered?.lastByteTime);
    words.push(connectTime, endedBy, retransmissions);
  }
  return words.map((word) => word ?? '-').join(' ');
}
