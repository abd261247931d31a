import type { ExchangesListenerFactory } from './http/exchange-listener.ts';
import type { HttpConnection } from './http/http-connection.ts';
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
import { type Http2Beginning, Http2Connection } from './http2/connection.ts';
import { HuffmanCode } from './http2/hpack/huffman-code.ts';
import { joinedFramesOf } from './http2/joined-frames.ts';
import { looksLikePreface, looksLikeServerPreface } from './http2/prefaces.ts';
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

type ProtocolName =
  | 'proxyHeader'
  | 'tls'
  | 'http2'
  | 'http2Server'
  | 'forward'
  | 'http1Request'
  | 'http1Response'
  | 'http2Joined'
  | 'http2JoinedServer';

/**
 * The table of protocols and layers, in the order in which they are tried. To add one, add a row: what does not speak
 * HTTP is recognised and left alone.
 */
export function createProtocols(context: ProtocolContext): Readonly<Record<ProtocolName, Protocol>> {
  // Many pods never need it.
  let huffmanCode: HuffmanCode | undefined;
  const huffman = () => {
    huffmanCode ??= new HuffmanCode();
    return huffmanCode;
  };
  const openHttp2 = (place: HttpConnection, beginning: Http2Beginning) =>
    new Http2Connection(place, { ...context, openUpgrade, huffman: huffman() }, beginning);
  const openUpgrade = createUpgrades(context.counters, ({ exchange }, place) => {
    context.counters.connections_http2++;
    return openHttp2(place, { kind: 'upgraded', request: exchange.continuesAs(1) });
  });
  const http1 = { ...context, openUpgrade, formats: createMessageFormats(context.maxHeadBytes) };
  return {
    proxyHeader,
    tls: { detect: looksLikeTls, counter: 'connections_tls', open: 'ignored' },
    http2: {
      detect: looksLikePreface,
      counter: 'connections_http2',
      open: (connection, client, inside) => openHttp2({ connection, client, inside }, { kind: 'preface' }),
    },
    http2Server: {
      detect: looksLikeServerPreface,
      // A client says the same in the middle of a connection.
      detectLater: () => 'no',
      counter: 'connections_http2',
      open: (connection, server, inside) =>
        openHttp2({ connection, client: otherSide(server), inside }, { kind: 'preface' }),
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
    http2Joined: {
      detect: () => 'no',
      detectLater: joinedFramesOf('client', huffman),
      counter: 'connections_http2',
      open: (connection, speaker, inside) =>
        openHttp2({ connection, client: speaker, inside }, { kind: 'joined', speaker }),
    },
    http2JoinedServer: {
      detect: () => 'no',
      detectLater: joinedFramesOf('server', huffman),
      counter: 'connections_http2',
      open: (connection, speaker, inside) =>
        openHttp2({ connection, client: otherSide(speaker), inside }, { kind: 'joined', speaker }),
    },
  };
}
