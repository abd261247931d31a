import {
  isWholeRequestLine,
  looksLikeRequest,
  looksLikeResponse,
  looksLikeWholeRequest,
  looksLikeWholeResponse,
  type Verdict,
} from './detect.ts';
import { parseRequestHead, parseResponseHead, type RequestHead, type ResponseHead } from './head.ts';
import { KnownHeads } from './known-heads.ts';
import { isUsualVersion } from './start-line.ts';

/** How one direction's heads are recognised and taken apart. */
export type HeadSyntax<Head extends object> = {
  readonly looksLike: (bytes: Buffer, start: number, end: number) => Verdict;
  /** The same, and whether a head is one, where bytes before are missing: what is left of a longer one is none, nor is one of odd form. */
  readonly looksWhole: (bytes: Buffer, start: number, end: number) => Verdict;
  readonly isWhole: (head: Head) => boolean;
  readonly parse: (text: string) => Head | undefined;
  readonly known: KnownHeads<Head>;
};

export const requestSyntax: HeadSyntax<RequestHead> = {
  looksLike: looksLikeRequest,
  looksWhole: looksLikeWholeRequest,
  isWhole: isWholeRequestLine,
  parse: parseRequestHead,
  known: new KnownHeads(parseRequestHead),
};

export const responseSyntax: HeadSyntax<ResponseHead> = {
  looksLike: looksLikeResponse,
  looksWhole: looksLikeWholeResponse,
  isWhole: (head) => isUsualVersion(head.protocol),
  parse: parseResponseHead,
  known: new KnownHeads(parseResponseHead),
};
