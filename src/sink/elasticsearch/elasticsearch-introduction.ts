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
import { installTemplate, type TemplateResult } from './elasticsearch-template.ts';

export type IntroductionSettings = {
  /** May hold the placeholder for the date. */
  readonly index: string;
  readonly mappingType: string | undefined;
  /** Instead of what an Elasticsearch says. Without a minor version the last one is meant. */
  readonly apiVersion: { readonly major: number; readonly minor: number | undefined } | undefined;
  /** Whether to install an index template. */
  readonly template: boolean;
  /** A data stream instead of an index, where the server has them and the name has no date. */
  readonly dataStream: boolean;
};

/** What is known of a server that was met. */
export type Introduction = {
  readonly kind: 'met';
  readonly bulkPath: string;
  /** What was found, and what will be done. */
  readonly sentence: string;
  readonly template: Exclude<TemplateResult, { kind: 'retry' }>;
};

const noTemplate = { kind: 'there', state: 'no index template, as configured', isNew: false } as const;

type Ask = (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>;

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
  const template = settings.template
    ? await installTemplate({ index, schema, isDataStream, capabilities }, ask)
    : noTemplate;
  if (template.kind === 'retry') return template;
  const where = template.kind === 'none' ? index : `${isDataStream ? 'data stream' : 'index'} ${index}`;
  const sentence = `${describeServer(server)}; records go to ${where}${describeType(capabilities)}`;
  return { kind: 'met', bulkPath: bulkPath(index, capabilities), sentence, template };
}

/** What answers there. A server that does not say, or not to this user, may take documents all the same. */
export async function identify(settings: IntroductionSettings, ask: Ask): Promise<ElasticsearchServer | Failure> {
  const answer = await ask({ method: 'GET', path: '/' });
  if (answer.kind === 'failed') return failureOutcome(answer);
  const { status } = answer;
  const isFound = status >= 200 && status < 300;
  if (!isFound && status !== 403 && status !== 404 && status !== 405) {
    return { kind: isPassing(status) ? 'retry' : 'misconfigured', reason: refusalOf(answer) };
  }
  const server = isFound ? readServer(answer.text) : unknownServer;
  const { apiVersion } = settings;
  if (apiVersion === undefined || server.product === 'OpenSearch') return server;
  const { major, minor = 99 } = apiVersion;
  const versionText = `${major}${apiVersion.minor === undefined ? '' : `.${minor}`} as configured`;
  return { ...server, product: 'Elasticsearch', version: { major, minor }, versionText };
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
