// Clients and paths that are not to be shown, from packets to everything that is written.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { after, describe, test } from 'node:test';
import { clientIpOptions } from '../../src/app/client-digests.ts';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { PeerTable } from '../../src/metrics/peer-table.ts';
import { RequestMetrics } from '../../src/metrics/request-metrics.ts';
import { isAddress } from '../../src/packet/address.ts';
import { createRecordBuilder, type RecordOptions } from '../../src/record/build.ts';
import { createConnectRecordBuilder } from '../../src/record/build-connect.ts';
import { formatPretty } from '../../src/record/pretty.ts';
import { createPathReader } from '../../src/record/privacy/path-reader.ts';
import type { LogRecord } from '../../src/record/record.ts';
import { schemas } from '../../src/record/schema/schemas.ts';
import { createBulkEncoder } from '../../src/sink/elasticsearch/bulk-encoder.ts';
import { createEncodings } from '../../src/sink/encodings.ts';
import { pcapFile } from '../support/capture/capture-writer.ts';
import { programMissing, runLogger } from '../support/program/run-logger.ts';
import { runPackets } from '../support/program/run-pipeline.ts';
import { exchangeOf, fullOptions } from '../support/record/exchanges.ts';
import { failedConnectionExample } from '../support/record/failed-connection-example.ts';
import { proxyVersion1 } from '../support/stream/proxy-headers.ts';
import { TcpConversation } from '../support/tcp/tcp-conversation.ts';

const key = 'a key for the tests';
const forms = ['short', 'hash', 'none'] as const;
const clients = ['203.0.113.77', '2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff'];
/** Whatever tells of the clients here: their addresses as text and in hex, and their name. */
const telling = /203\.0\.113\.[1-9]|cb00714d|bbbb|cccc|eeee|ffff|alice/i;
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Client-Ip: 203.0.113.77\r\n\r\nok';

function request(target: string, client: string): string {
  const node = client.includes(':') ? `"[${client}]:80"` : client;
  return [
    `GET ${target} HTTP/1.1\r\nHost: a`,
    `X-Forwarded-For: ${client}, 203.0.113.78, alice-laptop`,
    `Forwarded: for=${node};by=203.0.113.79;host=a`,
    ...['X-Real-IP', 'True-Client-IP', 'CF-Connecting-IP', 'X-Client-IP', 'X-Cluster-Client-IP'].map(
      (name) => `${name}: ${client}`,
    ),
    'Referer: http://other/users/alice/cards/1',
    '\r\n',
  ].join('\r\n');
}

/** One exchange behind a PROXY header, and one of which only the answer was captured. */
function conversation(client: string): TcpConversation {
  const serverIp = client.includes(':') ? '2001:db8::1' : '10.0.0.2';
  const proxied = `${proxyVersion1(client)}${request('/users/alice/cards/4711', client)}`;
  return new TcpConversation({ clientIp: client, serverIp }).client(proxied).server(answer).close();
}

function recordsOf(options: Partial<RecordOptions>, exchanges: readonly Exchange[]): readonly LogRecord[] {
  return exchanges.map(createRecordBuilder({ ...fullOptions, ...options }));
}

/** All that is written of a record. */
function writtenOf(record: LogRecord): string {
  return (Object.keys(schemas) as (keyof typeof schemas)[])
    .flatMap((schema) => {
      const encodings = createEncodings(schema);
      const { toJson, toEvent, toDocument, toSchema } = encodings;
      const { key: action, content } = createBulkEncoder('index', encodings);
      return [toJson, toEvent, toDocument, content, action, (each: LogRecord) => JSON.stringify(toSchema(each))].map(
        (write) => String(write?.(record)),
      );
    })
    .concat(formatPretty(record, false, 500))
    .join('\n');
}

const paths = ['/users/{name}/cards/{}'];

for (const form of forms) {
  describe(`with CLIENT_IP=${form}`, () => {
    const clientIp = clientIpOptions({ form, key });
    const options = {
      clientIp,
      redactPaths: paths,
      nameOf: (ip: string) => (clients.includes(ip) ? 'alice-pc' : 'shop'),
    };

    test('nothing that is written tells of a client, in any schema, for any server, for people', () => {
      for (const client of clients) {
        const { exchanges } = runPackets(conversation(client).packets);
        const [record] = recordsOf(options, exchanges);
        assert.ok(record);
        const unanswered = recordsOf(
          options,
          exchanges.map((exchange) => ({ ...exchange, request: undefined })),
        );
        const undirected = ['incoming', 'outgoing', 'unknown'] as const;
        const others = undirected.flatMap((direction) =>
          recordsOf(
            options,
            exchanges.map((exchange) => ({ ...exchange, endpoints: { ...exchange.endpoints, direction } })),
          ),
        );
        for (const each of [record, ...unanswered, ...others]) {
          assert.deepEqual(writtenOf(each).match(telling), null);
        }
        assert.equal(record.endpoints.serverIp, exchanges[0]?.endpoints.serverIp);
      }
    });

    test('the client is the same wherever it is named, and an address to those who take nothing else', () => {
      for (const client of clients) {
        const [record] = recordsOf(options, runPackets(conversation(client).packets).exchanges);
        const { clientIp: shown } = record?.endpoints ?? {};
        assert.equal(record?.forwardedFor, shown);
        assert.equal(record?.requestHeaders?.object['x-real-ip'], shown ?? '[redacted]');
        assert.equal(shown === undefined, form === 'none');
        if (shown !== undefined) assert.ok(isAddress(shown), shown);
      }
    });

    test('the type of the network is that of the addresses that are hidden', () => {
      const [record] = recordsOf(options, runPackets(conversation('203.0.113.77').packets).exchanges);
      assert.ok(record);
      assert.equal(createEncodings('otel').toSchema(record)['network.type'], 'ipv4');
      assert.deepEqual(JSON.parse(createEncodings('ecs').toJson(record)).network.type, 'ipv4');
    });

    test('a connection that never came up does not tell of its client', () => {
      const endpoints = { ...failedConnectionExample.endpoints, clientIp: '203.0.113.77' };
      const record = createConnectRecordBuilder({ ...fullOptions, ...options })({
        ...failedConnectionExample,
        endpoints,
      });
      assert.doesNotMatch(writtenOf(record), telling);
      assert.equal(record.serverName, 'shop');
    });

    test('both ends make the same id, with a key and without, and other exchanges have others', () => {
      const [exchange] = runPackets(conversation('203.0.113.77').packets).exchanges;
      assert.ok(exchange);
      const atTheServer = { ...exchange.endpoints, serverIp: '192.168.7.7', serverPort: 80 };
      for (const keyOfBoth of [key, undefined]) {
        const idsOf = (exchanges: readonly Exchange[]) =>
          recordsOf({ clientIp: clientIpOptions({ form, key: keyOfBoth }) }, exchanges).map(({ id }) => id);
        const [id = ''] = idsOf([exchange]);
        assert.match(id, /^[\da-f]{24}$/);
        assert.deepEqual(idsOf([{ ...exchange, endpoints: atTheServer }]), [id]);
        const { request: asked } = exchange;
        const others: readonly Exchange[] = [
          { ...exchange, endpoints: { ...exchange.endpoints, clientIp: '203.0.113.76' } },
          { ...exchange, endpoints: { ...exchange.endpoints, clientPort: 1 } },
          { ...exchange, request: asked && { ...asked, sequence: asked.sequence + 1 } },
          { ...exchange, request: asked && { ...asked, acknowledgment: 7 } },
          { ...exchange, request: undefined },
        ];
        assert.equal(new Set([id, ...idsOf(others)]).size, 6);
      }
    });

    test('an id of one sequence number only is not made of the address, which could be tried out', () => {
      const { endpoints } = exchangeOf();
      const other = { ...endpoints, clientIp: '10.9.9.9' };
      const ids = [endpoints, other].map((ends) => exchangeOf({ request: undefined, endpoints: ends }));
      const [one, two] = recordsOf(options, ids);
      assert.equal(one?.id, two?.id);
    });

    test('all exchanges of a connection have one object for their ends', () => {
      const exchange = exchangeOf();
      const [one, two] = recordsOf(options, [exchange, exchange]);
      assert.equal(one?.endpoints, two?.endpoints);
    });
  });
}

test('hops are counted in what is left of a chain', () => {
  const proxies = ['203.0.113.77', '198.51.100.5', '192.0.2.9'];
  const headers = `X-Forwarded-For: ${proxies.join(', ')}\r\n`;
  const { packets } = new TcpConversation().client(`GET / HTTP/1.1\r\n${headers}\r\n`).server(answer).close();
  const { exchanges } = runPackets(packets);
  const clientIp = clientIpOptions({ form: 'short', key });
  const named = [0, 1, 2, 3].map((forwardedHops) => recordsOf({ clientIp, forwardedHops }, exchanges)[0]?.forwardedFor);
  assert.deepEqual(named, ['203.0.113.0', '192.0.2.0', '198.51.100.0', '203.0.113.0']);
});

test('a proxy that is said twice is told from another one of its network', () => {
  const clientIp = clientIpOptions({ form: 'short', key });
  for (const [proxy, named] of [
    ['192.0.2.9', '203.0.113.0'],
    ['192.0.2.8', '192.0.2.0'],
  ] as const) {
    const fields = 'X-Forwarded-For: 203.0.113.77, 192.0.2.9';
    const { packets } = new TcpConversation()
      .client(`${proxyVersion1(proxy)}GET / HTTP/1.1\r\n${fields}\r\n\r\n`)
      .server(answer)
      .close();
    const [record] = recordsOf({ clientIp, forwardedHops: 2 }, runPackets(packets).exchanges);
    assert.equal(record?.forwardedFor, named, proxy);
  }
});

test('without any of this, records are as they were', () => {
  const { exchanges } = runPackets(conversation('203.0.113.77').packets);
  const [full] = recordsOf({ clientIp: { form: 'full' }, redactPaths: [] }, exchanges);
  assert.deepEqual(full, recordsOf({}, exchanges)[0]);
  assert.equal(full?.endpoints, exchanges[0]?.endpoints);
});

test('masked paths are masked in the URL, its path, other URLs and the routes of metrics', () => {
  const { exchanges } = runPackets(conversation('203.0.113.77').packets);
  const [record] = recordsOf({ redactPaths: paths, redact: { enabled: false, headers: [], params: [] } }, exchanges);
  assert.equal(record?.url, '/users/[redacted]/cards/[redacted]');
  assert.equal(record?.path, record?.url);
  assert.equal(record?.requestHeaders?.object['referer'], 'http://other/users/[redacted]/cards/[redacted]');
  const warn = () => {};
  const peers = new PeerTable({ maxPeers: 10, warn, forgotten: () => {} });
  const requests = new RequestMetrics({ maxRoutes: 10, maxSeries: 10 }, peers, {
    warn,
    pathOf: createPathReader(paths),
  });
  for (const exchange of exchanges) {
    requests.observe({ ...exchange, endpoints: { ...exchange.endpoints, direction: 'incoming' } });
  }
  const routes = requests
    .metrics()
    .flatMap(({ samples }) => Array.from(samples, ({ labels }) => labels?.['http_route']));
  assert.deepEqual(
    [...new Set(routes)].filter((route) => route !== undefined),
    ['/users/{id}/cards/{id}'],
  );
});

describe('the program', { skip: programMissing }, () => {
  const folder = mkdtempSync(`${tmpdir()}/khl-privacy-`);
  after(() => rmSync(folder, { recursive: true }));
  const capture = `${folder}/capture.pcap`;
  const frames = conversation('203.0.113.77').packets.map(({ time, bytes }) => ({ time, bytes }));
  writeFileSync(capture, pcapFile(frames, { linkType: 101 }));
  const run = (env: Readonly<Record<string, string>>, ...args: readonly string[]) =>
    runLogger(['--read', capture, ...args], { env: { MODE: 'debug', REDACT_PATHS: '/users/{name}/cards/{}', ...env } });

  for (const form of forms) {
    test(`does not show clients or masked paths with CLIENT_IP=${form}`, async () => {
      for (const args of [[], ['--pretty'], ['--local', '203.0.113.77']]) {
        const { code, stdout, stderr } = await run({ CLIENT_IP: form, CLIENT_IP_KEY: key }, ...args);
        assert.deepEqual([code, stdout === ''], [0, false], stderr);
        assert.doesNotMatch(stdout + stderr.replaceAll(folder, ''), telling);
      }
    });
  }

  test('takes its key from a file, and says when a hash has none', async () => {
    writeFileSync(`${folder}/key`, `${key}\n`);
    const direct = await run({ CLIENT_IP: 'hash', CLIENT_IP_KEY: key });
    const fromFile = await run({ CLIENT_IP: 'hash', CLIENT_IP_KEY_FILE: `${folder}/key` });
    assert.equal(direct.stdout, fromFile.stdout);
    assert.doesNotMatch(direct.stderr, /key/);
    const without = await run({ CLIENT_IP: 'hash' });
    assert.match(without.stderr, /warn {2}CLIENT_IP=hash without CLIENT_IP_KEY: .*after each start\.\n/);
    assert.notEqual(without.stdout, (await run({ CLIENT_IP: 'hash' })).stdout);
  });

  test('refuses a key that is too short, without showing it', async () => {
    const { code, stderr } = await run({ CLIENT_IP: 'hash', CLIENT_IP_KEY: 'too-short' });
    assert.equal(code, 2);
    assert.equal(stderr, 'CLIENT_IP_KEY=[redacted] is not allowed: it must have at least 16 characters.\n');
  });

  test('says in a check what is hidden', async () => {
    const { stderr } = await run({ CLIENT_IP: 'hash', CLIENT_IP_KEY: key }, '--check');
    assert.match(stderr, /^privacy: {7}addresses of clients: hash; masked in paths: \/users\/\{name\}\/cards\/\{\}$/m);
    const usual = await run({ REDACT_PATHS: '' }, '--check');
    assert.doesNotMatch(usual.stderr, /^privacy:/m);
  });
});
