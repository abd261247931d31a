import { type Option, options } from './arguments.ts';
import { plainText } from './plain-text.ts';
import { fileForm } from './secret.ts';
import type { Variable } from './variable.ts';
import { variableGroups } from './variables.ts';

const width = 98;
const indent = 31;

/** The `--help` page, made from the tables of options and variables; lines are at most 98 columns wide. */
export function helpText(): string {
  return [
    'Usage: k8s-internal-http-logger [options]',
    '',
    ...wrap(
      'Logs every plain-text HTTP/1.x exchange of its pod: captures packets, pairs requests with responses, writes ' +
        'one record each.',
      0,
    ),
    '',
    'Options:',
    ...Object.entries(options).flatMap(([name, option]) => row(optionLabel(name, option), option.meaning)),
    '',
    'Everything else is set by environment variables; an empty one counts as not set.',
    ...variableGroups.flatMap((group) => [
      '',
      `${group.title}:`,
      ...Object.entries(group.variables).flatMap(([name, variable]) => variableRows(name, variable)),
    ]),
    '',
    'Exit codes: 0 finished, 1 run-time failure, 2 bad configuration or usage.',
    '',
  ].join('\n');
}

function optionLabel(name: string, option: Option): string {
  const short = option.short === undefined ? '   ' : `-${option.short},`;
  return `${short} --${name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function variableRows(name: string, variable: Variable<unknown>): readonly string[] {
  const aliases = variable.aliases.map((alias) => `; also ${alias}`).join('');
  const file = variable.isSecret ? `; ${fileForm(name)} takes the path of a file with it` : '';
  return [
    ...row(name, variable.meaning),
    ...wrap(`allowed: ${plainText(variable.kind.allowed)}`, indent),
    ...wrap(`default: ${plainText(variable.shownFallback)}${aliases}${file}`, indent),
  ];
}

/** A label and its text beside it. */
function row(label: string, text: string): readonly string[] {
  const [first = '', ...rest] = wrap(plainText(text), indent);
  return [`  ${label.padEnd(indent - 2)}${first.trimStart()}`, ...rest];
}

function wrap(text: string, margin: number): readonly string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && margin + line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.map((line) => ' '.repeat(margin) + line);
}
