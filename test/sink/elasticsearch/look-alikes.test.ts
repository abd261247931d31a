// Servers that take the bulk requests of Elasticsearch and are not it, played after their documentation.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { loadSettings } from '../../../src/config/settings.ts';
import { ElasticsearchTransport } from '../../../src/sink/elasticsearch/elasticsearch.ts';
import { OwnTraffic } from '../../../src/sink/own-traffic.ts';
import { LogLines } from '../../support/program/log-lines.ts';
import { flatBatch } from '../../support/sink/elasticsearch-parts.ts';
import { openFake } from '../../support/sink/fake-elasticsearch.ts';
import { bulkOnly, openLookAlike, openObserve, victoriaLogs } from '../../support/sink/look-alikes.ts';

/** A transport as these variables configure it. */
function configured(t: TestContext, env: { readonly [name: string]: string }) {
  const loaded = loadSettings({ SEND_LOGS_TO: 'elasticsearch', ELASTICSEARCH_LOG: 'trace', ...env });
  if (loaded.kind === 'invalid') assert.fail(loaded.problems.join('\n'));
  const lines = new LogLines();
  const transport = new ElasticsearchTransport(loaded.settings.sinks.elasticsearch, 'flat', {
    ownTraffic: new OwnTraffic(),
    log: lines.log,
  });
  t.after(() => transport.close());
  return { transport, lines };
}

for (const items of ['all', 'none', 'empty'] as const) {
  test(`VictoriaLogs, which answers with ${items} of the items`, async (t) => {
    const server = await openLookAlike(t, '/insert/elasticsearch', victoriaLogs(items));
    const query = '_time_field=@timestamp&_msg_field=url&_stream_fields=pod,namespace';
    const { transport } = configured(t, {
      ELASTICSEARCH_HOST: `${server.baseUrl}/insert/elasticsearch?${query}`,
      ELASTICSEARCH_TEMPLATE: 'false',
    });
    assert.deepEqual(await transport.send(flatBatch(3)), { kind: 'delivered', duplicates: 0 });
    assert.equal(server.stored.length, 3);
    const { searchParams, pathname } = server.requests.at(-1)?.url ?? assert.fail();
    assert.equal(pathname, '/insert/elasticsearch/_bulk');
    assert.deepEqual(
      ['_time_field', '_msg_field', '_stream_fields'].map((name) => searchParams.get(name)),
      ['@timestamp', 'url', 'pod,namespace'],
    );
    const check = await transport.check();
    assert.deepEqual(check, {
      isFine: true,
      sentence: `${server.baseUrl}/insert/elasticsearch is a server of unknown kind, version 8.9.0.`,
    });
  });
}

test('a template that VictoriaLogs only seems to take is not called installed', async (t) => {
  const server = await openLookAlike(t, '/insert/elasticsearch', victoriaLogs('all'));
  const { transport, lines } = configured(t, { ELASTICSEARCH_HOST: `${server.baseUrl}/insert/elasticsearch/` });
  assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
  assert.equal(lines.matching(/^warn .* no index template of ours: the server does not confirm/).length, 1);
});

for (const form of ['documented', 'elasticsearch'] as const) {
  test(`OpenObserve, which answers in the ${form} form`, async (t) => {
    const server = await openLookAlike(t, '/api/default', openObserve(form));
    const { transport } = configured(t, {
      ELASTICSEARCH_HOST: `${server.baseUrl}/api/default/`,
      ELASTICSEARCH_USER: 'me',
      ELASTICSEARCH_PASSWORD: 'hunter2',
      ELASTICSEARCH_TEMPLATE: 'false',
    });
    assert.deepEqual(await transport.send(flatBatch(3)), { kind: 'delivered', duplicates: 0 });
    assert.equal(server.stored.length, 3);
    assert.match(JSON.stringify(server.stored[0]), /"request_headers":\{"lines":\["host: cart"/);
  });
}

test('documents that OpenObserve has not taken are counted as refused, though it does not say which', async (t) => {
  for (const [failed, kind] of [
    [1, 'mixed'],
    [3, 'rejected'],
  ] as const) {
    const server = await openLookAlike(t, '/api/default', openObserve('documented', failed));
    const { transport } = configured(t, { ELASTICSEARCH_HOST: `${server.baseUrl}/api/default` });
    const outcome = await transport.send(flatBatch(3));
    assert.equal(outcome.kind, kind);
    if (outcome.kind === 'mixed') assert.deepEqual([outcome.rejected, outcome.retry], [[2], []]);
  }
});

test('what takes bulk requests and nothing else', async (t) => {
  const server = await openLookAlike(t, '/loki', bulkOnly);
  for (const template of ['true', 'false']) {
    const { transport } = configured(t, {
      ELASTICSEARCH_HOST: `${server.baseUrl}/loki`,
      ELASTICSEARCH_TEMPLATE: template,
    });
    assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 0 });
  }
});

test('what docs/delivery.md says for each of them works', async (t) => {
  const page = readFileSync('docs/delivery.md', 'utf8').split('### What takes the same requests')[1] ?? '';
  const played = {
    '/insert/elasticsearch': victoriaLogs('all'),
    '/api/default': openObserve('documented'),
    '/loki': bulkOnly,
  };
  const snippets = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) =>
    Object.fromEntries(
      [...text.matchAll(/name: (\w+),?\s+value: '?([^'\n}]*[^'\n} ])/g)].map(([, name, value]) => [name, value]),
    ),
  );
  assert.equal(snippets.length, Object.keys(played).length);
  for (const [index, [prefix, play]] of Object.entries(played).entries()) {
    const { ELASTICSEARCH_HOST: host = '', ELASTICSEARCH_PASSWORD_FILE: file, ...env } = snippets[index] ?? {};
    assert.ok(host.includes(prefix), host);
    const server = await openLookAlike(t, prefix, play);
    const { transport, lines } = configured(t, {
      ...env,
      ...(file === undefined ? {} : { ELASTICSEARCH_PASSWORD: 'hunter2' }),
      ELASTICSEARCH_HOST: host.replace(/^https?:\/\/[^/]*/, server.baseUrl),
    });
    assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 0 });
    assert.equal(server.stored.length, 2);
    assert.equal(lines.matching(/^warn/).length, 0, lines.all.join('\n'));
  }
});

test('a query goes with every request, but what only the bulk API knows goes with bulk requests', async (t) => {
  const first = await openFake(t);
  const second = await openFake(t);
  await first.stop();
  const hosts = [
    `${first.baseUrl}/a?token=of-the-first`,
    `${second.baseUrl}?token=of-the-second&pipeline=p,q&refresh=true`,
  ];
  const { transport, lines } = configured(t, { ELASTICSEARCH_HOST: hosts.join(', ') });
  const send = transport.send(flatBatch(1, 0, 'k8s-internal-networking'));
  await send.catch(() => undefined);
  assert.ok(second.requests.length >= 4);
  for (const { url } of second.requests) {
    const { pathname, searchParams } = new URL(url, second.baseUrl);
    assert.equal(searchParams.get('token'), 'of-the-second', url);
    const isBulk = pathname.endsWith('/_bulk');
    assert.deepEqual(
      [searchParams.get('pipeline'), searchParams.get('refresh')],
      isBulk ? ['p,q', 'true'] : [null, null],
    );
    assert.equal(searchParams.has('filter_path'), isBulk);
  }
  assert.doesNotMatch(lines.all.join('\n'), /of-the|token/);
});

test('a secret of a query is not said when the server repeats it', async (t) => {
  const fake = await openFake(t);
  const { transport, lines } = configured(t, {
    ELASTICSEARCH_HOST: `${fake.baseUrl}?key=a%2Fsecret%3D&_msg_field=url`,
  });
  for (const said of ['a/secret=', 'a%2Fsecret%3D', '?key=a%2Fsecret%3D&_msg_field=url']) {
    fake.bulkFaults.push((_, response) => {
      response.writeHead(403).end(JSON.stringify({ error: `no url for ${said}` }));
      return 'handled';
    });
    const outcome = JSON.stringify(await transport.send(flatBatch(1)));
    assert.match(outcome, /no url for .*\[redacted\]/);
    assert.doesNotMatch(outcome + lines.all.join('\n'), /secret/);
  }
});
