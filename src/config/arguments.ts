import { parseArgs } from 'node:util';
import { ipAddresses } from './address-kinds.ts';
import { captureTime, captureTimeForms } from './capture-time.ts';
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
    meaning:
      'read a pcap or pcapng capture (`-` is standard input) instead of capturing, then exit; several, also as ' +
      '`--read *.pcap` or `--read` again, are merged in order of time',
  },
  since: {
    type: 'string',
    value: 'TIME',
    meaning: `of what is read, only packets captured at that time or later: ${captureTimeForms}`,
  },
  until: { type: 'string', value: 'TIME', meaning: 'of what is read, only packets captured before that time' },
  local: {
    type: 'string',
    value: 'IP[,IP...]',
    meaning:
      'addresses of the pod, beside those that are known, to tell incoming from outgoing; with `--read` none are known',
  },
  pretty: {
    type: 'boolean',
    meaning:
      'records for people, one line each, coloured on a terminal (but for `TERM=dumb`) unless `NO_COLOR` is set; ' +
      '`FORCE_COLOR=1` colours them elsewhere, too',
  },
  check: {
    type: 'boolean',
    meaning:
      'validate the configuration, say what would be captured and where records would go, then exit: 0, also ' +
      'with a warning of an interface that would be waited for, or 2',
  },
  demo: {
    type: 'boolean',
    meaning:
      'capture the traffic of a small built-in server and client, then exit; where capturing is not allowed, ' +
      'from a capture file; of the environment only `MODE=debug` and what is said of colour count',
  },
  help: { type: 'boolean', short: 'h', meaning: 'print this page and exit' },
  version: { type: 'boolean', short: 'V', meaning: 'print the version and exit' },
};

type Window = { readonly since: number; readonly until: number };

/** What the command line asks for. `problems` are one sentence each, for exit code 2. */
export type Command =
  | {
      readonly kind: 'run';
      /** Capture files, at least one; `-` is standard input; undefined captures live. */
      readonly read: readonly string[] | undefined;
      /** Of capture files, in microseconds since the epoch: from when until before when packets count. */
      readonly window: Window;
      readonly localIps: readonly string[];
      readonly pretty: boolean;
      readonly check: boolean;
      readonly demo: boolean;
    }
  | { readonly kind: 'help' }
  | { readonly kind: 'version' }
  | { readonly kind: 'invalid'; readonly problems: readonly string[] };

/**
 * Reads the command line (without program and script) and collects all that is wrong. `--help` wins over everything.
 * `now` (milliseconds since the epoch) is what times are relative to.
 */
export function parseArguments(args: readonly string[], now: number): Command {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  const problems: string[] = [];
  const given = new Map<string, string>();
  const files: string[] = [];
  const others: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      others.push(token.value);
      continue;
    }
    const problem =
      given.has(token.name) && token.name !== 'read' ? `--${token.name} is given twice.` : optionProblem(token);
    if (problem !== undefined) problems.push(problem);
    else {
      given.set(token.name, token.value?.trim() ?? '');
      if (token.name === 'read') files.push(given.get('read') ?? '');
    }
  }
  if (given.has('help')) return { kind: 'help' };
  // A shell makes one option and further words of `--read *.pcap`.
  if (given.has('read')) files.push(...others);
  else problems.push(...others.map((other) => `${quote(other)} is not expected: there are only options, see --help.`));
  problems.push(...repeated(files).map((file) => `--read ${quote(file)} is given twice.`));
  const hasRead = tokens.some((token) => token.kind === 'option' && token.name === 'read');
  const window = timeWindow(given, { now, hasRead }, problems);
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
    read: files.length === 0 ? undefined : files,
    window,
    localIps: localIps.value,
    pretty: given.has('pretty'),
    check: given.has('check'),
    demo: given.has('demo'),
  };
}

function repeated(files: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return [...new Set(files.filter((file) => seen.size === seen.add(file).size))];
}

/** Adds what is wrong with it to `problems`. */
function timeWindow(
  given: ReadonlyMap<string, string>,
  { now, hasRead }: { readonly now: number; readonly hasRead: boolean },
  problems: string[],
): Window {
  const time = (name: string, otherwise: number) => {
    const text = given.get(name);
    if (text === undefined) return otherwise;
    if (!hasRead) problems.push(`--${name} does not go without --read: it is for capture files.`);
    const value = captureTime(text, now);
    if (value === undefined) problems.push(`--${name}=${quote(text)} is not allowed; allowed: ${captureTimeForms}.`);
    return value ?? otherwise;
  };
  const window = {
    since: time('since', Number.NEGATIVE_INFINITY),
    until: time('until', Number.POSITIVE_INFINITY),
  };
  if (window.since >= window.until) problems.push('--since is not before --until: no packet is between them.');
  return window;
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
  // No option begins with a digit, but a time may: -15m.
  const isNextOption = token.inlineValue === false && /^-\D/.test(value);
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
