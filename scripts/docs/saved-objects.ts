// deploy/monitoring/saved-objects.ndjson: JSON in JSON in lines, which nobody can read, made from these tables. It is
// in the form of Kibana 7.10, from which OpenSearch Dashboards was forked: that one takes it as it is, newer versions
// of Kibana migrate it when they import it.
import { bars, type Look, pie, table } from './saved-object-looks.ts';

/** What each type is marked with: no version above those that OpenSearch Dashboards knows. */
const migrations = { 'index-pattern': '7.6.0', search: '7.9.3', visualization: '7.10.0', dashboard: '7.9.3' };

type SavedType = keyof typeof migrations;
type Reference = { readonly name: string; readonly type: SavedType; readonly id: string };
type Bucket = { readonly type: string; readonly params: object };
type Visualization = {
  readonly id: string;
  readonly title: string;
  readonly look: Look;
  /** Of exchanges: what is recorded beside them is no request. */
  readonly query: string;
  /** Of `duration_ms`, with its average, beside the count. */
  readonly percents?: readonly number[];
  readonly buckets: readonly Bucket[];
  /** Column, row, width, height; the dashboard has 48 columns. */
  readonly place: readonly [number, number, number, number];
};

const pattern: Reference = {
  name: 'kibanaSavedObjectMeta.searchSourceJSON.index',
  type: 'index-pattern',
  id: 'k8s-http',
};

const overTime: Bucket = {
  type: 'date_histogram',
  params: { field: '@timestamp', interval: 'auto', min_doc_count: 1, drop_partials: false, extended_bounds: {} },
};

const statusClasses: Bucket = {
  type: 'filters',
  params: {
    filters: [
      { label: '1xx', input: lucene('status:[100 TO 199]') },
      { label: '2xx', input: lucene('status:[200 TO 299]') },
      { label: '3xx', input: lucene('status:[300 TO 399]') },
      { label: '4xx', input: lucene('status:[400 TO 499]') },
      { label: '5xx', input: lucene('status:>=500') },
      { label: 'none', input: lucene('NOT _exists_:status') },
    ],
  },
};

const onlyExchanges = 'NOT _exists_:kind';

/** As in `src/record/failure.ts`. */
const errorStatus = '(status:>=500 OR status:<100)';
const noWholeResponse = ['timeout', 'reset', 'closed'] as const;
/** All but OK for a client, for a server its own errors; or none though the call has ended. */
const errorOfCall = `(${[
  '(direction:outgoing AND grpc_status:>=1)',
  ...['[2 TO 2]', '[4 TO 4]', '[12 TO 15]'].map((range) => `grpc_status:${range}`),
  '(_exists_:grpc_service AND NOT _exists_:grpc_status AND status:[200 TO 200] AND NOT incomplete:true AND ' +
    'NOT _exists_:undecoded_fields)',
].join(' OR ')})`;
const broken = noWholeResponse.map((outcome) => `outcome:${outcome}`);
const failed = `(${[errorStatus, errorOfCall, ...broken].join(' OR ')})`;
const whole = broken.map((outcome) => `NOT ${outcome}`);

const failures: Bucket = {
  type: 'filters',
  params: {
    filters: [
      { label: '5xx', input: lucene([errorStatus, ...whole].join(' AND ')) },
      { label: 'grpc', input: lucene([errorOfCall, 'NOT status:>=500', 'NOT status:<100', ...whole].join(' AND ')) },
      ...noWholeResponse.map((outcome) => ({ label: outcome, input: lucene(`outcome:${outcome}`) })),
    ],
  },
};

/** The ids of the metrics to order by. The editor does not offer percentiles. */
const count = '1';
const average = '2';

type TopValues = { readonly field: string; readonly size: number; readonly label: string };

/** The most frequent values. */
function top(field: string, size: number, label: string): Bucket {
  return topBy(count, { field, size, label });
}

function topBy(orderBy: string, { field, size, label }: TopValues): Bucket {
  const others = { otherBucket: false, otherBucketLabel: 'Other', missingBucket: false, missingBucketLabel: 'Missing' };
  return { type: 'terms', params: { field, size, order: 'desc', orderBy, ...others, customLabel: label } };
}

/** Of a request with a late answer there are two records: counts take the first one. */
const eachOnce = 'NOT late:true';

const visualizations: readonly Visualization[] = [
  {
    id: 'k8s-http-requests',
    title: 'HTTP: requests by class of status',
    look: bars,
    query: eachOnce,
    buckets: [overTime, statusClasses],
    place: [0, 0, 34, 12],
  },
  {
    id: 'k8s-http-direction',
    title: 'HTTP: direction',
    look: pie,
    query: eachOnce,
    buckets: [top('direction', 3, 'Direction')],
    place: [34, 0, 14, 12],
  },
  {
    id: 'k8s-http-errors',
    title: 'HTTP: failed requests',
    look: bars,
    query: `${failed} AND ${eachOnce}`,
    buckets: [overTime, failures],
    place: [0, 12, 24, 12],
  },
  {
    id: 'k8s-http-unanswered',
    title: 'HTTP: unanswered by outcome',
    look: bars,
    query: `NOT outcome:answered AND ${eachOnce}`,
    buckets: [overTime, top('outcome', 4, 'Outcome')],
    place: [24, 12, 24, 12],
  },
  {
    id: 'k8s-http-slowest',
    title: 'HTTP: slowest paths',
    look: table,
    query: '_exists_:duration_ms',
    percents: [50, 95, 99],
    buckets: [topBy(average, { field: 'path', size: 20, label: 'Path' })],
    place: [0, 24, 24, 15],
  },
  {
    id: 'k8s-http-error-paths',
    title: 'HTTP: paths with the most failed requests',
    look: table,
    query: `${failed} AND ${eachOnce}`,
    buckets: [top('path', 20, 'Path'), failures],
    place: [24, 24, 24, 15],
  },
  {
    id: 'k8s-http-calls',
    title: 'gRPC: calls by method and status',
    look: table,
    query: `_exists_:grpc_service AND ${eachOnce}`,
    buckets: [top('grpc_service', 20, 'Service'), top('grpc_method', 10, 'Method'), top('grpc_status', 17, 'Status')],
    place: [0, 54, 48, 15],
  },
  {
    id: 'k8s-http-clients',
    title: 'HTTP: top clients',
    look: table,
    query: eachOnce,
    buckets: [top('client_ip', 20, 'Client')],
    place: [0, 39, 24, 15],
  },
  {
    id: 'k8s-http-servers',
    title: 'HTTP: top servers',
    look: table,
    query: eachOnce,
    buckets: [top('server_ip', 20, 'Server'), top('host', 3, 'Host')],
    place: [24, 39, 24, 15],
  },
];

const search = {
  id: 'k8s-http-latest',
  title: 'HTTP: latest records',
  columns: 'kind direction client_ip server_ip method host path status grpc_status outcome late duration_ms'.split(' '),
  place: [0, 69, 48, 20],
} as const;

/** The file, each object after those that it refers to. */
export function savedObjects(): string {
  const { id, title, columns } = search;
  const sort = [['@timestamp', 'desc']];
  const latest = { title, description: '', hits: 0, columns, sort, version: 1, ...searchSource() };
  return [
    line({ type: 'index-pattern', id: pattern.id }, [], {
      title: 'k8s-internal-networking*',
      timeFieldName: '@timestamp',
      fields: '[]',
    }),
    line({ type: 'search', id }, [pattern], latest),
    ...visualizations.map((visualization) =>
      line({ type: 'visualization', id: visualization.id }, [pattern], visualizationAttributes(visualization)),
    ),
    dashboard(),
  ].join('');
}

type SavedId = { readonly type: SavedType; readonly id: string };

function line({ type, id }: SavedId, references: readonly Reference[], attributes: object): string {
  const migrationVersion = { [type]: migrations[type] };
  return `${JSON.stringify({ type, id, attributes, references, migrationVersion })}\n`;
}

function lucene(query: string) {
  return { query, language: 'lucene' };
}

function searchSource(query = '') {
  const source = { query: lucene(query), filter: [], indexRefName: pattern.name };
  return { kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) } };
}

function visualizationAttributes({ title, look, query, percents, buckets }: Visualization): object {
  const count = { type: 'count', schema: 'metric', params: { customLabel: 'Requests' } };
  const field = 'duration_ms';
  const durations = [
    { type: 'avg', schema: 'metric', params: { field, customLabel: 'Average ms' } },
    { type: 'percentiles', schema: 'metric', params: { field, percents, customLabel: 'ms' } },
  ];
  const metrics = percents === undefined ? [count] : [count, ...durations];
  const inSchemas = buckets.map((bucket, index) => ({ ...bucket, schema: look.schemas[index === 0 ? 0 : 1] }));
  const aggs = [...metrics, ...inSchemas].map((agg, index) => ({ id: String(index + 1), enabled: true, ...agg }));
  const visState = JSON.stringify({ title, type: look.type, aggs, params: look.params });
  return {
    title,
    visState,
    uiStateJSON: '{}',
    description: '',
    version: 1,
    ...searchSource(`${query} AND ${onlyExchanges}`),
  };
}

function dashboard(): string {
  const shown = [
    ...visualizations.map(({ id, place }) => ({ type: 'visualization', id, place }) as const),
    { type: 'search', id: search.id, place: search.place } as const,
  ];
  const panels = shown.map(({ place: [x, y, w, h] }, index) => {
    const panelIndex = String(index + 1);
    const gridData = { x, y, w, h, i: panelIndex };
    return { version: '7.9.3', gridData, panelIndex, embeddableConfig: {}, panelRefName: `panel_${index}` };
  });
  const references = shown.map(({ type, id }, index) => ({ name: `panel_${index}`, type, id }));
  const source = { query: lucene(''), filter: [] };
  return line({ type: 'dashboard', id: 'k8s-http-dashboard' }, references, {
    title: 'HTTP of the cluster',
    description: 'Records of LOG_SCHEMA=flat. What both ends have logged counts twice: choose one direction.',
    hits: 0,
    panelsJSON: JSON.stringify(panels),
    optionsJSON: JSON.stringify({ useMargins: true, hidePanelTitles: false }),
    timeRestore: false,
    version: 1,
    kibanaSavedObjectMeta: { searchSourceJSON: JSON.stringify(source) },
  });
}
