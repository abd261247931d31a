import { formatIpv4, formatIpv6 } from '../../packet/address.ts';
import { addressHex } from '../exchange-ids.ts';

/** The values of CLIENT_IP. */
export type ClientIpForm = 'full' | 'short' | 'hash' | 'none';

/** What becomes of the address of a client, given in any text form; undefined where it is left out. */
export type ClientAddress = (ip: string) => string | undefined;

/** A digest in hex of at least 24 digits that cannot be undone. */
export type Digest = (text: string) => string;

/** More clients than this, and all of them are forgotten. */
const maxAddresses = 1024;
/** An IPv4 address as IPv6 has it (RFC 4291, section 2.5.5.2). */
const mappedPrefix = '00000000000000000000ffff';
/** An IPv4 address stands behind it (6to4, RFC 3056): of that, too, only three bytes may be left. */
const sixToFourPrefix = '2002';
/** Digits of the part that stays: 48 bits of 128. */
const networkDigits = 12;
const sixToFourDigits = 10;
/** 100::/64, which no packet ever comes from (RFC 6666). */
const discardPrefix = 0x01000000;

/**
 * The forms other than `full`. `short`: the last byte of IPv4 and the last ten bytes of IPv6 are zero. `hash`: an
 * address of 100::/64 with 64 bits of the digest, because many a log server takes nothing but addresses there.
 */
export function createClientAddress(form: Exclude<ClientIpForm, 'full'>, digest: Digest): ClientAddress {
  if (form === 'none') return () => undefined;
  const make = form === 'short' ? shortened : (hex: string) => hashed(digest(withoutMapping(hex)));
  const known = new Map<string, string>();
  return (ip) => {
    const address = known.get(ip);
    if (address !== undefined) return address;
    if (known.size >= maxAddresses) known.clear();
    const made = make(addressHex(ip).toLowerCase());
    known.set(ip, made);
    return made;
  };
}

function shortened(hex: string): string {
  if (hex.length === 8) return formatIpv4(wordOf(`${hex.slice(0, 6)}00`, 0));
  if (hex.startsWith(mappedPrefix)) return ipv6Of(`${hex.slice(0, 30)}00`);
  const digits = hex.startsWith(sixToFourPrefix) ? sixToFourDigits : networkDigits;
  return ipv6Of(hex.slice(0, digits).padEnd(32, '0'));
}

function hashed(digest: string): string {
  return formatIpv6([discardPrefix, 0, wordOf(digest, 0), wordOf(digest, 8)]);
}

/** One client has one hash, in whichever form its address was written. */
function withoutMapping(hex: string): string {
  return hex.startsWith(mappedPrefix) ? hex.slice(mappedPrefix.length) : hex;
}

function ipv6Of(hex: string): string {
  return formatIpv6([wordOf(hex, 0), wordOf(hex, 8), wordOf(hex, 16), wordOf(hex, 24)]);
}

function wordOf(hex: string, at: number): number {
  return Number.parseInt(hex.slice(at, at + 8), 16);
}
