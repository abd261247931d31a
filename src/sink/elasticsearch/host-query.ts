/** What the query of a host's URL means for requests to it, each as `name=value&...`, and what of it is never said. */
export type HostQuery = {
  readonly forBulk: string;
  readonly forOthers: string;
  readonly secrets: readonly string[];
};

/**
 * Parameters of the bulk API alone: other requests are refused with them.
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
const bulkParameters: ReadonlySet<string> = new Set([
  'include_source_on_error',
  'list_executed_pipelines',
  'pipeline',
  'refresh',
  'require_alias',
  'require_data_stream',
  'routing',
  'timeout',
  'wait_for_active_shards',
]);

/** Shorter values stand everywhere. */
const shortestSecret = 4;

/** The bulk API's own parameters go with bulk requests only; others, a token for a proxy for instance, with all. */
export function readHostQuery(query: string): HostQuery {
  const parameters = query.split('&').filter((parameter) => parameter !== '');
  const others = parameters.filter((parameter) => !bulkParameters.has(nameOf(parameter)));
  return {
    forBulk: parameters.join('&'),
    forOthers: others.join('&'),
    // VictoriaLogs' own parameters, which name fields, begin with `_`.
    secrets: others
      .filter((parameter) => !parameter.startsWith('_'))
      .flatMap((parameter) => forms(parameter.slice(nameOf(parameter).length + 1)))
      .filter((secret) => secret.length >= shortestSecret),
  };
}

export function withQuery(path: string, query: string): string {
  if (query === '') return path;
  return path.includes('?') ? path.replace('?', () => `?${query}&`) : `${path}?${query}`;
}

function nameOf(parameter: string): string {
  return parameter.split('=', 1)[0] as string;
}

function forms(value: string): readonly string[] {
  try {
    return [value, decodeURIComponent(value)];
  } catch {
    return [value];
  }
}
