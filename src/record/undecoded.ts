import type { Message } from '../exchange/exchange.ts';
import type { RequestHead, ResponseHead } from '../http/head.ts';

/** Fields of a message that could not be read, in its head and its trailers. */
export function undecodedIn(message: Message<RequestHead | ResponseHead> | undefined): number {
  return (message?.head.headers.undecoded ?? 0) + (message?.trailers?.undecoded ?? 0);
}
