import { type Anomaly, noAnomalies } from '../../http/anomaly.ts';
import type { RequestHead, ResponseHead } from '../../http/head.ts';
import { HeaderFields } from '../../http/header-fields.ts';
import { looksLikeFields } from '../detect.ts';
import type { FieldParser } from './field-parser.ts';
import type { HeadText } from './head-text.ts';
import { parseCutRequestLine, parseRequestLine, parseUsualRequestLine } from './request-line.ts';
import { parseStatusLine, parseUsualStatusLine } from './status-line.ts';

/**
 * Takes apart a request head (RFC 9112, section 3); `undefined` if the first line is not a request line, or what comes
 * behind it shows that it is none.
 */
export function parseRequestHead(head: HeadText, fields: FieldParser): RequestHead | undefined {
  const { text } = head;
  const lineEnd = endOfLine(text);
  const line = parseUsualRequestLine(head, lineEnd) ?? parseRequestLine(text, lineEnd);
  if (line === undefined) return undefined;
  const { method, target, version, form } = line;
  let start = lineEnd + 1;
  if ((form === 'simple' || form === 'bare') && looksLikeFields(text, start) === 'no') {
    if (form === 'bare') return undefined;
    start = text.length;
  }
  const headers = fields.parse(head, start);
  const { end } = fields;
  const anomalies = form === 'usual' ? fields.anomalies : withFirst('request_line', fields.anomalies);
  return { method, target, version, headers, size: end < 0 ? text.length : end, isWhole: end >= 0, anomalies };
}

/** Takes apart a response head (RFC 9112, section 4); `undefined` if the first line is not meant as a status line. */
export function parseResponseHead(head: HeadText, fields: FieldParser): ResponseHead | undefined {
  const { text } = head;
  const line = parseUsualStatusLine(head) ?? parseStatusLine(text);
  if (line === undefined) return undefined;
  const headers = fields.parse(head, endOfLine(text) + 1);
  const { end } = fields;
  const { status, version, isUsual } = line;
  const anomalies = isUsual ? fields.anomalies : withFirst('status_line', fields.anomalies);
  return { status, version, headers, size: end < 0 ? text.length : end, isWhole: end >= 0, anomalies };
}

/** What a request line says whose end is missing; `undefined` if that is not certain. */
export function parseCutRequestHead(text: string): RequestHead | undefined {
  const line = parseCutRequestLine(text);
  if (line === undefined) return undefined;
  const { method, target, version } = line;
  return { method, target, version, headers: noFields, size: text.length, isWhole: false, anomalies: noAnomalies };
}

const noFields = new HeaderFields([], { textBytes: 0, nameBits: 0, undecoded: 0 });

/**
 * A response without a head, as HTTP/0.9 has it (RFC 1945, section 6.1): where a response is due, any bytes are one.
 */
export const headlessResponse: ResponseHead = {
  status: undefined,
  version: 'HTTP/0.9',
  headers: noFields,
  size: 0,
  isWhole: true,
  anomalies: ['status_line'],
};

function withFirst(first: Anomaly, others: readonly Anomaly[]): readonly Anomaly[] {
  return [first, ...others];
}

function endOfLine(text: string): number {
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
}
