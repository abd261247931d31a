import { createHmac, randomBytes } from 'node:crypto';
import type { ClientIpOptions } from '../record/privacy/privacy.ts';

export type ClientIpSettings = { readonly form: ClientIpOptions['form']; readonly key: string | undefined };

/**
 * What records need to hide clients. Without a key, addresses get one of this process, because without any all
 * addresses could be tried; ids do without, because both ends of a connection have to make the same one.
 */
export function clientIpOptions({ form, key }: ClientIpSettings): ClientIpOptions {
  if (form === 'full') return { form };
  return {
    form,
    digestOfAddress: digestWith('client address', key ?? randomBytes(32)),
    digestOfId: digestWith('exchange id', key ?? ''),
  };
}

/** `purpose` keeps the digests of one thing from saying something of another. */
function digestWith(purpose: string, key: string | Buffer): (text: string) => string {
  return (text) => createHmac('sha256', key).update(`${purpose}\n${text}`).digest('hex');
}
