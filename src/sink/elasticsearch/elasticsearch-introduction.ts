import type { SchemaName } from '../../record/schema/schemas.ts';
import type { HttpAnswer, HttpFailure, HttpRequest } from '../client/http-client.ts';
import { failureOutcome, isPassing, refusalOf } from '../client/http-outcome.ts';
import type { Failure } from '../transport.ts';
import { bulkFilterPath } from './elasticsearch-answer.ts';
import { isDated } from './elasticsearch-index.ts';
import {
  type Capabilities,
  capabilitiesOf,
  type ElasticsearchServer,
  readServer,
  unknownServer,
} from './elasticsearch-server.ts';
import { findTemplate, installTemplate, type TemplateResult } from './elasticsearch-template.ts';
import { type IndexTypes, readIndexTypes } from './index-types.ts';
import type { TemplateOptions } from './template-body.ts';

export type IntroductionSettings = {
  /** May hold the placeholder for the date. */
  readonly index: string;
  readonly mappingType: string | undefined;
  /** Instead of what an Elasticsearch says. Without a minor version the last one is meant. */
  readonly apiVersion: { readonly major: number; readonly minor: number | undefined } | undefined;
  /** Whether to install an index template; else it is only looked for. */
  readonly template: boolean;
  /** By name in an object; as `name: value` in a list; or what goes with the types of the index. */
  readonly headers: 'auto' | 'object' | 'lines';
  /** A data stream instead of an index, where the server has them and the name has no date. */
  readonly dataStream: boolean;
};

/** What is known of a server that was met. */
export type Introduction = {
  readonly kind: 'met';
  readonly bulkPath: string;
  /** Nothing there says what the fields are: documents are to be plain. */
  readonly isPlain: boolean;
  /** What was found, and what will be done. */
  readonly sentence: string;
  /** The template was not as it is now. */
  readonly isNew: boolean;
  readonly problems: readonly string[];
};

type Ask = (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>;
type Template = Exclude<TemplateResult, { kind: 'retry' }>;

/** Asks a server what it is, installs the index template, and decides how documents are sent. */
export async function introduce(
  settings: IntroductionSettings,
  schema: SchemaName,
  ask: Ask,
): Promise<Introduction | Failure> {
  const server = await identify(settings, ask);
  if ('kind' in server) return server;
  const capabilities = capabilitiesOf(server, settings.mappingType);
  const { index } = settings;
  const isDataStream = settings.template && settings.dataStream && capabilities.dataStreams && !isDated(index);
  const options = { index, schema, isDataStream, capabilities };
  const template = await templateOf(settings, options, ask);
  if (template.kind === 'retry') return template;
  const types = await readIndexTypes(options, settings.template && template.kind === 'there', ask);
  if (types.kind === 'retry' || types.kind === 'misconfigured') return types;

  const isPlain = takesPlain(settings, template, types);
  const where = template.kind === 'none' ? index : `${isDataStream ? 'data stream' : 'index'} ${index}`;
  return {
    kind: 'met',
    bulkPath: bulkPath(index, capabilities),
    isPlain,
    sentence: [
      `${describeServer(server)}; records go to ${where}${describeType(capabilities)}`,
      ...(template.kind === 'there' ? [template.state] : []),
      ...(isPlain ? ['headers go as lines'] : []),
    ].join('; '),
    isNew: template.kind === 'there' && template.isNew,
    problems: [template.problem, types.kind === 'known' ? types.problem : undefined].filter((one) => one !== undefined),
  };
}

async function templateOf(settings: IntroductionSettings, options: TemplateOptions, ask: Ask): Promise<TemplateResult> {
  return settings.template ? installTemplate(options, ask) : findTemplate(options, ask);
}

/** What the index has counts, not what the template promises for the next one. */
function takesPlain({ headers }: IntroductionSettings, template: Template, types: IndexTypes): boolean {
  if (headers !== 'auto') return headers === 'lines';
  return !(types.kind === 'known' ? types : template).keepsHeaders;
}

/** What answers there. A server that does not say, or not to this user, may take documents all the same. */
export async function identify(settings: IntroductionSettings, ask: Ask): Promise<ElasticsearchServer | Failure> {
  const answer = await ask({ method: 'GET', path: '/' });
  if (answer.kind === 'failed') return failureOutcome(answer);
  const { status } = answer;
  const isFound = status >= 200 && status < 300;
  if (!isFound && !isMute(status)) {
    return { kind: isPassing(status) ? 'retry' : 'misconfigured', reason: refusalOf(answer) };
  }
  const server = isFound ? readServer(answer.text) : unknownServer;
  const { apiVersion } = settings;
  if (apiVersion === undefined || server.product === 'OpenSearch') return server;
  const { major, minor = 99 } = apiVersion;
  const versionText = `${major}${apiVersion.minor === undefined ? '' : `.${minor}`} as configured`;
  return { ...server, product: 'Elasticsearch', version: { major, minor }, versionText };
}

/** It has no word for this request, or none for this user. */
function isMute(status: number): boolean {
  return (status >= 400 && status < 500 && status !== 401 && status !== 407 && !isPassing(status)) || status === 501;
}

export function describeServer({ product, versionText }: ElasticsearchServer): string {
  const version = versionText === undefined ? '' : ` ${versionText}`;
  return product === 'unknown' ? `a server of unknown kind${version && `, version${version}`}` : `${product}${version}`;
}

function describeType({ mappingType }: Capabilities): string {
  return mappingType === undefined ? '' : `, mapping type ${mappingType}`;
}

/** Each document names its index itself. The type in front is for those that need one. */
function bulkPath(index: string, { mappingType }: Capabilities): string {
  const prefix = mappingType === undefined ? '' : `/${encodeURIComponent(index)}/${encodeURIComponent(mappingType)}`;
  return `${prefix}/_bulk?filter_path=${bulkFilterPath}`;
}
