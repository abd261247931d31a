// Lines and heads that repeat are taken apart, redacted and written only once, and records become JSON without an
// object in between. On random conversations all that must give the same lines as the plainest code gives for each
// message by itself.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Exchange, Message } from '../../src/exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../../src/http/head.ts';
import type { HeaderField } from '../../src/http/header-field.ts';
import type { HeaderFields } from '../../src/http/header-fields.ts';
import { createRecordBuilder, type RecordOptions } from '../../src/record/build.ts';
import { flat } from '../../src/record/schema/flat.ts';
import { createJsonEncoder } from '../../src/record/schema/json-encoder.ts';
import { createObjectEncoder } from '../../src/record/schema/object-encoder.ts';
import { runPackets } from '../support/program/run-pipeline.ts';
import { merged, TcpConversation } from '../support/tcp/tcp-conversation.ts';

const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl';
const names = [
  'Host',
  'host',
  'User-Agent',
  'Accept',
  'Authorization',
  'X-Id',
  'x-id',
  'Cookie',
  'Referer',
  'Via',
  '7',
  'X-Page',
  'b3',
];
const value = fc.oneof(
  fc.constantFrom(
    'a',
    '',
    'tea',
    '"quoted"',
    'back\\slash',
    'caf\xc3\xa9',
    '\xff',
    'tab\there',
    `Bearer ${token}`,
    `x ${token} y`,
  ),
  fc.constantFrom(
    'http://u:p@host/?token=1&page=2',
    'a=b; password=c',
    'ghp_0123456789abcdefghij',
    '0123456789abcdef0123456789abcdef',
  ),
  fc.nat({ max: 500 }).map((id) => `6f1c2b7e-0d4a-4c1e-9b5f-${String(id).padStart(12, '0')}`),
);
const fields = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 7 });
const target = fc.constantFrom(
  '/',
  '/a?token=secret&x=1',
  '/caf\xc3\xa9',
  '/"',
  `/${token}/b`,
  'http://u:p@h/x?y',
  '*',
);
const exchange = fc.record({ target, request: fields, response: fields, status: fc.constantFrom(200, 404, 503) });
type Planned = {
  readonly target: string;
  readonly request: Fields;
  readonly response: Fields;
  readonly status: number;
};
type Fields = readonly (readonly [string, string])[];

const options: RecordOptions = {
  headers: { kind: 'all' },
  redact: { enabled: true, headers: ['x-page'], params: [] },
  identity: { pod: undefined, namespace: undefined, node: undefined, hostname: 'h', labels: undefined },
};
/** Goes through all runs: it has seen much. */
const buildFast = createRecordBuilder(options);
const flatJson = createJsonEncoder(flat);

/** Fields that nothing has seen before. */
function plainHeaders(sent: Fields): HeaderFields {
  const plain: HeaderField[] = sent.map(([name, text]) => ({
    name: name.toLowerCase(),
    value: text.replace(/^[ \t]+|[ \t]+$/g, ''),
    slot: 0,
  }));
  const all = (name: string) => plain.filter((field) => field.name === name).map((field) => field.value);
  const field = (name: string) => plain.find((one) => one.name === name);
  return { fields: plain, field, get: (name: string) => field(name)?.value, all } as unknown as HeaderFields;
}

function plainMessage<Head extends RequestHead | ResponseHead>(message: Message<Head>, sent: Fields): Message<Head> {
  return { ...message, head: { ...message.head, headers: plainHeaders(sent) } };
}

function plainLine(seen: Exchange, { request, response }: Planned): string {
  assert.ok(seen.request !== undefined && seen.response !== undefined);
  const answer: Fields = [...response, ['Content-Length', '0']];
  const plain = {
    ...seen,
    request: plainMessage(seen.request, request),
    response: plainMessage(seen.response, answer),
  };
  return JSON.stringify(createObjectEncoder(flat)(createRecordBuilder(options)(plain)));
}

function conversation(index: number, exchanges: readonly Planned[]): TcpConversation {
  const tcp = new TcpConversation({ clientPort: 40_000 + index, mss: 200, interval: 1000 });
  for (const { target: asked, request, response, status } of exchanges) {
    tcp.client(head(`GET ${asked} HTTP/1.1`, request));
    tcp.server(head(`HTTP/1.1 ${status} Fine`, [...response, ['Content-Length', '0']]));
  }
  return tcp.close();
}

function head(startLine: string, sent: Fields): Buffer {
  const lines = sent.map(([name, text]) => `${name}: ${text}\r\n`);
  return Buffer.from(`${startLine}\r\n${lines.join('')}\r\n`, 'latin1');
}

test('the fast paths give what the plain ones give', () => {
  // The same again makes heads that are known as a whole.
  const connection = fc
    .tuple(fc.array(exchange, { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 5 }))
    .map(([once, times]) => Array.from({ length: times }, () => once).flat());
  const property = fc.property(fc.array(connection, { minLength: 1, maxLength: 3 }), (plans) => {
    const { exchanges } = runPackets(merged(...plans.map((plan, index) => conversation(index, plan))));
    assert.equal(exchanges.length, plans.flat().length);
    for (const [index, plan] of plans.entries()) {
      const own = exchanges.filter(({ endpoints }) => endpoints.clientPort === 40_000 + index);
      for (const [place, planned] of plan.entries()) {
        const seen = own[place];
        assert.ok(seen !== undefined);
        assert.equal(flatJson(buildFast(seen)), plainLine(seen, planned));
      }
    }
  });
  fc.assert(property, { numRuns: 400 });
});
