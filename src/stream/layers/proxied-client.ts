import { int32 } from '../../bytes/integers.ts';
import { formatIpv4, formatIpv6, isAddress } from '../../packet/address.ts';

/** What is said of a client that is not named; the word is that of RFC 7239, section 6.2. */
const unknown = 'unknown';
const version1Client = /^PROXY TCP[46] (\S+) /;
const addressesAt = 16;

/**
 * Who asked the sender of a whole PROXY header, `bytes[start, end)`: an address, or `unknown` where it does not say.
 * `undefined`: nobody, it speaks for itself.
 */
export function proxiedClient(bytes: Buffer, start: number, end: number): string | undefined {
  return bytes[start] === 0x50 ? version1(bytes.toString('latin1', start, end)) : version2(bytes, start, end);
}

function version1(line: string): string {
  const client = version1Client.exec(line)?.[1];
  return client !== undefined && isAddress(client) ? client : unknown;
}

function version2(bytes: Buffer, start: number, end: number): string | undefined {
  const command = bytes[start + 12];
  const family = (bytes[start + 13] as number) >> 4;
  const at = start + addressesAt;
  if (command === 0x20) return undefined;
  if (command !== 0x21) return unknown;
  // Both addresses and both ports have to be there.
  if (family === 1 && end - at >= 12) return formatIpv4(int32(bytes, at));
  if (family !== 2 || end - at < 36) return unknown;
  const words = [0, 4, 8, 12].map((offset) => int32(bytes, at + offset) >>> 0);
  return formatIpv6(words as [number, number, number, number]);
}
