import type { Exchange } from '../exchange/exchange.ts';
import { anomaliesOf } from './anomalies.ts';
import type { BodyReader } from './body/body.ts';
import { withDotlessLabels } from './dotless-labels.ts';
import { ExchangeIds } from './exchange-ids.ts';
import { grpcFacts } from './grpc.ts';
import { FieldCache } from './headers/field-cache.ts';
import { ForwardedReader } from './headers/forwarded-reader.ts';
import { HeadReader } from './headers/head-reader.ts';
import { defaultMaxFields, HeaderReader, type HeaderSelection } from './headers/header-reader.ts';
import { createTargetReader } from './headers/target-reader.ts';
import { phasesOf } from './phases.ts';
import { createPrivacy, type PrivacyOptions } from './privacy/privacy.ts';
import { recordProtocol } from './protocol.ts';
import type { Identity, LogRecord } from './record.ts';
import { createRedactor, type RedactOptions } from './redact/redact.ts';
import type { Schema } from './schema/schema.ts';
import { type SchemaName, schemas } from './schema/schemas.ts';
import { undecodedIn } from './undecoded.ts';

export type RecordOptions = PrivacyOptions & {
  readonly headers: HeaderSelection;
  /** How many header fields of each message a record carries at most: 256 if it is left out. */
  readonly maxFields?: number;
  /** How many proxies at the end of a chain are trusted: all of them if it is left out. */
  readonly forwardedHops?: number;
  readonly redact: RedactOptions;
  readonly identity: Identity;
  /**
   * Which schema reads the records: what only one of them shows is not looked up for the others. All of it if it is
   * left out.
   */
  readonly schema?: SchemaName;
  /** Without it, records have no bodies. */
  readonly readBody?: BodyReader | undefined;
  /** The name of an address, if it is known already. Without it, records have no names. */
  readonly nameOf?: ((ip: string) => string | undefined) | undefined;
};

export function createRecordBuilder(options: RecordOptions): (exchange: Exchange) => LogRecord {
  const { nameOf, readBody, maxFields = defaultMaxFields } = options;
  const identity = withDotlessLabels(options.identity);
  const ids = new ExchangeIds();
  const redactor = createRedactor(options.redact);
  const privacy = createPrivacy(options);
  const headers = new HeaderReader(new FieldCache(redactor, privacy), options.headers, maxFields);
  const schema: Schema | undefined = options.schema && schemas[options.schema];
  const heads = new HeadReader(
    createTargetReader(redactor, privacy),
    headers,
    schema === undefined || schema.readsAllOfHead === true,
  );
  // Which client is meant, the addresses tell as they were sent.
  const sent = privacy === undefined ? headers : new HeaderReader(new FieldCache(redactor), { kind: 'none' });
  const forwarded = new ForwardedReader(sent, options.forwardedHops ?? 0);
  const clientNameOf = privacy?.namesClients === false ? undefined : nameOf;

  return (exchange) => {
    const { endpoints, request, response } = exchange;
    const id = ids.idOf(exchange);
    const client = forwarded.client(request?.head, exchange.forwardedFor);
    const asked = request && heads.request(request.head);
    const answered = response && heads.response(response.head);

    const { start, requestEnd, responseStart, end } = phasesOf(exchange);
    const isPaired = request !== undefined && response !== undefined;
    return {
      kind: undefined,
      part: undefined,
      id: privacy === undefined ? id : privacy.id(id),
      startTime: start,
      endTime: end,
      endpoints: privacy === undefined ? endpoints : privacy.endpoints(endpoints),
      clientName: clientNameOf?.(endpoints.clientIp),
      serverName: nameOf?.(endpoints.serverIp),
      streamId: exchange.key.stream,
      protocol: recordProtocol(request?.head.version || response?.head.version || ''),
      method: asked?.method,
      host: asked?.host,
      url: asked?.url,
      path: asked?.path,
      query: asked?.query,
      status: answered?.status,
      outcome: exchange.outcome,
      endedBy: exchange.endedBy,
      connectMs: exchange.connectTime === undefined ? undefined : Math.round(exchange.connectTime) / 1000,
      durationMs: isPaired ? (end - start) / 1000 : undefined,
      sendMs: request && (requestEnd - start) / 1000,
      waitMs: isPaired ? (responseStart - requestEnd) / 1000 : undefined,
      receiveMs: response && (end - responseStart) / 1000,
      requestBytes: request?.bodyBytes,
      responseBytes: response?.bodyBytes,
      requestHeadBytes: asked?.requestHeadBytes,
      responseHeadBytes: answered?.responseHeadBytes,
      userAgent: asked?.userAgent,
      forwardedFor: privacy === undefined || client === undefined ? client : privacy.forwardedFor(client),
      referrer: asked?.referrer,
      requestId: asked?.requestId,
      requestContentType: asked?.requestContentType,
      contentType: answered?.contentType,
      requestHeaders: asked?.requestHeaders,
      responseHeaders: answered?.responseHeaders,
      requestTrailers: request?.trailers && headers.read(request.trailers),
      responseTrailers: response?.trailers && headers.read(response.trailers),
      requestBody: request?.body && readBody?.(request.body, request.head.headers),
      responseBody: response?.body && readBody?.(response.body, response.head.headers),
      informational: exchange.informational.length === 0 ? undefined : exchange.informational,
      traceId: asked?.traceId,
      spanId: asked?.spanId,
      retransmissions: exchange.retransmissions || undefined,
      incomplete: exchange.incomplete,
      late: exchange.late === true,
      gapBytes: exchange.incomplete ? exchange.gapBytes : undefined,
      anomalies: anomaliesOf(exchange, maxFields),
      undecodedFields: undecodedIn(request) + undecodedIn(response) || undefined,
      grpc: grpcFacts(exchange, asked?.path, headers),
      session: undefined,
      identity,
    };
  };
}
