import { type Body, LengthBody, untilCloseBody } from './body.ts';
import { ChunkedBody } from './chunked-body.ts';
import type { BodyFraming } from './framing.ts';

/** What reads a body of this framing. */
export function createBody(framing: BodyFraming): Body {
  switch (framing.kind) {
    case 'length':
      return new LengthBody(framing.bytes);
    case 'chunked':
      return new ChunkedBody();
    case 'until-close':
      return untilCloseBody;
  }
}
