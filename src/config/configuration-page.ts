import { options } from './arguments.ts';
import { fileForm } from './secret.ts';
import { variableGroups } from './variables.ts';

/** docs/configuration.md, made from the tables of options and variables. */
export function configurationPage(): string {
  return `${[introduction, optionTable(), ...variableTables(), serviceLinks].join('\n\n')}\n`;
}

const introduction = `# Configuration

<!-- Made by \`npm run docs\` from src/config/; changes made here are overwritten. -->

Everything is set by environment variables; the few command line options are for people at a terminal.

- White space around a value is ignored. A variable set to the empty string counts as not set.
- A value that is not allowed is never replaced by a default: the logger prints all problems at once, one sentence each,
  and exits with code 2. \`--check\` finds them without capturing anything. What is wrong only with a sink that
  \`SEND_LOGS_TO\` does not name is a warning.
- \`true\` may also be written \`1\`, \`yes\` or \`on\`, and \`false\` \`0\`, \`no\` or \`off\`. These and other fixed
  words are accepted in any case.
- Sizes are plain numbers of bytes or have a unit: \`64KiB\` or \`64Ki\` (1024), \`64kB\` (1000), and so on with M and
  G.
- Lists are separated by commas; white space around an item is ignored, an empty item is not allowed.
- Where \`true\` and \`false\` stand beside a list, \`none\`, \`all\` and near misses such as \`ture\` are refused: they
  are hardly meant as items.
- A variable may be set under its name or an alias. Both at once with different values is an error.
- A password or key may be in a file instead, as Kubernetes mounts secrets: the variable with \`_FILE\` behind its name
  holds the path. A line break at the end of the file is ignored. Both at once is an error.
- A warning points out an unknown variable whose name is much like one of these.`;

function optionTable(): string {
  const rows = Object.entries(options).map(([name, option]) => {
    const short = option.short === undefined ? '' : `, \`-${option.short}\``;
    const value = option.value === undefined ? '' : ` ${option.value}`;
    return [`\`--${name}${value}\`${short}`, option.meaning];
  });
  return `## Command line\n\n${table(['option', 'meaning'], rows)}`;
}

function variableTables(): readonly string[] {
  return variableGroups.map((group) => {
    const rows = Object.entries(group.variables).map(([name, variable]) => [
      [name, ...variable.aliases].map((form) => `\`${form}\``).join(', alias ') +
        (variable.isSecret ? ` or \`${fileForm(name)}\`` : ''),
      variable.shownFallback,
      variable.kind.allowed,
      variable.meaning,
    ]);
    return `## ${group.title}\n\n${table(['variable', 'default', 'allowed', 'meaning'], rows)}`;
  });
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

const serviceLinks = `## Services named fluentd, logstash or elasticsearch

Kubernetes describes every Service of a namespace to every container in environment variables. A Service named
\`fluentd\` gives \`FLUENTD_PORT=tcp://10.3.2.1:24224\`, which is also the name of a variable of this logger (likewise
\`LOGSTASH_PORT\` and \`ELASTICSEARCH_PORT\`). Such a value, \`tcp://\`, \`udp://\` or \`sctp://\` with an address and a
port, is ignored with a warning, and the default applies. To get rid of the warning, set the variable yourself, which
takes precedence over what Kubernetes adds, or set \`enableServiceLinks: false\` in the pod's spec.`;
