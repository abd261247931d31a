import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadSettings } from '../../src/config/settings.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { createRecordBuilder } from '../../src/record/build.ts';
import { noSamples, type SampleRow, sampleCaptures } from '../support/capture/sample-captures.ts';
import { runCaptureFile } from '../support/program/run-pipeline.ts';
import { toSchema } from '../support/record/to-schema.ts';

type Difference = {
  readonly why: string;
  /** How many rows of the answer do not come out. */
  readonly missing: number;
  /** What comes out that is not in the answer. */
  readonly instead?: readonly string[];
};

/**
 * Where we do not agree with the answers. Nothing else may differ. See docs/decisions/0004-answers-we-disagree-with.md.
 */
const differences: { readonly [name: string]: Difference } = {
  'arkime__gre-erspan-vxlan.pcap': {
    why: 'the target has a space, at which the answer ends',
    missing: 1,
    instead: ['10.16.27.12 65174 10.16.27.131 80 GET /Hello Arkime - 200'],
  },
  'tcpdump__arcnet-rfc1201-arp-icmp-http.pcap': { why: 'out of scope: ARCNET', missing: 1 },
  'scapy__tls_tcp_frag_withnss.pcap': { why: 'out of scope: TLS is not decrypted', missing: 1 },
  'zeek__websocket-wstunnel-http.pcap': { why: 'out of scope: HTTP inside of a WebSocket tunnel', missing: 1 },
  'ndpi__WebattackRCE.pcap': {
    why: 'the target has a space, at which the answer ends',
    missing: 1,
    instead: [
      '127.0.0.1 50632 127.0.0.1 8080 GET /cgi-bin/handler/netsonar;cat /etc/passwd|?data=Download 127.0.0.1 -',
    ],
  },
  'suricata-verify__detect-pcre-detect-pcre-04.pcap': {
    why: 'two spaces before the target: it is empty in the answer',
    missing: 2,
    instead: ['::ffff:5.6.7.8 6666 ::ffff:1.2.3.4 63 POST / - -', '::ffff:5.6.7.8 6666 ::ffff:1.2.3.4 93 GET / - -'],
  },
  'suricata-verify__detect-pcre-detect-pcre-05.pcap': {
    why: 'two spaces before the target: it is empty in the answer',
    missing: 1,
    instead: ['::ffff:5.6.7.8 6666 ::ffff:1.2.3.4 63 GET / www.emergingthreats.net -'],
  },
  'suricata-verify__http-evader-http-evader-393.pcap': {
    why: 'a status with a NUL inside is none',
    missing: 1,
    instead: [
      '1.1.1.1 21659 8.8.8.8 80 GET /broken/eicar.txt/status%3AHTTP/1.1%28space%292%5C00000%28space%29ok;chunked ' +
        'evader.example.com -',
    ],
  },
};

/** Records of these are only checked for being among the answers: what is inside is not ours to find. */
const foreign = new Set(['tls-keys']);

const flatNames = new Set(
  [
    'time id direction client_ip client_port server_ip server_port protocol method host url path status outcome',
    'ended_by connect_ms late anomalies retransmissions stream_id undecoded_fields',
    'duration_ms send_ms wait_ms receive_ms request_bytes response_bytes user_agent forwarded_for content_type',
    'request_trailers response_trailers grpc_service grpc_method grpc_status grpc_message',
    'request_messages response_messages',
    'request_headers response_headers informational trace_id span_id incomplete gap_bytes hostname',
  ].flatMap((line) => line.split(' ')),
);

const loaded = loadSettings({});
assert.ok(loaded.kind === 'ok');
const { record } = loaded.settings;
const build = createRecordBuilder({ ...record, identity: { ...record.identity, hostname: 'host' } });

let rowCount = 0;
let agreeing = 0;

for (const { name, path, category, rows } of sampleCaptures()) {
  test(`${name} gives the exchanges of its answer`, async () => {
    const { end, exchanges, failures, pipeline } = await runCaptureFile(path);
    assert.deepEqual(end, { kind: 'finished' });
    assert.deepEqual(failures, []);
    assert.equal(pipeline.bufferedBytes, 0);
    for (const exchange of exchanges) checkRecord(exchange);
    const missing = rows.map(rowText);
    const extra: string[] = [];
    for (const text of exchanges.map(exchangeText)) {
      const at = missing.indexOf(text);
      if (at < 0) extra.push(text);
      else missing.splice(at, 1);
    }
    rowCount += rows.length;
    agreeing += rows.length - missing.length;
    const difference = differences[name];
    assert.deepEqual(extra.sort(), difference?.instead ?? []);
    if (difference !== undefined) assert.equal(missing.length, difference.missing, missing.join('\n'));
    else if (!foreign.has(category)) assert.deepEqual(missing, []);
  });
}

test('the answers we disagree with are few', { skip: noSamples }, (t) => {
  t.diagnostic(`${agreeing} of ${rowCount} rows agree`);
  const explained = Object.values(differences).reduce((sum, { missing }) => sum + missing, 0);
  assert.equal(rowCount - agreeing, explained);
  assert.ok(agreeing > 0.98 * rowCount);
});

function rowText(row: SampleRow): string {
  return text(
    row.client_ip,
    row.client_port,
    row.server_ip,
    row.server_port,
    row.method,
    row.path,
    row.host,
    row.status,
  );
}

function exchangeText({ endpoints, request, response }: Exchange): string {
  const { clientIp, clientPort, serverIp, serverPort } = endpoints;
  const { method, target, authority, headers } = request?.head ?? {};
  return text(
    ...[clientIp, clientPort, serverIp, serverPort, method, utf8(target), utf8(authority ?? headers?.get('host'))],
    response?.head.status,
  );
}

function text(...fields: readonly (string | number | null | undefined)[]): string {
  return fields.map((field) => field ?? '-').join(' ');
}

function utf8(latin1: string | undefined): string | undefined {
  return latin1 === undefined ? undefined : Buffer.from(latin1, 'latin1').toString('utf8');
}

/** The record of the flat schema has known fields only, and no nulls. */
function checkRecord(exchange: Exchange): void {
  const line = JSON.stringify(toSchema.flat(build(exchange)));
  assert.ok(!line.includes('\n'));
  const parsed = JSON.parse(line, (field, value) => {
    assert.notEqual(value, null, `${field} is null in ${line}`);
    return value;
  });
  for (const field of Object.keys(parsed)) assert.ok(flatNames.has(field), `unknown field ${field}`);
  for (const field of ['time', 'id', 'direction', 'protocol', 'outcome']) assert.equal(typeof parsed[field], 'string');
  assert.match(parsed.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
}
