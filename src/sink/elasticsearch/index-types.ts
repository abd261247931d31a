import type { HttpAnswer, HttpFailure, HttpRequest } from '../client/http-client.ts';
import { describeAnswer, failureOutcome, isPassing, refusalOf } from '../client/http-outcome.ts';
import { parseObject } from '../client/parse-object.ts';
import type { Failure } from '../transport.ts';
import { createIndexNamer } from './elasticsearch-index.ts';
import { keepsHeaders, type Properties } from './header-types.ts';
import { mappingsOf, type TemplateOptions } from './template-body.ts';
import { isOlder, isOurs, type TemplateMark } from './template-mark.ts';

/** What the types of an index that is there already are good for. `unknown`: there is none, or we may not see it. */
export type IndexTypes =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'known'; readonly keepsHeaders: boolean; readonly problem: string | undefined };

type Mappings = { readonly _meta?: TemplateMark; readonly properties?: Properties };

/**
 * A template only counts for indices that are made later: an index that is there may be older. One of ours gets the
 * types of the fields that are new, which can be added, but not changed.
 */
export async function readIndexTypes(
  options: TemplateOptions,
  mayWrite: boolean,
  ask: (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>,
): Promise<IndexTypes | Failure> {
  const { schema, isDataStream, capabilities } = options;
  if (capabilities.mappingType !== undefined) return { kind: 'unknown' };
  const index = createIndexNamer(options.index)(Date.now() * 1000);
  const found = await ask({ method: 'GET', path: `/${index}/_mapping` });
  if (found.kind === 'failed') return failureOutcome(found);
  // A server without templates may have no other words for what it does not know.
  if (isPassing(found.status) && mayWrite) return { kind: 'retry', reason: refusalOf(found) };
  const mappings = found.status === 200 ? readMappings(found.text) : undefined;
  if (mappings === undefined) return { kind: 'unknown' };
  const mark = mappings._meta ?? {};
  const isOlderOfOurs = isOurs(mark) && isOlder(mark) && mark.schema === schema;
  const known = { kind: 'known', keepsHeaders: keepsHeaders(mappings.properties ?? {}, schema) } as const;
  if (!mayWrite || !isOlderOfOurs) return { ...known, problem: undefined };
  const put = await ask({
    method: 'PUT',
    path: `/${index}/_mapping${isDataStream ? '?write_index_only=true' : ''}`,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(mappingsOf(options)),
  });
  if (put.kind === 'failed') return failureOutcome(put);
  if (put.status === 200) return { ...known, problem: undefined };
  if (isPassing(put.status)) return { kind: 'retry', reason: refusalOf(put) };
  return { ...known, problem: `new fields get their types with the next index only: ${describeAnswer(put)}` };
}

/** Of a data stream those of its last index, which is written to. */
function readMappings(text: string): Mappings | undefined {
  const last = Object.entries(parseObject(text))
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .at(-1);
  const { mappings } = (last?.[1] ?? {}) as { readonly mappings?: unknown };
  return typeof mappings === 'object' && mappings !== null ? mappings : undefined;
}
