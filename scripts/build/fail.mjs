import { existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';

/** Ends a script with one sentence instead of a stack trace. */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Why a folder of this checkout could not be made or written to, and what to do about it. */
export function notWritable(folder, error) {
  const { uid } = statSync(firstExisting(resolve(error.path ?? folder)));
  if (!['EACCES', 'EPERM'].includes(error.code) || uid === userInfo().uid) {
    return `${folder}/ cannot be written to: ${error.message}.`;
  }
  const owner = uid === 0 ? 'root' : `the user with the id ${uid}`;
  return existsSync(folder)
    ? `${folder}/ belongs to ${owner} and is out of date: run this as that user, or remove it first (sudo rm -r ` +
        `${folder}).`
    : `${folder}/ cannot be made, because this folder belongs to ${owner}: run this as that user.`;
}

function firstExisting(path) {
  return existsSync(path) ? path : firstExisting(dirname(path));
}
