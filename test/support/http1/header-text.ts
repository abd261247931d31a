import type { HeaderFields } from '../../../src/http/header-fields.ts';
import { FieldParser } from '../../../src/http1/head/field-parser.ts';
import { headText } from './head-text.ts';

/** The fields of header lines that nothing was read before. */
export function fieldsOfText(text: string, start = 0): HeaderFields {
  return new FieldParser('request').parse(headText(text), start);
}
