import { accept, choice, type Kind } from './kind.ts';
import { distinctListOf } from './list-kinds.ts';
import { byteSize, integer } from './number-kinds.ts';
import { variable } from './variable.ts';

const allSessions = ['websocket', 'tunnel', 'connect'] as const;
const sessionKinds = distinctListOf(choice(allSessions));

/** An empty value counts as not set, so none of them is a word. */
const sessions: Kind<readonly (typeof allSessions)[number][]> = {
  allowed: `\`all\`, \`none\`, or ${sessionKinds.allowed}`,
  parse: (text) => {
    const word = text.toLowerCase();
    if (word === 'all') return accept(allSessions);
    return word === 'none' ? accept([]) : sessionKinds.parse(text);
  },
};

export const exchangeVariables = {
  TIMEOUT_AFTER_MS: variable(integer(100, 3_600_000, 'ms'), {
    default: '10000',
    meaning:
      'a whole request unanswered for this long is logged with `outcome: timeout`, and when its response comes after ' +
      'that, once more with `late`; a capture file (`--read`) is read to its end before; a call of gRPC or Connect ' +
      'has the time that its client says (`grpc-timeout`, `connect-timeout-ms`), and without it, if it may be a ' +
      'stream, as long as its connection lives',
  }),
  TIMEOUT_INTERVAL_CHECK: variable(integer(100, 60_000, 'ms'), {
    default: '2000',
    meaning: 'how often unanswered requests are looked over',
  }),
  PROGRESS_INTERVAL_S: variable(integer(0, 86_400, 's'), {
    default: '60',
    meaning:
      'how often there is an interim record (`kind: progress`) of an exchange that lasts longer, such as a stream of ' +
      'events, a long download or upload, a call with many messages; `0`: never; never with `LOG_SCHEMA=legacy`; at ' +
      'most 100 in a second',
  }),
  SESSIONS: variable(sessions, {
    default: 'websocket,tunnel,connect',
    meaning:
      'which records there are beside those of exchanges: `websocket` of WebSockets that have ended, `tunnel` of ' +
      'CONNECT and other upgrades, `connect` of outgoing connections that never came up; never with ' +
      '`LOG_SCHEMA=legacy`',
  }),
  CONNECTION_IDLE_S: variable(integer(1, 86_400, 's'), {
    default: '600',
    meaning:
      'a connection silent for this long is forgotten, with an exchange or a session open only after a day; must be ' +
      'longer than ' +
      '`TIMEOUT_AFTER_MS`',
  }),
  MAX_CONNECTIONS: variable(integer(1, 1_000_000), {
    default: '100000',
    meaning:
      'TCP connections followed at a time (about 3 kB each); beyond that the one silent for longest is forgotten ' +
      'and counted; in a container less, if its memory limit is below 1 GiB',
  }),
  MAX_BUFFERED: variable(byteSize('1MiB', '4GiB'), {
    default: '128MiB',
    meaning:
      'memory for open requests (about 600 bytes and their head each), TCP bytes that wait to be put in order, ' +
      'unfinished message heads and kept bodies, of all connections together; beyond that the connections silent ' +
      'for longest are forgotten and counted; in a container less, if its memory limit is below 1 GiB',
  }),
  MAX_BUFFERED_PER_CONNECTION: variable(byteSize('16KiB', '1GiB'), {
    default: '1MiB',
    meaning: 'the same for one connection; must not be larger than `MAX_BUFFERED`',
  }),
  MAX_HEAD: variable(byteSize('1KiB', '1MiB'), {
    default: '64KiB',
    meaning:
      'largest message head (start line and header fields); must not be larger than `MAX_BUFFERED_PER_CONNECTION`',
  }),
};
