import type { SchemaName } from '../../record/schema/schemas.ts';
import { elasticsearchFields } from './elasticsearch-fields.ts';
import type { Capabilities } from './elasticsearch-server.ts';
import type { FieldType } from './field-types.ts';

/**
 * Longer values are kept but cannot be searched. A `line` is as long as a term can be: 32,766 bytes, up to four for a
 * character.
 */
const wordLength = 1024;
const lineLength = 8191;

/** The mapping of a schema's fields, in the types that the server has. */
export function fieldMappings(schema: SchemaName, capabilities: Capabilities): { readonly [field: string]: object } {
  const entries = Object.entries(elasticsearchFields[schema]);
  return Object.fromEntries(entries.map(([field, type]) => [field, mapping(type, capabilities)]));
}

/** How fields are mapped that others add, for instance an ingest pipeline: as everything else, not as text. */
export const otherStrings = {
  strings_as_words: { match_mapping_type: 'string', mapping: { type: 'keyword', ignore_above: wordLength } },
};

function mapping(type: FieldType, { nanoseconds, headersType }: Capabilities): object {
  switch (type) {
    case 'word':
      return { type: 'keyword', ignore_above: wordLength };
    case 'line':
      return { type: 'keyword', ignore_above: lineLength };
    case 'time':
      return { type: nanoseconds ? 'date_nanos' : 'date' };
    case 'text':
      return { type: 'text', norms: false };
    case 'headers':
    case 'trailers':
    case 'labels':
      return headersMapping(headersType);
    default:
      return { type };
  }
}

/** One field for all headers or labels: a field for each would be more than an index may have. */
function headersMapping(type: Capabilities['headersType']): object {
  if (type === 'flattened') return { type, ignore_above: wordLength };
  return type === undefined ? { type: 'object', enabled: false } : { type };
}
