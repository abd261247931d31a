import { nearest } from './nearest.ts';
import { plainText } from './plain-text.ts';
import { quote } from './quote.ts';
import { fileForm, readSecret } from './secret.ts';
import type { Values, Variable, VariableTable } from './variable.ts';

export type Environment = { readonly [name: string]: string | undefined };

/** A variable as the user wrote it: under its name or an alias, trimmed, never empty. */
type Written = { readonly name: string; readonly text: string };

/** What an environment says about a table of variables. Problems and warnings are one sentence each. */
export type Reading<Table extends VariableTable> = {
  /** A refused variable has its default here; there is a problem then. */
  readonly values: Values<Table>;
  readonly given: ReadonlyMap<keyof Table, Written>;
  readonly refused: ReadonlySet<keyof Table>;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
};

/** Reads every variable of the table and collects all that is wrong. Never throws. */
export function readEnvironment<Table extends VariableTable>(table: Table, env: Environment): Reading<Table> {
  const values: Record<string, unknown> = {};
  const given = new Map<string, Written>();
  const refused = new Set<string>();
  const problems: string[] = [];
  const warnings: string[] = [];
  for (const [name, variable] of Object.entries(table)) {
    if (variable.isSecret) {
      const secret = readSecret(name, env);
      values[name] = secret.kind === 'given' ? secret.value : variable.fallback;
      if (secret.kind !== 'absent') given.set(name, { name: secret.form, text: '[redacted]' });
      if (secret.kind === 'problem') {
        refused.add(name);
        problems.push(secret.problem);
      }
      continue;
    }
    const forms = writtenForms([name, ...variable.aliases], env);
    const [written, ...others] = forms.filter((form) => !isServiceLink(form));
    values[name] = variable.fallback;
    if (written === undefined) {
      warnings.push(...forms.map((link) => serviceLinkWarning(link, variable)));
      continue;
    }
    given.set(name, written);
    if (variable.formerly.includes(written.name)) {
      warnings.push(`${written.name} is called ${name} now; the old name will not be accepted for ever.`);
    }
    const parsed = variable.kind.parse(written.text);
    const other = others.find((form) => form.text !== written.text);
    if (other === undefined && parsed.kind === 'value') {
      values[name] = parsed.value;
      continue;
    }
    refused.add(name);
    problems.push(
      other === undefined
        ? refusal(written, parsed.kind === 'refused' ? parsed.because : undefined, variable)
        : `${contradiction(written, other)}; allowed: ${plainText(variable.kind.allowed)}.`,
    );
  }
  warnings.push(...unknownNames(table, env));
  return { values: values as Values<Table>, given, refused, problems, warnings };
}

/** A variable with its value, for a message. */
export function showWritten(written: Written): string {
  return `${written.name}=${quote(written.text)}`;
}

function formsOf(name: string, { aliases, isSecret }: Variable<unknown>): readonly string[] {
  return [name, ...aliases, ...(isSecret ? [fileForm(name)] : [])];
}

/** The empty string counts as not set: that is what an optional ConfigMap entry turns into. */
function writtenForms(names: readonly string[], env: Environment): readonly Written[] {
  return names.map((name) => ({ name, text: env[name]?.trim() ?? '' })).filter((form) => form.text !== '');
}

/** Why a value is not allowed, in one sentence. */
export function refusal(written: Written, because: string | undefined, { kind }: Variable<unknown>): string {
  const reason = because === undefined ? '' : `: ${because}`;
  return `${showWritten(written)} is not allowed${reason}; allowed: ${plainText(kind.allowed)}.`;
}

function contradiction(written: Written, other: Written): string {
  return `${showWritten(written)} and ${showWritten(other)} are two names of one variable and must not differ`;
}

/**
 * Kubernetes describes each Service of the namespace to each container: a Service named fluentd gives
 * FLUENTD_PORT=tcp://10.3.2.1:24224. What the pod itself sets under such a name wins, so this value means that it
 * is not set.
 */
function isServiceLink(form: Written): boolean {
  return form.name.endsWith('_PORT') && serviceLink.test(form.text);
}

const serviceLink = /^(tcp|udp|sctp):\/\/([\d.]+|\[[\da-f:.]+\]):\d+$/i;

function serviceLinkWarning(link: Written, variable: Variable<unknown>): string {
  const service = link.name.slice(0, -'_PORT'.length).toLowerCase().replaceAll('_', '-');
  return (
    `${showWritten(link)} describes a Kubernetes Service named ${service} and is ignored, so the default ` +
    `${plainText(variable.shownFallback)} applies; set ${link.name} to a number, or enableServiceLinks: false ` +
    'for the pod.'
  );
}

/**
 * How our names begin. A pod's environment is full of foreign variables, so only a near miss is worth a word. Many
 * programs have variables that begin with `FILE_`: FILE_HASH is no miss of FILE_PATH.
 */
const beginnings = [
  ...['IFACE', 'IGNORE_', 'CAP_', 'OTHER_HOST', 'DRAIN', 'TIMEOUT_', 'LOG', 'SEND_', 'FLUENT', 'ELASTICSEARCH_'],
  ...['FILE_PATH', 'FILE_ROTATE', 'FILE_KEEP', 'FILE_GZIP', 'METRICS_', 'MAX_', 'REDACT_', 'SUMMARY_', 'CONNECTION_'],
  ...['QUEUE_', 'BATCH', 'RETRY_', 'SPOOL_', 'SHUTDOWN_', 'CLIENT_IP', 'CLIENTIP'],
];

function unknownNames(table: VariableTable, env: Environment): readonly string[] {
  const known = new Set(Object.entries(table).flatMap(([name, variable]) => formsOf(name, variable)));
  return writtenForms(Object.keys(env), env).flatMap((form) => {
    const upper = form.name.toUpperCase();
    if (known.has(form.name) || !beginnings.some((beginning) => upper.startsWith(beginning)) || isServiceLink(form))
      return [];
    const meant = nearest(upper, known);
    return meant === undefined ? [] : [`${form.name} is not a known variable and is ignored; did you mean ${meant}?`];
  });
}
