import type { SendOutcome } from '../transport.ts';

/**
 * What an answer to a bulk request says that does not tell of each document, as what plays Elasticsearch may give:
 * `{"errors": false}` alone, or OpenObserve's `{"status": [{"name": STREAM, "successful": 2, "failed": 0}]}`. Undefined
 * if it says nothing of all of them.
 */
export function summedOutcome(
  { errors, items, status }: { readonly [name: string]: unknown },
  documents: number,
): SendOutcome | undefined {
  if (Array.isArray(items) && items.length > 0) return undefined;
  if (errors === false) return { kind: 'delivered', duplicates: 0 };
  if (!Array.isArray(status)) return undefined;
  const failed = sum(status, 'failed');
  if (sum(status, 'successful') + failed !== documents) return undefined;
  if (failed === 0) return { kind: 'delivered', duplicates: 0 };
  const reason = `it takes ${documents - failed} of ${documents} documents, and does not say which`;
  if (failed === documents) return { kind: 'rejected', reason };
  const rejected = Array.from({ length: failed }, (_, index) => documents - failed + index);
  return { kind: 'mixed', duplicates: 0, retry: [], rejected, reason };
}

/** NaN if one of them has no such number. */
function sum(streams: readonly unknown[], name: 'successful' | 'failed'): number {
  return streams.reduce<number>((total, stream) => total + numberIn(stream, name), 0);
}

function numberIn(stream: unknown, name: string): number {
  const value: unknown = Object(stream)[name];
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : Number.NaN;
}
