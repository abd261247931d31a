// What arrives behind Logstash's inputs with their defaults, and with `ecs_compatibility => disabled`: every record,
// whole, whatever the inputs set beside it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadSettings } from '../../../src/config/settings.ts';
import { LoggedHeaders } from '../../../src/record/headers/logged-headers.ts';
import type { LogRecord } from '../../../src/record/record.ts';
import { type SchemaName, schemas } from '../../../src/record/schema/schemas.ts';
import { createSinkAccount } from '../../../src/sink/account.ts';
import { createEncodings } from '../../../src/sink/encodings.ts';
import { openLogstash } from '../../../src/sink/logstash/open-logstash.ts';
import type { BatchOutput } from '../../../src/sink/output.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { createRecord } from '../../support/record/create-record.ts';
import { encodedBatch } from '../../support/sink/encoded-batch.ts';
import type { EcsCompatibility, LogstashEvent } from '../../support/sink/logstash-events.ts';
import { HttpInput, TcpInput, UdpInput } from '../../support/sink/logstash-inputs.ts';

const types = ['tcp', 'udp', 'http'] as const;
type Type = (typeof types)[number];
type Env = Readonly<Record<string, string>>;

const inputs: { readonly [T in Type]: (ecs: EcsCompatibility) => TcpInput | UdpInput | HttpInput } = {
  tcp: (ecs) => new TcpInput(undefined, ecs),
  udp: (ecs) => new UdpInput(ecs),
  http: (ecs) => new HttpInput(undefined, ecs),
};

/** With and without a host, and with every name that an input sets. */
const records = Array.from({ length: 30 }, (_, index) =>
  createRecord(index, {
    host: index % 3 === 0 ? undefined : 'shop.example:8080',
    requestContentType: 'text/plain',
    requestHeaders: LoggedHeaders.of({ host: 'shop.example:8080', port: '1', url: '/', 'set-cookie': ['a=1', 'b=2'] }),
  }),
);

/** What the program would send with, and in which form. */
function opened(schema: SchemaName, env: Env): BatchOutput {
  const loaded = loadSettings({ LOGSTASH_HOST: '127.0.0.1', ...env });
  assert.ok(loaded.kind === 'ok', JSON.stringify(loaded));
  const output = openLogstash(loaded.settings.sinks.logstash, {
    name: 'logstash',
    account: createSinkAccount(),
    log: new LogLines().log,
    encodings: createEncodings(schema),
    ownTraffic: new OwnTraffic(),
    reader: { pretty: undefined, onClosed: () => {} },
  });
  assert.ok(output.kind === 'batches');
  return output;
}

/** What comes out of an input for these records. */
async function eventsOf(
  t: TestContext,
  { type, ecs, schema, sent, env = {} }: Case,
): Promise<{ readonly events: readonly LogstashEvent[]; readonly failures: readonly string[] }> {
  const input = await inputs[type](ecs).start();
  t.after(() => input.stop());
  const output = opened(schema, { LOGSTASH_TYPE: type, LOGSTASH_PORT: String(input.port), ...env });
  t.after(() => output.transport.close());
  assert.deepEqual(await output.transport.send(encodedBatch(output.encoder, sent)), { kind: 'delivered' });
  for (const deadline = Date.now() + 60_000; input.events.all.length < sent.length; await sleep(5)) {
    assert.ok(Date.now() < deadline && input.events.failures.length === 0, input.events.failures[0] ?? 'too late');
  }
  return { events: input.events.all, failures: input.events.failures };
}

type Case = {
  readonly type: Type;
  readonly ecs: EcsCompatibility;
  readonly schema: SchemaName;
  readonly sent: readonly LogRecord[];
  readonly env?: Env;
};

function documents(schema: SchemaName, of: readonly LogRecord[] = records): readonly LogstashEvent[] {
  const { toEvent } = createEncodings(schema);
  return of.map((record) => JSON.parse(toEvent(record)) as LogstashEvent);
}

for (const type of types) {
  for (const ecs of ['v8', 'disabled'] as const) {
    for (const schema of Object.keys(schemas) as SchemaName[]) {
      test(`over ${type}, with ecs_compatibility ${ecs}, each record of ${schema} has all its fields`, async (t) => {
        const { events, failures } = await eventsOf(t, { type, ecs, schema, sent: records });
        assert.deepEqual(failures, []);
        for (const [index, document] of documents(schema).entries()) {
          const event = events[index] ?? {};
          const { '@timestamp': time, ...record } = document;
          assert.equal(event['@timestamp'], time);
          if (type === 'tcp') assert.deepEqual(event, { ...event, ...record });
          else assert.deepEqual(event['http_log'], record);
        }
      });
    }
  }
}

test('the record may be in a field of any name over any type, or be the event', async (t) => {
  const [document] = documents('flat');
  const { '@timestamp': time, ...record } = document ?? {};
  for (const type of types) {
    const sent = records.slice(0, 1);
    const env = { LOGSTASH_FIELD: 'exchange' };
    const { events } = await eventsOf(t, { type, ecs: 'v8', schema: 'flat', sent, env });
    assert.deepEqual([events[0]?.['@timestamp'], events[0]?.['exchange']], [time, record], type);
    const plain = { LOGSTASH_FIELD: 'none' };
    const bare = await eventsOf(t, { type, ecs: 'disabled', schema: 'flat', sent, env: plain });
    assert.equal(bare.events[0]?.['url'], record['url']);
  }
});

test('names that Logstash makes no field of, and half characters, spoil no record', async (t) => {
  const odd = createRecord(500, {
    url: '/half\ud83d',
    path: '/half\ud83d',
    requestBody: '{"a[0]":"\\ud83d"}',
    requestHeaders: LoggedHeaders.of({
      'x[a][b]': '1',
      '[': '2',
      ']x"\\[': 'three',
      'x-half': '\udc00 and 😀',
      ok: 'a[b]c',
    }),
  });
  const sent = [...records, odd, ...records];
  for (const schema of Object.keys(schemas) as SchemaName[]) {
    for (const type of types) {
      const { events } = await eventsOf(t, { type, ecs: 'v8', schema, sent });
      assert.equal(events.length, 61);
      const text = JSON.stringify(events.find((event) => JSON.stringify(event).includes('half')));
      assert.match(text, /\/half\ufffd/);
      const headers = '"x(a)(b)":"1","(":"2",")x\\"\\\\(":"three","x-half":"\ufffd and 😀","ok":"a[b]c"';
      if (schema !== 'otel') assert.ok(text.includes(headers), text);
    }
  }
});

test('a record that just fits into a datagram still fits when it is in its field', async (t) => {
  const { encoder } = opened('flat', { LOGSTASH_TYPE: 'udp' });
  const withBody = (bytes: number) => createRecord(1, { responseBody: 'x'.repeat(bytes) });
  const rest = Buffer.byteLength(encoder.content(withBody(1))) - 2;
  const added = '"http_log":{}'.length;
  const largest = withBody(65_507 - rest - added);
  assert.equal(Buffer.byteLength(encoder.content(largest)) - 1 + added, 65_507);
  assert.doesNotMatch(String(encoder.content(withBody(65_508 - rest - added))), /request_headers/);
  const { events } = await eventsOf(t, { type: 'udp', ecs: 'v8', schema: 'flat', sent: [largest] });
  const { '@timestamp': _, ...record } = documents('flat', [largest])[0] ?? {};
  assert.deepEqual(events[0]?.['http_log'], record);
});

/** The filter of docs/delivery.md, as far as it is one: fields are removed, the record's take their place. */
function unfolded(event: LogstashEvent, removed: readonly string[]): LogstashEvent {
  const { http_log: record, '@metadata': _, ...others } = event;
  for (const name of removed) delete others[name];
  return { ...others, ...(record as LogstashEvent) };
}

test('the filter in the documentation makes the record the event again, in every schema', async (t) => {
  const page = readFileSync(new URL('../../../docs/delivery.md', import.meta.url), 'utf8');
  const filter = /^filter \{\n(?:.*\n)*?\}$/m.exec(page)?.[0] ?? '';
  const removed = /remove_field => \[([^\]]*)\]/.exec(filter)?.[1]?.match(/\w+/g) ?? [];
  assert.match(filter, /event\.remove\("http_log"\)\.each \{ \|name, value\| event\.set\(name, value\) \}/);
  for (const ecs of ['v8', 'disabled'] as const) {
    for (const type of ['udp', 'http'] as const) {
      for (const schema of Object.keys(schemas) as SchemaName[]) {
        const { events } = await eventsOf(t, { type, ecs, schema, sent: records });
        assert.deepEqual(
          events.map((event) => unfolded(event, removed)),
          documents(schema),
        );
      }
    }
  }
});
