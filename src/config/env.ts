import { nearMisses } from './near-miss.ts';
import { plainText } from './plain-text.ts';
import { quote } from './quote.ts';
import { fileForm, readSecret } from './secret.ts';
import { isServiceLink, serviceLinkWarning } from './service-link.ts';
import type { Values, Variable, VariableTable } from './variable.ts';

export type Environment = { readonly [name: string]: string | undefined };

/** A variable as the user wrote it: under its name or an alias, trimmed, never empty. */
type Written = { readonly name: string; readonly text: string };

/** What an environment says about a table of variables. Problems and warnings are one sentence each. */
export type Reading<Table extends VariableTable> = {
  /** A refused variable has its default here; there is a problem then. */
  readonly values: Values<Table>;
  readonly given: ReadonlyMap<keyof Table, Written>;
  /** With the text that was given, and what is wrong. */
  readonly refused: ReadonlyMap<keyof Table, { readonly text: string; readonly problem: string }>;
  /** Variables that Kubernetes has set instead of the operator, with a warning for those that are of use. */
  readonly serviceLinks: ReadonlyMap<keyof Table, string>;
  readonly warnings: readonly string[];
};

/** Reads every variable of the table and collects all that is wrong. Never throws. */
export function readEnvironment<Table extends VariableTable>(table: Table, env: Environment): Reading<Table> {
  const values: Record<string, unknown> = {};
  const given = new Map<string, Written>();
  const refused = new Map<string, { readonly text: string; readonly problem: string }>();
  const serviceLinks = new Map<string, string>();
  const warnings: string[] = [];
  for (const [name, variable] of Object.entries(table)) {
    if (variable.isSecret) {
      const secret = readSecret(name, env);
      values[name] = secret.kind === 'given' ? secret.value : variable.fallback;
      if (secret.kind !== 'absent') given.set(name, { name: secret.form, text: '[redacted]' });
      if (secret.kind === 'problem') refused.set(name, { text: '', problem: secret.problem });
      continue;
    }
    const forms = writtenForms([name, ...variable.aliases], env);
    const [written, ...others] = forms.filter((form) => !isServiceLink(form));
    values[name] = variable.fallback;
    if (written === undefined) {
      for (const link of forms) serviceLinks.set(name, serviceLinkWarning(link, variable));
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
    const problem =
      other === undefined
        ? refusal(written, parsed.kind === 'refused' ? parsed.because : undefined, variable)
        : `${contradiction(written, other)}; allowed: ${plainText(variable.kind.allowed)}.`;
    refused.set(name, { text: written.text, problem });
  }
  warnings.push(...unknownNames(table, env));
  return { values: values as Values<Table>, given, refused, serviceLinks, warnings };
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

/** A pod's environment is full of foreign variables, so only a near miss of one of ours is worth a word. */
function unknownNames(table: VariableTable, env: Environment): readonly string[] {
  const known = new Set(Object.entries(table).flatMap(([name, variable]) => formsOf(name, variable)));
  const meant = nearMisses(known);
  return writtenForms(Object.keys(env), env).flatMap((form) => {
    const name = known.has(form.name) || isServiceLink(form) ? undefined : meant(form.name);
    return name === undefined ? [] : [`${form.name} is not a known variable and is ignored; did you mean ${name}?`];
  });
}
