import type { HttpAnswer } from '../client/http-client.ts';
import { errorText, isPassing, refusedOutcome, shorten } from '../client/http-outcome.ts';
import { parseObject } from '../client/parse-object.ts';
import type { SendOutcome } from '../transport.ts';
import { summedOutcome } from './summed-answer.ts';

/**
 * The parts of a bulk response that are read:
 * https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-bulk
 */
export const bulkFilterPath =
  'errors,items.*.status,items.*.error.type,items.*.error.reason,items.*.error.caused_by.reason';

/** What became of one document. */
type Verdict = 'stored' | 'there already' | 'later' | 'forbidden' | 'never';

/** What an answer to a bulk request of this many documents means. */
export function bulkOutcome(answer: HttpAnswer, documents: number): SendOutcome {
  const isTaken = answer.status >= 200 && answer.status < 300;
  return isTaken ? itemsOutcome(answer, documents) : refusedOutcome(answer, documents);
}

/**
 * By position: the n-th item is about the n-th document. An answer that does not tell of each document tells nothing.
 */
function itemsOutcome(answer: HttpAnswer, documents: number): SendOutcome {
  const said = parseObject(answer.text);
  const summed = summedOutcome(said, documents);
  if (summed !== undefined) return summed;
  const { items } = said;
  if (!Array.isArray(items) || items.length !== documents) return unreadable(answer);
  const indexes: { readonly [V in Verdict]: number[] } = {
    stored: [],
    'there already': [],
    later: [],
    forbidden: [],
    never: [],
  };
  const samples: { [V in Verdict]?: string } = {};
  for (const [index, item] of items.entries()) {
    const { status, error } = (Object.values((item as object | null) ?? {})[0] ?? {}) as {
      status?: unknown;
      error?: unknown;
    };
    if (typeof status !== 'number') return unreadable(answer);
    const verdict = verdictOf(status);
    indexes[verdict].push(index);
    samples[verdict] ??= `${status}: ${shorten(answer.hide(errorText(error)))}`;
  }
  const { later, forbidden, never } = indexes;
  const duplicates = indexes['there already'].length;
  if (later.length + forbidden.length + never.length === 0) return { kind: 'delivered', duplicates };
  const reason = [samples.never, samples.forbidden, samples.later].filter((sample) => sample !== undefined).join('; ');
  if (forbidden.length === documents) return { kind: 'misconfigured', reason };
  if (never.length === documents) return { kind: 'rejected', reason };
  if (later.length === documents) return { kind: 'retry', reason };
  return { kind: 'mixed', duplicates, retry: [...later, ...forbidden].sort((a, b) => a - b), rejected: never, reason };
}

/** An index that may not be written to or made is for the operator to see to; until then its documents wait. */
function verdictOf(status: number): Verdict {
  if (status >= 200 && status < 300) return 'stored';
  if (status === 409) return 'there already';
  if (status === 401 || status === 403 || status === 404) return 'forbidden';
  return isPassing(status) ? 'later' : 'never';
}

function unreadable({ baseUrl, text, hide }: HttpAnswer): SendOutcome {
  const said = text === '' ? 'nothing' : `"${shorten(hide(text))}"`;
  return { kind: 'retry', reason: `${baseUrl}: its answer does not tell what became of each document: ${said}` };
}
