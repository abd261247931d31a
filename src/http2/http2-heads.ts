import { type Anomaly, noAnomalies } from '../http/anomaly.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderField } from '../http/header-field.ts';
import { HeaderFields, nameBit } from '../http/header-fields.ts';
import type { HpackBlock, HpackField } from './hpack/hpack-decoder.ts';

const version = 'HTTP/2';
const colon = 0x3a;
const cutOff: readonly Anomaly[] = ['truncated_head'];

/** The fields of a block, without those that stand for a start line (RFC 9113, section 8.3). */
export function headerFields({ fields }: HpackBlock): HeaderFields {
  const regular: HeaderField[] = [];
  let textBytes = 0;
  let nameBits = 0;
  for (const { name, value, isSensitive } of fields) {
    if (name.charCodeAt(0) === colon) continue;
    regular.push(isSensitive ? { name, value, slot: 0, isSensitive } : { name, value, slot: 0 });
    textBytes += name.length + value.length;
    nameBits |= nameBit(name);
  }
  return new HeaderFields(regular, textBytes, nameBits);
}

/** Undefined where it is not known what is asked for. `headers` are its fields, `size` in bytes on the wire. */
export function requestHead(block: HpackBlock, headers: HeaderFields, size: number): RequestHead | undefined {
  const method = pseudoField(block, ':method');
  const authority = pseudoField(block, ':authority');
  // CONNECT has no path, but for that of RFC 8441.
  const target = pseudoField(block, ':path') ?? (method === 'CONNECT' ? authority : undefined);
  if (method === undefined || target === undefined) return undefined;
  const scheme = pseudoField(block, ':scheme');
  return {
    ...headOf(block, headers, size),
    method,
    target,
    ...(authority === undefined ? {} : { authority }),
    ...(scheme === undefined ? {} : { scheme }),
  };
}

/** Its status is undefined where it could not be read. */
export function responseHead(block: HpackBlock, headers: HeaderFields, size: number): ResponseHead {
  const status = pseudoField(block, ':status') ?? '';
  return { ...headOf(block, headers, size), status: /^\d{3}$/.test(status) ? Number(status) : undefined };
}

function headOf(block: HpackBlock, headers: HeaderFields, size: number): Omit<ResponseHead, 'status'> {
  const isWhole = !block.isMalformed && block.dropped === 0;
  return {
    version,
    headers,
    size,
    isWhole,
    anomalies: isWhole ? noAnomalies : cutOff,
    ...(block.undecoded === 0 ? {} : { undecodedFields: block.undecoded }),
  };
}

function pseudoField({ fields }: HpackBlock, name: string): string | undefined {
  return fields.find((field: HpackField) => field.name === name)?.value;
}
