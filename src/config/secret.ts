import { readFileSync } from 'node:fs';
import { quote } from './quote.ts';

/** How a secret was given; `form` is the variable for a message, without the secret. A problem is one sentence. */
export type SecretReading =
  | { readonly kind: 'absent' }
  | { readonly kind: 'given'; readonly form: string; readonly value: string }
  | { readonly kind: 'problem'; readonly form: string; readonly problem: string };

/** The variable that holds the path of a file with the secret, as Kubernetes mounts it. */
export function fileForm(name: string): string {
  return `${name}_FILE`;
}

/** Reads a secret from its variable or from its file, whose last line end is left out. */
export function readSecret(name: string, env: { readonly [name: string]: string | undefined }): SecretReading {
  const direct = env[name]?.trim() ?? '';
  const path = env[fileForm(name)]?.trim() ?? '';
  if (path === '') return direct === '' ? { kind: 'absent' } : { kind: 'given', form: name, value: direct };
  const form = fileForm(name);
  const shownPath = `${form}=${quote(path)}`;
  const refuse = (problem: string) => ({ kind: 'problem', form, problem }) as const;
  if (direct !== '') return refuse(`${name} and ${shownPath} are both set: only one may be.`);
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '');
    if (value === '') return refuse(`${shownPath} is an empty file.`);
    return { kind: 'given', form, value };
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    return refuse(`${shownPath} cannot be read: ${reasons[code] ?? code}.`);
  }
}

const reasons: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read',
  EISDIR: 'it is a directory',
};
