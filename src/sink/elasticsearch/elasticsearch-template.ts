import type { HttpAnswer, HttpFailure, HttpRequest } from '../client/http-client.ts';
import { describeAnswer, isPassing } from '../client/http-outcome.ts';
import { parseObject } from '../client/parse-object.ts';
import { undatedName } from './elasticsearch-index.ts';
import { type FoundTemplate, readTemplate } from './found-template.ts';
import { keepsHeaders } from './header-types.ts';
import { type TemplateOptions, templateBody } from './template-body.ts';
import { isNewer, isOlder, isOurs, version, versionOf } from './template-mark.ts';

/** `keepsHeaders`: all headers are one field of an index that is made now. `problem` and `state` are for a sentence. */
export type TemplateResult =
  | {
      readonly kind: 'there';
      readonly state: string;
      readonly isNew: boolean;
      readonly keepsHeaders: boolean;
      readonly problem: string | undefined;
    }
  | { readonly kind: 'none'; readonly keepsHeaders: boolean; readonly problem: string }
  /** The server cannot tell now. */
  | { readonly kind: 'retry'; readonly reason: string };

type Ask = (request: HttpRequest) => Promise<HttpAnswer | HttpFailure>;

/**
 * Installs the index template unless it is there already, or a foreign one is. A server that refuses it can be sent
 * to all the same.
 */
export async function installTemplate(options: TemplateOptions, ask: Ask): Promise<TemplateResult> {
  const name = undatedName(options.index);
  if (name === '') return none('the name of the index is nothing but a date');
  const path = templatePath(name, options);
  const found = await ask({ method: 'GET', path });
  if (found.kind === 'failed' || (found.status !== 200 && found.status !== 404)) return refused(found);
  const theirs = found.status === 200 ? readTemplate(found.text, name) : undefined;
  const result = theirs && judge(theirs, options, name);
  if (result !== undefined) return result;
  const body = JSON.stringify(templateBody(options, theirs));
  const put = await ask({ method: 'PUT', path, headers: { 'content-type': 'application/json' }, body });
  if (isConfirmed(put)) return there(installed(name, theirs), { isNew: true });
  const refusal = refused(put);
  if (refusal.kind !== 'none' || theirs?.mark.schema !== options.schema) return refusal;
  return there(`index template ${name} is there`, { problem: `it stays as it is: ${refusal.problem}` });
}

/** Looks what there is, and changes nothing. */
export async function findTemplate(options: TemplateOptions, ask: Ask): Promise<TemplateResult> {
  const name = undatedName(options.index);
  const found = await ask({ method: 'GET', path: templatePath(name, options) });
  const isFound = found.kind === 'answer' && found.status === 200;
  const properties = isFound ? readTemplate(found.text, name)?.properties : undefined;
  return {
    ...there('no index template, as configured', {}),
    keepsHeaders: properties !== undefined && keepsHeaders(properties, options.schema),
  };
}

function templatePath(name: string, { capabilities }: TemplateOptions): string {
  return `/${capabilities.templates === 'composable' ? '_index_template' : '_template'}/${name}`;
}

/** Whether the template that is there may and need not be replaced. */
function judge(
  { mark, properties }: FoundTemplate,
  options: TemplateOptions,
  name: string,
): TemplateResult | undefined {
  const { schema, isDataStream } = options;
  if (!isOurs(mark)) {
    return none(`index template ${name} is somebody else's and stays as it is`, keepsHeaders(properties, schema));
  }
  const itsVersion = `version ${versionOf(mark)}`;
  if (isNewer(mark)) {
    return mark.schema === schema
      ? there(`index template ${name} is there, of ${itsVersion}, which is newer than ${version} and stays`, {})
      : none(`index template ${name} is of ${itsVersion}, for another schema, newer than ${version}, and stays`);
  }
  const isSame = !isOlder(mark) && mark.schema === schema && mark.data_stream === isDataStream;
  return isSame ? there(`index template ${name} is there`, {}) : undefined;
}

function installed(name: string, theirs: FoundTemplate | undefined): string {
  return theirs !== undefined && isOlder(theirs.mark)
    ? `index template ${name} updated from version ${versionOf(theirs.mark)} to ${version}`
    : `index template ${name} installed`;
}

/** What only plays Elasticsearch often answers 200 to anything. */
function isConfirmed(put: HttpAnswer | HttpFailure): boolean {
  return put.kind === 'answer' && put.status === 200 && parseObject(put.text)['acknowledged'] === true;
}

/** Documents that come before their template would be stored in types that cannot be changed any more. */
function refused(result: HttpAnswer | HttpFailure): Exclude<TemplateResult, { kind: 'there' }> {
  if (result.kind === 'failed') return { kind: 'retry', reason: result.reason };
  if (result.status === 200) return none('the server does not confirm that it keeps one');
  const problem = `the server refuses it: ${describeAnswer(result)}`;
  return isPassing(result.status)
    ? { kind: 'retry', reason: `${result.baseUrl}: no index template: ${problem}` }
    : none(problem);
}

function there(state: string, { isNew = false, problem }: { isNew?: boolean; problem?: string }) {
  return { kind: 'there', state, isNew, keepsHeaders: true, problem } as const;
}

function none(problem: string, keepsHeaders = false) {
  return { kind: 'none', problem: `no index template of ours: ${problem}`, keepsHeaders } as const;
}
