import type { Message } from './exchange.ts';

/** The same message, for an account that has no bodies. */
export function withoutBody<Head>(message: Message<Head> | undefined): Message<Head> | undefined {
  return message?.body === undefined ? message : { ...message, body: undefined };
}
