import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { answered, recordedSession, type Written } from '../test/support/http2/recorded-session.ts';
import { FreshText } from './fresh-text.ts';
import type { ExchangeTemplate } from './message-templates.ts';

/** Streams that a client has open at once. */
const streamsAtOnce = 8;
/** Of HTTP/1 only (RFC 9113, section 8.2.2), or what a pseudo field says. */
const left = new Set(['connection', 'host']);

/**
 * What node's client and server write to each other for `count` exchanges on one connection of HTTP/2, from the
 * exchange with the number `first` on.
 */
export function recordExchanges(
  templates: readonly ExchangeTemplate[],
  first: number,
  count: number,
): Promise<readonly Written[]> {
  const calls = templates.map(callOf);
  const callAt = (number: number) => calls[number % calls.length] as Call;
  return recordedSession(
    (stream) => callAt(numberOf(stream, first)).answer(stream, numberOf(stream, first)),
    async (client) => {
      for (let next = first; next < first + count; next += streamsAtOnce) {
        const numbers = Array.from({ length: Math.min(streamsAtOnce, first + count - next) }, (_, at) => next + at);
        await Promise.all(
          numbers.map((number) => {
            const { request, requestBody } = callAt(number);
            return answered(client.request(request(number), { endStream: requestBody === undefined }), requestBody);
          }),
        );
      }
    },
  );
}

type Call = {
  readonly request: (number: number) => OutgoingHttpHeaders;
  readonly requestBody: Buffer | undefined;
  readonly answer: (stream: ServerHttp2Stream, number: number) => void;
};

/** A client's streams have odd numbers (RFC 9113, section 5.1.1). */
function numberOf({ id = 1 }: ServerHttp2Stream, first: number): number {
  return first + (id - 1) / 2;
}

function callOf(template: ExchangeTemplate): Call {
  const requestText = new FreshText(template.requestHead);
  const responseText = new FreshText(template.responseHead);
  const trailers = template.responseTrailers;
  const responseBody = bodyOf(template.responseBodyBytes, template);
  return {
    requestBody: bodyOf(template.requestBodyBytes, template),
    request(number) {
      const [line, fields] = headOf(requestText, number);
      const [method = '', path = ''] = line.split(' ');
      return { ':method': method, ':path': path, ':authority': String(fields['host']), ...withoutLeft(fields) };
    },
    answer(stream, number) {
      const [line, fields] = headOf(responseText, number);
      const status = { ':status': Number(line.split(' ')[1]), ...withoutLeft(fields) };
      stream.resume();
      stream.respond(status, { endStream: responseBody === undefined, waitForTrailers: trailers !== undefined });
      stream.on('wantTrailers', () => stream.sendTrailers({ ...trailers }));
      if (responseBody !== undefined) stream.end(responseBody);
    },
  };
}

/** Messages of gRPC begin with their length. */
function bodyOf(bytes: number, { responseTrailers }: ExchangeTemplate): Buffer | undefined {
  if (bytes === 0) return undefined;
  const body = Buffer.alloc(bytes, 'x');
  if (responseTrailers !== undefined) {
    body.writeUInt8(0);
    body.writeUInt32BE(bytes - 5, 1);
  }
  return body;
}

function headOf(text: FreshText, number: number): readonly [line: string, fields: IncomingHttpHeaders] {
  const bytes = Buffer.alloc(text.length);
  text.copy(bytes, 0, number);
  const [line = '', ...lines] = bytes.toString('latin1').trimEnd().split('\r\n');
  const fields: { [name: string]: string | string[] } = {};
  for (const each of lines) {
    const colon = each.indexOf(':');
    const name = each.slice(0, colon).toLowerCase();
    const value = each.slice(colon + 2);
    const earlier = fields[name];
    fields[name] = earlier === undefined ? value : [...[earlier].flat(), value];
  }
  return [line, fields];
}

function withoutLeft(fields: IncomingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !left.has(name)));
}
