import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Capabilities, capabilitiesOf, readServer } from '../../../src/sink/elasticsearch/elasticsearch-server.ts';

const elasticsearch = (number: string, flavor?: string) => ({
  version: { number, build_flavor: flavor },
  tagline: 'You Know, for Search',
});
const openSearch = (number: string, distribution: string | undefined = 'opensearch') => ({
  version: { number, distribution },
  tagline: 'The OpenSearch Project: https://opensearch.org/',
});

const current: Capabilities = {
  mappingType: undefined,
  templates: 'composable',
  dataStreams: true,
  headersType: 'flattened',
  nanoseconds: true,
};
const typed: Capabilities = {
  mappingType: '_doc',
  templates: 'legacy',
  dataStreams: false,
  headersType: undefined,
  nanoseconds: false,
};

const cases: readonly (readonly [info: unknown, product: string, capabilities: Capabilities])[] = [
  [elasticsearch('6.8.23', 'default'), 'Elasticsearch', typed],
  [elasticsearch('6.1.4'), 'Elasticsearch', { ...typed, mappingType: 'doc' }],
  [elasticsearch('7.2.0', 'default'), 'Elasticsearch', { ...typed, mappingType: undefined, nanoseconds: true }],
  [elasticsearch('7.8.0', 'default'), 'Elasticsearch', { ...current, dataStreams: false }],
  [elasticsearch('7.10.2', 'oss'), 'Elasticsearch', { ...current, dataStreams: false, headersType: undefined }],
  [elasticsearch('7.17.28', 'default'), 'Elasticsearch', current],
  [elasticsearch('8.17.0', 'default'), 'Elasticsearch', current],
  [elasticsearch('9.3.0', 'serverless'), 'Elasticsearch', current],
  [elasticsearch('10.0.0', 'default'), 'Elasticsearch', current],
  [openSearch('1.3.20'), 'OpenSearch', { ...current, headersType: undefined }],
  [openSearch('2.6.0'), 'OpenSearch', { ...current, headersType: undefined }],
  [openSearch('2.7.0'), 'OpenSearch', { ...current, headersType: 'flat_object' }],
  [openSearch('3.8.0'), 'OpenSearch', { ...current, headersType: 'flat_object' }],
  // In its compatibility mode.
  [openSearch('7.10.2', ''), 'OpenSearch', { ...current, headersType: undefined }],
  // VictoriaLogs.
  [{ version: { number: '8.9.0' } }, 'unknown', { ...current, headersType: undefined }],
  [{ version: null, tagline: 7 }, 'unknown', { ...current, headersType: undefined }],
  [[], 'unknown', { ...current, headersType: undefined }],
];

for (const [info, product, capabilities] of cases) {
  test(`what ${JSON.stringify(info)} is and can do`, () => {
    const server = readServer(JSON.stringify(info));
    assert.equal(server.product, product);
    assert.deepEqual(capabilitiesOf(server, undefined), capabilities);
  });
}

test('anything else than JSON is a server of unknown kind', () => {
  for (const text of ['', 'null', '7', '"x"', '<html>', '{']) assert.equal(readServer(text).product, 'unknown');
});

test('a configured mapping type is for servers before 7 only', () => {
  const typeOf = (number: string) =>
    capabilitiesOf(readServer(JSON.stringify(elasticsearch(number))), 'log').mappingType;
  assert.deepEqual([typeOf('6.8.0'), typeOf('7.0.0')], ['log', undefined]);
});
