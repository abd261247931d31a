import { parseArgs } from 'node:util';
import { ipAddresses } from './address-kinds.ts';
import { nearest } from './nearest.ts';
import { quote } from './quote.ts';

/** One option of the command line; `value` names what follows it. */
export type Option = {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly value?: string;
  readonly meaning: string;
};

/** The options, as `parseArgs` takes them; `meaning` and `value` are for `--help` and the docs. */
export const options: { readonly [name: string]: Option } = {
  read: {
    type: 'string',
    short: 'r',
    value: 'FILE',
    meaning: 'read a pcap or pcapng capture (`-` is standard input) instead of capturing, then exit',
  },
  local: {
    type: 'string',
    value: 'IP[,IP...]',
    meaning:
      'addresses of the pod, beside those that are known, to tell incoming from outgoing; with `--read` none are known',
  },
  pretty: { type: 'boolean', meaning: 'records for people, one coloured line each' },
  check: {
    type: 'boolean',
    meaning:
      'validate the configuration, say what would be captured and where records would go, then exit: 0, also with a warning of an interface that would be waited for, or 2',
  },
  demo: {
    type: 'boolean',
    meaning:
      'capture the traffic of a small built-in server and client, then exit; where capturing is not allowed, from a capture file; of the environment only `MODE=debug` and `NO_COLOR` count',
  },
  help: { type: 'boolean', short: 'h', meaning: 'print this page and exit' },
  version: { type: 'boolean', short: 'V', meaning: 'print the version and exit' },
};

/** What the command line asks for. `problems` are one sentence each, for exit code 2. */
export type Command =
  | {
      readonly kind: 'run';
      /** Capture file; `-` is standard input; undefined captures live. */
      readonly read: string | undefined;
      readonly localIps: readonly string[];
      readonly pretty: boolean;
      readonly check: boolean;
      readonly demo: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/** Reads the command line (without program and script) and collects all that is wrong. `--help` wins over everything. */
export function parseArguments(args: readonly string[]): Command {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const problems: string[] = [];
  const given = new Map<string, string>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    const problem =
      token.kind === 'positional'
        ? `${quote(token.value)} is not expected: there are only options, see --help.`
        : given.has(token.name)
          ? `--${token.name} is given twice.`
          : optionProblem(token);
    if (problem !== undefined) problems.push(problem);
    else if (token.kind === 'option') given.set(token.name, token.value?.trim() ?? '');
  }
  if (given.has('help')) return { kind: 'help' };
  for (const name of ['read', 'local']) {
    if (given.has('demo') && given.has(name)) {
      problems.push(`--demo does not go together with --${name}: the demo shows traffic of its own.`);
    }
  }
  const local = given.get('local') ?? '';
  const localIps = ipAddresses.parse(local);
  if (localIps.kind === 'refused') {
    problems.push(`--local=${quote(local)} is not allowed: ${localIps.because}; allowed: ${ipAddresses.allowed}.`);
  }
  if (problems.length > 0 || localIps.kind === 'refused') return { kind: 'invalid', problems };
  if (given.has('version')) return { kind: 'version' };
  return {
    kind: 'run',
    read: given.get('read'),
    localIps: localIps.value,
    pretty: given.has('pretty'),
    check: given.has('check'),
    demo: given.has('demo'),
  };
}

type OptionToken = {
  readonly name: string;
  readonly rawName: string;
  readonly value?: string | undefined;
  readonly inlineValue?: boolean | undefined;
};

/** What `parseArgs` would throw in its strict mode, where the first problem hides the others. */
function optionProblem(token: OptionToken): string | undefined {
  const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
  if (option === undefined) return unknownOption(token.rawName);
  if (option.type === 'boolean') {
    return token.value === undefined
      ? undefined
      : `${token.rawName} takes no value, but ${quote(token.value)} is given.`;
  }
  const value = token.value?.trim() ?? '';
  const isNextOption = token.inlineValue === false && /^-./.test(value);
  if (value !== '' && !isNextOption) return undefined;
  return `${token.rawName} needs a value (${option.value})${isNextOption ? `, but ${quote(value)} follows` : ''}.`;
}

function unknownOption(rawName: string): string {
  const meant = nearest(
    rawName,
    Object.keys(options).map((name) => `--${name}`),
  );
  return `${quote(rawName)} is not an option${meant === undefined ? '' : `; did you mean ${meant}?`} (see --help).`;
}
