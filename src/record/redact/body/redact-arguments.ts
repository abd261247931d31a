import { redactionMark } from '../redact-params.ts';
import type { NameTest } from '../secret-names.ts';

/** `--name value`, with one dash or two. */
const option = /(?<![\w-])(--?)([A-Za-z][\w-]{0,63})([ \t]+)("[^"]*"?|'[^']*'?|[^\s"'-]\S*)/g;
/** `-u name:password`, as of curl. */
const userOption = /(?<![\w-])((?:-u|--user|--proxy-user)[ \t]+["']?[^\s:"']+:)[^\s"']+/g;
/** `PASSWORD 'x'` and `IDENTIFIED BY 'x'`, as in SQL, and in what people write. */
const quotedAfter = /(?<![\w.-])([A-Za-z][\w-]{0,63}|identified by)([ \t]+)('(?:[^'\\]|\\.|'')*'?|"[^"]*"?)/gi;
const single = /^(["']).?\1$/;

/** Redacts secrets that have a name before them with nothing but space between: those of commands and of SQL. */
export function redactArguments(text: string, isSecretName: NameTest): string {
  const options = text.includes('-') ? redactOptions(text, isSecretName) : text;
  return options.replace(quotedAfter, (whole: string, ...[name = '', space = '', value = '']: string[]) => {
    // `Unexpected token '<'` is told of what is no secret.
    const isSecret = !single.test(value) && (name.includes(' ') || isSecretName(name));
    if (!isSecret || value.startsWith(redactionMark, 1)) return whole;
    return `${name}${space}${value[0]}${redactionMark}${value[0]}`;
  });
}

function redactOptions(text: string, isSecretName: NameTest): string {
  return text
    .replace(option, (whole: string, ...[dashes = '', name = '', space = '']: string[]) =>
      isSecretName(name) ? `${dashes}${name}${space}${redactionMark}` : whole,
    )
    .replace(userOption, `$1${redactionMark}`);
}
