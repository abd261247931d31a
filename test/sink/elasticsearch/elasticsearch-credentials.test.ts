import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flatBatch, openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { answering, type Fault, openFake } from '../../support/sink/fake-elasticsearch.ts';

test('credentials are sent and never said', async (t) => {
  const fake = await openFake(t);
  const say = { logLevel: 'trace' } as const;
  const cases = [
    [{ kind: 'basic', user: 'me', password: 'hünter2' }, `Basic ${Buffer.from('me:hünter2').toString('base64')}`],
    [{ kind: 'api-key', key: 'aWQ6a2V5' }, 'ApiKey aWQ6a2V5'],
    [{ kind: 'api-key', key: 'id:hunter2' }, `ApiKey ${Buffer.from('id:hunter2').toString('base64')}`],
  ] as const;
  for (const [credentials, header] of cases) {
    const { transport, lines } = openTransport(t, [fake.baseUrl], { credentials, ...say });
    await transport.send(flatBatch(1));
    assert.equal(fake.requests.at(-1)?.headers.authorization, header);
    assert.doesNotMatch(lines.all.join('\n'), /nter2|aWQ6/);
  }
});

test('credentials that the server repeats are not said either', async (t) => {
  const fake = await openFake(t);
  const cases = [
    [{ kind: 'basic', user: 'me', password: 'h"nt?r2' }, 'Basic bWU6aCJudD9yMg=='],
    [{ kind: 'api-key', key: 'id:h"nt?r2' }, 'ApiKey aWQ6aCJudD9yMg=='],
  ] as const;
  for (const [credentials, header] of cases) {
    const { transport } = openTransport(t, [fake.baseUrl], { credentials });
    await transport.send(flatBatch(2));
    const repeated = `${header} of h"nt?r2`;
    const item = { create: { status: 403, error: { type: 'no', reason: repeated } } };
    const faults: readonly Fault[] = [
      answering(401, `${'x'.repeat(285)} ${repeated}`),
      answering(401, JSON.stringify({ error: repeated })),
      answering(401, JSON.stringify({ problem: repeated })),
      answering(200, repeated),
      answering(200, JSON.stringify({ items: [item, item] })),
      answering(302, '', { location: `https://e/?a=${encodeURIComponent(repeated)}` }),
    ];
    for (const fault of faults) {
      fake.bulkFaults.push(fault);
      const said = JSON.stringify(await transport.send(flatBatch(2)));
      assert.match(said, /\[reda/);
      assert.doesNotMatch(said, /bWU6|aWQ6|nt\?r|nt%3Fr/);
    }
  }
});

test('an answer in which the password is a word of its own is understood', async (t) => {
  const fake = await openFake(t);
  const { transport } = openTransport(t, [fake.baseUrl], {
    credentials: { kind: 'basic', user: 'me', password: 'items' },
  });
  assert.deepEqual(await transport.send(flatBatch(2)), { kind: 'delivered', duplicates: 0 });
});
