import type { RequestHead, ResponseHead } from '../http/head.ts';
import type { HeaderFields } from '../http/header-fields.ts';
import type { Detect } from '../stream/verdict.ts';
import {
  isWholeRequest,
  isWholeResponse,
  looksLikeDueResponse,
  looksLikeRequest,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
} from './detect.ts';
import { FieldParser } from './head/field-parser.ts';
import { parseCutRequestHead, parseRequestHead, parseResponseHead } from './head/head-parser.ts';
import { HeadText } from './head/head-text.ts';
import { KnownHeads, type ParseHead } from './head/known-heads.ts';

/** How the messages of one direction are recognised and taken apart. */
export type MessageFormat<Head extends object> = {
  /** Larger heads are given up, bytes. */
  readonly maxHeadBytes: number;
  readonly looksLike: Detect;
  /**
   * The same, and whether a head is one, where bytes before are missing: what is left of a longer one is none, nor is
   * one of odd form.
   */
  readonly looksWhole: Detect;
  readonly isWhole: (head: Head) => boolean;
  readonly knownHeads: KnownHeads<Head>;
  readonly parseHead: ParseHead<Head>;
  /** What is certain of a first line whose end is missing. */
  readonly parseCutHead: (text: string) => Head | undefined;
  readonly parseTrailers: (bytes: Buffer) => HeaderFields;
};

export type MessageFormats = {
  readonly request: MessageFormat<RequestHead>;
  readonly response: MessageFormat<ResponseHead>;
};

export function createMessageFormats(maxHeadBytes: number): MessageFormats {
  const requestFields = new FieldParser('request');
  const responseFields = new FieldParser('response');
  const requestText = new HeadText();
  const responseText = new HeadText();
  const parseRequest: ParseHead<RequestHead> = (bytes, start, end) =>
    parseRequestHead(requestText.set(bytes, start, end), requestFields);
  const parseResponse: ParseHead<ResponseHead> = (bytes, start, end) =>
    parseResponseHead(responseText.set(bytes, start, end), responseFields);
  return {
    request: {
      maxHeadBytes,
      looksLike: looksLikeRequest,
      looksWhole: looksLikeWholeRequest,
      isWhole: ({ method = '', target = '', version, headers }) =>
        isWholeRequest({ method, target, version }, headers.fields.length > 0),
      knownHeads: new KnownHeads(parseRequest),
      parseHead: parseRequest,
      parseCutHead: parseCutRequestHead,
      parseTrailers: (bytes) => requestFields.parse(requestText.set(bytes, 0, bytes.length), 0),
    },
    response: {
      maxHeadBytes,
      looksLike: looksLikeDueResponse,
      looksWhole: looksLikeWholeResponse,
      isWhole: ({ status, version }) => isWholeResponse(status, version),
      knownHeads: new KnownHeads(parseResponse),
      parseHead: parseResponse,
      parseCutHead: () => undefined,
      parseTrailers: (bytes) => responseFields.parse(responseText.set(bytes, 0, bytes.length), 0),
    },
  };
}
