import type { RequestHead, ResponseHead } from './head.ts';

/** What two sides have agreed to speak instead of HTTP, on a connection or on a stream. */
export type Agreement = {
  /** A protocol's name in lower case (RFC 9110, section 7.8); undefined for CONNECT, and where it cannot be read. */
  readonly upgrade: string | undefined;
  /** What the messages of a WebSocket are changed by, in lower case (RFC 6455, section 9.1). */
  readonly extensions: readonly string[];
};

/** Names are tokens, with a version behind them (RFC 9110, section 7.8); none is that long. */
const protocolName = /^[!#$%&'*+.^_`|~\w-]+(?:\/[!#$%&'*+.^_`|~\w-]+)?$/;
const maxNameLength = 64;

/** What a response agrees to that is known to be one to CONNECT, or to switch protocols. */
export function agreementOf(request: Pick<RequestHead, 'protocol'> | undefined, response: ResponseHead): Agreement {
  const upgrade = request?.protocol ?? (response.status === 101 ? response.headers.get('upgrade') : undefined);
  return { upgrade: nameOf(upgrade), extensions: namesOf(response.headers.all('sec-websocket-extensions')) };
}

/** The first of a list, without its parameters. */
function nameOf(list: string | undefined): string | undefined {
  const name = list?.split(/[,;]/, 1)[0]?.trim().toLowerCase() ?? '';
  return name.length <= maxNameLength && protocolName.test(name) ? name : undefined;
}

function namesOf(lists: readonly string[]): readonly string[] {
  return lists
    .flatMap((list) => list.split(','))
    .map(nameOf)
    .filter((name) => name !== undefined);
}
