import type { LogRecord } from '../../record/record.ts';
import type { Encodings } from '../encodings.ts';
import type { RecordEncoder } from '../record-encoder.ts';
import { canBeRefused, withAcceptableHeaders } from './acceptable-headers.ts';
import { createIndexNamer } from './elasticsearch-index.ts';

/**
 * Makes the two lines of a record in a bulk request: its key is what to do, its content is the document, so a batch is
 * the body of a request as it is. It is `create` for every server, because data streams take nothing else, and because
 * a document that is sent again must not count as another.
 */
export function createBulkEncoder(index: string, { toDocument }: Encodings): RecordEncoder {
  const indexOf = createIndexNamer(index);
  return {
    key: (record) => {
      const action = { create: { _index: indexOf(record.startTime), _id: documentId(record) } };
      return `${JSON.stringify(action)}\n`;
    },
    content: (record) => {
      const text = toDocument(record);
      if (!canBeRefused(text)) return `${text}\n`;
      const acceptable = withAcceptableHeaders(record);
      return `${acceptable === record ? text : toDocument(acceptable)}\n`;
    },
  };
}

/**
 * The record's id; of the same exchange there is one document from the server's pod and one from the client's, and in
 * each another one of a late answer, of the session that it agreed to, and for each interim record.
 */
function documentId({ id, endpoints, late, kind, part }: LogRecord): string {
  const ofServer = `${id}${endpoints.direction === 'outgoing' ? '-outgoing' : ''}`;
  if (part !== undefined) return `${ofServer}-part-${part}`;
  return `${ofServer}${late ? '-late' : ''}${kind === 'session' ? '-session' : ''}`;
}
