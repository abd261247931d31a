import { startsLike } from './detect.ts';

const version1 = Buffer.from('PROXY ');
const version2 = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
const maxVersion1Length = 107;

/**
 * Length of a PROXY protocol header, versions 1 and 2, that some load balancers put before the first request; 0 if there is none, `undefined`
 * if there is one that is not whole yet.
 */
export function proxyHeaderLength(bytes: Buffer, start: number, end: number): number | undefined {
  const length = end - start;
  if (startsLike(bytes, start, end, version1) === 'yes') {
    const line = bytes.subarray(start, Math.min(end, start + maxVersion1Length)).indexOf('\r\n');
    if (line >= 0) return line + 2;
    return length < maxVersion1Length ? undefined : 0;
  }
  if (startsLike(bytes, start, end, version2) === 'no') return 0;
  if (length < 16) return undefined;
  const whole = 16 + bytes.readUInt16BE(start + 14);
  return whole <= length ? whole : undefined;
}
