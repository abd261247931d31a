import type { Exchange } from '../exchange/exchange.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import { type BodySelection, createBodyReader, type Decompress } from './body.ts';
import { exchangeId } from './exchange-id.ts';
import { createHeaderReader, type HeaderSelection } from './headers.ts';
import { recordProtocol } from './protocol.ts';
import type { Identity, LogRecord } from './record.ts';
import { createRedactor, type RedactOptions, type Redactor } from './redact.ts';
import { createBodyRedactor } from './redact-body.ts';
import type { SchemaName } from './schema.ts';
import { createSecretNameTest } from './secret-names.ts';
import { targetAuthority, targetPath, targetQuery, withoutUserInfo } from './target.ts';
import { decodeText } from './text.ts';
import { traceOf } from './trace.ts';

export type RecordOptions = {
  readonly headers: HeaderSelection;
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
  const forEcs = options.schema === undefined || options.schema === 'ecs';
  const redactor = createRedactor(options.redact);
  const readHeaders = createHeaderReader(options.headers, redactor);
  const bodyRedactor = options.redact.enabled
    ? createBodyRedactor(createSecretNameTest(options.redact.params))
    : undefined;
  const readBody = createBodyReader(options.bodies, bodyRedactor, options.decompress, options.bodyLimitBytes);

  const readUserAgent = createValueReader('user-agent', redactor);
  const readReferrer = createValueReader('referer', redactor);
  const readRequestId = createValueReader('x-request-id', redactor);
  const readCorrelationId = createValueReader('x-correlation-id', redactor);
  const readRequestType = createValueReader('content-type', redactor);
  const readResponseType = createValueReader('content-type', redactor);
  const readHost = createHostReader(redactor);

  return (exchange) => {
    const { endpoints, request, response } = exchange;
    const requestHeaders = request?.head.headers;
    const responseHeaders = response?.head.headers;
    const ecsHeaders = forEcs ? requestHeaders : undefined;
    const method = request && decodeText(request.head.method);
    const url = request && redactor.target(decodeText(request.head.target));
    const trace = requestHeaders && traceOf(requestHeaders);

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
      method,
      host: request && (targetAuthority(request.head.method, url ?? '') ?? readHost(request.head.headers)),
      url,
      path: url === undefined ? undefined : targetPath(url),
      query: url === undefined ? undefined : targetQuery(url),
      status: response?.head.status,
      outcome: exchange.outcome,
      durationMs: paired ? (end - start) / 1000 : undefined,
      sendMs: request && (requestEnd - start) / 1000,
      waitMs: paired ? (responseStart - requestEnd) / 1000 : undefined,
      receiveMs: response && (end - responseStart) / 1000,
      requestBytes: request?.bodyBytes,
      responseBytes: response?.bodyBytes,
      requestHeadBytes: requestHeaders?.size,
      responseHeadBytes: responseHeaders?.size,
      userAgent: requestHeaders && readUserAgent(requestHeaders),
      referrer: ecsHeaders && readReferrer(ecsHeaders),
      requestId: ecsHeaders && (readRequestId(ecsHeaders) ?? readCorrelationId(ecsHeaders)),
      requestContentType: ecsHeaders && readRequestType(ecsHeaders),
      contentType: responseHeaders && readResponseType(responseHeaders),
      requestHeaders: requestHeaders && readHeaders(requestHeaders),
      responseHeaders: responseHeaders && readHeaders(responseHeaders),
      requestBody: request?.body && readBody(request.body, request.head.headers),
      responseBody: response?.body && readBody(response.body, response.head.headers),
      informational: exchange.informational.length === 0 ? undefined : exchange.informational,
      traceId: trace?.traceId,
      spanId: trace?.spanId,
      incomplete: exchange.incomplete,
      gapBytes: exchange.incomplete ? exchange.gapBytes : undefined,
      identity,
    };
  };
}

/** The Host header (RFC 9112 section 3.2), without user-info. */
function createHostReader(redactor: Redactor): (headers: HeaderFields) => string | undefined {
  const read = createValueReader('host', redactor);
  return (headers) => withoutUserInfo(read(headers) ?? '') || undefined;
}

/** Reads one header, redacted. Clients repeat themselves, so the last value is kept and not treated again. */
function createValueReader(name: string, redactor: Redactor): (headers: HeaderFields) => string | undefined {
  let lastValue: string | undefined;
  let lastResult: string | undefined;
  return (headers) => {
    const value = headers.get(name);
    if (value === lastValue) return lastResult;
    lastValue = value;
    lastResult = value === undefined ? undefined : redactor.header(name, decodeText(value));
    return lastResult;
  };
}
