import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { HttpAnswer } from '../../../src/sink/client/http-client.ts';
import { bulkOutcome } from '../../../src/sink/elasticsearch/elasticsearch-answer.ts';
import { readServer } from '../../../src/sink/elasticsearch/elasticsearch-server.ts';
import { installTemplate } from '../../../src/sink/elasticsearch/elasticsearch-template.ts';

function answerOf(status: number, text: string): HttpAnswer {
  return {
    kind: 'answer',
    baseUrl: 'http://e:9200',
    status,
    text,
    retryAfterMs: undefined,
    location: undefined,
    hide: (said) => said,
  };
}

/** What a naive reader of the specification makes of each document. */
function expectedFate(status: number): 'stored' | 'again' | 'refused' {
  if ((status >= 200 && status <= 299) || status === 409) return 'stored';
  return [401, 403, 404, 408, 429].includes(status) || status >= 500 ? 'again' : 'refused';
}

test('every document of a batch has exactly one fate', () => {
  const statuses = fc.array(fc.constantFrom(200, 201, 400, 401, 403, 404, 408, 409, 413, 422, 429, 500, 503), {
    minLength: 1,
  });
  fc.assert(
    fc.property(statuses, (all) => {
      const items = all.map((status) => ({ create: { status, error: { type: 't', reason: 'r' } } }));
      const outcome = bulkOutcome(answerOf(200, JSON.stringify({ errors: true, items })), all.length);
      const indexes = (fate: string) => all.flatMap((status, index) => (expectedFate(status) === fate ? [index] : []));
      const duplicates = all.filter((status) => status === 409).length;
      assert.notEqual(outcome.kind, 'too-large');
      switch (outcome.kind) {
        case 'delivered':
          assert.deepEqual([indexes('stored').length, outcome.duplicates], [all.length, duplicates]);
          break;
        case 'mixed':
          assert.deepEqual([outcome.retry, outcome.rejected], [indexes('again'), indexes('refused')]);
          assert.equal(outcome.duplicates, duplicates);
          break;
        case 'rejected':
          assert.equal(indexes('refused').length, all.length);
          break;
        default:
          assert.equal(indexes('again').length, all.length);
      }
    }),
  );
});

test('no answer whatever makes the reader throw, and none that is not understood counts as delivered', () => {
  const text = fc.oneof(
    fc.json(),
    fc.string(),
    fc.anything().map((items) => JSON.stringify({ items: [items, items] }) ?? ''),
    fc.anything().map((item) => JSON.stringify({ items: [{ create: item }, { create: item }] }) ?? ''),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 100, max: 599 }), (body, status) => {
      assert.notEqual(bulkOutcome(answerOf(status, body), 2).kind, 'delivered');
      readServer(body);
    }),
  );
});

test('an answer that does not tell of each document counts by what it tells of all', () => {
  const outcome = (body: object) => bulkOutcome(answerOf(200, JSON.stringify(body)), 3);
  const delivered = { kind: 'delivered', duplicates: 0 };
  for (const body of [{ errors: false }, { took: 1, errors: false, items: [] }])
    assert.deepEqual(outcome(body), delivered);
  const streams = (...all: readonly (readonly [number, unknown])[]) =>
    outcome({ code: 200, status: all.map(([successful, failed]) => ({ name: 's', successful, failed })) });
  assert.deepEqual(streams([2, 0], [1, 0]), delivered);
  assert.deepEqual(streams([1, 2]), {
    ...{ kind: 'mixed', duplicates: 0, retry: [], rejected: [1, 2] },
    reason: 'it takes 1 of 3 documents, and does not say which',
  });
  assert.equal(streams([0, 3]).kind, 'rejected');
  for (const unclear of [streams([2, 0]), streams([4, -1]), streams([3, '0']), streams(), streams([1.5, 1.5])]) {
    assert.equal(unclear.kind, 'retry');
  }
  const items = [{ create: { status: 201 } }];
  for (const body of [{ errors: true }, { errors: true, items: [] }, { errors: false, items }, { items: [] }, {}]) {
    assert.equal(outcome(body).kind, 'retry', JSON.stringify(body));
  }
});

test('no template whatever makes the installation throw', async () => {
  const capabilities = {
    mappingType: undefined,
    templates: 'composable',
    dataStreams: true,
    headersType: undefined,
    nanoseconds: true,
  } as const;
  const options = { index: 'http', schema: 'flat', isDataStream: true, capabilities } as const;
  const found = fc.oneof(
    fc.json(),
    fc.anything().map((value) => JSON.stringify({ http: value, index_templates: [value] }) ?? ''),
    fc.anything().map((value) => JSON.stringify({ http: { mappings: value } }) ?? ''),
    fc.anything().map((value) => JSON.stringify({ index_templates: value }) ?? ''),
  );
  await fc.assert(
    fc.asyncProperty(found, async (text) => {
      const result = await installTemplate(options, async () => answerOf(200, text));
      assert.notEqual(result.kind, 'retry');
    }),
  );
});
