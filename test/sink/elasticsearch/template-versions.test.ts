// Upgrades and back: templates and indices of the last release meet this program, and those of the next one do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { indexTemplates } from '../../../scripts/docs/index-templates.ts';
import { type SchemaName, schemas } from '../../../src/record/schema/schemas.ts';
import { version } from '../../../src/sink/elasticsearch/template-mark.ts';
import { flatBatch, openTransport } from '../../support/sink/elasticsearch-parts.ts';
import { answering, type FakeElasticsearch, openFake } from '../../support/sink/fake-elasticsearch.ts';

type Template = {
  readonly [name: string]: unknown;
  readonly _meta: { readonly [name: string]: unknown };
  readonly template: {
    readonly settings?: object;
    readonly lifecycle?: object;
    readonly mappings: { readonly [name: string]: unknown; readonly properties: { readonly [field: string]: object } };
  };
};

const lastRelease = 1;
const path = '/_index_template/http';

/** As the last release made it. */
function released(schema: SchemaName): Template {
  const url = new URL(`../../support/sink/earlier-templates/version-${lastRelease}-${schema}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8'));
}

function current(schema: SchemaName): Template {
  return JSON.parse(indexTemplates()[`deploy/elasticsearch/index-template-${schema}.json`] ?? '');
}

function installed(fake: FakeElasticsearch): Template {
  return JSON.parse(fake.templates.get(path) ?? '{}');
}

for (const schema of Object.keys(schemas) as readonly SchemaName[]) {
  test(`no field of the ${schema} schema has another type than in the last release, and none is missing`, () => {
    const before = released(schema).template.mappings.properties;
    const now = current(schema).template.mappings.properties;
    for (const [field, mapping] of Object.entries(before)) assert.deepEqual(now[field], mapping, field);
  });

  test(`a template of the ${schema} schema that is not as it was has a version above the last release's`, () => {
    const isSame =
      JSON.stringify(current(schema).template.mappings) === JSON.stringify(released(schema).template.mappings);
    assert.ok(isSame || version > lastRelease);
  });

  test(`the last release leaves a template of the ${schema} schema alone: it reads owner and version as we do`, () => {
    const { _meta: mark } = current(schema);
    assert.deepEqual(Object.keys(mark), Object.keys(released(schema)._meta));
    assert.equal(mark['owner'], released(schema)._meta['owner']);
    assert.ok(Number(mark['version']) > lastRelease);
  });
}

test('a template of the last release becomes one of this version, with what operators added to it', async (t) => {
  const fake = await openFake(t);
  const { template, ...others } = released('flat');
  const theirs = {
    ...others,
    priority: 300,
    composed_of: ['logs-settings'],
    template: {
      settings: { index: { lifecycle: { name: 'two-weeks' }, number_of_replicas: '2' } },
      lifecycle: { data_retention: '14d' },
      mappings: {
        ...template.mappings,
        properties: { ...template.mappings.properties, team: { type: 'keyword' }, status: { type: 'keyword' } },
      },
    },
    created_date_millis: 1_700_000_000_000,
  };
  fake.templates.set(path, JSON.stringify(theirs));
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  const { template: inside, ...now } = installed(fake);
  assert.match(lines.all[0] ?? '', new RegExp(`index template http updated from version 1 to ${version}$`));
  assert.deepEqual([now._meta['version'], now['priority'], now['composed_of']], [version, 300, ['logs-settings']]);
  assert.deepEqual([inside.settings, inside.lifecycle], [theirs.template.settings, theirs.template.lifecycle]);
  const { properties } = inside.mappings;
  assert.deepEqual([properties['team'], properties['status']], [{ type: 'keyword' }, { type: 'long' }]);
  assert.equal('created_date_millis' in now, false, 'a server does not take back all that it gives');
});

test('an index of the last release gets the types of the fields that are new', async (t) => {
  const fake = await openFake(t);
  fake.templates.set(path, JSON.stringify(released('flat')));
  fake.mappings.set('http', released('flat').template.mappings);
  const { transport } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  assert.ok(
    fake.requests.some(({ method, url }) => method === 'PUT' && url === '/http/_mapping?write_index_only=true'),
  );
  assert.deepEqual(fake.mappings.get('http'), current('flat').template.mappings);
  assert.deepEqual(fake.bulkRequests[0]?.body, flatBatch(1).bytes.toString(), 'headers go by name, as before');
  const later = openTransport(t, [fake.baseUrl]);
  await later.transport.send(flatBatch(1, 1));
  assert.equal(fake.requests.filter(({ method }) => method === 'PUT').length, 2, 'once');
});

test('a template and an index that may not be changed are used as they are, and it is said', async (t) => {
  const fake = await openFake(t);
  fake.templates.set(path, JSON.stringify(released('flat')));
  fake.mappings.set('http', released('flat').template.mappings);
  fake.fault = (request, response) => (request.method === 'PUT' ? answering(403)(request, response) : undefined);
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
  assert.deepEqual(fake.bulkRequests[0]?.body, flatBatch(1).bytes.toString());
  assert.deepEqual(installed(fake), released('flat'));
  assert.equal(lines.matching(/^warn .* stays as it is: .* refuses it: 403/).length, 1, lines.all.join('\n'));
  assert.equal(lines.matching(/^warn .* new fields get their types with the next index/).length, 1);
});

test('a template of a later version stays, and it is said; one of another schema is not used either', async (t) => {
  for (const schema of ['flat', 'ecs'] as const) {
    const fake = await openFake(t);
    const later = { ...current(schema), version: 99, _meta: { ...current(schema)._meta, version: 99, more: true } };
    fake.templates.set(path, JSON.stringify(later));
    const { transport, lines } = openTransport(t, [fake.baseUrl]);
    assert.equal((await transport.send(flatBatch(1))).kind, 'delivered');
    assert.deepEqual(installed(fake), later);
    assert.ok(fake.requests.every(({ method }) => method !== 'PUT'));
    const said = lines.all.join('\n');
    assert.match(
      said,
      schema === 'flat' ? /is there, of version 99, which is newer than/ : /of version 99, for another schema/,
    );
    assert.equal(fake.bulkRequests[0]?.body.includes('"lines"'), schema === 'ecs');
  }
});

test('the templates in deploy/ are those that the logger finds and keeps, with their policy', async (t) => {
  const fake = await openFake(t);
  fake.templates.set(path, JSON.stringify(current('flat')));
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  assert.match(lines.all[0] ?? '', /index template http is there$/);
  assert.deepEqual(installed(fake), current('flat'));
  assert.deepEqual(installed(fake).template.settings, { 'index.lifecycle.name': 'k8s-internal-networking' });
});

test('an index that is older than its template decides about the headers', async (t) => {
  const fake = await openFake(t);
  const names = { properties: { host: { type: 'text' } } };
  fake.mappings.set('http', { properties: { request_headers: names, response_headers: names } });
  const { transport, lines } = openTransport(t, [fake.baseUrl]);
  await transport.send(flatBatch(1));
  assert.match(lines.all[0] ?? '', /index template http installed; headers go as lines$/);
  assert.match(fake.bulkRequests[0]?.body ?? '', /"request_headers":\{"lines":\["host: cart",/);
});

test('without our template headers go by name where the index has a type for them', async (t) => {
  const flattened = { type: 'flattened' };
  const kept = [
    { properties: { request_headers: flattened, response_headers: { type: 'object', enabled: false } } },
    { properties: { request_headers: { type: 'flat_object' }, response_headers: flattened } },
  ];
  const spread = [{ properties: { request_headers: flattened } }, { properties: {} }, {}, { properties: null }];
  for (const [isKept, all] of [[true, kept] as const, [false, spread] as const]) {
    for (const mappings of all) {
      const fake = await openFake(t);
      fake.mappings.set('http', mappings);
      const { transport } = openTransport(t, [fake.baseUrl], { template: false });
      await transport.send(flatBatch(1));
      assert.equal(fake.bulkRequests[0]?.body.includes('"lines"'), !isKept, JSON.stringify(mappings));
      const planned = await openFake(t);
      planned.templates.set(path, JSON.stringify({ template: { mappings } }));
      await openTransport(t, [planned.baseUrl], { template: false }).transport.send(flatBatch(1));
      assert.equal(planned.bulkRequests[0]?.body.includes('"lines"'), !isKept, JSON.stringify(mappings));
    }
  }
});

test('ELASTICSEARCH_HEADERS decides, whatever the index has', async (t) => {
  for (const headers of ['object', 'lines'] as const) {
    for (const template of [true, false]) {
      const fake = await openFake(t);
      const { transport } = openTransport(t, [fake.baseUrl], { headers, template });
      await transport.send(flatBatch(1));
      assert.equal(fake.bulkRequests[0]?.body.includes('"lines"'), headers === 'lines');
    }
  }
});
