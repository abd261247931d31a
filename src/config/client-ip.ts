import type { recordVariables } from './record-variables.ts';
import type { Values } from './variable.ts';

type ClientIpValues = Pick<Values<typeof recordVariables>, 'CLIENT_IP' | 'CLIENT_IP_KEY'>;

/** A shorter key can be found by trying. */
const minKeyLength = 16;

/** Each one sentence; the key itself is not shown. */
export function clientIpProblems({ CLIENT_IP_KEY: key }: ClientIpValues): readonly string[] {
  if (key === undefined || key.length >= minKeyLength) return [];
  return [`CLIENT_IP_KEY=[redacted] is not allowed: it must have at least ${minKeyLength} characters.`];
}

export function clientIpWarnings({ CLIENT_IP: form, CLIENT_IP_KEY: key }: ClientIpValues): readonly string[] {
  if (form === 'hash' && key === undefined) {
    return [
      'CLIENT_IP=hash without CLIENT_IP_KEY: this process makes a key of its own, so one client has another hash in ' +
        'each pod and after each start.',
    ];
  }
  return form === 'full' && key !== undefined ? ['CLIENT_IP_KEY has no effect: CLIENT_IP=full logs addresses.'] : [];
}
