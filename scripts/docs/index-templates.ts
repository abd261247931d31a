// Index templates for people who install them themselves, with a policy that deletes what is old, in deploy/: made from
// what the logger installs.
import { type SchemaName, schemas } from '../../src/record/schema/schemas.ts';
import { capabilitiesOf, readServer } from '../../src/sink/elasticsearch/elasticsearch-server.ts';
import { templateBody } from '../../src/sink/elasticsearch/template-body.ts';
import { elasticsearchVariables } from '../../src/sink/elasticsearch/variables.ts';

/** Of the data stream, the templates and the policies. */
const name = elasticsearchVariables.ELASTICSEARCH_INDEX.fallback;
const rollover = { age: '1d', size: '30gb' };
const keptFor = '14d';
const lineWidth = 120;

const servers = {
  elasticsearch: { version: { number: '8.17.0' }, tagline: 'You Know, for Search' },
  opensearch: { version: { number: '2.19.1', distribution: 'opensearch' } },
};

/** https://www.elastic.co/docs/manage-data/lifecycle/index-lifecycle-management */
const lifecyclePolicy = {
  policy: {
    phases: {
      hot: { actions: { rollover: { max_age: rollover.age, max_primary_shard_size: rollover.size } } },
      delete: { min_age: keptFor, actions: { delete: {} } },
    },
  },
};

/** https://docs.opensearch.org/latest/im-plugin/ism/policies/ */
const statePolicy = {
  policy: {
    description: `One index of ${name} a day, kept for ${keptFor}`,
    default_state: 'written',
    states: [
      {
        name: 'written',
        actions: [{ rollover: { min_index_age: rollover.age, min_primary_shard_size: rollover.size } }],
        transitions: [{ state_name: 'deleted', conditions: { min_rollover_age: keptFor } }],
      },
      { name: 'deleted', actions: [{ delete: {} }], transitions: [] },
    ],
    ism_template: [{ index_patterns: [name], priority: 100 }],
  },
};

/** Their texts, by path. */
export function indexTemplates(): { readonly [path: string]: string } {
  const files = Object.keys(schemas).flatMap((schema) => [
    [`deploy/elasticsearch/index-template-${schema}.json`, elasticsearchTemplate(schema as SchemaName)],
    [`deploy/opensearch/index-template-${schema}.json`, templateFor('opensearch', schema as SchemaName)],
  ]);
  return Object.fromEntries(
    [
      ...files,
      ['deploy/elasticsearch/lifecycle-policy.json', lifecyclePolicy],
      ['deploy/opensearch/state-policy.json', statePolicy],
    ].map(([path, value]) => [path, `${json(value, '')}\n`]),
  );
}

/** Elasticsearch learns from the template which policy an index has, OpenSearch from the policy. */
function elasticsearchTemplate(schema: SchemaName): object {
  const { template, ...others } = templateFor('elasticsearch', schema);
  return { ...others, template: { settings: { 'index.lifecycle.name': name }, ...(template as object) } };
}

function templateFor(server: keyof typeof servers, schema: SchemaName) {
  const capabilities = capabilitiesOf(readServer(JSON.stringify(servers[server])), undefined);
  return templateBody({ index: name, schema, isDataStream: true, capabilities });
}

/** A line for each thing that has nothing but words and numbers in it, if it fits. */
function json(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  const isList = Array.isArray(value);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  const parts = Object.entries(value).map(
    ([key, part]) => `${isList ? '' : `${JSON.stringify(key)}: `}${json(part, inner)}`,
  );
  if (parts.length === 0) return open + close;
  const isFlat = Object.values(value).every((part) => typeof part !== 'object');
  const line = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
  if (isFlat && indent.length + line.length < lineWidth) return line;
  return `${open}\n${parts.map((part) => inner + part).join(',\n')}\n${indent}${close}`;
}
