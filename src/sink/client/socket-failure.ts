import type { Failure } from '../transport.ts';
import { errorMessage } from './error-message.ts';

export function retry(reason: string): Failure {
  return { kind: 'retry', reason };
}

export function misconfigured(reason: string): Failure {
  return { kind: 'misconfigured', reason };
}

const words: { readonly [code: string]: string } = {
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'it reset the connection',
  EPIPE: 'it closed the connection',
  ENOTFOUND: 'DNS knows no such name',
  EAI_AGAIN: 'DNS does not answer',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'it does not answer',
};

/** What a socket's error means. */
export function socketFailure(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? '';
  // The TLS library's own errors: another protocol, another version, or a certificate of ours that the server wants or
  // does not like.
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return misconfigured(`TLS fails: ${errorMessage(error)}`);
  return retry(words[code] === undefined ? errorMessage(error) || code : `${words[code]} (${code})`);
}
