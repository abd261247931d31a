import type { SchemaName } from '../../record/schema/schemas.ts';
import type { HttpAnswer, HttpFailure, HttpRequest } from '../client/http-client.ts';
import { describeAnswer, isPassing } from '../client/http-outcome.ts';
import { parseObject } from '../client/parse-object.ts';
import { indexPattern, undatedName } from './elasticsearch-index.ts';
import { fieldMappings, otherStrings } from './elasticsearch-mappings.ts';
import type { Capabilities } from './elasticsearch-server.ts';

export type TemplateOptions = {
  readonly index: string;
  readonly schema: SchemaName;
  /** The template makes a data stream instead of indices. */
  readonly isDataStream: boolean;
  readonly capabilities: Capabilities;
};

/** What became of the template; `problem` and `state` are for a sentence. `retry`: the server cannot tell now. */
export type TemplateResult =
  | { readonly kind: 'there'; readonly state: string; readonly isNew: boolean }
  | { readonly kind: 'none'; readonly problem: string }
  | { readonly kind: 'retry'; readonly reason: string };

type Mark = {
  readonly owner?: unknown;
  readonly version?: unknown;
  readonly schema?: unknown;
  readonly data_stream?: unknown;
};
type Ask = (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>;

/** By this a template is known as ours. The version grows with every change of the mappings. */
const owner = 'kubernetes-internal-http-logger';
const version = 1;
/** Above the templates that come with the server (100) and below what people write for a purpose. */
const priority = 200;
const legacyOrder = 10;

/**
 * Installs the index template unless it is there already, or a foreign one is. A server that refuses it can be sent
 * to all the same.
 */
export async function installTemplate(options: TemplateOptions, ask: Ask): Promise<TemplateResult> {
  const name = undatedName(options.index);
  if (name === '') return none('the name of the index is nothing but a date');
  const path = `/${options.capabilities.templates === 'composable' ? '_index_template' : '_template'}/${name}`;
  const found = await ask({ method: 'GET', path });
  if (found.kind === 'failed' || (found.status !== 200 && found.status !== 404)) return refused(found);
  const theirs = found.status === 200 ? readMark(found.text, name) : undefined;
  const there = theirs && judge(theirs, options, name);
  if (there !== undefined) return there;
  const body = JSON.stringify(templateBody(options));
  const put = await ask({ method: 'PUT', path, headers: { 'content-type': 'application/json' }, body });
  if (put.kind === 'failed' || put.status !== 200) return refused(put);
  return { kind: 'there', state: `index template ${name} installed`, isNew: true };
}

/** Whether the template that is there may and need not be replaced. */
function judge(theirs: Mark, options: TemplateOptions, name: string): TemplateResult | undefined {
  if (theirs.owner !== owner) return none(`index template ${name} is somebody else's and stays as it is`);
  const isNewer = Number(theirs.version) > version;
  const ours = markOf(options);
  const isSame =
    theirs.version === ours.version && theirs.schema === ours.schema && theirs.data_stream === ours.data_stream;
  return isNewer || isSame ? { kind: 'there', state: `index template ${name} is there`, isNew: false } : undefined;
}

/** Documents that come before their template would be stored in types that cannot be changed any more. */
function refused(result: HttpAnswer | HttpFailure): TemplateResult {
  if (result.kind === 'failed') return { kind: 'retry', reason: result.reason };
  const problem = `the server refuses it: ${describeAnswer(result)}`;
  return isPassing(result.status)
    ? { kind: 'retry', reason: `${result.baseUrl}: no index template: ${problem}` }
    : none(problem);
}

function none(problem: string): TemplateResult {
  return { kind: 'none', problem };
}

/**
 * https://www.elastic.co/docs/manage-data/data-store/templates, and before 7.8 what is called a legacy template now.
 */
export function templateBody(options: TemplateOptions): object {
  const { index, schema, capabilities, isDataStream } = options;
  const mark = markOf(options);
  const mappings = {
    _meta: mark,
    dynamic_templates: [otherStrings],
    properties: fieldMappings(schema, capabilities),
  };
  const { mappingType } = capabilities;
  const common = { index_patterns: [indexPattern(index)], version };
  if (capabilities.templates === 'legacy') {
    return {
      ...common,
      order: legacyOrder,
      mappings: mappingType === undefined ? mappings : { [mappingType]: mappings },
    };
  }
  return { ...common, priority, _meta: mark, template: { mappings }, ...(isDataStream ? { data_stream: {} } : {}) };
}

function markOf({ schema, isDataStream }: TemplateOptions): Mark {
  return { owner, version, schema, data_stream: isDataStream };
}

/** What a template says of itself; undefined if none of this name is in the answer. */
function readMark(text: string, name: string): Mark | undefined {
  const answer = parseObject(text) as {
    [name: string]: unknown;
    index_templates?: readonly { index_template?: object }[];
  };
  const composable = answer.index_templates?.[0]?.index_template;
  const template = (composable ?? answer[name] ?? undefined) as
    | { _meta?: object; mappings?: { _meta?: object } }
    | undefined;
  if (template === undefined) return undefined;
  const typed = Object.values(template.mappings ?? {})[0] as { _meta?: object } | undefined;
  return (template._meta ?? template.mappings?._meta ?? typed?._meta ?? {}) as Mark;
}
