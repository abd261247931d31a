import type { Exchange } from '../exchange/exchange.ts';
import { type BodySelection, createBodyReader, type Decompress } from './body/body.ts';
import { exchangeId } from './exchange-id.ts';
import { createHeadReaders } from './headers/head-readers.ts';
import type { HeaderSelection } from './headers/headers.ts';
import { recordProtocol } from './protocol.ts';
import type { Identity, LogRecord } from './record.ts';
import { createRedactor, type RedactOptions } from './redact/redact.ts';
import { createBodyRedactor } from './redact/redact-body.ts';
import { createSecretNameTest } from './redact/secret-names.ts';
import type { SchemaName } from './schema/schema.ts';

export type RecordOptions = {
  readonly headers: HeaderSelection;
  /** How many header fields of each message a record carries at most: 256 if it is left out. */
  readonly maxFields?: number;
  readonly redact: RedactOptions;
  readonly bodies: BodySelection;
  readonly identity: Identity;
  /** How much of a body a record carries at most, after decompression: 4 KiB if it is left out. */
  readonly bodyLimitBytes?: number;
  /** Which schema reads the records: what only one of them shows is not looked up for the others. All of it if it is left out. */
  readonly schema?: SchemaName;
  /** Without it, compressed bodies are left out. */
  readonly decompress?: Decompress | undefined;
  /** The name of an address, if it is known already. Without it, records have no names. */
  readonly nameOf?: ((ip: string) => string | undefined) | undefined;
};

export function createRecordBuilder(options: RecordOptions): (exchange: Exchange) => LogRecord {
  const { identity, nameOf } = options;
  const redactor = createRedactor(options.redact);
  const forEcs = options.schema === undefined || options.schema === 'ecs';
  const read = createHeadReaders(options.headers, options.maxFields, redactor, forEcs);
  const bodyRedactor = options.redact.enabled
    ? createBodyRedactor(createSecretNameTest(options.redact.params))
    : undefined;
  const readBody = createBodyReader(options.bodies, bodyRedactor, options.decompress, options.bodyLimitBytes);

  return (exchange) => {
    const { endpoints, request, response } = exchange;
    const asked = request && read.request(request.head);
    const answered = response && read.response(response.head);

    // Microseconds. Capture times may be out of order; the phases of an exchange are not.
    const sent = request ?? response;
    const start = sent === undefined ? 0 : Math.round(sent.firstByteTime);
    const requestEnd = request === undefined ? start : Math.max(start, Math.round(request.lastByteTime));
    const responseStart =
      response === undefined ? requestEnd : Math.max(requestEnd, Math.round(response.firstByteTime));
    const end = response === undefined ? requestEnd : Math.max(responseStart, Math.round(response.lastByteTime));
    const paired = request !== undefined && response !== undefined;

    return {
      id: exchangeId(exchange),
      startTime: start,
      endTime: end,
      direction: endpoints.direction,
      clientIp: endpoints.clientIp,
      clientPort: endpoints.clientPort,
      serverIp: endpoints.serverIp,
      serverPort: endpoints.serverPort,
      clientName: nameOf?.(endpoints.clientIp),
      serverName: nameOf?.(endpoints.serverIp),
      protocol: recordProtocol((request ?? response)?.head.protocol ?? ''),
      method: asked?.method,
      host: asked?.host,
      url: asked?.url,
      path: asked?.path,
      query: asked?.query,
      status: answered?.status,
      outcome: exchange.outcome,
      durationMs: paired ? (end - start) / 1000 : undefined,
      sendMs: request && (requestEnd - start) / 1000,
      waitMs: paired ? (responseStart - requestEnd) / 1000 : undefined,
      receiveMs: response && (end - responseStart) / 1000,
      requestBytes: request?.bodyBytes,
      responseBytes: response?.bodyBytes,
      requestHeadBytes: asked?.requestHeadBytes,
      responseHeadBytes: answered?.responseHeadBytes,
      userAgent: asked?.userAgent,
      referrer: asked?.referrer,
      requestId: asked?.requestId,
      requestContentType: asked?.requestContentType,
      contentType: answered?.contentType,
      requestHeaders: asked?.requestHeaders,
      responseHeaders: answered?.responseHeaders,
      requestBody: request?.body && readBody(request.body, request.head.headers),
      responseBody: response?.body && readBody(response.body, response.head.headers),
      informational: exchange.informational.length === 0 ? undefined : exchange.informational,
      traceId: asked?.traceId,
      spanId: asked?.spanId,
      incomplete: exchange.incomplete,
      gapBytes: exchange.incomplete ? exchange.gapBytes : undefined,
      identity,
    };
  };
}
