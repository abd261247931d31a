import type { ExchangesListenerFactory } from './http/exchange-listener.ts';
import { Http1Connection } from './http1/connection.ts';
import {
  afterEmptyLines,
  looksLikeCutRequest,
  looksLikeFirstRequest,
  looksLikeResponse,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
} from './http1/detect.ts';
import { createMessageFormats } from './http1/message-format.ts';
import { Http2Connection, type Http2Context } from './http2/connection.ts';
import { HuffmanCode } from './http2/hpack/huffman-code.ts';
import { looksLikePreface } from './http2/looks-like-preface.ts';
import { looksLikeForward, looksLikeTls } from './stream/ignored-protocols.ts';
import { proxyHeader } from './stream/layers/proxy-header.ts';
import type { Protocol } from './stream/protocol.ts';
import { otherSide } from './tcp/stream.ts';
import type { Counters } from './telemetry/counters.ts';
import { createUpgrades } from './upgrades.ts';

/** What protocols are given to work with. */
export type ProtocolContext = {
  readonly counters: Counters;
  readonly maxHeadBytes: number;
  readonly exchanges: ExchangesListenerFactory;
};

type ProtocolName = 'proxyHeader' | 'tls' | 'http2' | 'forward' | 'http1Request' | 'http1Response';

/**
 * The table of protocols and layers, in the order in which they are tried. To add one, add a row: what does not speak
 * HTTP is recognised and left alone.
 */
export function createProtocols(context: ProtocolContext): Readonly<Record<ProtocolName, Protocol>> {
  const openUpgrade = createUpgrades(context.counters);
  const http1 = { ...context, openUpgrade, formats: createMessageFormats(context.maxHeadBytes) };
  let http2: Http2Context | undefined;
  return {
    proxyHeader,
    tls: { detect: looksLikeTls, counter: 'connections_tls', open: 'ignored' },
    http2: {
      detect: looksLikePreface,
      counter: 'connections_http2',
      open: (connection, client, inside) => {
        // Many pods never need it.
        http2 ??= { ...context, openUpgrade, huffman: new HuffmanCode() };
        return new Http2Connection({ connection, client, inside }, http2);
      },
    },
    forward: {
      detect: looksLikeForward,
      // Two bytes do not tell: in a compressed body that was joined in its middle, they turn up soon.
      detectLater: () => 'no',
      counter: 'connections_not_http',
      open: 'ignored',
    },
    http1Request: {
      detect: looksLikeFirstRequest,
      detectLater: looksLikeWholeRequest,
      detectCut: looksLikeCutRequest,
      skip: afterEmptyLines,
      counter: 'connections_http1',
      unknownCounter: 'http_malformed',
      open: (connection, client, inside) => new Http1Connection({ connection, client, inside }, http1),
    },
    http1Response: {
      detect: looksLikeResponse,
      detectLater: looksLikeWholeResponse,
      skip: afterEmptyLines,
      counter: 'connections_http1',
      unknownCounter: 'http_malformed',
      open: (connection, server, inside) =>
        new Http1Connection({ connection, client: otherSide(server), inside }, http1),
    },
  };
}
