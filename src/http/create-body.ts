import { type Body, LengthBody, untilCloseBody } from './body.ts';
import { ChunkedBody } from './chunked-body.ts';
import type { Framing } from './framing.ts';

/** What reads a body of this framing. */
export function createBody(framing: Framing & { readonly kind: 'length' | 'chunked' | 'until-close' }): Body {
  switch (framing.kind) {
    case 'length':
      return new LengthBody(framing.bytes);
    case 'chunked':
      return new ChunkedBody();
    case 'until-close':
      return untilCloseBody;
  }
}
